"""To whom a certificate is given, today and after the upgrade, and whether its faults stop agents."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from certlib.assess.acceptance import rank_treatment
from certlib.assess.browsers import find_families
from certlib.assess.context import Context
from certlib.assess.model import STOPPING, EndpointState, NodeState, Scenario
from certlib.assess.observed import find_identity, list_leaves
from certlib.assess.trust import Trust
from certlib.knowledge import BrowserFamily, find_in_release

To = Literal["agents", "browsers", "nobody"]  # agents: browsers, by a web server that agents use


def find_receivers_today(context: Context, node: str, leaf: str) -> To:
    """To whom a browser's offer brought it, by the node's present release."""
    return _find_receivers(context, context.scenarios[0].endpoints, node, leaf)


def find_receivers_then(context: Context, node: str, leaf: str) -> To:
    """The same in the scenario that decides.

    A web server that the release does not have gives nothing; one that it moves away from the agents gives it
    to others. One that will present this kind of key gives the leaf of today: its own, or that of its node.
    """
    return _find_receivers(context, context.deciding.endpoints, node, leaf)


def ends_with_upgrade(context: Context, node: str, leaf: str) -> bool:
    """Whether a planned upgrade ends a leaf's being given to anybody."""
    return len(context.scenarios) > 1 and find_receivers_then(context, node, leaf) == "nobody"


def _find_receivers(context: Context, cells: tuple[EndpointState, ...], node: str, leaf: str) -> To:
    giving = [cell for cell in cells if cell.node == node and _gives(context, cell, leaf)]
    if any(_serves_agents(context, cell) for cell in giving):
        return "agents"
    return "browsers" if giving else "nobody"


def _gives(context: Context, cell: EndpointState, leaf: str) -> bool:
    if cell.presence and cell.presence.kind == "gone" and cell.observed is None:
        return False
    seen = context.observed.get(cell.endpoint)
    if seen and seen.unsure:
        return False
    own = list_leaves(seen) if seen else ()
    if _stays_as_today(context, cell) or not cell.expected:
        # Where a browser was given nothing, or was not tried, what another client got may be meant for it.
        return leaf in own and (seen is None or seen.browser in (None, leaf))
    known = context.evidence.certificates
    identity = find_identity(known.get(leaf))
    if identity is None or identity not in {expected.identity for expected in cell.expected}:
        return False
    same = [sha256 for sha256 in own if find_identity(known.get(sha256)) == identity]
    return leaf in same if same else leaf == context.find_identity_leaf(cell.node, identity)


def _stays_as_today(context: Context, cell: EndpointState) -> bool:
    """Whether nothing of the node changes; a further endpoint has no state."""
    states = _get_states(context, 0), _get_states(context, -1)
    return cell.scenario == "now" or states[0].get(cell.node) == states[1].get(cell.node)


def _get_states(context: Context, scenario: int) -> dict[str, NodeState]:
    return {state.node: state for state in context.scenarios[scenario].nodes}


def _serves_agents(context: Context, cell: EndpointState) -> bool:
    server = context.knowledge.web_servers.get(cell.web_server)
    state = _get_states(context, 0 if cell.scenario == "now" else -1).get(cell.node)
    return (
        server is not None
        and find_in_release(server, state.release if state else "", context.knowledge).agent_facing
    )


Harm = Literal["outage", "blocks", "asks", "unknown", "none"]


def judge_harm(context: Context, *, node: str, leaf: str, trust: Trust, faults: Iterable[str]) -> Harm:
    """What the faults do to agents.

    They stop them today or then; bring a warning that is not there without them; nobody tried what the
    browser does; or nothing that the signature alone does not bring.
    """
    knowledge = context.knowledge
    faulty = replace(trust, faults=tuple(fault for fault in faults if fault in trust.faults))
    plain = replace(trust, faults=())
    worse = {
        family: treatment
        for family, _ in find_families(context.site, knowledge)
        if rank_treatment(treatment := faulty.find_treatment(family, knowledge).treatment)
        > rank_treatment(plain.find_treatment(family, knowledge).treatment)
    }
    if not worse:
        return "none"
    now, then = context.scenarios[0], context.deciding
    if any(_stops(family, now, context, node, leaf) for family in worse):
        return "outage"
    if find_receivers_then(context, node, leaf) == "agents" and any(
        _stops(family, then, context, node, leaf) for family in worse
    ):
        return "blocks"
    return "unknown" if None in worse.values() else "asks"


def _stops(family: BrowserFamily, scenario: Scenario, context: Context, node: str, leaf: str) -> bool:
    """Whether it is at a web server with this leaf that agents with the browser are stopped."""
    return any(
        met.browser == family.id
        and met.outcome in STOPPING
        and met.node == node
        and _presents(scenario, context, f"{node}/{met.web_server}", leaf)
        for experience in scenario.experiences
        for met in experience.by_browser
    )


def _presents(scenario: Scenario, context: Context, endpoint: str, leaf: str) -> bool:
    cell = next((state for state in scenario.endpoints if state.endpoint == endpoint), None)
    if cell is None:
        return False
    if cell.observed:
        return cell.observed.browser == leaf
    seen = context.observed.get(endpoint)
    identity = find_identity(context.evidence.certificates.get(leaf))
    expected = {expectation.identity for expectation in cell.expected}
    return identity in expected or (not expected and seen is not None and seen.browser == leaf)
