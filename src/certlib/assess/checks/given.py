"""To whom a leaf is given by a node's web servers, today and on the day of the upgrade after it."""

from typing import Literal

from certlib.assess.context import Context
from certlib.assess.model import Cell, NodeState
from certlib.assess.observed import identity_of, leaves
from certlib.knowledge import in_release

To = Literal["agents", "browsers", "nobody"]  # agents: browsers, by a web server that agents use


def given_today(context: Context, node: str, leaf: str) -> To:
    """To whom a browser's offer brought it, by the node's present release."""
    return _to(context, context.scenarios[0].cells, node, leaf)


def given_then(context: Context, node: str, leaf: str) -> To:
    """The same in the scenario that decides.

    A web server that the release does not have gives nothing; one that it moves away from the agents gives it
    to others. One that will present this kind of key gives the leaf of today: its own, or that of its node.
    """
    return _to(context, context.deciding.cells, node, leaf)


def goes_with_upgrade(context: Context, node: str, leaf: str) -> bool:
    """Whether a planned upgrade ends a leaf's being given to anybody."""
    return len(context.scenarios) > 1 and given_then(context, node, leaf) == "nobody"


def _to(context: Context, cells: tuple[Cell, ...], node: str, leaf: str) -> To:
    giving = [cell for cell in cells if cell.node == node and _gives(context, cell, leaf)]
    if any(_for_agents(context, cell) for cell in giving):
        return "agents"
    return "browsers" if giving else "nobody"


def _gives(context: Context, cell: Cell, leaf: str) -> bool:
    if cell.presence and cell.presence.kind == "gone" and cell.observed is None:
        return False
    seen = context.observed.get(cell.endpoint)
    if seen and seen.unsure:
        return False
    own = leaves(seen) if seen else ()
    if _as_today(context, cell) or not cell.expected:
        # Where a browser was given nothing, or was not tried, what another client got may be meant for it.
        return leaf in own and (seen is None or seen.browser in (None, leaf))
    known = context.evidence.certificates
    identity = identity_of(known.get(leaf))
    if identity is None or identity not in {one.identity for one in cell.expected}:
        return False
    same = [one for one in own if identity_of(known.get(one)) == identity]
    return leaf in same if same else leaf == context.identity_leaf(cell.node, identity)


def _as_today(context: Context, cell: Cell) -> bool:
    """Whether nothing of the node changes; a further endpoint has no state."""
    states = _states(context, 0), _states(context, -1)
    return cell.scenario == "now" or states[0].get(cell.node) == states[1].get(cell.node)


def _states(context: Context, scenario: int) -> dict[str, NodeState]:
    return {state.node: state for state in context.scenarios[scenario].nodes}


def _for_agents(context: Context, cell: Cell) -> bool:
    server = context.knowledge.web_servers.get(cell.web_server)
    state = _states(context, 0 if cell.scenario == "now" else -1).get(cell.node)
    return (
        server is not None
        and in_release(server, state.release if state else "", context.knowledge).agent_facing
    )
