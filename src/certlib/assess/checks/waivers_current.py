"""Whether a waiver of the inventory has ended, so that what it covered counts again."""

from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Finding

CHECK = "waivers-current"


def check(context: Context) -> tuple[Finding, ...]:
    """For information: the findings themselves count again. A waiver holds through its last day."""
    waivers = context.site.waivers
    if not waivers:
        text = "The inventory has no waivers."
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    ended = tuple(
        finding(
            context=context, check=CHECK, state="information", node=one.node, endpoint=one.endpoint,
            text=f"The waiver of {one.check} by {one.owner} ended on {one.until:%-d %B %Y}; what it covered "
            f"counts again. Its reason was: {one.reason}",
        )
        for one in waivers
        if one.until < context.today
    )  # fmt: skip
    text = "Every waiver of the inventory still holds."
    return ended or (finding(context=context, check=CHECK, state="pass", text=text),)
