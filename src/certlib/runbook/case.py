"""A site and one of its options: where it starts, where the plan leads, and what web servers present."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from certlib.assess import Assessment, NodeState, Scenario
from certlib.assess.eras import find_cops_off
from certlib.inventory import Endpoint, list_endpoints
from certlib.knowledge import Knowledge, Option, find_in_release, find_option
from certlib.knowledge import is_within as is_release_within

ORDER = ("socialminer", "uccx-publisher", "uccx-subscriber")  # rule-order
UCCX = ORDER[1:]


@dataclass(frozen=True, slots=True)
class Case:
    """A site and an option, or none: what decides whether a node needs a task."""

    assessment: Assessment
    knowledge: Knowledge
    option: Option | None
    bridge: bool  # the option serves until the upgrade, and comes before it
    base: Scenario  # after the upgrade or today, with what must be made anew
    promise: Scenario  # what agents meet once the option is done
    before: Mapping[str, NodeState]  # today, by node
    ready: Mapping[str, NodeState]  # when the option's own work begins
    after: Mapping[str, NodeState]  # when the option is done
    end: Mapping[str, NodeState]  # when the whole plan is done
    nodes: tuple[NodeState, ...]  # of UCCX and SocialMiner in the base, in the order of the work
    endpoints: tuple[Endpoint, ...]


def make_case(assessment: Assessment, option: str | None) -> Case:
    """A site with one of its options, or with none."""
    base = assessment.base or assessment.after_upgrade or assessment.now
    outcome = next(
        (option_outcome for option_outcome in assessment.options if option_outcome.option == option), None
    )
    after = (outcome.scenario if outcome else None) or base
    end = (outcome.end if outcome else None) or after
    bridge = outcome is not None and outcome.bridge
    knowledge = assessment.knowledge
    return Case(
        assessment=assessment,
        knowledge=knowledge,
        option=find_option(knowledge, option, roles=assessment.roles) if option else None,
        bridge=bridge,
        base=base,
        promise=after,
        before=_group_by_node(assessment.now),
        ready=_group_by_node(assessment.now if bridge else base),
        after=_group_by_node(after),
        end=_group_by_node(end),
        nodes=tuple(
            sorted(
                (node for node in base.nodes if node.role in ORDER),
                key=lambda node_state: ORDER.index(node_state.role),
            )
        ),
        endpoints=list_endpoints(
            assessment.site, releases={state.node: state.release for state in base.nodes if state.era}
        ),
    )


def _group_by_node(scenario: Scenario) -> dict[str, NodeState]:
    return {state.node: state for state in scenario.nodes}


def is_hidden(case: Case, state: NodeState) -> bool:
    """Whether a COP keeps a node's tomcat-ECDSA from clients."""
    return bool(find_cops_off(state, case.knowledge))


def is_unlike(pair: Iterable[NodeState]) -> bool:
    """Whether two nodes of a cluster present unlike kinds."""
    return len({(node.tomcat, node.tomcat_ecdsa, frozenset(node.cops), node.cert_type) for node in pair}) > 1


def shows_self_signed(case: Case, endpoint: Endpoint) -> bool:
    """Whether a web server presents, or may present, a self-signed certificate."""
    return bool(_find_self_signed_identities(case, endpoint))


def count_certificates(case: Case, states: Iterable[NodeState]) -> int:
    """How many self-signed certificates the web servers of nodes present, or may present."""
    return len(
        {
            (state.node, identity)
            for state in states
            for endpoint in case.endpoints
            if endpoint.node == state.node
            for identity in _find_self_signed_identities(case, endpoint)
        }
    )


def count_addresses(case: Case, states: Iterable[NodeState]) -> int:
    """How many addresses that agents' browsers use present a self-signed certificate, or may."""
    return sum(
        endpoint.node == state.node
        and find_in_release(
            case.knowledge.web_servers[endpoint.web_server], state.release, case.knowledge
        ).agent_facing
        for state in states
        for endpoint in case.endpoints
        if endpoint.web_server and shows_self_signed(case, endpoint)
    )


def _find_self_signed_identities(case: Case, endpoint: Endpoint) -> set[str | None]:
    """Which of a node's self-signed certificates a web server presents; None: one that is neither."""
    cell = next(
        (endpoint_state for endpoint_state in case.base.endpoints if endpoint_state.endpoint == endpoint.id),
        None,
    )
    if cell is None:
        return set()
    state = next((node for node in case.base.nodes if node.node == endpoint.node), None)
    today = next((one for one in case.assessment.now.endpoints if one.endpoint == endpoint.id), None)
    observed = today.observed if today and state == case.before.get(endpoint.node) else None
    if observed and observed.kind:
        return {observed.identity} if observed.kind == "self-signed" else set()
    return {expected.identity for expected in cell.expected if expected.kind == "self-signed"}


def is_within(case: Case, state: NodeState, since: str | None, until: str | None) -> bool:
    """Whether a node's release lies within bounds; one that is unknown is not kept out."""
    return is_release_within(state.release, since, until, case.knowledge)
