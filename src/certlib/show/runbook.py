"""The runbook for the window: an overview, then phase by phase and node by node what to tick off."""

from functools import reduce

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.knowledge import Basis, Knowledge, load
from certlib.language import ENGLISH, Phrases
from certlib.runbook import WHO, Plan, Task
from certlib.runbook import runbook as plans_of
from certlib.show import states
from certlib.show.markup import Child, Display, grouped_table, join, tag
from certlib.text import visible
from certlib.words import role_text


def runbook(assessment: Assessment) -> Display:
    """The plan of the first recommended option, then the others; a task told before is referred to."""
    knowledge = load(assessment.site.report.language)
    found = plans_of(assessment)
    if not found.plans:
        nothing = knowledge.say("runbook.nothing")
        return Display(html=tag("p", nothing), text=nothing)
    told: dict[Task, str] = {}
    html = join(_shared(found.plans, knowledge), (_plan(one, knowledge, told) for one in found.plans))
    return Display(html=html, text="\n\n".join(_text(one, knowledge) for one in found.plans))


def _shared(plans: tuple[Plan, ...], knowledge: Knowledge) -> Markup:
    """What holds for every task of every plan, said once."""
    who = tag("p", knowledge.rules[WHO].text, " ", _brief(Basis("inferred", rule=WHO), knowledge))
    timed = any(task.minutes is not None for plan in plans for task in plan.tasks)
    times = None if timed else tag("p", knowledge.say("runbook.no-times"))
    return join(who, times)


def _plan(plan: Plan, knowledge: Knowledge, told: dict[Task, str]) -> Markup:
    name = plan.option or "upgrade"
    first = not told
    sections = []
    for phase in dict.fromkeys(task.phase for task in plan.tasks):
        entry = knowledge.phases[phase]
        sections.append(tag("h4", entry.title))
        sections.append(tag("p", entry.text, " ", _brief(entry.basis, knowledge)))
        sections += [_task(one, knowledge, told, plan) for one in plan.tasks if one.phase == phase]
    return tag(
        "section",
        tag("h3", None if first else join(knowledge.say("show.otherwise"), " "), plan.title),
        _order(plan, knowledge) if len(plan.nodes) > 1 else None,
        _overview(plan, knowledge),
        sections,
        id=f"runbook-{name}",
    )


def _order(plan: Plan, knowledge: Knowledge) -> Markup:
    say = knowledge.say
    nodes = reduce(
        lambda first, end: say("runbook.then", first=first, end=end),
        (f"{node} ({role_text(role, say)})" for node, role in plan.nodes),
    )
    return tag("p", say("runbook.order", nodes=nodes), " ", _brief(plan.order, knowledge))


def _overview(plan: Plan, knowledge: Knowledge) -> Markup:
    say = knowledge.say
    groups: dict[str, list[list[Child]]] = {}
    for task in plan.tasks:
        row: list[Child] = [task.node or say("show.site"), task.title, task.who, task.interrupts]
        groups.setdefault(knowledge.phases[task.phase].title, []).append(row)
    return grouped_table(
        caption=say("runbook.overview", plan=plan.title),
        columns=[say("show.node"), say("runbook.task"), say("runbook.who"), say("runbook.interrupts")],
        groups=groups,
        class_="findings",
    )


def _task(task: Task, knowledge: Knowledge, told: dict[Task, str], plan: Plan) -> Markup:
    say = knowledge.say
    title = tag("strong", " · ".join(part for part in (task.title, task.node) if part))
    if task in told:
        return tag("p", title, ": ", tag("a", say("runbook.as-above"), href=f"#{told[task]}"), ".")
    first_of_its_kind = all(one.procedure != task.procedure for one in told)
    told[task] = f"task-{plan.option or 'upgrade'}-{len(told) + 1}"
    items = (
        tag(
            "li",
            step.text,
            join(" ", _brief(step.basis, knowledge)) if step.basis != task.basis else None,
            (tag("pre", command, class_="cmd") for command in step.command.splitlines()),
        )
        for step in task.steps
    )
    facts = say("runbook.facts", where=task.where, who=task.who, interrupts=_inside(task.interrupts, say))
    body = tag(
        "section",
        tag("p", title),
        tag("p", facts, " ", _brief(task.basis, knowledge)),
        _minutes(task, knowledge),
        tag("ol", items, class_="steps"),
        tag("p", tag("strong", say("runbook.worked"), " "), task.check),
        id=told[task],
    )
    return tag("section", body, id=f"procedure-{task.procedure}") if first_of_its_kind else body


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
