"""The runbook for the window: an overview, then phase by phase and node by node what to tick off."""

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import groupby

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.knowledge import Basis, Knowledge, load
from certlib.language import ENGLISH, current_language, in_language_of_site, join_list, say
from certlib.runbook import WHO, Plan, Rehearsal, Task, TaskGroup, group_tasks, rehearse
from certlib.runbook import runbook as plans_of
from certlib.show import states
from certlib.show.markup import Child, Display, join, make_grouped_table, make_table, make_tag
from certlib.show.rehearsal import describe_from_here
from certlib.text import make_visible
from certlib.words import describe_role

NAMED = 3  # nodes whose names stand in a line; of more the line says how many
BOX = "☐"


@in_language_of_site
def runbook(assessment: Assessment) -> Display:
    """The plan of the first recommended option, then the others; a task told before is referred to.

    What is done in the same way on several nodes is told once, with boxes to tick for each of them.
    """
    knowledge = load()
    found = plans_of(assessment)
    if not found.plans:
        nothing = say(
            "Nothing needs to be done for the certificates: agents meet no prompt, no upgrade is "
            "planned, and no check found anything to do."
        )
        return Display(html=make_tag("p", nothing), text=nothing)
    told: dict[Task, str] = {}
    tried = [rehearse(assessment, plan) for plan in found.plans]
    html = join(_render_shared(found.plans, knowledge), [_render_plan(one, knowledge, told) for one in tried])
    return Display(html=html, text="\n\n".join(_render_text(one, knowledge) for one in found.plans))


def _render_shared(plans: tuple[Plan, ...], knowledge: Knowledge) -> Markup:
    """What holds for every task of every plan, said once."""
    who = make_tag("p", knowledge.rules[WHO].text, " ", _render_brief(Basis("inferred", rule=WHO), knowledge))
    timed = any(task.minutes is not None for plan in plans for task in plan.tasks)
    times = (
        None
        if timed
        else make_tag(
            "p",
            say(
                "No source says how long any of these tasks takes as a whole, so no times are given. "
                "What a source does count stands in the step that it is about."
            ),
        )
    )
    several = any(one.nodes[1:] for plan in plans for one in group_tasks(plan.tasks))
    name = say("‹node›")
    return join(
        who,
        times,
        make_tag(
            "p",
            say(
                "What is done in the same way on several nodes is told once: {name} stands for the "
                "name of each. The boxes below the steps are ticked row by row: every step on one "
                "node, then the sign that it worked, and only then the next node.",
                name=name,
            ),
        )
        if several
        else None,
    )


def _render_plan(tried: Rehearsal, knowledge: Knowledge, told: dict[Task, str]) -> Markup:
    plan = tried.plan
    name = plan.option or "upgrade"
    if tried.defects:
        return _render_withheld(tried)
    moments = {(one.phase, one.hop): one for one in tried.moments}
    first = not told
    known = {task.procedure for task in told}
    work = group_tasks(plan.tasks, told=told)
    new = [one for one in work if one.tasks[0] not in told]
    for one in new:
        told |= dict.fromkeys(one.tasks, f"task-{name}-{len(told) + 1}")
    sections: list[Markup | None] = []
    for phase in dict.fromkeys(task.phase for task in plan.tasks):
        entry = knowledge.phases[phase]
        sections.append(make_tag("h4", entry.title))
        sections.append(make_tag("p", entry.text, " ", _render_brief(entry.basis, knowledge)))
        for hop, same in groupby((one for one in work if one.told.phase == phase), lambda one: one.told.hop):
            for one in same:
                if one not in new:
                    sections.append(_link_above(one, told))
                    continue
                body = _render_group(one, knowledge, place=told[one.tasks[0]])
                procedure = one.told.procedure
                fresh = procedure not in known
                sections.append(make_tag("section", body, id=f"procedure-{procedure}") if fresh else body)
                known.add(procedure)
            moment = moments.get((phase, hop))
            sections.append(describe_from_here(moment, knowledge) if moment else None)
    return make_tag(
        "section",
        make_tag(
            "h3",
            None if first else join(say("If the option above is not possible, or not in time:"), " "),
            plan.title,
        ),
        _render_order(plan, knowledge) if len(plan.nodes) > 1 else None,
        _render_overview(plan, work, told, knowledge),
        sections,
        id=f"runbook-{name}",
    )


def _render_withheld(tried: Rehearsal) -> Markup:
    """A plan that would go wrong: it is not told, only what is wrong with it."""
    faults = (
        make_tag("li", join(f"{defect.node}: " if defect.node else None, defect.text))
        for defect in tried.defects
    )
    return make_tag(
        "section",
        make_tag("h3", tried.plan.title),
        make_tag("p", say("This plan did not pass its rehearsal and is therefore not told. What is wrong:")),
        make_tag("ul", faults),
        id=f"runbook-{tried.plan.option or 'upgrade'}",
    )


