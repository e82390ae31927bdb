"""Whether a waiver of the inventory has ended, so that what it covered counts again."""

from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.language import format_day, say

CHECK = "waivers-current"


def check(context: Context) -> tuple[Finding, ...]:
    """For information: the findings themselves count again. A waiver holds through its last day."""
    waivers = context.site.waivers
    if not waivers:
        text = say("The inventory has no waivers.")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    ended = tuple(
        finding(
            context=context,
            check=CHECK,
            state="information",
            node=one.node,
            endpoint=one.endpoint,
            text=say(
                "The waiver of {check} by {owner} ended on {day}; what it covered counts again. Its "
                "reason was: {reason}",
                check=one.check,
                owner=one.owner,
                day=format_day(one.until),
                reason=one.reason,
            ),
        )
        for one in waivers
        if one.until < context.today
    )
    text = say("Every waiver of the inventory still holds.")
    return ended or (finding(context=context, check=CHECK, state="pass", text=text),)
