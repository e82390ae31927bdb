"""How long certificates of a public CA may last, and whether one lasts longer."""

from datetime import date, datetime

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure_on
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import format_day, say

CHECK = "public-ca-validity"


def check(context: Context) -> tuple[Finding, ...]:
    """Longer than allowed on the day of issue is to be changed; else the next one's life is information."""

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
                "{leaf} bears the marks of a public CA and lasts {number} days; issued on {day} it "
                "may last {allowed}.",
                leaf=leaf.named(),
                number=f"{lasts:.0f}",
                day=format_day(begin),
                allowed=allowed,
            )
        renewal = max(context.today, end.date())
        return "information", say(
            "{leaf} bears the marks of a public CA and is valid until {end}; one that follows it "
            "then may last {number} days.",
            leaf=leaf.named(),
            end=format_day(end),
            number=longest(renewal),
        )

    return each_leaf(
        context=context,
        check=CHECK,
        wanted=legible,
        judge=judged,
        text=say("No certificate of a public CA was presented."),
        nothing=say("No certificate of a CA was presented."),
    )
