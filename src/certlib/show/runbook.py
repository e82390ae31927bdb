"""The runbook for the window: an overview, then phase by phase and node by node what to tick off."""

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import groupby
from typing import Any

from certlib.assess import Assessment
from certlib.knowledge import Basis, Knowledge
from certlib.language import ENGLISH, current_language, in_language_of_site, join_list, say
from certlib.runbook import REHEARSAL, WHO, Moment, Plan, Rehearsal, Task, TaskGroup, group_tasks, rehearse
from certlib.runbook import runbook as plans_of
from certlib.show.rehearsal import describe_going_back, describe_outcomes, describe_stop, stops_agents
from certlib.show.render import Display, render
from certlib.text import make_visible
from certlib.words import describe_role

NAMED = 3  # nodes whose names stand in a line; of more the line says how many
BOX = "☐"
View = Mapping[str, Any]  # what the template shows of something


@in_language_of_site
def runbook(assessment: Assessment) -> Display:
    """The plan of the first recommended option, then the others; a task told before is referred to.

    What is done in the same way on several nodes is told once, with boxes to tick for each of them.
    """
    knowledge = assessment.knowledge
    plans = plans_of(assessment).plans
    nothing = say(
        "Nothing needs to be done for the certificates: agents meet no prompt, no upgrade is "
        "planned, and no check found anything to do."
    )
    places: dict[Task, str] = {}
    html = render(
        "runbook",
        assessment.site,
        plans=[_view_plan(rehearse(assessment, plan), knowledge, places) for plan in plans],
        nothing=nothing,
        rule_of_who=Basis("inferred", rule=WHO),
        rehearsed=Basis("inferred", rule=REHEARSAL),
        timed=any(task.minutes is not None for plan in plans for task in plan.tasks),
        several=any(group.nodes[1:] for plan in plans for group in group_tasks(plan.tasks)),
    )
    text = "\n\n".join(_render_text(plan, knowledge) for plan in plans) if plans else nothing
    return Display(html=html, text=text)


def _view_plan(tried: Rehearsal, knowledge: Knowledge, places: dict[Task, str]) -> View:
    """A plan phase by phase; `places` has the ids of tasks told before, and gets those of this plan."""
    plan = tried.plan
    name = plan.option or "upgrade"
    if tried.defects:
        return {"id": name, "title": plan.title, "defects": tried.defects}
    moments = {(moment.phase, moment.hop): moment for moment in tried.moments}
    first, known = not places, {task.procedure for task in places}
    groups = group_tasks(plan.tasks, told=places)
    new = {group.tasks[0] for group in groups} - places.keys()
    for group in groups:
        if group.tasks[0] in new:
            places |= dict.fromkeys(group.tasks, f"task-{name}-{len(places) + 1}")
    phases = []
    for phase in dict.fromkeys(task.phase for task in plan.tasks):
        parts = []
        same_phase = (group for group in groups if group.told.phase == phase)
        for hop, same_hop in groupby(same_phase, lambda group: group.told.hop):
            work = []
            for group in same_hop:
                is_new = group.tasks[0] in new
                work.append(_view_task(group, places[group.tasks[0]], new=is_new, known=known))
                known |= {group.told.procedure} if is_new else set()
            moment = moments.get((phase, hop))
            parts.append({"work": work, "moment": _view_moment(moment, knowledge) if moment else None})
        phases.append({"entry": knowledge.phases[phase], "parts": parts})
    return {
        "id": name,
        "title": plan.title,
        "defects": (),
        "first": first,
        "order": _describe_order(plan) if len(plan.nodes) > 1 else "",
        "order_basis": plan.order,
        "overview": _view_overview(plan, groups, places, knowledge),
        "phases": phases,
    }


def _view_moment(moment: Moment, knowledge: Knowledge) -> View:
    return {
        "stops": stops_agents(moment),
        "met": describe_outcomes(moment, knowledge),
        "going_back": describe_going_back(moment),
        "stopping": describe_stop(moment),
        "hindered": bool(moment.hindrances),
    }


def _describe_order(plan: Plan) -> str:
    same_role = groupby(plan.nodes, lambda node: node[1])
    parts = (
        f"{join_list(*(node for node, _ in nodes))} ({describe_role(role)})" for role, nodes in same_role
    )
    return _join_in_order(parts)


def _view_overview(
    plan: Plan, groups: list[TaskGroup], places: Mapping[Task, str], knowledge: Knowledge
) -> View:
    """By phase, each task with its nodes in few words."""
    phases: dict[str, list[View]] = {}
    for _, same in groupby(groups, lambda group: (group.told.phase, group.told.title)):
        first, *more = same
        nodes = tuple(node for group in (first, *more) for node in group.nodes)
        row = {"nodes": _describe_nodes(nodes, plan), "place": places[first.tasks[0]], "task": first.told}
        phases.setdefault(knowledge.phases[first.told.phase].title, []).append(row)
    return phases


def _describe_nodes(nodes: tuple[str, ...], plan: Plan) -> str:
    """The nodes of a row in few words."""
    if not nodes:
        return say("the site")
    if nodes[1:] and len({*nodes}) == len(plan.nodes):
        return say("all {count} nodes", count=len(plan.nodes))
    return join_list(*nodes) if len(nodes) <= NAMED else say("{count} nodes", count=len(nodes))


def _list_nodes(task_group: TaskGroup) -> str:
    """The nodes of a round in their order, or how many they are; empty where it is done once."""
    if len(task_group.nodes) > NAMED:
        return say("{count} nodes", count=len(task_group.nodes))
    return _join_in_order(task_group.nodes) if task_group.nodes else ""


def _join_in_order(parts: Iterable[str]) -> str:
    return reduce(lambda first, end: say("{first}, then {end}", first=first, end=end), parts)


def _view_task(group: TaskGroup, place: str, *, new: bool, known: set[str]) -> View:
    """The work of a group: `place` is its id; `known` are the procedures that were told before."""
    task = group.told
    several = len(group.nodes) > 1
    numbers = range(1, len(task.steps) + 1)
    return {
        "task": task,
        "title": " · ".join(part for part in (task.title, _list_nodes(group)) if part),
        "place": place,
        "new": new,
        "fresh": task.procedure not in known,
        "interrupts": _put_inside(task.interrupts),
        "steps": [
            {"text": step.text, "basis": step.basis, "commands": group.commands(number)}
            for number, step in enumerate(task.steps)
        ],
        "heads": [say("Node"), *(f"{number}." for number in numbers), say("Worked")],
        "ticks": [
            [f"{number}. {node}", *[BOX] * (len(numbers) + 1)] for number, node in enumerate(group.nodes, 1)
        ]
        if several
        else [],
    }


def _put_inside(sentence: str) -> str:
    """A sentence as the last part of another one; other languages keep the capitals of their nouns."""
    begin = sentence[:1].lower() if current_language() == ENGLISH else sentence[:1]
    return (begin + sentence[1:]).rstrip(".")


def _render_text(plan: Plan, knowledge: Knowledge) -> str:
    lines, site = [plan.title], say("the site")
    for phase in dict.fromkeys(task.phase for task in plan.tasks):
        lines.append(f"  {knowledge.phases[phase].title}")
        lines += [
            f"    [ ] {make_visible(task.node or site)}: {task.title} ({task.who})"
            for task in plan.tasks
            if task.phase == phase
        ]
    return "\n".join(lines)
