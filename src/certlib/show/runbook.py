"""The runbook for the window: an overview, then phase by phase and node by node what to tick off."""

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import groupby

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.knowledge import Basis, Knowledge, load
from certlib.language import ENGLISH, Phrases
from certlib.runbook import WHO, Plan, Rehearsal, Round, Task, rehearse, rounds
from certlib.runbook import runbook as plans_of
from certlib.show import states
from certlib.show.markup import Child, Display, grouped_table, join, table, tag
from certlib.show.rehearsal import from_here
from certlib.text import visible
from certlib.words import role_text

NAMED = 3  # nodes whose names stand in a line; of more the line says how many
BOX = "☐"


def runbook(assessment: Assessment) -> Display:
    """The plan of the first recommended option, then the others; a task told before is referred to.

    What is done in the same way on several nodes is told once, with boxes to tick for each of them.
    """
    knowledge = load(assessment.site.report.language)
    found = plans_of(assessment)
    if not found.plans:
        nothing = knowledge.say("runbook.nothing")
        return Display(html=tag("p", nothing), text=nothing)
    told: dict[Task, str] = {}
    tried = [rehearse(assessment, plan) for plan in found.plans]
    html = join(_shared(found.plans, knowledge), [_plan(one, knowledge, told) for one in tried])
    return Display(html=html, text="\n\n".join(_text(one, knowledge) for one in found.plans))


def _shared(plans: tuple[Plan, ...], knowledge: Knowledge) -> Markup:
    """What holds for every task of every plan, said once."""
    who = tag("p", knowledge.rules[WHO].text, " ", _brief(Basis("inferred", rule=WHO), knowledge))
    timed = any(task.minutes is not None for plan in plans for task in plan.tasks)
    times = None if timed else tag("p", knowledge.say("runbook.no-times"))
    several = any(one.nodes[1:] for plan in plans for one in rounds(plan.tasks))
    name = knowledge.say("runbook.any-node")
    return join(who, times, tag("p", knowledge.say("runbook.in-turn", name=name)) if several else None)


def _plan(tried: Rehearsal, knowledge: Knowledge, told: dict[Task, str]) -> Markup:
    plan = tried.plan
    name = plan.option or "upgrade"
    if tried.defects:
        return _withheld(tried, knowledge)
    moments = {(one.phase, one.hop): one for one in tried.moments}
    first = not told
    known = {task.procedure for task in told}
    work = rounds(plan.tasks, told=told)
    new = [one for one in work if one.tasks[0] not in told]
    for one in new:
        told |= dict.fromkeys(one.tasks, f"task-{name}-{len(told) + 1}")
    sections: list[Markup | None] = []
    for phase in dict.fromkeys(task.phase for task in plan.tasks):
        entry = knowledge.phases[phase]
        sections.append(tag("h4", entry.title))
        sections.append(tag("p", entry.text, " ", _brief(entry.basis, knowledge)))
        for hop, same in groupby((one for one in work if one.told.phase == phase), lambda one: one.told.hop):
            for one in same:
                if one not in new:
                    sections.append(_as_above(one, told, knowledge))
                    continue
                body = _round(one, knowledge, place=told[one.tasks[0]])
                procedure = one.told.procedure
                fresh = procedure not in known
                sections.append(tag("section", body, id=f"procedure-{procedure}") if fresh else body)
                known.add(procedure)
            moment = moments.get((phase, hop))
            sections.append(from_here(moment, knowledge) if moment else None)
    return tag(
        "section",
        tag("h3", None if first else join(knowledge.say("show.otherwise"), " "), plan.title),
        _order(plan, knowledge) if len(plan.nodes) > 1 else None,
        _overview(plan, work, told, knowledge),
        sections,
        id=f"runbook-{name}",
    )


def _withheld(tried: Rehearsal, knowledge: Knowledge) -> Markup:
    """A plan that would go wrong: it is not told, only what is wrong with it."""
    say = knowledge.say
    faults = (tag("li", join(f"{one.node}: " if one.node else None, one.text)) for one in tried.defects)
    return tag(
        "section",
        tag("h3", tried.plan.title),
        tag("p", say("rehearsal.withheld")),
        tag("ul", faults),
        id=f"runbook-{tried.plan.option or 'upgrade'}",
    )


def _order(plan: Plan, knowledge: Knowledge) -> Markup:
    say = knowledge.say
    same = groupby(plan.nodes, lambda one: one[1])
    parts = (f"{say.listed(*(node for node, _ in nodes))} ({role_text(role, say)})" for role, nodes in same)
    nodes = _then(parts, say)
    return tag("p", say("runbook.order", nodes=nodes), " ", _brief(plan.order, knowledge))


