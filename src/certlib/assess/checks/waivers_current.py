"""Whether a waiver of the inventory has ended, so that what it covered counts again."""

from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Finding

CHECK = "waivers-current"


def check(context: Context) -> tuple[Finding, ...]:
    """For information: the findings themselves count again. A waiver holds through its last day."""
    say, waivers = context.knowledge.say, context.site.waivers
    if not waivers:
        text = say("check-waivers-current.none")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    ended = tuple(
        finding(
            context=context, check=CHECK, state="information", node=one.node, endpoint=one.endpoint,
            text=say(
                "check-waivers-current.ended",
                check=one.check, owner=one.owner, day=say.day(one.until), reason=one.reason,
            ),
        )
        for one in waivers
        if one.until < context.today
    )  # fmt: skip
    text = say("check-waivers-current.pass")
    return ended or (finding(context=context, check=CHECK, state="pass", text=text),)
