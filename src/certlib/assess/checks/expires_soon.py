"""Whether a certificate that is valid on the day of the upgrade expires soon after it."""

from datetime import date, datetime

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.knowledge import Knowledge, load

CHECK = "expires-soon"


def steps(knowledge: Knowledge) -> tuple[int, int, int]:
    """Days after the upgrade; rule-expires-soon gives the reason for each."""
    window, soon, later = (figure(knowledge, CHECK, name) for name in ("same-window", "soon", "next"))
    return window, soon, later


SAME_WINDOW, SOON, NEXT = steps(load())


def check(context: Context) -> tuple[Finding, ...]:
    """Leaves, and the CA certificates sent with them, that end within some days after the upgrade, or today.

    A leaf that has expired by then is another check's.
    """
    days = steps(context.knowledge)
    upgrade = any(node.target_release != node.release for node in context.site.nodes)
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: isinstance(end := leaf.certificate.not_after, datetime)
        and end.date() >= context.day,
        judge=lambda leaf: _judged(leaf, context.day, days, upgrade=upgrade),
        text=f"No certificate expires within {days[-1]} days after {context.day:%-d %B %Y}.",
        nothing="No certificate is valid by then.",
    )  # fmt: skip


def _judged(
    leaf: Leaf, day: date, days: tuple[int, int, int], *, upgrade: bool
) -> tuple[FindingState, str] | None:
    ends = [(one.not_after.date(), one) for one in leaf.chain if isinstance(one.not_after, datetime)]
    end, first = min(ends, key=lambda one: one[0])
    left = (end - day).days
    window, soon, later = days
    if left > later:
        return None
    own = first is leaf.chain[0]
    what = words.capital(leaf.where) if own else f"A CA certificate sent with {leaf.where}"
    when = f"{left} days after {day:%-d %B %Y}" if left >= 0 else f"before {day:%-d %B %Y}"
    text = f"{what} expires on {end:%-d %B %Y}, {when}."
    if left <= window:
        return "action", text
    return ("after-upgrade" if upgrade else "action") if left <= soon else "information", text
