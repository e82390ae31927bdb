"""Whether a certificate that is valid on the day of the upgrade expires soon after it."""

from datetime import date, datetime

from certlib.assess.checks.given import given_then, given_today
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.knowledge import Knowledge, load
from certlib.language import format_day, say

CHECK = "expires-soon"


def steps(knowledge: Knowledge) -> tuple[int, int, int]:
    """Days after the upgrade; rule-expires-soon gives the reason for each."""
    window, soon, later = (figure(knowledge, CHECK, name) for name in ("same-window", "soon", "next"))
    return window, soon, later


SAME_WINDOW, SOON, NEXT = steps(load())


def check(context: Context) -> tuple[Finding, ...]:
    """Leaves, and the CA certificates sent with them, that end within some days after the upgrade, or today.

    A leaf that has expired by then is another check's; one that no browser is given, today or then, is for
    information, as it is after its end.
    """
    days = steps(context.knowledge)
    upgrade = any(node.target_release != node.release for node in context.site.nodes)
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: (
            isinstance(end := leaf.certificate.not_after, datetime) and end.date() >= context.day
        ),
        judge=lambda leaf: _noted(context, leaf, _judged(leaf, context.day, days, upgrade=upgrade)),
        text=say(
            "No certificate expires within {number} days after {day}.",
            number=days[-1],
            day=format_day(context.day),
        ),
        nothing=say("No certificate is valid by then."),
        chains=True,
    )


def _noted(
    context: Context, leaf: Leaf, said: tuple[FindingState, str] | None
) -> tuple[FindingState, str] | None:
    """What is said of a leaf, for information where nobody is given it."""
    sha = leaf.certificate.sha256
    givers = given_today(context, leaf.node, sha), given_then(context, leaf.node, sha)
    if said is None or said[0] == "information" or givers != ("nobody", "nobody"):
        return said
    not_given = say("No web server gives it to a browser, today or after the upgrade.")
    return "information", f"{said[1]} {not_given}"


def _judged(
    leaf: Leaf, day: date, days: tuple[int, int, int], *, upgrade: bool
) -> tuple[FindingState, str] | None:
    ends = [(one.not_after.date(), one) for one in leaf.chain if isinstance(one.not_after, datetime)]
    end, first = min(ends, key=lambda one: one[0])
    left = (end - day).days
    window, soon, later = days
    if left > later:
        return None
    what, ends_on = leaf.named("itself" if first is leaf.chain[0] else "ca"), format_day(end)
    if left < 0:
        text = say(
            "{certificate} expires on {end}, before {day}.",
            certificate=what,
            end=ends_on,
            day=format_day(day),
        )
    else:
        text = say(
            "{certificate} expires on {end}, {number} days after {day}.",
            certificate=what,
            end=ends_on,
            number=left,
            day=format_day(day),
        )
    if left <= window:
        return "action", text
    return ("after-upgrade" if upgrade else "action") if left <= soon else "information", text
