"""A rehearsed plan: from each phase on what agents meet, what going back costs, and whether one may stop."""

from collections.abc import Sequence

from markupsafe import Markup

from certlib.assess import Assessment, Experience
from certlib.knowledge import Basis, Knowledge, load
from certlib.runbook import REHEARSAL, STOPPED, Moment, Rehearsal, rehearse
from certlib.runbook import runbook as plans_of
from certlib.show import states
from certlib.show.markup import Child, Display, join, table, tag
from certlib.text import in_columns
from certlib.words import met_text

RULE = Basis("inferred", rule=REHEARSAL)


def rehearsal(assessment: Assessment, *, option: str | None = None) -> Display:
    """The walk of each recommended plan, or of one option's, as a table: a row for each phase.

    Raises ValueError for an option that is unknown or does not apply to the site.
    """
    knowledge = load(assessment.site.report.language)
    plans = plans_of(assessment, options=(option,) if option else None).plans
    tried = [rehearse(assessment, plan) for plan in plans]
    html = join(*(_walk(one, knowledge) for one in tried))
    return Display(html=html, text="\n\n".join(_walk_text(one, knowledge) for one in tried))


def from_here(moment: Moment, knowledge: Knowledge) -> Markup:
    """What holds once a phase is done, in a paragraph."""
    say = knowledge.say
    bad = any(one.outcome in STOPPED for one in moment.scenario.experiences)
    met = met_from_here(moment, knowledge)
    return tag(
        "p",
        tag("strong", say("rehearsal.from-here")),
        " ",
        tag("span", met, class_="state state-bad") if bad else met,
        " ",
        say(f"rehearsal.back-{moment.going_back}"),
        " ",
        tag("strong", may_stop(moment, knowledge)) if moment.hindrances else may_stop(moment, knowledge),
        " ",
        states.basis_of_brief(RULE, knowledge),
    )


def met_from_here(moment: Moment, knowledge: Knowledge) -> str:
    """What agents meet once a phase is done, in sentences: what works is said in one."""
    say = knowledge.say
    groups: dict[str, list[Experience]] = {}
    for one in moment.scenario.experiences:
        groups.setdefault(one.outcome, []).append(one)
    if {*groups} <= {"works"}:
        return say("rehearsal.all-works")
    return " ".join(
        say(
            f"rehearsal.met-{outcome}",
            gadgets=say.listed(*(knowledge.gadgets[one.gadget].mention for one in met)),
        )
        for outcome, met in groups.items()
    )


def title_of(moment: Moment, tried: Rehearsal, knowledge: Knowledge) -> str:
    """A phase's title, with the release that a hop leads to where the way has several."""
    title = knowledge.phases[moment.phase].title
    tasks = [task for task in tried.plan.tasks if task.phase == moment.phase and task.hop is not None]
    if len({task.hop for task in tasks}) < 2:
        return title
    releases = dict.fromkeys(task.release for task in tasks if task.hop == moment.hop and task.release)
    return f"{title}: {knowledge.say.listed(*releases)}"


def may_stop(moment: Moment, knowledge: Knowledge) -> str:
    """Whether one may stop for the night, and else why not."""
    say = knowledge.say
    if not moment.hindrances:
        return say("rehearsal.may-stop")
    return say(
        "rehearsal.no-stop",
        reasons=say.listed(*(say(f"rehearsal.no-stop-{one}") for one in moment.hindrances)),
    )


def _rows(tried: Rehearsal, knowledge: Knowledge) -> Sequence[Sequence[str]]:
    say = knowledge.say
    return [
        [
            title_of(moment, tried, knowledge),
            *(met_text(one, say) for one in moment.scenario.experiences),
            say(f"rehearsal.back-{moment.going_back}"),
            may_stop(moment, knowledge),
        ]
        for moment in tried.moments
    ]


def _columns(tried: Rehearsal, knowledge: Knowledge) -> list[str]:
    say = knowledge.say
    gadgets = tried.moments[0].scenario.experiences if tried.moments else ()
    return [
        say("rehearsal.phase"),
        *(knowledge.gadgets[one.gadget].title for one in gadgets),
        say("rehearsal.going-back"),
        say("rehearsal.stopping"),
    ]


def _walk(tried: Rehearsal, knowledge: Knowledge) -> Markup:
    rows: Sequence[Sequence[Child]] = _rows(tried, knowledge)
    caption = knowledge.say("rehearsal.caption", plan=tried.plan.title)
    faults = tag("ul", (tag("li", one.text) for one in tried.defects)) if tried.defects else None
    return join(
        table(caption=caption, columns=_columns(tried, knowledge), rows=rows, class_="matrix"), faults
    )


def _walk_text(tried: Rehearsal, knowledge: Knowledge) -> str:
    say = knowledge.say
    rows = [
        [
            title_of(moment, tried, knowledge),
            *(met_text(one, say) for one in moment.scenario.experiences),
            say(f"rehearsal.cost-{moment.going_back}"),
            say("rehearsal.stop-yes")
            if not moment.hindrances
            else say.listed(*(say(f"rehearsal.no-stop-{one}") for one in moment.hindrances)),
        ]
        for moment in tried.moments
    ]
    lines = [tried.plan.title, in_columns([_columns(tried, knowledge), *rows])]
    lines += [f"✕ {one.node or ''} {one.procedure or ''}: {one.text}" for one in tried.defects]
    return "\n".join(lines)
