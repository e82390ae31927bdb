"""What became of the findings of an earlier assessment."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from certlib.assess.checks import ORDER
from certlib.assess.model import ASKING, Assessment, Finding

FindingCourse = Literal["resolved", "new", "worse", "better", "same", "accepted", "gone", "untold"]


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that asked for something then or asks for it now.

    `gone`: its node or endpoint is not in the site any more; `untold`: not raised again, but not every web
    server there that gave a browser a certificate then gives one now.
    """

    change: FindingCourse
    then: Finding | None
    now: Finding | None

    @property
    def finding(self) -> Finding:
        """The finding as it is now, else as it was."""
        return self.now or self.then  # type: ignore[return-value]  # one of both there is


def compare_findings(
    then: Assessment, now: Assessment, *, unanswered: Sequence[tuple[str, str]]
) -> Iterator[FindingChange]:
    """What became of each finding that asked for something, the worst first.

    `unanswered`: node and endpoint where nothing can be said to be put right.
    """
    before, after = (_group_by_subject(assessment.findings) for assessment in (then, now))
    places = {node.name for node in now.nodes}
    places |= {name for endpoint in now.endpoints for name in (endpoint.id, endpoint.node)}
    changes = [
        FindingChange(course, old, new)
        for subject in dict.fromkeys([*after, *before])
        for old, new in _pair_findings(before.get(subject, []), after.get(subject, []))
        if (course := _judge_change(old, new, unanswered=unanswered, places=places))
    ]
    changes.sort(key=lambda change: ORDER.index(change.finding.state))
    yield from changes


def _group_by_subject(findings: Iterable[Finding]) -> dict[tuple[str | None, ...], list[Finding]]:
    """The findings that ask for something, by check and gadget or place; the worst of each first."""
    groups: dict[tuple[str | None, ...], list[Finding]] = {}
    for finding in findings:
        if finding.state in ASKING:
            about = (finding.gadget,) if finding.gadget else (finding.node, finding.endpoint)
            groups.setdefault((finding.check, *about), []).append(finding)
    return groups


def _pair_findings(
    before: Sequence[Finding], after: Sequence[Finding]
) -> Iterator[tuple[Finding | None, Finding | None]]:
    """Findings of one check about the same, then and now: first those that say the same, then in order."""
    rest_before, rest_after = list(before), list(after)
    for old in before:
        same = next((new for new in rest_after if new.statement.text == old.statement.text), None)
        if same is not None:
            rest_before.remove(old)
            rest_after.remove(same)
            yield old, same
    yield from zip_longest(rest_before, rest_after)


def _judge_change(
    old: Finding | None,
    new: Finding | None,
    *,
    unanswered: Sequence[tuple[str, str]],
    places: Collection[str],
) -> FindingCourse | None:
    """What became of a finding; None where neither then nor now it asked for something."""
    if old is None or old.waiver:
        return "new" if new and not new.waiver else None
    if new is not None:
        if new.waiver:
            return "accepted"
        course = ORDER.index(old.state) - ORDER.index(new.state)
        return "same" if not course else "worse" if course > 0 else "better"
    if not old.gadget and any(place and place not in places for place in (old.node, old.endpoint)):
        return "gone"
    silent = any(
        old.endpoint in (None, endpoint) and old.node in (None, node) for node, endpoint in unanswered
    )
    return "untold" if silent else "resolved"
