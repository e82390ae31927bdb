"""A plan that is worked off in the lab, held phase by phase against its rehearsal."""

from collections.abc import Callable
from itertools import groupby

from certlib import lab
from certlib.assess import Assessment, EndpointState, Scenario
from certlib.assess.effects import is_same_state
from certlib.knowledge import load
from certlib.runbook import Plan, rehearse, runbook
from lab.driving import Seen, work_off

UNDOING = "roll-back"


def plans(found: Assessment) -> list[Plan]:
    """The plan of every option that is offered, and of the upgrade or the findings alone."""
    known = load().options
    offered = [one.option for one in found.options if one.scenario and not known[one.option].advised_against]
    chosen = runbook(found, options=offered).plans if offered else ()
    return [*chosen, *(one for one in runbook(found).plans if one.option is None)]


def walked(
    start: lab.Site, plan: Plan, found: Assessment, *, become: Callable[[lab.Site], Seen]
) -> list[str]:
    """Where a site on which a plan is worked off is not as rehearsed, with the phase.

    `become` tells what a browser gets from a state of it. A step that a server refuses ends the work.
    """
    site, first, wrong = start, become(start), []
    work = [task for task in plan.tasks if task.phase != UNDOING]
    phases = [(part, list(tasks)) for part, tasks in groupby(work, lambda task: (task.phase, task.hop))]
    for ((phase, hop), tasks), moment in zip(phases, rehearse(found, plan).moments, strict=True):
        assert (phase, hop) == (moment.phase, moment.hop)
        try:
            for task in tasks:
                site = work_off(site, task)
        except lab.LabError as refused:
            return [*wrong, f"in {phase}: {refused}"]
        seen = become(site)
        wrong += [f"after {phase}: {one}" for one in differences(seen, moment.scenario, found, first=first)]
    waiting = [node.name for node in site.nodes if node.work.pending or node.work.inactive]
    return [*wrong, *(f"at the end: {name} waits for a restart or a switch" for name in waiting)]


def differences(seen: Seen, foretold: Scenario, found: Assessment, *, first: Seen) -> list[str]:
    """Where a browser gets something else than was foretold, or a certificate is not new that should be."""
    states = {one.node: one for one in foretold.nodes}
    cells = [one for one in foretold.endpoints if seen.get(one.endpoint)]
    gone = [one.endpoint for one in cells if one.presence and one.presence.kind == "gone"]
    wrong = []
    for cell in (one for one in cells if one.endpoint not in gone):
        got, expected = seen[cell.endpoint], _expected(cell, foretold, found)
        if (got.identity, got.kind) not in expected:
            wrong.append(f"{cell.endpoint}: {got.identity} {got.kind}, foretold {sorted(expected)}")
            continue
        before = {
            leaf for endpoint, leaf in _leaves(first, got.identity) if endpoint.startswith(f"{cell.node}/")
        }
        new = got.leaf not in before
        if before and new is not (got.identity in states[cell.node].renewed):
            wrong.append(f"{cell.endpoint}: {got.identity} is {'another' if new else 'the same'}")
    return wrong


def _expected(cell: EndpointState, foretold: Scenario, found: Assessment) -> set[tuple[str, str]]:
    """What is foretold of a web server; what was seen of it stays as long as nothing is done to its node."""
    state, today = (
        next(node for node in one.nodes if node.node == cell.node) for one in (foretold, found.now)
    )
    before = next((one.observed for one in found.now.endpoints if one.endpoint == cell.endpoint), None)
    if before and before.identity and is_same_state(state, today):
        return {(before.identity, str(before.kind))}
    return {(one.identity, one.kind) for one in cell.expected}


def _leaves(seen: Seen, identity: str) -> set[tuple[str, str]]:
    return {(endpoint, one.leaf) for endpoint, one in seen.items() if one and one.identity == identity}
