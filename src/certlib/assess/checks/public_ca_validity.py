"""How long certificates of a public CA may last, and whether one lasts longer."""

from datetime import date, datetime

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure_on
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "public-ca-validity"


def check(context: Context) -> tuple[Finding, ...]:
    """Longer than allowed on the day of issue is to be changed; else the next one's life is information."""
    say = context.knowledge.say

    def longest(issued: date) -> int | None:
        return figure_on(context.knowledge, CHECK, "life", day=issued)

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        begin, end = leaf.certificate.not_before, leaf.certificate.not_after
        if not public(leaf) or not isinstance(begin, datetime) or not isinstance(end, datetime):
            return None
        # The last second belongs to the life: 200 days end one second before the same time of day.
        lasts, allowed = -(-((end - begin).total_seconds() + 1) // 86400), longest(begin.date())
        if allowed and lasts > allowed:
            return "action", say(
                "check-public-ca-validity.too-long",
                leaf=leaf.named(say), number=f"{lasts:.0f}", day=say.day(begin), allowed=allowed,
            )  # fmt: skip
        renewal = max(context.today, end.date())
        return "information", say(
            "check-public-ca-validity.next",
            leaf=leaf.named(say), end=say.day(end), number=longest(renewal),
        )  # fmt: skip

    return each_leaf(
        context=context, check=CHECK, wanted=legible, judge=judged,
        text=say("check-public-ca-validity.pass"), nothing=say("check-public-ca-validity.nothing"),
    )  # fmt: skip
