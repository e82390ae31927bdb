"""The checks themselves: what each answered, its risk and remedy, on what it rests and where it applies."""

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.knowledge import Check, Knowledge
from certlib.language import Phrases
from certlib.show import states
from certlib.show.markup import join, table, tag


def checks(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Every check in the order of the knowledge, with its worst answer and how many objections there are."""
    say = knowledge.say
    rows = [
        [
            tag("span", entry.title, id=f"check-{entry.id}"),
            _answer(assessment, entry, say),
            entry.risk,
            entry.remedy,
            states.basis_of_brief(entry.basis, knowledge),
            releases(entry, say),
        ]
        for entry in knowledge.checks.values()
    ]
    return table(
        caption=say("every-check.every"),
        columns=[
            say("every-check.check"),
            say("every-check.answer"),
            say("every-check.risk"),
            say("every-check.remedy"),
            say("every-check.basis"),
            say("every-check.releases"),
        ],
        rows=rows,
        class_="findings",
        empty=say("show.nothing"),
    )


def releases(entry: Check, say: Phrases) -> str:
    """The releases of a node after the upgrade for which a check is made."""
    if entry.since and entry.until:
        return say("every-check.since-until", since=entry.since, until=entry.until)
    if entry.since:
        return say("every-check.since", release=entry.since)
    return say("every-check.until", release=entry.until) if entry.until else say("every-check.every-release")


def _answer(assessment: Assessment, entry: Check, say: Phrases) -> Markup | str:
    found = [one for one in assessment.findings if one.check == entry.id]  # the worst first
    if not found:
        return say("every-check.no-answer")
    like = sum(1 for one in found if one.state == found[0].state)
    return join(states.finding_state(found[0], say), f" ({like})" if like > 1 else None)
