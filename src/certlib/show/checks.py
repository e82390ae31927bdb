"""The checks themselves: what each answered, its risk and remedy, on what it rests and where it applies."""

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.knowledge import Check, Knowledge
from certlib.show import states
from certlib.show.markup import join, table, tag


def checks(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Every check in the order of the knowledge, with its worst answer and how many objections there are."""
    rows = [
        [
            tag("span", entry.title, id=f"check-{entry.id}"),
            _answer(assessment, entry),
            entry.risk,
            entry.remedy,
            states.basis_of_brief(entry.basis, knowledge),
            releases(entry),
        ]
        for entry in knowledge.checks.values()
    ]
    return table(
        caption="Every check",
        columns=["Check", "Answer", "Risk", "What to do then", "Rests on", "Releases"],
        rows=rows,
        class_="findings",
    )


def releases(entry: Check) -> str:
    """The releases of a node after the upgrade for which a check is made."""
    if entry.since and entry.until:
        return f"{entry.since} to {entry.until}"
    return f"from {entry.since} on" if entry.since else f"up to {entry.until}" if entry.until else "every"


def _answer(assessment: Assessment, entry: Check) -> Markup | str:
    found = [one for one in assessment.findings if one.check == entry.id]  # the worst first
    if not found:
        return "none"
    like = sum(1 for one in found if one.state == found[0].state)
    return join(states.finding_state(found[0]), f" ({like})" if like > 1 else None)
