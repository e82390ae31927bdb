"""The short words and symbols of states, kinds and bases: the same in frames, terminal and report."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from certlib.assess.acceptance import SEVERITY
from certlib.assess.checks.expires_soon import NEXT, SAME_WINDOW, SOON
from certlib.assess.model import BrowserExperience, Cell, Experience, Finding, Observed, Statement
from certlib.knowledge import Expected, Knowledge, cite
from certlib.reasons import Reason
from certlib.text import visible
from certlib.x509 import Certificate, Kind, Unreadable

# state class, symbol, word; never colour alone
OUTCOMES = {
    "works": ("ok", "✓", "works"),
    "prompt": ("warn", "▲", "prompt"),
    "cannot-be-accepted": ("bad", "✕", "cannot be accepted"),
    "does-not-load": ("bad", "✕", "does not load"),
    "open": ("open", "?", "open"),
}
FINDING_STATES = {
    "blocks": ("bad", "✕", "blocks the upgrade"),
    "outage": ("bad", "✕", "outage"),
    "error": ("open", "?", "could not be checked"),
    "action": ("warn", "▲", "action"),
    "manual": ("warn", "▲", "check by hand"),
    "after-upgrade": ("warn", "▲", "after the upgrade"),
    "information": ("none", "–", "for information"),
    "pass": ("ok", "✓", "pass"),
    "not-applicable": ("none", "–", "not applicable"),
}
VERDICTS = {
    "ready": ("verdict-ready", "✓", "READY"),
    "ready with actions": ("verdict-actions", "▲", "READY WITH ACTIONS"),
    "not ready": ("verdict-not-ready", "✕", "NOT READY"),
    "incomplete": ("verdict-incomplete", "?", "INCOMPLETE"),
}
# how long a certificate lasts, counted from a day; the steps are rule-expires-soon's
EXPIRES = {
    "expired": ("bad", "✕", "expired"),
    "not-yet": ("bad", "✕", "not valid yet"),
    "same-window": ("warn", "▲", f"within {SAME_WINDOW} days"),
    "soon": ("warn", "▲", f"within {SOON} days"),
    "next": ("none", "–", f"within {NEXT} days"),
    "later": ("ok", "✓", "later"),
    "unreadable": ("open", "?", "unreadable"),
}
ROLES = {
    "uccx-publisher": "UCCX publisher",
    "uccx-subscriber": "UCCX subscriber",
    "socialminer": "SocialMiner / Customer Collaboration Platform",
    "cucm": "Unified Communications Manager",
    "cuic": "Unified Intelligence Center",
}
KEYS = {"tomcat": "RSA", "tomcat-ECDSA": "ECDSA"}
KINDS = {
    "self-signed": "self-signed",
    "rsa-ca": "CA-signed",
    "ec-ca": "CA-signed",
    "other-ca": "CA-signed (other key)",
    "unreadable": "unreadable",
}


def outcome_text(experience: Experience) -> str:
    """What an agent meets, as `▲ 2 prompts per PC`; browser by browser where they differ, the worst first."""
    groups = by_browser(experience)
    if len(groups) < 2:
        return met_text(experience)
    if {one.outcome for _, one in groups} == {"prompt"} and all(one.prompts for _, one in groups):
        return f"▲ prompts per PC: {', '.join(f'{one.prompts} in {title}' for title, one in groups)}"
    return "; ".join(met_text(one, title) for title, one in groups)


def met_text(met: Experience | BrowserExperience, browsers: str = "") -> str:
    """The same of one browser, as `▲ Firefox: 2 prompts per PC`, or of all."""
    _, symbol, word = OUTCOMES[met.outcome]
    if met.outcome == "prompt" and met.prompts is not None:
        word = "1 prompt per PC" if met.prompts == 1 else f"{met.prompts} prompts per PC"
    return f"{symbol} {browsers}: {word}" if browsers else f"{symbol} {word}"


def by_browser(experience: Experience) -> list[tuple[str, BrowserExperience]]:
    """The browsers that meet the same, with what it is, the worst first; one group where all agree."""
    groups: dict[tuple[str, int | None], list[BrowserExperience]] = {}
    for one in experience.by_browser:
        groups.setdefault((one.outcome, one.prompts), []).append(one)
    found = [(", ".join(one.title for one in same), same[0]) for same in groups.values()]
    worst = (*reversed(SEVERITY),)
    return sorted(found, key=lambda group: (worst.index(group[1].outcome), -(group[1].prompts or 0)))


def expected_in(cell: Cell) -> str:
    """What a web server is expected to present in a scenario, and what its release makes of it."""
    if cell.presence and cell.presence.kind == "gone":
        return cell.presence.label
    text = expected_text(cell.expected)
    return f"{text} ({cell.presence.label})" if cell.presence else text


def kind_text(identity: str | None, kind: Kind | str | None) -> str:
    """A certificate in a cell: `ECDSA · self-signed`. An EC certificate tells which CA key signed it."""
    key = KEYS.get(identity or "", "other key")
    if kind is None:
        return key
    if identity == "tomcat-ECDSA" and kind in ("rsa-ca", "ec-ca"):
        return f"{key} · signed by {'an RSA' if kind == 'rsa-ca' else 'an EC'} CA"
    if identity == "tomcat" and kind == "ec-ca":
        return f"{key} · signed by an EC CA"
    return f"{key} · {KINDS[kind]}"


def certificate_text(certificate: Certificate) -> str:
    """A certificate that was seen, in the words of the matrix."""
    identity = {"rsa": "tomcat", "ec": "tomcat-ECDSA"}.get(str(certificate.key_type))
    return kind_text(identity, certificate.kind)


def expected_text(expected: Sequence[Expected]) -> str:
    """What is expected; several outcomes when the sources leave it open, `not known` when none."""
    return " or ".join(kind_text(one.identity, one.kind) for one in expected) or "not known"


def kind_state(kind: Kind | str | None) -> str:
    """The state class of a certificate's kind."""
    return {"self-signed": "warn", "rsa-ca": "ok", "ec-ca": "ok", "other-ca": "ok"}.get(kind or "", "open")


