"""What one web server brings an agent by the rules, with regard to what else its host presents."""

from collections.abc import Sequence
from dataclasses import dataclass

from certlib.assess import words
from certlib.assess.model import Cell, Statement
from certlib.assess.trust import Trust
from certlib.inventory import Site
from certlib.knowledge import Basis, Knowledge
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


def browsers(site: Site) -> set[str]:
    """The browser families on the agents' PCs; both when the inventory does not say."""
    named = {"Firefox" if browser == "firefox" else "Chromium" for browser in site.agents.browsers}
    return named or {"Chromium", "Firefox"}


def by_rule(one: Given, *, node: Sequence[Given], knowledge: Knowledge, site: Site) -> Met:
    """What an agent meets at one web server; `node` is all that the host presents.

    An untrusted certificate can be accepted unless an agent-facing web server of the same host presents a
    trusted one (rule-acceptance, measured in Chromium; Firefox keeps an exception for each port).
    """
    place = words.place(knowledge.web_servers[one.cell.web_server], one.cell.node)
    if one.refused:
        return _observed(one, "does-not-load", words.REFUSED, words.refused(place))
    if not one.trusts and one.cell.scenario == "now":
        return _observed(one, "open", words.silent(place), words.silent(place))
    if None in one.accepted:
        return _observed(one, "open", words.trusts(one.trusts, place))
    if not one.trusts:
        rule = "rule-not-covered" if _rule_of(one) == "rule-not-covered" else "verdict-incomplete"
        return _inferred(one, "open", words.unknown(place), rule, why=words.unknown(place))
    outcomes = {outcome for trust in one.trusts for outcome in _from_trust(trust, one, node, site)}
    reasons = words.trusts(one.trusts, place)
    match sorted(outcomes, key=SEVERITY.index):
        case ["works"]:
            return _inferred(
                one, "works", words.WORKS, "rule-trusted-ca-works", why=words.assumed(one.trusts)
            )
        case ["prompt"]:
            return _inferred(one, "prompt", words.PROMPT, "rule-self-signed-prompt", why=reasons)
        case ["cannot-be-accepted"]:
            doubt = "" if browsers(site) == {"Chromium"} else words.FIREFOX_MAY_ACCEPT
            why = f"{reasons} {words.SHADOWED}"
            return _inferred(one, "cannot-be-accepted", words.CANNOT, "rule-acceptance", why=why, doubt=doubt)
        case several:
            return _inferred(one, "open", words.one_of(several), _rule_of(one), why=reasons)


def _from_trust(trust: Trust, one: Given, node: Sequence[Given], site: Site) -> set[Outcome]:
    if trust.accepted:
        return {"works"}
    if browsers(site) == {"Firefox"}:
        return {"prompt"}
    others = [other for other in node if other is not one and other.agent_facing]
    if any(other.accepted == {True} for other in others):
        return {"cannot-be-accepted"}
    return {"prompt", "cannot-be-accepted"} if any(True in other.accepted for other in others) else {"prompt"}


def _rule_of(one: Given) -> str:
    basis = one.cell.statement.basis
    return (basis.rule if basis else None) or "rule-not-covered"


def _observed(one: Given, outcome: Outcome, text: str, why: str = "") -> Met:
    statement = Statement(text, "observed", evidence=(one.cell.endpoint,))
    return Met(outcome, statement, one.cell.node, one.cell.web_server, why)


def _inferred(one: Given, outcome: Outcome, text: str, rule: str, *, why: str = "", doubt: str = "") -> Met:
    statement = Statement(text, "inferred", Basis("inferred", rule=rule))
    return Met(outcome, statement, one.cell.node, one.cell.web_server, why, doubt)
