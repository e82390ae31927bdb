"""What a task is about beside its nodes, and whether a step of its procedure holds there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from certlib.assess import NodeState, UpgradeStep
from certlib.assess.model import Reissue
from certlib.assess.path import DATES
from certlib.inventory import Endpoint
from certlib.knowledge import Step
from certlib.language import format_day, say
from certlib.runbook.case import Case, is_within, shows_self_signed
from certlib.runbook.targets import CertificateOrder, find_rolled_back


@dataclass(frozen=True, slots=True)
class About:
    """What a task is about beside its nodes: a hop, or a certificate that is reissued."""

    leg: UpgradeStep | None = None
    order: CertificateOrder | None = None  # of several that are signed together, the first
    certificates: int = 1  # how many are signed together
    hop: int | None = None  # its place on the way, from 0; and that of the product in it
    product: int = 0
    early: bool = False  # done before the upgrade

    def names(self, case: Case) -> dict[str, str]:
        """What the procedure's texts may name of it."""
        hop = {"release": self.leg.release, "target": self.leg.to} if self.leg else {}
        if self.order is None:
            return hop
        counted = {"count": str(self.certificates)} if self.order.reissue is None else {}
        return counted | {"identity": self.order.identity, "why": _explain_renewal(case, self.order.reissue)}


def _explain_renewal(case: Case, reissue: Reissue | None) -> str:
    """Why a certificate is renewed: its last day, and what else is wrong with it."""
    if reissue is None:
        return ""
    ends = [say("ends on {day}", day=format_day(reissue.ends))] if reissue.ends else []
    faults = [case.knowledge.checks[check].fault for check in reissue.checks if check not in DATES]
    return "; ".join((*ends, *faults))


def find_endpoint(case: Case, step: Step, state: NodeState) -> Endpoint | None:
    """The web server of a node that a step is about; None where it is about none, or the node has none."""
    return next(
        (
            endpoint
            for endpoint in case.endpoints
            if (endpoint.node, endpoint.web_server) == (state.node, step.web_server)
        ),
        None,
    )


def is_needed(case: Case, step: Step, states: Sequence[NodeState], about: About) -> bool:
    """Whether a step holds for the site, for what its task is about, and for one of its nodes."""
    if step.group_policy and case.assessment.site.agents.group_policy not in step.group_policy:
        return False
    if step.undoes and (case.option is None or case.option.sets_cert_type != step.undoes):
        return False
    order = about.order
    if step.signed_by and order and order.by_itself != (step.signed_by == "itself"):
        return False
    if step.identity and order and order.identity != step.identity:
        return False
    if step.shared is not None and step.shared != (order is not None and bool(order.nodes[1:])):
        return False
    present = {node.role for node in case.assessment.nodes}
    return any(
        (not step.roles or state.role in step.roles)
        and (step.beside is None or step.beside in present)
        and is_within(case, find_state_when_done(case, state, about), step.since, step.until)
        and is_within(case, case.before[state.node], None, step.left_until)
        and (step.cops is None or step.cops == _is_given_cop(case, state, about))
        and (
            step.web_server is None
            or ((found := find_endpoint(case, step, state)) is not None and shows_self_signed(case, found))
        )
        for state in states
    )


def find_state_when_done(case: Case, state: NodeState, about: About) -> NodeState:
    """A node on the release that it has when its task is done: before the upgrade on today's."""
    if about.early:
        return case.before[state.node]
    return replace(state, release=about.leg.to) if about.leg else state


def _is_given_cop(case: Case, state: NodeState, about: About) -> bool:
    """Whether COP files are put on a node: those that its hop asks for, else the rollback COP."""
    if about.leg:
        return bool(about.leg.cops)
    return state.node in {node.node for node in find_rolled_back(case)}
