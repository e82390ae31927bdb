"""Which nodes of a site a procedure or a cost concerns, in the order of the work."""

from collections.abc import Callable, Iterable, Mapping

from certlib.assess import Leg, NodeState
from certlib.assess.observed import ecdsa_off
from certlib.knowledge.model import NodesConcerned
from certlib.runbook.case import UCCX, Case, shows_self_signed, to_sign
from certlib.runbook.renewals import renewals


def _chain(case: Case) -> list[NodeState]:
    """Where the CA's chain is uploaded: the publisher hands it on to the subscriber."""
    wanted = to_sign(case)
    publishers = [one for one in case.nodes if one.role == "uccx-publisher"]
    uccx = [one for one in wanted if one.role in UCCX]
    return [one for one in wanted if one.role not in UCCX] + (publishers or uccx if uccx else [])


def _cop(case: Case) -> list[NodeState]:
    """The nodes that do not have the option's COP yet."""
    return [state for state in case.nodes if set(case.after[state.node].cops) - set(state.cops)]


def _cop_back(case: Case) -> list[NodeState]:
    """The nodes on which a COP keeps ECDSA back, before or after the option."""
    return [
        state
        for state in case.nodes
        if ecdsa_off(
            role=state.role, cops=(*state.cops, *case.after[state.node].cops), knowledge=case.knowledge
        )
    ]


def _cert_type(case: Case) -> list[NodeState]:
    """The nodes whose certificate type the option sets."""
    return [state for state in case.nodes if case.after[state.node].cert_type != state.cert_type]


def upgraded(case: Case) -> list[NodeState]:
    """The nodes that change their release."""
    return [one for one in case.nodes if one.release != case.before[one.node].release]


def moves(case: Case) -> list[tuple[NodeState, Leg | None]]:
    """Each node once for each of its hops, in the order of the hops and of their products."""
    states = {state.node: state for state in upgraded(case)}
    found: list[tuple[NodeState, Leg | None]] = [
        (states[name], leg)
        for hop in case.assessment.hops
        for leg in hop.legs
        for name in states
        if name in leg.nodes
    ]
    told = {state.node for state, _ in found}
    return found + [(state, None) for name, state in states.items() if name not in told]


def _self_signed(case: Case) -> list[NodeState]:
    return [
        state
        for state in case.nodes
        if any(one.node == state.node and shows_self_signed(case, one) for one in case.endpoints)
    ]


CONCERNED: Mapping[NodesConcerned, Callable[[Case], Iterable[NodeState]]] = {
    "site": lambda case: case.nodes,
    "to-sign": to_sign,
    "chain": _chain,
    "cop": _cop,
    "cop-back": _cop_back,
    "cert-type": _cert_type,
    "ending-before": lambda case: [one.state for one in renewals(case) if one.before],
    "ending-after": lambda case: [one.state for one in renewals(case) if not one.before],
    "upgraded": upgraded,
    "hops": lambda case: [state for state, _ in moves(case)],
    "self-signed": _self_signed,
}
