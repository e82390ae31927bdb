"""Which nodes of a site a procedure or a cost concerns, in the order of the work."""

from collections.abc import Callable, Iterable, Mapping

from certlib.assess import NodeState, UpgradeStep
from certlib.knowledge.model import NodesConcerned
from certlib.runbook.case import Case, hidden, shows_self_signed
from certlib.runbook.orders import (
    awaiting_restart,
    gaining_cop,
    incomplete_chain,
    renewed,
    rolled_back,
    to_sign,
    with_chain,
)


def _unseen(case: Case) -> list[NodeState]:
    """The nodes whose tomcat-ECDSA is to be signed, and that hold one which nobody was given."""
    wanted = {state.node for state in to_sign(case)}
    return [
        state
        for state in case.nodes
        if state.node in wanted
        and (today := case.before[state.node]).era in ("automatic", "opt-in")
        and today.tomcat_ecdsa is None
    ]


def _cert_type(case: Case) -> list[NodeState]:
    """The nodes whose certificate type the option sets, anew where an upgrade may have undone it."""
    return [
        state
        for state in case.nodes
        if (end := case.end[state.node]).cert_type != state.cert_type
        or (end.cert_type_from == "option" and state.cert_type_from == "before-upgrade")
    ]


def _exchange(case: Case) -> list[NodeState]:
    """The nodes that set by their certificate type what they present, and will present something new."""
    new = {state.node for state in (*_cert_type(case), *to_sign(case))}
    return [state for state in case.nodes if state.node in new and state.era == "opt-in"]


def upgraded(case: Case) -> list[NodeState]:
    """The nodes that change their release."""
    return [one for one in case.nodes if one.release != case.before[one.node].release]


def moves(case: Case) -> list[tuple[list[NodeState], UpgradeStep | None, int, int]]:
    """The nodes that move together in each hop, with the numbers of the hop and of the product in it."""
    states = {state.node: state for state in upgraded(case)}
    found: list[tuple[list[NodeState], UpgradeStep | None, int, int]] = [
        ([states[name] for name in states if name in leg.nodes], leg, number, place)
        for number, hop in enumerate(case.assessment.hops)
        for place, leg in enumerate(hop.legs)
    ]
    told = {state.node for moving, *_ in found for state in moving}
    rest = [state for name, state in states.items() if name not in told]
    return [*found, (rest, None, 0, 0)] if rest else found


def _self_signed(case: Case) -> list[NodeState]:
    return [
        state
        for state in case.nodes
        if any(one.node == state.node and shows_self_signed(case, one) for one in case.endpoints)
    ]


CONCERNED: Mapping[NodesConcerned, Callable[[Case], Iterable[NodeState]]] = {
    "site": lambda case: case.nodes,
    "unseen": _unseen,
    "to-sign": to_sign,
    "chain": with_chain,
    "cop": gaining_cop,
    "cop-back": rolled_back,
    "behind-cop": lambda case: [one for one in case.nodes if hidden(case, case.before[one.node])],
    "cert-type": _cert_type,
    "exchange": _exchange,
    "renew-before": lambda case: [state for one in renewed(case, "before") for state in one.nodes],
    "incomplete-chain": incomplete_chain,
    "restart-before": lambda case: awaiting_restart(case, before=True),
    "renew-in-window": lambda case: [state for one in renewed(case, "window") for state in one.nodes],
    "restart": lambda case: awaiting_restart(case, before=False),
    "upgraded": upgraded,
    "hops": lambda case: [state for moving, *_ in moves(case) for state in moving],
    "self-signed": _self_signed,
}
