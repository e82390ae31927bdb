"""A rehearsed plan: from each phase on what agents meet, what going back costs, and whether one may stop."""

from collections.abc import Sequence

from certlib.assess import Assessment, Experience
from certlib.assess.model import STOPPING
from certlib.knowledge import Knowledge
from certlib.language import in_language_of_site, join_list, mark, say
from certlib.runbook import Moment, Rehearsal, rehearse
from certlib.runbook import runbook as plans_of
from certlib.show.render import Display, render
from certlib.text import align_columns
from certlib.words import describe_in_browser

REHEARSAL_BACK_TEXTS = {
    "nothing": mark("Nothing has to be undone to go back."),
    "undo": mark("The tasks at the end of this plan lead back."),
    "switch-back": mark(
        "Going back means switching to the old release; what was changed since then is lost."
    ),
    "restore": mark("Going back means restoring a backup, since the key of a certificate was replaced."),
}

REHEARSAL_MET_TEXTS = {
    "works": mark("Agents can use {gadgets}."),
    "prompt": mark("Agents are asked to accept a certificate for {gadgets}."),
    "open": mark("What agents meet in {gadgets} is open."),
    "cannot-be-accepted": mark("Agents cannot use {gadgets}: the certificate cannot be accepted."),
    "does-not-load": mark("Agents cannot use {gadgets}: nothing loads."),
}

REHEARSAL_NO_STOP_TEXTS = {
    "agents": mark("agents could not work with what they use today"),
    "waiting": mark("what is stored on a node is in use only after its restart"),
    "half-upgraded": mark(
        "the nodes are not all on one release of the way, and Cisco wants them upgraded in one window"
    ),
    "unlike": mark("the two UCCX nodes present unlike certificates"),
}

REHEARSAL_COST_TEXTS = {
    "nothing": mark("nothing to undo"),
    "undo": mark("undo"),
    "switch-back": mark("old release"),
    "restore": mark("restore"),
}


@in_language_of_site
def rehearsal(assessment: Assessment, *, option: str | None = None) -> Display:
    """The walk of each recommended plan, or of one option's, as a table: a row for each phase.

    Raises ValueError for an option that is unknown or does not apply to the site.
    """
    knowledge = assessment.knowledge
    plans = plans_of(assessment, options=(option,) if option else None).plans
    tried = [rehearse(assessment, plan) for plan in plans]
    walks = [
        {
            "title": walk.plan.title,
            "columns": _list_columns(walk, knowledge),
            "rows": _make_rows(walk, knowledge),
            "defects": walk.defects,
        }
        for walk in tried
    ]
    html = render("rehearsal", assessment.site, walks=walks)
    return Display(html=html, text="\n\n".join(_render_walk_text(one, knowledge) for one in tried))


def describe_going_back(moment: Moment) -> str:
    """What going back would cost once a phase is done."""
    return say(REHEARSAL_BACK_TEXTS[moment.going_back])


def stops_agents(moment: Moment) -> bool:
    """Whether agents cannot use something once a phase is done."""
    return any(experience.outcome in STOPPING for experience in moment.scenario.experiences)


def describe_outcomes(moment: Moment, knowledge: Knowledge) -> str:
    """What agents meet once a phase is done, in sentences: what works is said in one."""
    groups: dict[str, list[Experience]] = {}
    for experience in moment.scenario.experiences:
        groups.setdefault(experience.outcome, []).append(experience)
    if {*groups} <= {"works"}:
        return say("agents can use everything without a prompt.")
    return " ".join(
        say(
            REHEARSAL_MET_TEXTS[outcome],
            gadgets=join_list(*(knowledge.gadgets[one.gadget].mention for one in met)),
        )
        for outcome, met in groups.items()
    )


def make_title(moment: Moment, tried: Rehearsal, knowledge: Knowledge) -> str:
    """A phase's title, with the release that a hop leads to where the way has several."""
    title = knowledge.phases[moment.phase].title
    tasks = [task for task in tried.plan.tasks if task.phase == moment.phase and task.hop is not None]
    if len({task.hop for task in tasks}) < 2:
        return title
    releases = dict.fromkeys(task.release for task in tasks if task.hop == moment.hop and task.release)
    return f"{title}: {join_list(*releases)}"


def describe_stop(moment: Moment) -> str:
    """Whether one may stop for the night, and else why not."""
    if not moment.hindrances:
        return say("You may stop here for the night.")
    return say(
        "Do not stop here: {reasons}.",
        reasons=join_list(*(say(REHEARSAL_NO_STOP_TEXTS[hindrance]) for hindrance in moment.hindrances)),
    )


def _make_rows(tried: Rehearsal, knowledge: Knowledge) -> Sequence[Sequence[str]]:
    return [
        [
            make_title(moment, tried, knowledge),
            *(describe_in_browser(experience) for experience in moment.scenario.experiences),
            describe_going_back(moment),
            describe_stop(moment),
        ]
        for moment in tried.moments
    ]


def _list_columns(tried: Rehearsal, knowledge: Knowledge) -> list[str]:
    gadgets = tried.moments[0].scenario.experiences if tried.moments else ()
    return [
        say("When this is done"),
        *(knowledge.gadgets[gadget.gadget].title for gadget in gadgets),
        say("Going back"),
        say("Stopping here"),
    ]


def _render_walk_text(tried: Rehearsal, knowledge: Knowledge) -> str:
    rows = [
        [
            make_title(moment, tried, knowledge),
            *(describe_in_browser(experience) for experience in moment.scenario.experiences),
            say(REHEARSAL_COST_TEXTS[moment.going_back]),
            say("you may")
            if not moment.hindrances
            else join_list(*(say(REHEARSAL_NO_STOP_TEXTS[hindrance]) for hindrance in moment.hindrances)),
        ]
        for moment in tried.moments
    ]
    lines = [tried.plan.title, align_columns([_list_columns(tried, knowledge), *rows])]
    lines += [f"✕ {defect.node or ''} {defect.procedure or ''}: {defect.text}" for defect in tried.defects]
    return "\n".join(lines)