def _overview(plan: Plan, work: list[Round], told: Mapping[Task, str], knowledge: Knowledge) -> Markup:
    say = knowledge.say
    groups: dict[str, list[list[Child]]] = {}
    for (_, title), same in groupby(work, lambda one: (one.told.phase, one.told.title)):
        first, *more = same
        nodes = tuple(node for one in (first, *more) for node in one.nodes)
        link = tag("a", title, href=f"#{told[first.tasks[0]]}")
        row: list[Child] = [_where(nodes, plan, say), link, first.told.who, first.told.interrupts]
        groups.setdefault(knowledge.phases[first.told.phase].title, []).append(row)
    return grouped_table(
        caption=say("runbook.overview", plan=plan.title),
        columns=[say("show.node"), say("runbook.task"), say("runbook.who"), say("runbook.interrupts")],
        groups=groups,
        class_="findings",
    )


def _where(nodes: tuple[str, ...], plan: Plan, say: Phrases) -> str:
    """The nodes of a row in few words."""
    if not nodes:
        return say("show.site")
    if nodes[1:] and len({*nodes}) == len(plan.nodes):
        return say("runbook.every-node", count=len(plan.nodes))
    return say.listed(*nodes) if len(nodes) <= NAMED else say("runbook.nodes", count=len(nodes))


def _nodes(one: Round, say: Phrases) -> str:
    """The nodes of a round in their order, or how many they are; empty where it is done once."""
    if len(one.nodes) > NAMED:
        return say("runbook.nodes", count=len(one.nodes))
    return _then(one.nodes, say) if one.nodes else ""


def _then(parts: Iterable[str], say: Phrases) -> str:
    return reduce(lambda first, end: say("runbook.then", first=first, end=end), parts)


def _title(one: Round, say: Phrases) -> Markup:
    return tag("strong", " · ".join(part for part in (one.told.title, _nodes(one, say)) if part))


def _as_above(one: Round, told: Mapping[Task, str], knowledge: Knowledge) -> Markup:
    link = tag("a", knowledge.say("runbook.as-above"), href=f"#{told[one.tasks[0]]}", class_="paged")
    return tag("p", _title(one, knowledge.say), ": ", link, ".")


def _round(one: Round, knowledge: Knowledge, *, place: str) -> Markup:
    say, task = knowledge.say, one.told
    items = (
        tag(
            "li",
            step.text,
            join(" ", _brief(step.basis, knowledge)) if step.basis != task.basis else None,
            (tag("pre", command, class_="cmd") for command in one.commands(number)),
        )
        for number, step in enumerate(task.steps)
    )
    facts = say("runbook.facts", where=task.where, who=task.who, interrupts=_inside(task.interrupts, say))
    several = len(one.nodes) > 1
    return tag(
        "section",
        tag("p", _title(one, say)),
        tag("p", facts, " ", _brief(task.basis, knowledge)),
        _minutes(task, knowledge),
        tag("ol", items, class_="each" if several else "steps"),
        tag("p", tag("strong", say("runbook.worked"), " "), task.check),
        _ticks(one, say) if several else None,
        id=place,
        class_="whole",
    )


def _ticks(one: Round, say: Phrases) -> Markup:
    """A box for each step on each node, and one for the sign that it worked, node below node."""
    numbers = range(1, len(one.told.steps) + 1)
    heads = [
        say("show.node"),
        *(f"{number}." for number in numbers),
        say("runbook.seen"),
    ]
    rows = [[f"{place}. {node}", *[BOX] * len(heads[1:])] for place, node in enumerate(one.nodes, 1)]
    return table(caption=say("runbook.ticks"), columns=heads, rows=rows, class_="ticks")


def _minutes(task: Task, knowledge: Knowledge) -> Markup | None:
    if task.minutes is None or task.minutes_basis is None:
        return None
    expected = knowledge.say("runbook.minutes", minutes=task.minutes)
    return tag("p", expected, " ", _brief(task.minutes_basis, knowledge))


def _inside(sentence: str, say: Phrases) -> str:
    """A sentence as the last part of another one; other languages keep the capitals of their nouns."""
    begin = sentence[:1].lower() if say.language == ENGLISH else sentence[:1]
    return (begin + sentence[1:]).rstrip(".")


def _brief(basis: Basis, knowledge: Knowledge) -> Markup:
    return states.basis_of_brief(basis, knowledge)


def _text(plan: Plan, knowledge: Knowledge) -> str:
    lines, site = [plan.title], knowledge.say("show.site")
    for phase in dict.fromkeys(task.phase for task in plan.tasks):
        lines.append(f"  {knowledge.phases[phase].title}")
        lines += [
            f"    [ ] {visible(task.node or site)}: {task.title} ({task.who})"
            for task in plan.tasks
            if task.phase == phase
        ]
    return "\n".join(lines)
