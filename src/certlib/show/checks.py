"""The checks themselves: what each answered, where it applies, its risk with the basis, and the remedy."""

from markupsafe import Markup

from certlib.assess import Assessment, Finding
from certlib.knowledge import Check, Knowledge
from certlib.language import mark, say
from certlib.show import states
from certlib.show.markup import BREAK, join, table, tag

EVERY_CHECK_TEXTS = {
    "pass": mark("Checks that passed: {count}"),
    "not-applicable": mark("Checks that do not apply to this site: {count}"),
}

QUIET = ("pass", "not-applicable")  # answers that ask for nothing


def checks(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Every check with its answer: those that object first, with how many objections; the others folded."""
    worst: dict[str, Finding] = {}
    for finding in assessment.findings:  # the worst first
        worst.setdefault(finding.check, finding)
    ranks = {check: rank for rank, check in enumerate(worst)}
    entries = sorted(knowledge.checks.values(), key=lambda one: ranks.get(one.id, len(ranks)))
    answers = {
        entry.id: worst[entry.id].state if entry.id in worst else "not-applicable" for entry in entries
    }
    objecting = [entry for entry in entries if answers[entry.id] not in QUIET]
    parts = (
        [_table(say("Checks that found something"), objecting, assessment, knowledge)] if objecting else []
    )
    for answer in QUIET:
        folded = [entry for entry in entries if answers[entry.id] == answer]
        if folded:
            summary = tag("summary", say(EVERY_CHECK_TEXTS[answer], count=len(folded)))
            told = _table(
                say("What they guard against, and what to do if one fails"), folded, assessment, knowledge
            )
            parts.append(tag("details", summary, told))
    return join(
        tag("h3", say("Every check")),
        tag("p", say("findings.csv lists every answer with what it rests on.")),
        parts,
    )


def _table(caption: str, entries: list[Check], assessment: Assessment, knowledge: Knowledge) -> Markup:
    return table(
        caption=caption,
        columns=[say("Check"), say("Risk"), say("What to do then")],
        rows=[
            [
                join(
                    _answer(assessment, entry),
                    tag("span", entry.title, id=f"check-{entry.id}"),
                    (BREAK, made_for) if (made_for := _releases(entry)) else None,
                ),
                join(entry.risk, " ", states.basis_of_brief(entry.basis, knowledge)),
                entry.remedy,
            ]
            for entry in entries
        ],
        class_="findings close",
    )


def _releases(entry: Check) -> str:
    """For which releases of a node after the upgrade a check is made; empty: for every one."""
    if entry.since and entry.until:
        return say("{since} to {until}", since=entry.since, until=entry.until)
    if entry.since:
        return say("from {release} on", release=entry.since)
    return say("up to {release}", release=entry.until) if entry.until else ""


def _answer(assessment: Assessment, entry: Check) -> Markup | None:
    """The worst answer of a check that objects, and how many there are of it."""
    found = [
        finding for finding in assessment.findings if finding.check == entry.id and finding.state not in QUIET
    ]
    if not found:
        return None
    like = sum(1 for one in found if one.state == found[0].state)
    return join(states.finding_state(found[0]), f" ({like})" if like > 1 else None, BREAK)
