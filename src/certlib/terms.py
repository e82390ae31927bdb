"""The states that a report tells, each once: how bad it is, its symbol, its words; and other lists of words.

A state is never told by its colour alone. `OUTCOMES` and its like map a name, as it stands in evidence,
frames and files, to how bad it is (`ok`, `warn`, `bad`, `open`, `none`) and to its words.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from certlib.language import mark, say

SYMBOLS: Final = {"ok": "✓", "warn": "▲", "bad": "✕", "open": "?", "none": "–"}
Terms = Mapping[str, tuple[str, str]]


class State(NamedTuple):
    """How bad something is, the symbol of that, and what it is in words."""

    name: str  # of SYMBOLS
    symbol: str
    word: str

    def __str__(self) -> str:
        return f"{self.symbol} {self.word}"


def find_state(terms: Terms, name: str, **fields: object) -> State:
    """The state of a name in one of the lists below, in the language of the report."""
    state, word = terms[name]
    return State(state, SYMBOLS[state], say(word, **fields))


def name_basis(kind: str) -> str:
    """Observed, documented, measured or inferred, in the language of the report."""
    return say(BASES[kind])


OUTCOMES: Terms = {  # what an agent meets
    "works": ("ok", mark("works")),
    "prompt": ("warn", mark("prompt")),
    "cannot-be-accepted": ("bad", mark("cannot be accepted")),
    "does-not-load": ("bad", mark("does not load")),
    "open": ("open", mark("open")),
}
OUTCOMES_IN_SENTENCE: Final = {  # the same behind the name of a gadget
    "works": mark("works"),
    "prompt": mark("brings a prompt"),
    "cannot-be-accepted": mark("brings a certificate that cannot be accepted"),
    "does-not-load": mark("does not load"),
    "open": mark("is open"),
}
FINDING_STATES: Terms = {
    "blocks": ("bad", mark("blocks the upgrade")),
    "outage": ("bad", mark("outage")),
    "error": ("open", mark("could not be checked")),
    "action": ("warn", mark("action")),
    "manual": ("warn", mark("check by hand")),
    "after-upgrade": ("warn", mark("after the upgrade")),
    "information": ("none", mark("for information")),
    "pass": ("ok", mark("pass")),
    "not-applicable": ("none", mark("not applicable")),
}
VERDICTS: Terms = {
    "ready": ("ok", mark("READY")),
    "ready with actions": ("warn", mark("READY WITH ACTIONS")),
    "not ready": ("bad", mark("NOT READY")),
    "incomplete": ("open", mark("INCOMPLETE")),
}
VERDICT_CLASSES: Final = {  # of its box on the page
    "ready": "verdict-ready",
    "ready with actions": "verdict-actions",
    "not ready": "verdict-not-ready",
    "incomplete": "verdict-incomplete",
}
# How long a certificate lasts, counted from a day.
EXPIRY: Terms = {
    "expired": ("bad", mark("expired")),
    "not-yet": ("bad", mark("not valid yet")),
    "same-window": ("warn", mark("within {days} days")),
    "soon": ("warn", mark("within {days} days")),
    "next": ("none", mark("within {days} days")),
    "later": ("ok", mark("later")),
    "unreadable": ("open", mark("unreadable")),
}

# What became of something since an earlier run.
COURSES: Terms = {
    "better": ("ok", mark("better")),
    "worse": ("bad", mark("worse")),
    "same": ("none", mark("as then")),
    "mixed": ("warn", mark("better in one browser, worse in another")),
    "untold": ("open", mark("cannot be told")),
}
FINDING_COURSES: Terms = {
    **COURSES,
    "resolved": ("ok", mark("resolved")),
    "new": ("warn", mark("new")),
    "accepted": ("none", mark("accepted since then")),
    "gone": ("none", mark("gone with its server")),
}
NODE_COURSES: Terms = {
    "same": ("none", mark("as then")),
    "changed": ("warn", mark("changed")),
    "new": ("warn", mark("new in the inventory")),
    "gone": ("none", mark("no longer in the inventory")),
}
ENDPOINT_COURSES: Terms = {
    "same": ("none", mark("as then")),
    "renewed": ("none", mark("renewed, signed as before")),
    "refuses": ("bad", mark("refuses browsers now")),
    "changed": ("warn", mark("another certificate")),
    "new": ("warn", mark("new in the inventory")),
    "gone": ("none", mark("no longer there")),
    "silent": ("bad", mark("no longer answers")),
    "answers": ("ok", mark("answers now")),
    "still-silent": ("open", mark("no certificate then or now")),
    "untold": ("open", mark("not asked this time")),
    "unlike": ("open", mark("answers do not fit together")),
    "was-unlike": ("open", mark("answers did not fit together then")),
}
FORECAST_RESULTS: Terms = {
    "as-foreseen": ("ok", mark("as foreseen")),
    "as-undone": ("warn", mark("as if nothing had been done")),
    "not-as-foreseen": ("bad", mark("not as foreseen")),
    "untold": ("open", mark("cannot be told")),
}

BASES: Final = {
    "observed": mark("observed"),
    "documented": mark("documented"),
    "measured": mark("measured"),
    "inferred": mark("inferred"),
}
ROLES: Final = {
    "uccx-publisher": mark("UCCX publisher"),
    "uccx-subscriber": mark("UCCX subscriber"),
    "socialminer": mark("SocialMiner / Customer Collaboration Platform"),
    "cucm": mark("Unified Communications Manager"),
    "cuic": mark("Unified Intelligence Center"),
}
SIGNATURES: Final = {  # how a certificate is signed, in a cell
    "self-signed": mark("self-signed"),
    "rsa-ca": mark("CA-signed"),
    "ec-ca": mark("CA-signed"),
    "other-ca": mark("CA-signed (other key)"),
    "unreadable": mark("unreadable"),
}
SIGNERS: Final = {  # by whom, where the CA's key matters
    "rsa-ca": mark("signed by an RSA CA"),
    "ec-ca": mark("signed by an EC CA"),
}
