"""A site and an option: which nodes a procedure concerns, and in which order they come."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from certlib.assess import Assessment, Leg, NodeState, Scenario
from certlib.assess.observed import ecdsa_off
from certlib.inventory import Endpoint, endpoints
from certlib.knowledge import Knowledge, Option, load
from certlib.knowledge.model import NodesConcerned

ORDER = ("socialminer", "uccx-publisher", "uccx-subscriber")  # rule-order
UCCX = ORDER[1:]


@dataclass(frozen=True, slots=True)
class Case:
    """A site and an option: what decides whether a node needs a task."""

    assessment: Assessment
    knowledge: Knowledge
    option: Option | None
    base: Scenario  # after the upgrade, or today
    before: Mapping[str, NodeState]  # today, by node
    after: Mapping[str, NodeState]  # after the option
    nodes: tuple[NodeState, ...]  # of UCCX and SocialMiner in the base, in the order of the work
    endpoints: tuple[Endpoint, ...]


def case_of(assessment: Assessment, option: str | None) -> Case:
    """A site with one of its options, or with none."""
    base = assessment.after_upgrade or assessment.now
    after = next((one.scenario for one in assessment.options if one.option == option), None)
    knowledge = load()
    return Case(
        assessment=assessment,
        knowledge=knowledge,
        option=knowledge.options[option] if option else None,
        base=base,
        before={state.node: state for state in assessment.now.nodes},
        after={state.node: state for state in (after or base).nodes},
        nodes=tuple(
            sorted((one for one in base.nodes if one.role in ORDER), key=lambda one: ORDER.index(one.role))
        ),
        endpoints=endpoints(assessment.site),
    )


def to_sign(case: Case) -> list[NodeState]:
    """The nodes that present, or may present, a tomcat-ECDSA which no EC CA has signed."""
    return [one for one in case.nodes if one.era == "automatic" and one.tomcat_ecdsa != "ec-ca"]


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


def shows_self_signed(case: Case, endpoint: Endpoint) -> bool:
    """Whether a web server presents, or may present, a self-signed certificate."""
    cell = next((one for one in case.base.cells if one.endpoint == endpoint.id), None)
    if cell is None:
        return False
    if cell.observed and cell.observed.kind:
        return cell.observed.kind == "self-signed"
    return any(one.kind == "self-signed" for one in cell.expected)


CONCERNED: Mapping[NodesConcerned, Callable[[Case], Iterable[NodeState]]] = {
    "site": lambda case: case.nodes,
    "to-sign": to_sign,
    "chain": _chain,
    "cop": _cop,
    "cop-back": _cop_back,
    "upgraded": upgraded,
    "hops": lambda case: [state for state, _ in moves(case)],
    "self-signed": _self_signed,
}


def within(case: Case, state: NodeState, since: str | None, until: str | None) -> bool:
    """Whether a node's release lies within bounds; one that is unknown is not kept out."""
    releases = case.knowledge.releases
    found = releases.get(state.release)
    if found is None:
        return True
    after = since is None or releases[since].order <= found.order
    return after and (until is None or found.order <= releases[until].order)
