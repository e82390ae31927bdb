"""States of sites, worked out by hand from the sources: what agents meet, the verdict, the advice, the plan.

The states and their expectations stand in `states/*.yaml`, each with the source that it was worked out from.
"works|prompt" is open in the sources, "any" is not looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from certlib.assess import Scenario
from certlib.knowledge import load
from certlib.runbook import Task, runbook
from certlib.translations import collect_texts
from sites.stated import State, states
from sites.test_samples import NOTEBOOK, told

STATES = states()
GADGETS = ("finesse-desktop", "live-data", "chat-email", "socialminer-page")
OUTCOMES = {"fails": "cannot-be-accepted", "dead": "does-not-load"}
ASKING = ("blocks", "outage", "action", "manual", "error", "after-upgrade")
SCENARIOS = {"today": "now", "after": "after_upgrade", "cured": "after_recommended"}


def having(*keys: str) -> pytest.MarkDecorator:
    """The states that expect something of the kind, each by its name."""
    found = [one for one in STATES.values() if any(key in one.facts for key in keys)]
    return pytest.mark.parametrize("state", found, ids=[one.name for one in found])


def test_at_least_48_states_are_told_each_with_its_source_and_what_it_expects():
    assert len(STATES) >= 48
    assert [one.name for one in STATES.values() if not one["story"] or not one["why"]] == []
    assert [one.name for one in STATES.values() if not (one["today"] and one["verdict"])] == []


def test_no_name_in_a_state_is_misspelt():
    knowledge, outcomes = load(), {"any", *OUTCOMES, *OUTCOMES.values(), "works", "prompt", "open", "none"}
    wrong = []
    for state in STATES.values():
        options = [one for key in ("first", "also", "never") for one in listed(state[key])]
        wrong += [one for one in options if one not in (*knowledge.options, "none")]
        wrong += [one for one in listed(state["verdict"]) if one.partition(": ")[2] not in knowledge.rules]
        checks = [one.split()[1] for key in ("found", "absent") for one in listed(state[key])]
        wrong += [one for one in checks if one not in knowledge.checks]
        chains = [one for key in ("plan", "without") for one in listed(state[key]) if one != "none"]
        tasks = [task.split()[0] for chain in chains for task in chain.split(" < ")]
        named = [one for task in tasks for one in task.split("|")]
        wrong += [one for one in named if one not in knowledge.procedures]
        met = [state[key] for key in SCENARIOS if key in state.facts]
        told = [text for one in met for text in (one.values() if isinstance(one, Mapping) else [one])]
        each = [word for text in told for part in text.split(",") for word in part.strip().split("|")]
        wrong += [one for one in each if one not in outcomes]
    assert sorted({*wrong}) == []


@having(*SCENARIOS)
def test_agents_meet_what_is_stated_today_after_the_upgrade_and_after_the_cure(state: State):
    wrong = [text for time in SCENARIOS if time in state.facts for text in differing(state, time)]
    assert wrong == []


@having("verdict")
def test_the_verdict_is_the_stated_one(state: State):
    verdict = state.assessment.verdict
    assert f"{verdict.word}: {verdict.rule}" in listed(state["verdict"]), verdict.statement.text


@having("hops")
def test_the_way_has_the_stated_hops(state: State):
    assert [one.to for one in state.assessment.hops] == state["hops"]


@having("first", "also", "never")
def test_the_first_recommendation_is_the_stated_one_and_no_forbidden_one_is_made(state: State):
    recommended = state.assessment.recommended
    if "first" in state.facts:
        assert (recommended or ("none",))[0] in listed(state["first"]), recommended
    assert {*listed(state["also"])} <= {*recommended}
    assert {*listed(state["never"])}.isdisjoint(recommended), recommended


@having("found", "absent")
def test_the_stated_findings_are_there_and_no_others(state: State):
    there = [(one.state, one.check, short(one.node)) for one in state.assessment.findings]
    missing = [one for one in listed(state["found"]) if not any(is_finding(one, each) for each in there)]
    false = [one for one in listed(state["absent"]) if any(is_finding(one, each) for each in there)]
    assert (missing, false) == ([], []), [each for each in there if each[0] in (*ASKING, "information")]


@having("said", "unsaid")
def test_the_report_says_what_is_stated_and_not_what_is_forbidden(state: State):
    text = told(state.assessment)
    assert [one for one in listed(state["said"]) if one not in text] == []
    assert [one for one in listed(state["unsaid"]) if one in text] == []


def test_what_a_state_forbids_to_say_is_something_that_a_report_could_say():
    texts = "\n".join(text for _, text in collect_texts(NOTEBOOK))
    forbidden = {phrase for state in STATES.values() for phrase in listed(state["unsaid"])}
    assert sorted(phrase for phrase in forbidden if phrase not in texts) == []


@having("plan", "without")
def test_the_first_plan_has_the_stated_tasks_in_their_order_and_no_forbidden_ones(state: State):
    plans = runbook(state.assessment).plans
    tasks = plans[0].tasks if plans else ()
    shown = [f"{task.procedure} {short(task.node)} {identity(task)}".strip() for task in tasks]
    if state["plan"] == "none":  # a look at what works is no work
        assert [one for one in shown if one != "verify"] == []
        return
    assert [chain for chain in listed(state["plan"]) if not in_order(chain.split(" < "), tasks)] == [], shown
    assert [one for one in listed(state["without"]) if any(is_task(one, task) for task in tasks)] == [], shown


def listed(stated: Any) -> list[str]:
    """One or several, as a list."""
    return [stated] if isinstance(stated, str) else list(stated or ())


def differing(state: State, time: str) -> Iterator[str]:
    """What agents meet otherwise than is stated of a time."""
    scenario, stated = getattr(state.assessment, SCENARIOS[time]), state[time]
    for family, outcomes in stated.items() if isinstance(stated, Mapping) else [("", stated)]:
        there = met(scenario, family) if scenario else ("none",)
        if not fits(there, outcomes):
            yield f"{time} {family}: {', '.join(there)}; stated: {outcomes}"


def met(scenario: Scenario, family: str) -> tuple[str, ...]:
    """What agents meet in the order of the gadgets: in the worst browser, or in one family."""
    outcomes = {
        one.gadget: each.outcome
        for one in scenario.experiences
        for each in ([found for found in one.by_browser if found.browser == family] if family else [one])
    }
    return tuple(outcomes[gadget] for gadget in GADGETS if gadget in outcomes)


def fits(outcomes: Sequence[str], stated: str) -> bool:
    wanted = [one.strip().split("|") for one in stated.split(",")]
    allowed = [{OUTCOMES.get(one, one) for one in ones} for ones in wanted]
    pairs = zip(outcomes, allowed, strict=False)
    return len(wanted) == len(outcomes) and all("any" in ones or one in ones for one, ones in pairs)


def short(node: str | None) -> str:
    return (node or "").partition(".")[0]


def is_finding(stated: str, there: tuple[str, str, str]) -> bool:
    """Whether a finding is the stated one: "state|state check [node]"; "asking" is any that asks for work."""
    wanted, check, *node = stated.split()
    ones = [each for one in wanted.split("|") for each in (ASKING if one == "asking" else (one,))]
    return there[0] in ones and there[1] == check and (not node or there[2] == node[0])


def identity(task: Task) -> str:
    return getattr(task, "identity", None) or ""


def is_task(stated: str, task: Task) -> bool:
    """Whether a task is the stated one: "procedure|procedure [node|*] [identity]"."""
    procedures, node, wanted, *_ = (*stated.split(), "*", "*")
    return (
        task.procedure in procedures.split("|")
        and node in ("*", short(task.node))
        and wanted in ("*", identity(task))
    )


def in_order(chain: Iterable[str], tasks: Sequence[Task]) -> bool:
    """Whether the stated tasks are all there, each after the one before it."""
    left: Iterator[Task] = iter(tasks)
    return all(any(is_task(one, task) for task in left) for one in chain)
