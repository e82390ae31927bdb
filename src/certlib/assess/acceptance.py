"""What one web server brings an agent in a browser by the rules, and what else its host has to do with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from certlib.assess import words
from certlib.assess.model import EndpointState, Statement, infer, make_statement
from certlib.assess.trust import STOPS, WORST, Refused, Trust, describe_fault
from certlib.knowledge import Basis, BrowserFamily, Knowledge
from certlib.knowledge.model import Outcome, Treatment
from certlib.language import mark, say

ACCEPTANCE_TEXTS = {
    "no-way-on": mark("The browser refuses the certificate and offers no way past the warning."),
    "no-page": mark("The browser refuses the certificate and shows no page."),
}

# From the best to the worst. What is not known may be worse than a prompt; what is known to fail is worse
# still.
SEVERITY: tuple[Outcome, ...] = ("works", "prompt", "open", "cannot-be-accepted", "does-not-load")

_UNSURE = {"leaves": "rule-one-leaf", "addresses": "rule-every-address"}


@dataclass(frozen=True, slots=True)
class ServedCertificate:
    """What one web server gives an agent's browser: every trust that is possible; none: not known."""

    state: EndpointState
    port: int
    agent_facing: bool
    trusts: tuple[Trust, ...]
    refused: bool = False  # it ends the connection with a browser and answers others
    hsts: bool = False  # its page was seen to send HSTS
    unsure: Literal["", "leaves", "addresses"] = ""  # its answers do not fit together: see Observed
    shown: frozenset[str] = (
        frozenset()
    )  # which of the node's certificates it may be: a SHA-256 or an identity

    def find_treatments(self, browser: BrowserFamily, knowledge: Knowledge) -> tuple[Refused, ...]:
        """What a browser does with the certificate, in each possible case."""
        return tuple(trust.find_treatment(browser, knowledge) for trust in self.trusts)

    def treatments(self, browser: BrowserFamily, knowledge: Knowledge) -> set[Treatment | None]:
        """The same without the reasons; None: not known."""
        return {one.treatment for one in self.find_treatments(browser, knowledge)}


@dataclass(frozen=True, slots=True)
class AgentOutcome:
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


@dataclass(frozen=True, slots=True)
class Host:
    """All that one node presents, as a family of browsers sees it."""

    served: Sequence[ServedCertificate]
    browser: BrowserFamily
    knowledge: Knowledge

    def treatments(self, served: ServedCertificate) -> set[Treatment | None]:
        """What the browser does with the certificate of one of its web servers."""
        return served.treatments(self.browser, self.knowledge)

    def known_by_hsts(self) -> set[bool]:
        """Whether browsers know a host by HSTS: a page that sends it was loaded without an error, or may be.

        Source: rule-hsts; the header is heeded on a connection without a certificate error alone.
        """
        return _decide_surely(self.treatments(one) for one in self.served if one.hsts and one.agent_facing)

    def shadows(self, served: ServedCertificate) -> set[bool]:
        """Whether another agent-facing web server of the host presents a good certificate; both: it may."""
        return _decide_surely(
            self.treatments(other) for other in self.served if other is not served and other.agent_facing
        )


def _decide_surely(each: Iterable[set[Treatment | None]]) -> set[bool]:
    """Whether one of several loads without an error; both: it may."""
    able = [found for found in each if found & {"loads", None}]
    if any(found == {"loads"} for found in able):
        return {True}
    return {True, False} if able else {False}


def decide_outcome(served: ServedCertificate, *, host: Host) -> AgentOutcome:
    """What an agent meets at one web server in a browser.

    A certificate that the browser does not take can be accepted unless the browser offers no way past
    (rule-refused), knows the host by HSTS, or forgets what was accepted because an agent-facing web server of
    the same host presents a good one (rule-acceptance).
    """
    place = words.name_place(host.knowledge.web_servers[served.state.web_server], served.state.node)
    found = served.find_treatments(host.browser, host.knowledge)
    if unseen := _decide_unseen(served, found, place):
        return unseen
    told_of = dict.fromkeys(describe_fault(each.fault, host.knowledge) for each in found if each.fault)
    reasons = " ".join([words.describe_trust(served.trusts, place), *told_of])
    decisive = max(found, key=lambda each: rank_treatment(each.treatment))
    outcomes = {outcome for each in found for outcome in _find_outcomes(each, served, host)}
    match sorted(outcomes, key=SEVERITY.index):
        case [outcome] if decisive.treatment in STOPS and decisive.treated:
            text = say(ACCEPTANCE_TEXTS[decisive.treatment])
            return _base_on(decisive.treated.basis, served, outcome, text, reasons)
        case ["works"]:
            text, taken = (
                say("Every certificate that is presented leads to a CA which the agents' PCs trust."),
                words.describe_assumed(served.trusts),
            )
            return _base_on_rule(served, "works", text, "rule-trusted-ca-works", why=taken)
        case ["prompt"]:
            return _ask_to_accept(served, host, decisive, reasons)
        case ["cannot-be-accepted"] if host.known_by_hsts() == {True}:
            text, known = (
                say("The browser warns of the certificate and offers no way past the warning."),
                say(
                    "A page on the same host was seen to send HSTS, and agents' browsers load that page "
                    "without an error. From then on they let nobody accept a certificate on that host."
                ),
            )
            return _base_on_rule(served, "cannot-be-accepted", text, "rule-hsts", why=f"{reasons} {known}")
        case ["cannot-be-accepted"]:
            text, lost = (
                say("The agent is asked to accept a certificate, but the browser does not remember it."),
                say(
                    "The same host shows a trusted certificate on another port, so accepting this one "
                    "does not last."
                ),
            )
            return _base_on_rule(
                served, "cannot-be-accepted", text, "rule-acceptance", why=f"{reasons} {lost}"
            )
        case ["open"]:
            return _base_on_rule(
                served,
                "open",
                say("What the browser does with this certificate is not known."),
                "rule-not-tried",
                why=reasons,
            )
        case several:
            unknown = host.browser.forgets is None and host.shadows(served) == {True}
            rule = "rule-browser-unknown" if unknown else _find_rule(served)
            return _base_on_rule(served, "open", words.describe_outcomes(several), rule, why=reasons)


