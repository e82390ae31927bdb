"""How long certificates of a public CA may last, and whether one lasts longer."""

from datetime import date, datetime

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure_on
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

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
            return "action", (
                f"{words.capital(leaf.where)} bears the marks of a public CA and lasts {lasts:.0f} days; "
                f"issued on {begin:%-d %B %Y} it may last {allowed}."
            )
        renewal = max(context.today, end.date())
        return "information", (
            f"{words.capital(leaf.where)} bears the marks of a public CA and is valid until {end:%-d %B %Y}; "
            f"one that follows it then may last {longest(renewal)} days."
        )

    return each_leaf(
        context=context, check=CHECK, wanted=legible, judge=judged,
        text="No certificate of a public CA was presented.",
        nothing="No certificate of a CA was presented.",
    )  # fmt: skip
