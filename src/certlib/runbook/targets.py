"""The certificates and nodes for which a procedure is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from certlib.assess import NodeState, UpgradeStep
from certlib.assess.model import ASKING, Reissue
from certlib.knowledge.model import Identity, NodesConcerned, SigningKind
from certlib.runbook.case import UCCX, Case, is_hidden, shows_self_signed


@dataclass(frozen=True, slots=True)
class CertificateOrder:
    """A certificate that is reissued for a node, or for both UCCX nodes that share it."""

    nodes: tuple[NodeState, ...]  # in the base; the work is done on the first
    identity: Identity
    by_itself: bool  # the node signs it itself
    when: Literal["before", "window", "plan"]  # as a renewal before the window or in it, or for the option
    kind: SigningKind | None  # how it will be signed; None: as before
    reissue: Reissue | None = None  # what asks for it; None: the option


def find_orders(case: Case) -> list[CertificateOrder]:
    """Every certificate once, in the order of the work."""
    return [*_find_option_orders(case), *_find_renewals(case)]


def _find_option_orders(case: Case) -> Iterator[CertificateOrder]:
    for state in case.nodes:
        end = case.end[state.node]
        newly = "tomcat-ECDSA" in end.renewed and (
            "tomcat-ECDSA" not in state.renewed or end.tomcat_ecdsa != state.tomcat_ecdsa
        )
        if newly and end.tomcat_ecdsa in ("rsa-ca", "ec-ca"):
            kind: SigningKind = "ec-ca" if end.tomcat_ecdsa == "ec-ca" else "rsa-ca"
            yield CertificateOrder((state,), "tomcat-ECDSA", by_itself=False, when="plan", kind=kind)


def _find_renewals(case: Case) -> Iterator[CertificateOrder]:
    """What must be renewed, unless the option reissues it or keeps it from every client."""
    states = {state.node: state for state in case.nodes}
    signed = {(state.node, order.identity) for order in _find_option_orders(case) for state in order.nodes}
    for reissue in case.assessment.reissues:
        nodes = tuple(
            states[node]
            for node in reissue.nodes
            if node in states
            and (node, reissue.identity) not in signed
            and not (reissue.identity == "tomcat-ECDSA" and _is_kept_back(case, node, before=reissue.before))
        )
        if nodes:
            yield CertificateOrder(
                nodes=nodes,
                identity=reissue.identity,
                by_itself=reissue.by_itself,
                when="before" if reissue.before else "window",
                kind="self-signed" if reissue.by_itself else None,
                reissue=reissue,
            )


def _is_kept_back(case: Case, node: str, *, before: bool) -> bool:
    """Whether nobody is given a node's tomcat-ECDSA in the end, nor before the window where that is when."""
    end = case.end[node]
    gone = end.era in ("none", "removed") and not before
    return gone or is_hidden(case, end)


def find_to_sign(case: Case) -> list[NodeState]:
    """The nodes for which the option has a CA sign a certificate."""
    return [order.nodes[0] for order in find_orders(case) if order.when == "plan"]


def find_with_chain(case: Case) -> list[NodeState]:
    """Where the CA's chain has to be in place: those nodes, and both of a pair of UCCX nodes."""
    wanted = {state.node for state in find_to_sign(case)}
    pair = any(state.role in UCCX for state in find_to_sign(case))
    return [state for state in case.nodes if state.node in wanted or (pair and state.role in UCCX)]


def find_renewed(case: Case, when: Literal["before", "window"]) -> list[CertificateOrder]:
    """The renewals of one of the two times."""
    order = [state.node for state in case.nodes]
    found = [one for one in find_orders(case) if one.when == when]
    return sorted(found, key=lambda one: (order.index(one.nodes[0].node), one.identity))


def find_awaiting_restart(case: Case, *, before: bool) -> list[NodeState]:
    """The nodes on which something is stored that a restart puts into use, before the window or in it."""
    times = ("before",) if before else ("window", "plan")
    stored = {state.node for order in find_orders(case) if order.when in times for state in order.nodes}
    if before:
        stored |= {state.node for state in find_incomplete_chain(case)}
    else:
        stored |= {state.node for state in find_rolled_back(case)}
        stored |= {state.node for state in case.nodes if _stays_stale(case, state)}
    return [state for state in case.nodes if state.node in stored]


def find_incomplete_chain(case: Case) -> list[NodeState]:
    """The nodes that send their certificate without a CA's that clients need to reach the root."""
    asked = {
        finding.node
        for finding in case.assessment.findings
        if finding.check == "chain-complete" and finding.state in ASKING and finding.waiver is None
    }
    return [state for state in case.nodes if state.node in asked]


def _stays_stale(case: Case, state: NodeState) -> bool:
    """Whether a web server presents what its node holds no longer, and nothing else restarts the node."""
    return state.node in case.assessment.stale and state.release == case.before[state.node].release


def find_gaining_cop(case: Case) -> list[NodeState]:
    """The nodes that do not have the option's COP yet."""
    return [
        state
        for state in case.nodes
        if is_hidden(case, case.after[state.node]) and not is_hidden(case, case.ready[state.node])
    ]


def find_rolled_back(case: Case) -> list[NodeState]:
    """The nodes that get the rollback COP: a COP that is there, or comes first, is gone at the end."""
    if case.bridge:
        return []
    return [
        state
        for state in case.nodes
        if (is_hidden(case, state) or is_hidden(case, case.after[state.node]))
        and not is_hidden(case, case.end[state.node])
    ]


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
        for place, leg in enumerate(hop.steps)
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
    "renew-before": lambda case: [state for order in find_renewed(case, "before") for state in order.nodes],
    "incomplete-chain": find_incomplete_chain,
    "restart-before": lambda case: find_awaiting_restart(case, before=True),
    "renew-in-window": lambda case: [
        state for order in find_renewed(case, "window") for state in order.nodes
    ],
    "restart": lambda case: find_awaiting_restart(case, before=False),
    "upgraded": find_upgraded,
    "hops": lambda case: [state for moving, *_ in find_moves(case) for state in moving],
    "self-signed": _find_self_signed,
}
