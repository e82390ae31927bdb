"""What one web server brings an agent in a browser by the rules, and what else its host has to do with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from certlib.assess import words
from certlib.assess.model import Cell, Statement
from certlib.assess.trust import Trust
from certlib.knowledge import Basis, BrowserFamily, Knowledge
from certlib.knowledge.model import Outcome

# From the best to the worst. What is not known may be worse than a prompt; what is known to fail is worse
# still.
SEVERITY: tuple[Outcome, ...] = ("works", "prompt", "open", "cannot-be-accepted", "does-not-load")


@dataclass(frozen=True, slots=True)
class Given:
    """What one web server gives an agent's browser: every trust that is possible; none: not known."""

    cell: Cell
    port: int
    agent_facing: bool
    trusts: tuple[Trust, ...]
    refused: bool = False  # it ends the connection with a browser and answers others
    hsts: bool = False  # its page was seen to send HSTS
    shown: frozenset[str] = (
        frozenset()
    )  # which of the node's certificates it may be: a SHA-256 or an identity

    @property
    def accepted(self) -> set[bool | None]:
        """Whether a browser takes the certificate without a question, in each possible case."""
        return {trust.accepted for trust in self.trusts}


@dataclass(frozen=True, slots=True)
class Met:
    """What an agent meets at one web server, and why."""

    outcome: Outcome
    statement: Statement
    node: str
    web_server: str
    why: str = ""
    doubt: str = ""

    @property
    def severity(self) -> int:
        """How bad it is; higher is worse."""
        return SEVERITY.index(self.outcome)


def known_by_hsts(node: Sequence[Given]) -> set[bool]:
    """Whether browsers know a host by HSTS: a page that sends it was loaded without an error, or may be.

    Source: rule-hsts; the header is heeded on a connection without a certificate error alone.
    """
    pages = [other for other in node if other.hsts and other.agent_facing and True in other.accepted]
    if any(page.accepted == {True} for page in pages):
        return {True}
    return {True, False} if pages else {False}


def by_rule(one: Given, *, node: Sequence[Given], knowledge: Knowledge, browser: BrowserFamily) -> Met:
    """What an agent meets at one web server in a browser; `node` is all that the host presents.

    An untrusted certificate can be accepted unless the browser knows the host by HSTS, or forgets what was
    accepted because an agent-facing web server of the same host presents a trusted one (rule-acceptance).
    """
    say = knowledge.say
    place = words.place(knowledge.web_servers[one.cell.web_server], one.cell.node, say)
    if one.refused:
        text = say("assess-acceptance.refused", place=place)
        return _observed(one, "does-not-load", say("words.refused"), text)
    if not one.trusts and one.cell.scenario == "now":
        text = say("assess-acceptance.silent", place=place)
        return _observed(one, "open", text, text)
    if None in one.accepted:
        return _observed(one, "open", words.trusts(one.trusts, place, say))
    if not one.trusts:
        rule = "rule-not-covered" if _rule_of(one) == "rule-not-covered" else "verdict-incomplete"
        text = say("assess-acceptance.unknown", place=place)
        return _inferred(one, "open", text, rule, why=text)
    outcomes = {outcome for trust in one.trusts for outcome in _from_trust(trust, one, node, browser)}
    reasons = words.trusts(one.trusts, place, say)
    shadows = _shadowed(one, node)
    match sorted(outcomes, key=SEVERITY.index):
        case ["works"]:
            text, taken = say("assess-acceptance.works"), words.assumed(one.trusts, say)
            return _inferred(one, "works", text, "rule-trusted-ca-works", why=taken)
        case ["prompt"] if True in shadows:
            text, kept = say("assess-acceptance.prompt"), say("assess-acceptance.kept-per-port")
            return _inferred(one, "prompt", text, "rule-acceptance-firefox", why=f"{reasons} {kept}")
        case ["prompt"]:
            text = say("assess-acceptance.prompt")
            return _inferred(one, "prompt", text, "rule-self-signed-prompt", why=reasons)
        case ["cannot-be-accepted"] if known_by_hsts(node) == {True}:
            text, known = say("assess-acceptance.cannot"), say("assess-acceptance.known-by-hsts")
            return _inferred(one, "cannot-be-accepted", text, "rule-hsts", why=f"{reasons} {known}")
        case ["cannot-be-accepted"]:
            text, lost = say("assess-acceptance.cannot"), say("words.shadowed")
            return _inferred(one, "cannot-be-accepted", text, "rule-acceptance", why=f"{reasons} {lost}")
        case several:
            rule = "rule-browser-unknown" if browser.forgets is None and shadows == {True} else _rule_of(one)
            return _inferred(one, "open", words.one_of(several, say), rule, why=reasons)


def _from_trust(trust: Trust, one: Given, node: Sequence[Given], browser: BrowserFamily) -> set[Outcome]:
    if trust.accepted:
        return {"works"}
    lost: dict[bool | None, set[Outcome]] = {
        True: {"cannot-be-accepted"},
        False: {"prompt"},
        None: {"prompt", "cannot-be-accepted"},
    }
    by_host = {outcome for shadow in _shadowed(one, node) for outcome in lost[shadow and browser.forgets]}
    return {outcome for hsts in known_by_hsts(node) for outcome in (lost[True] if hsts else by_host)}


def _shadowed(one: Given, node: Sequence[Given]) -> set[bool]:
    """Whether another agent-facing web server of the host presents a trusted certificate; both: it may."""
    others = [other for other in node if other is not one and other.agent_facing]
    if any(other.accepted == {True} for other in others):
        return {True}
    return {True, False} if any(True in other.accepted for other in others) else {False}


def _rule_of(one: Given) -> str:
    basis = one.cell.statement.basis
    return (basis.rule if basis else None) or "rule-not-covered"


def _observed(one: Given, outcome: Outcome, text: str, why: str = "") -> Met:
    statement = Statement(text, "observed", evidence=(one.cell.endpoint,))
    return Met(outcome, statement, one.cell.node, one.cell.web_server, why)


def _inferred(one: Given, outcome: Outcome, text: str, rule: str, *, why: str = "", doubt: str = "") -> Met:
    statement = Statement(text, "inferred", Basis("inferred", rule=rule))
    return Met(outcome, statement, one.cell.node, one.cell.web_server, why, doubt)