def _decide_unseen(served: ServedCertificate, found: Sequence[Refused], place: str) -> AgentOutcome | None:
    """What an agent meets where no certificate can be judged; None where one can."""
    if served.refused:
        text = say("{place} ends the connection with a browser.", place=place)
        return _base_on_evidence(
            served,
            "does-not-load",
            say(
                "The web server closes the connection to a browser, but gives a certificate to a "
                "client that asks for only one kind of key."
            ),
            text,
        )
    if served.unsure:
        text = say(
            "The answers of {place} do not fit together, so what agents meet there is not known.", place=place
        )
        return _base_on_rule(served, "open", text, _UNSURE[served.unsure], why=text)
    if not served.trusts and served.state.scenario == "now":
        unheard = served.state.observed is not None and served.state.observed.unheard
        text = (
            say(
                "{place} gave others a certificate and nothing to a hello as browsers send it, so "
                "what agents meet there is not known.",
                place=place,
            )
            if unheard
            else say("{place} gave no certificate, so what agents meet there is not known.", place=place)
        )
        return _base_on_evidence(served, "open", text, text)
    if any(each.treatment is None and not each.fault for each in found):
        return _base_on_evidence(served, "open", words.describe_trust(served.trusts, place))
    if not served.trusts:
        rule = "rule-not-covered" if _find_rule(served) == "rule-not-covered" else "verdict-incomplete"
        text = say("What {place} will present is not known.", place=place)
        return _base_on_rule(served, "open", text, rule, why=text)
    return None


def _ask_to_accept(served: ServedCertificate, host: Host, decisive: Refused, reasons: str) -> AgentOutcome:
    """A warning that can be accepted, and why it stays so."""
    text = say("The agent is asked to accept a certificate, and can do so.")
    if True in host.shadows(served):
        kept = say(
            "The same host shows a trusted certificate on another port. This browser remembers accepted "
            "certificates for each port, so this one stays accepted unless the browser knows the host "
            "through HSTS."
        )
        why = f"{reasons} {kept}"
        return _base_on_rule(served, "prompt", text, "rule-acceptance-firefox", why=why)
    if decisive.treated:
        return _base_on(decisive.treated.basis, served, "prompt", text, reasons)
    return _base_on_rule(served, "prompt", text, "rule-self-signed-prompt", why=reasons)


def rank_treatment(treatment: Treatment | None) -> int:
    """How bad it is; what is not known stands between what can be accepted and what cannot."""
    return 2 * WORST.index(treatment) if treatment else 3


def _find_outcomes(refused: Refused, served: ServedCertificate, host: Host) -> set[Outcome]:
    """What an agent may meet for what the browser does with a certificate."""
    match refused.treatment:
        case "loads":
            return {"works"}
        case "no-page":
            return {"does-not-load"}
        case "no-way-on":
            return {"cannot-be-accepted"}
        case None:
            return {"open"}
    lost: dict[bool | None, set[Outcome]] = {
        True: {"cannot-be-accepted"},
        False: {"prompt"},
        None: {"prompt", "cannot-be-accepted"},
    }
    by_host = {
        outcome for shadow in host.shadows(served) for outcome in lost[shadow and host.browser.forgets]
    }
    return {outcome for hsts in host.known_by_hsts() for outcome in (lost[True] if hsts else by_host)}


def _find_rule(served: ServedCertificate) -> str:
    basis = served.state.statement.basis
    return (basis.rule if basis else None) or "rule-not-covered"


def _base_on(basis: Basis, served: ServedCertificate, outcome: Outcome, text: str, why: str) -> AgentOutcome:
    statement = make_statement(text, basis)
    return AgentOutcome(outcome, statement, served.state.node, served.state.web_server, why)


def _base_on_evidence(served: ServedCertificate, outcome: Outcome, text: str, why: str = "") -> AgentOutcome:
    statement = Statement(text, "observed", evidence=(served.state.endpoint,))
    return AgentOutcome(outcome, statement, served.state.node, served.state.web_server, why)


def _base_on_rule(
    served: ServedCertificate, outcome: Outcome, text: str, rule: str, *, why: str = "", doubt: str = ""
) -> AgentOutcome:
    statement = infer(text, rule)
    return AgentOutcome(outcome, statement, served.state.node, served.state.web_server, why, doubt)
