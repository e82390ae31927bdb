"""Each sample site is led through each plan on loopback, and presents what the rehearsal foretold.

The lab decides what it presents by a policy of its own; it shares no rule with the rehearsal.
"""

from itertools import groupby

import pytest

from certlib.assess import Assessment, Observed, Scenario
from certlib.assess.changes import same_state
from certlib.runbook import Moment, Plan, rehearse, runbook
from lab.driving import Driven, driven
from sites.holdings import assessed
from sites.samples import SAMPLES

UNDOING = "roll-back"


def plans(found: Assessment) -> list[Plan]:
    """The plan of every option that is offered, and of the upgrade or the findings alone."""
    offered = [one.option for one in found.options if one.scenario]
    chosen = runbook(found, options=offered).plans if offered else ()
    return [*chosen, *(one for one in runbook(found).plans if one.option is None)]


def differences(site: Driven, moment: Scenario, found: Assessment, first: dict[str, Observed]) -> list[str]:
    """Where a browser gets something else than was foretold."""
    states = {one.node: one for one in moment.nodes}
    today = {one.node: one for one in found.now.nodes}
    observed_today = {one.endpoint: one.observed for one in found.now.cells}
    served = {f"{one.node}/{one.web_server}": one.fault for one in site.running.endpoints}
    wrong = []
    for cell in moment.cells:
        if cell.endpoint not in served or (cell.presence and cell.presence.kind == "gone"):
            continue
        got = site.seen[cell.endpoint]
        if served[cell.endpoint]:
            wrong += [f"{cell.endpoint}: answers on a port without a listener"] if got.browser else []
            continue
        foretold = {(one.identity, one.kind) for one in cell.expected}
        before = observed_today.get(cell.endpoint)
        if before and before.identity and same_state(states[cell.node], today[cell.node]):
            foretold = {(before.identity, before.kind)}  # what was seen stays as long as nothing is done
        if foretold and (got.identity, got.kind) not in foretold:
            wrong.append(f"{cell.endpoint}: {got.identity} {got.kind}, foretold {foretold}")
        elif got.identity == first[cell.endpoint].identity:
            new = got.browser != first[cell.endpoint].browser
            if new is not (got.identity in states[cell.node].renewed):
                wrong.append(f"{cell.endpoint}: {'another' if new else 'the same'} {got.identity}")
    return wrong


def walked(site: Driven, plan: Plan, moments: tuple[Moment, ...], found: Assessment) -> list[str]:
    """Every difference between a plan that is worked off and its rehearsal, with the phase."""
    site.again()
    first, wrong = dict(site.seen), []
    work = [task for task in plan.tasks if task.phase != UNDOING]
    phases = [(phase, list(tasks)) for phase, tasks in groupby(work, lambda task: task.phase)]
    for (phase, tasks), moment in zip(phases, moments, strict=True):
        assert phase == moment.phase
        for task in tasks:
            site.work_off(task)
        site.look()
        wrong += [f"after {phase}: {one}" for one in differences(site, moment.scenario, found, first)]
    wrong += [
        f"at the end: {node.name} waits for a restart or a switch"
        for node in site.running.site.nodes
        if node.work.pending or node.work.inactive
    ]
    return wrong


@pytest.mark.parametrize("name", SAMPLES)
def test_every_plan_of_a_sample_site_goes_on_loopback_as_it_was_rehearsed(name: str) -> None:
    sample = SAMPLES[name]
    found = assessed(name, sample.nodes, collected=sample.collected)
    with driven(found.site, sample.nodes) as site:
        wrong = {
            str(plan.option): differing
            for plan in plans(found)
            if (differing := walked(site, plan, rehearse(found, plan).moments, found))
        }
    assert wrong == {}


def test_what_is_presented_otherwise_than_foretold_is_told() -> None:
    """A foretelling that is held against a site on which nothing is done differs where it should."""
    sample = SAMPLES["11-5-two-browsers"]
    found = assessed("11-5-two-browsers", sample.nodes, collected=sample.collected)
    outcome = next(one for one in found.options if one.option == "both-cops")
    with driven(found.site, sample.nodes) as site:
        wrong = differences(site, outcome.scenario, found, site.seen)
    assert {one.partition(":")[0].partition("/")[2] for one in wrong} == {"socketio", "socialminer-openfire"}