def reason_text(reason: Reason | None, detail: str, knowledge: Knowledge) -> str:
    """Why there is no certificate, as a sentence."""
    if reason is None:
        return ""
    sentence = knowledge.reasons[reason.value].sentence
    return f"{sentence} ({visible(detail)})" if detail else sentence


def basis_text(statement: Statement, knowledge: Knowledge) -> str:
    """The basis as words."""
    if statement.basis is None:
        return statement.kind
    return cite(knowledge, statement.basis)


def waiver_text(finding: Finding) -> str:
    """Who accepts a finding, until when and why; empty when nobody does."""
    one = finding.waiver
    if one is None:
        return ""
    return f"accepted by {visible(one.owner)} until {one.until:%-d %B %Y}: {visible(one.reason)}"


def offered(
    observed: Observed | None, known: Mapping[str, Certificate], knowledge: Knowledge
) -> tuple[tuple[str, str], ...]:
    """What the offers `browser`, `rsa` and `ecdsa` got, each as state and words: a certificate or why not."""
    if observed is None:
        return (("none", "not asked"),) * 3
    got = (
        (observed.browser, observed.reason, observed.detail),
        (observed.rsa, observed.rsa_reason, ""),
        (observed.ecdsa, observed.ecdsa_reason, ""),
    )
    return tuple(
        (kind_state(known[leaf].kind), certificate_text(known[leaf]))
        if leaf
        else _nothing(reason, detail, knowledge)
        for leaf, reason, detail in got
    )


def _nothing(reason: Reason | None, detail: str, knowledge: Knowledge) -> tuple[str, str]:
    if reason is Reason.NO_SUCH_CERTIFICATE:
        return ("none", "none")
    if reason in (None, Reason.NOT_ASKED):
        return ("none", "not asked")
    return ("open", reason_text(reason, detail, knowledge))


def key_text(certificate: Certificate) -> str:
    """A certificate's key: `RSA 2048`, `EC secp384r1`."""
    if isinstance(certificate.key_type, Unreadable):
        return str(certificate.key_type)
    size = certificate.curve if certificate.key_type == "ec" else certificate.key_bits
    return f"{certificate.key_type.upper()} {size or ''}".strip()


def expires(certificate: Certificate, day: date) -> str:
    """How long a certificate lasts from a day on: a key of EXPIRES."""
    begin, end = certificate.not_before, certificate.not_after
    if not isinstance(end, datetime):
        return "unreadable"
    left = (end.date() - day).days
    if left < 0:
        return "expired"
    if isinstance(begin, datetime) and begin.date() > day:
        return "not-yet"
    steps = ((SAME_WINDOW, "same-window"), (SOON, "soon"), (NEXT, "next"))
    return next((name for most, name in steps if left <= most), "later")
