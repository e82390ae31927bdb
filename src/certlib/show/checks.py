"""The checks themselves: what each answered, where it applies, its risk with the basis, and the remedy."""

from markupsafe import Markup

from certlib.assess import Assessment, Finding
from certlib.knowledge import Check, Knowledge
from certlib.language import Phrases
from certlib.show import states
from certlib.show.markup import BREAK, join, table, tag

QUIET = ("pass", "not-applicable")  # answers that ask for nothing


def checks(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Every check with its answer: those that object first, with how many objections; the others folded."""
    say = knowledge.say
    worst: dict[str, Finding] = {}
    for one in assessment.findings:  # the worst first
        worst.setdefault(one.check, one)
    ranks = {check: rank for rank, check in enumerate(worst)}
    entries = sorted(knowledge.checks.values(), key=lambda one: ranks.get(one.id, len(ranks)))
    answers = {one.id: worst[one.id].state if one.id in worst else "not-applicable" for one in entries}
    objecting = [one for one in entries if answers[one.id] not in QUIET]
    parts = [_table(say("every-check.objecting"), objecting, assessment, knowledge)] if objecting else []
    for answer in QUIET:
        folded = [one for one in entries if answers[one.id] == answer]
        if folded:
            summary = tag("summary", say(f"every-check.{answer}", count=len(folded)))
            told = _table(say("every-check.guards"), folded, assessment, knowledge)
            parts.append(tag("details", summary, told))
    return join(tag("h3", say("every-check.every")), tag("p", say("every-check.files")), parts)


def _table(caption: str, entries: list[Check], assessment: Assessment, knowledge: Knowledge) -> Markup:
    say = knowledge.say
    return table(
        caption=caption,
        columns=[say("every-check.check"), say("every-check.risk"), say("every-check.remedy")],
        rows=[
            [
                join(_answer(assessment, entry, say), tag("span", entry.title, id=f"check-{entry.id}"),
                     (BREAK, made_for) if (made_for := _releases(entry, say)) else None),
                join(entry.risk, " ", states.basis_of_brief(entry.basis, knowledge)),
                entry.remedy,
            ]
            for entry in entries
        ],
        class_="findings close",
    )  # fmt: skip


def _releases(entry: Check, say: Phrases) -> str:
    """For which releases of a node after the upgrade a check is made; empty: for every one."""
    if entry.since and entry.until:
        return say("every-check.since-until", since=entry.since, until=entry.until)
    if entry.since:
        return say("every-check.since", release=entry.since)
    return say("every-check.until", release=entry.until) if entry.until else ""


def _answer(assessment: Assessment, entry: Check, say: Phrases) -> Markup | None:
    """The worst answer of a check that objects, and how many there are of it."""
    found = [one for one in assessment.findings if one.check == entry.id and one.state not in QUIET]
    if not found:
        return None
    like = sum(1 for one in found if one.state == found[0].state)
    return join(states.finding_state(found[0], say), f" ({like})" if like > 1 else None, BREAK)