def _render_order(plan: Plan, knowledge: Knowledge) -> Markup:
    same = groupby(plan.nodes, lambda one: one[1])
    parts = (f"{join_list(*(node for node, _ in nodes))} ({describe_role(role)})" for role, nodes in same)
    nodes = _render_from_here(parts)
    return make_tag(
        "p", say("The order of the nodes: {nodes}.", nodes=nodes), " ", _render_brief(plan.order, knowledge)
    )


def _render_overview(
    plan: Plan, work: list[TaskGroup], told: Mapping[Task, str], knowledge: Knowledge
) -> Markup:
    groups: dict[str, list[list[Child]]] = {}
    for (_, title), same in groupby(work, lambda one: (one.told.phase, one.told.title)):
        first, *more = same
        nodes = tuple(node for one in (first, *more) for node in one.nodes)
        link = make_tag("a", title, href=f"#{told[first.tasks[0]]}")
        row: list[Child] = [_describe_nodes(nodes, plan), link, first.told.who, first.told.interrupts]
        groups.setdefault(knowledge.phases[first.told.phase].title, []).append(row)
    return make_grouped_table(
        caption=say("The work at a glance: {plan}", plan=plan.title),
        columns=[say("Node"), say("Task"), say("Who"), say("Interrupts")],
        groups=groups,
        class_="findings",
    )


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
    return _render_from_here(task_group.nodes) if task_group.nodes else ""


def _render_from_here(parts: Iterable[str]) -> str:
    return reduce(lambda first, end: say("{first}, then {end}", first=first, end=end), parts)


def _make_title(task_group: TaskGroup) -> Markup:
    return make_tag(
        "strong", " · ".join(part for part in (task_group.told.title, _list_nodes(task_group)) if part)
    )


def _link_above(task_group: TaskGroup, told: Mapping[Task, str]) -> Markup:
    link = make_tag("a", say("as described above"), href=f"#{told[task_group.tasks[0]]}", class_="paged")
    return make_tag("p", _make_title(task_group), ": ", link, ".")


def _render_group(task_group: TaskGroup, knowledge: Knowledge, *, place: str) -> Markup:
    task = task_group.told
    items = (
        make_tag(
            "li",
            step.text,
            join(" ", _render_brief(step.basis, knowledge)) if step.basis != task.basis else None,
            (make_tag("pre", command, class_="cmd") for command in task_group.commands(number)),
        )
        for number, step in enumerate(task.steps)
    )
    facts = say(
        "Where: {where}; who: {who}; interrupts: {interrupts}.",
        where=task.where,
        who=task.who,
        interrupts=_put_inside(task.interrupts),
    )
    several = len(task_group.nodes) > 1
    return make_tag(
        "section",
        make_tag("p", _make_title(task_group)),
        make_tag("p", facts, " ", _render_brief(task.basis, knowledge)),
        _render_minutes(task, knowledge),
        make_tag("ol", items, class_="each" if several else "steps"),
        make_tag("p", make_tag("strong", say("It worked when:"), " "), task.check),
        _render_ticks(task_group) if several else None,
        id=place,
        class_="whole",
    )


def _render_ticks(task_group: TaskGroup) -> Markup:
    """A box for each step on each node, and one for the sign that it worked, node below node."""
    numbers = range(1, len(task_group.told.steps) + 1)
    heads = [
        say("Node"),
        *(f"{number}." for number in numbers),
        say("Worked"),
    ]
    rows = [[f"{place}. {node}", *[BOX] * len(heads[1:])] for place, node in enumerate(task_group.nodes, 1)]
    return make_table(
        caption=say("Row by row, one node after the other"), columns=heads, rows=rows, class_="ticks"
    )


def _render_minutes(task: Task, knowledge: Knowledge) -> Markup | None:
    if task.minutes is None or task.minutes_basis is None:
        return None
    expected = say("Expected: {minutes} minutes", minutes=task.minutes)
    return make_tag("p", expected, " ", _render_brief(task.minutes_basis, knowledge))


def _put_inside(sentence: str) -> str:
    """A sentence as the last part of another one; other languages keep the capitals of their nouns."""
    begin = sentence[:1].lower() if current_language() == ENGLISH else sentence[:1]
    return (begin + sentence[1:]).rstrip(".")


def _render_brief(basis: Basis, knowledge: Knowledge) -> Markup:
    return states.render_basis_of_brief(basis, knowledge)


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
