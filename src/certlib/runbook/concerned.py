"""Which nodes of a site a procedure or a cost concerns, in the order of the work."""

from collections.abc import Callable, Iterable, Mapping

from certlib.assess import NodeState, UpgradeStep
from certlib.knowledge.model import NodesConcerned
from certlib.runbook.case import Case, is_hidden, shows_self_signed
from certlib.runbook.orders import (
    find_awaiting_restart,
    find_gaining_cop,
    find_incomplete_chain,
    find_renewed,
    find_rolled_back,
    find_to_sign,
    find_with_chain,
)


def _find_unseen(case: Case) -> list[NodeState]:
    """The nodes whose tomcat-ECDSA is to be signed, and that hold one which nobody was given."""
    wanted = {state.node for state in find_to_sign(case)}
    return [
        state
        for state in case.nodes
        if state.node in wanted
        and (today := case.before[state.node]).era in ("automatic", "opt-in")
        and today.tomcat_ecdsa is None
    ]


def _find_by_type(case: Case) -> list[NodeState]:
    """The nodes whose certificate type the option sets, anew where an upgrade may have undone it."""
    return [
        state
        for state in case.nodes
        if (end := case.end[state.node]).cert_type != state.cert_type
        or (end.cert_type_from == "option" and state.cert_type_from == "before-upgrade")
    ]


def _find_exchanging(case: Case) -> list[NodeState]:
    """The nodes that set by their certificate type what they present, and will present something new."""
    new = {state.node for state in (*_find_by_type(case), *find_to_sign(case))}
    return [state for state in case.nodes if state.node in new and state.era == "opt-in"]


def find_upgraded(case: Case) -> list[NodeState]:
    """The nodes that change their release."""
    return [node for node in case.nodes if node.release != case.before[node.node].release]


def find_moves(case: Case) -> list[tuple[list[NodeState], UpgradeStep | None, int, int]]:
    """The nodes that move together in each hop, with the numbers of the hop and of the product in it."""
    states = {state.node: state for state in find_upgraded(case)}
    found: list[tuple[list[NodeState], UpgradeStep | None, int, int]] = [
        ([states[name] for name in states if name in leg.nodes], leg, number, place)
        for number, hop in enumerate(case.assessment.hops)
        for place, leg in enumerate(hop.legs)
    ]
    told = {state.node for moving, *_ in found for state in moving}
    rest = [state for name, state in states.items() if name not in told]
    return [*found, (rest, None, 0, 0)] if rest else found


def _find_self_signed(case: Case) -> list[NodeState]:
    return [
        state
        for state in case.nodes
        if any(
            endpoint.node == state.node and shows_self_signed(case, endpoint) for endpoint in case.endpoints
        )
    ]


CONCERNED: Mapping[NodesConcerned, Callable[[Case], Iterable[NodeState]]] = {
    "site": lambda case: case.nodes,
    "unseen": _find_unseen,
    "to-sign": find_to_sign,
    "chain": find_with_chain,
    "cop": find_gaining_cop,
    "cop-back": find_rolled_back,
    "behind-cop": lambda case: [node for node in case.nodes if is_hidden(case, case.before[node.node])],
    "cert-type": _find_by_type,
    "exchange": _find_exchanging,
    "renew-before": lambda case: [state for one in find_renewed(case, "before") for state in one.nodes],
    "incomplete-chain": find_incomplete_chain,
    "restart-before": lambda case: find_awaiting_restart(case, before=True),
    "renew-in-window": lambda case: [state for one in find_renewed(case, "window") for state in one.nodes],
    "restart": lambda case: find_awaiting_restart(case, before=False),
    "upgraded": find_upgraded,
    "hops": lambda case: [state for moving, *_ in find_moves(case) for state in moving],
    "self-signed": _find_self_signed,
}
