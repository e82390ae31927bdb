"""The checks themselves: what each answered, where it applies, its risk with the basis, and the remedy."""

from markupsafe import Markup

from certlib.assess import Assessment, Finding
from certlib.knowledge import Check, Knowledge
from certlib.language import Phrases
from certlib.show import states
from certlib.show.markup import BREAK, join, table, tag


def checks(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Every check with its worst answer and how many objections there are: those that object come first."""
    say = knowledge.say
    worst: dict[str, Finding] = {}
    for one in assessment.findings:  # the worst first
        worst.setdefault(one.check, one)
    ranks = {check: rank for rank, check in enumerate(worst)}
    rows = [
        [
            _answer(assessment, worst.get(entry.id), say),
            join(
                tag("span", entry.title, id=f"check-{entry.id}"),
                (BREAK, made_for) if (made_for := _releases(entry, say)) else None,
            ),
            join(entry.risk, " ", states.basis_of_brief(entry.basis, knowledge)),
            entry.remedy,
        ]
        for entry in sorted(knowledge.checks.values(), key=lambda one: ranks.get(one.id, len(ranks)))
    ]
    return table(
        caption=say("every-check.every"),
        columns=[
            say("every-check.answer"),
            say("every-check.check"),
            say("every-check.risk"),
            say("every-check.remedy"),
        ],
        rows=rows,
        class_="findings",
        empty=say("show.nothing"),
    )


def _releases(entry: Check, say: Phrases) -> str:
    """For which releases of a node after the upgrade a check is made; empty: for every one."""
    if entry.since and entry.until:
        return say("every-check.since-until", since=entry.since, until=entry.until)
    if entry.since:
        return say("every-check.since", release=entry.since)
    return say("every-check.until", release=entry.until) if entry.until else ""


def _answer(assessment: Assessment, worst: Finding | None, say: Phrases) -> Markup | str:
    if worst is None:
        return say("every-check.no-answer")
    like = sum(1 for one in assessment.findings if (one.check, one.state) == (worst.check, worst.state))
    return join(states.finding_state(worst, say), f" ({like})" if like > 1 else None)
