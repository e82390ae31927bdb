"""What one web server brings an agent in a browser by the rules, and what else its host has to do with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from certlib.assess import words
from certlib.assess.model import (
    SEVERITY,
    BrowserExperience,
    EndpointState,
    NodeState,
    Statement,
    infer,
    make_statement,
)
from certlib.assess.trust import STOPS, WORST, Refused, Trust, describe_fault
from certlib.knowledge import BrowserFamily, Knowledge
from certlib.knowledge.model import Outcome, Treatment
from certlib.language import mark, say

ACCEPTANCE_TEXTS = {
    "no-way-on": mark("The browser refuses the certificate and offers no way past the warning."),
    "no-page": mark("The browser refuses the certificate and shows no page."),
}

# What an agent meets for what the browser does, where nothing can be accepted.
_OUTCOMES: Mapping[Treatment | None, Outcome] = {
    "loads": "works",
    "no-page": "does-not-load",
    "no-way-on": "cannot-be-accepted",
    None: "open",
}

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
    # which of the node's certificates it may be: a SHA-256 or an identity
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AgentView:
    """All that a state of the site gives agents with one family of browsers."""

    served: Sequence[ServedCertificate]
    nodes: Mapping[str, NodeState]
    covered: bool  # one row of Cisco's table covers the site
    browser: BrowserFamily
    title: str  # those of the family that the agents use: "Chrome, Edge"
    knowledge: Knowledge

    def list_served(self, node: str) -> list[ServedCertificate]:
        """All that one node presents."""
        return [served for served in self.served if served.state.node == node]

    def judge(self, served: ServedCertificate) -> tuple[Refused, ...]:
        """What the browser does with a certificate, in each possible case."""
        return tuple(trust.find_treatment(self.browser, self.knowledge) for trust in served.trusts)

    def find_treatments(self, served: ServedCertificate) -> set[Treatment | None]:
        """The same without the reasons; None: not known."""
        return {refused.treatment for refused in self.judge(served)}

    def is_known_by_hsts(self, node: str) -> set[bool]:
        """Whether browsers know a host by HSTS: a page that sends it was loaded without an error, or may be.

        Source: rule-hsts; the header is heeded on a connection without a certificate error alone.
        """
        return self._loads_any(
            served for served in self.list_served(node) if served.hsts and served.agent_facing
        )

    def is_shadowed(self, served: ServedCertificate) -> set[bool]:
        """Whether another agent-facing web server of the host presents a good certificate; both: it may."""
        return self._loads_any(
            other
            for other in self.list_served(served.state.node)
            if other is not served and other.agent_facing
        )

    def _loads_any(self, candidates: Iterable[ServedCertificate]) -> set[bool]:
        """Whether one of several loads without an error; both: it may."""
        able = [
            treatments for treatments in map(self.find_treatments, candidates) if treatments & {"loads", None}
        ]
        if any(treatments == {"loads"} for treatments in able):
            return {True}
        return {True, False} if able else {False}

    def describe(
        self,
        served: ServedCertificate,
        outcome: Outcome,
        statement: Statement,
        why: str = "",
        doubt: str = "",
    ) -> BrowserExperience:
        """What an agent meets at one web server."""
        return BrowserExperience(
            browser=self.browser.id,
            title=self.title,
            outcome=outcome,
            prompts=None,
            statement=statement,
            node=served.state.node,
            web_server=served.state.web_server,
            why=why,
            doubt=doubt,
        )


def decide_outcome(served: ServedCertificate, view: AgentView) -> BrowserExperience:
    """What an agent meets at one web server in a browser.

    A certificate that the browser does not take can be accepted unless the browser offers no way past
    (rule-refused), knows the host by HSTS, or forgets what was accepted because an agent-facing web server of
    the same host presents a good one (rule-acceptance).
    """
    place = words.name_place(view.knowledge.web_servers[served.state.web_server], served.state.node)
    cases = view.judge(served)
    if unseen := _decide_unseen(served, cases, place, view):
        return unseen
    faults = dict.fromkeys(describe_fault(case.fault, view.knowledge) for case in cases if case.fault)
    reasons = " ".join([words.describe_trust(served.trusts, place), *faults])
    decisive = max(cases, key=lambda case: rank_treatment(case.treatment))
    outcomes = {outcome for case in cases for outcome in _find_outcomes(case, served, view)}
    match sorted(outcomes, key=SEVERITY.index):
        case [outcome] if decisive.treatment in STOPS and decisive.treated:
            statement = make_statement(say(ACCEPTANCE_TEXTS[decisive.treatment]), decisive.treated.basis)
            return view.describe(served, outcome, statement, reasons)
        case ["works"]:
            text = say("Every certificate that is presented leads to a CA which the agents' PCs trust.")
            assumed = words.describe_assumed(served.trusts)
            return view.describe(served, "works", infer(text, "rule-trusted-ca-works"), assumed)
        case ["prompt"]:
            return _ask_to_accept(served, view, decisive, reasons)
        case ["cannot-be-accepted"] if view.is_known_by_hsts(served.state.node) == {True}:
            text = say("The browser warns of the certificate and offers no way past the warning.")
            known = say(
                "A page on the same host was seen to send HSTS, and agents' browsers load that page "
                "without an error. From then on they let nobody accept a certificate on that host."
            )
            return view.describe(served, "cannot-be-accepted", infer(text, "rule-hsts"), f"{reasons} {known}")
        case ["cannot-be-accepted"]:
            text = say("The agent is asked to accept a certificate, but the browser does not remember it.")
            return view.describe(
                served,
                "cannot-be-accepted",
                infer(text, "rule-acceptance"),
                f"{reasons} {words.describe_shadow()}",
            )
        case ["open"]:
            text = say("What the browser does with this certificate is not known.")
            return view.describe(served, "open", infer(text, "rule-not-tried"), reasons)
        case several:
            unknown = view.browser.forgets is None and view.is_shadowed(served) == {True}
            rule = "rule-browser-unknown" if unknown else _find_rule(served)
            return view.describe(served, "open", infer(words.describe_outcomes(several), rule), reasons)


def _decide_unseen(
    served: ServedCertificate, cases: Sequence[Refused], place: str, view: AgentView
) -> BrowserExperience | None:
    """What an agent meets where no certificate can be judged; None where one can."""
    seen = (served.state.endpoint,)
    if served.refused:
        text = say("{place} ends the connection with a browser.", place=place)
        statement = Statement(words.describe_closing(), "observed", evidence=seen)
        return view.describe(served, "does-not-load", statement, text)
    if served.unsure:
        text = say(
            "The answers of {place} do not fit together, so what agents meet there is not known.", place=place
        )
        return view.describe(served, "open", infer(text, _UNSURE[served.unsure]), text)
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
        return view.describe(served, "open", Statement(text, "observed", evidence=seen), text)
    if any(case.treatment is None and not case.fault for case in cases):
        text = words.describe_trust(served.trusts, place)
        return view.describe(served, "open", Statement(text, "observed", evidence=seen))
    if not served.trusts:
        rule = "rule-not-covered" if _find_rule(served) == "rule-not-covered" else "verdict-incomplete"
        text = say("What {place} will present is not known.", place=place)
        return view.describe(served, "open", infer(text, rule), text)
    return None


def _ask_to_accept(
    served: ServedCertificate, view: AgentView, decisive: Refused, reasons: str
) -> BrowserExperience:
    """A warning that can be accepted, and why it stays so."""
    text = say("The agent is asked to accept a certificate, and can do so.")
    if True in view.is_shadowed(served):
        lasting = say(
            "The same host shows a trusted certificate on another port. This browser remembers accepted "
            "certificates for each port, so this one stays accepted unless the browser knows the host "
            "through HSTS."
        )
        statement, reasons = infer(text, "rule-acceptance-firefox"), f"{reasons} {lasting}"
    elif decisive.treated:
        statement = make_statement(text, decisive.treated.basis)
    else:
        statement = infer(text, "rule-self-signed-prompt")
    return view.describe(served, "prompt", statement, reasons)


def rank_treatment(treatment: Treatment | None) -> int:
    """How bad it is; what is not known stands between what can be accepted and what cannot."""
    return 2 * WORST.index(treatment) if treatment else 3


def _find_outcomes(refused: Refused, served: ServedCertificate, view: AgentView) -> set[Outcome]:
    """What an agent may meet for what the browser does with a certificate."""
    if refused.treatment != "can-proceed":
        return {_OUTCOMES[refused.treatment]}
    lost: dict[bool | None, set[Outcome]] = {
        True: {"cannot-be-accepted"},
        False: {"prompt"},
        None: {"prompt", "cannot-be-accepted"},
    }
    by_host = {
        outcome for shadow in view.is_shadowed(served) for outcome in lost[shadow and view.browser.forgets]
    }
    known = view.is_known_by_hsts(served.state.node)
    return {outcome for hsts in known for outcome in (lost[True] if hsts else by_host)}


def _find_rule(served: ServedCertificate) -> str:
    basis = served.state.statement.basis
    return (basis.rule if basis else None) or "rule-not-covered"
