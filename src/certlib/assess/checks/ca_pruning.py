"""Whether the upgrade removes CAs from the trust store that must be put back."""

from certlib.assess.checks.finding import finding
from certlib.assess.checks.leaves import in_range
from certlib.assess.context import Context
from certlib.assess.model import Finding

CHECK = "ca-pruning"


def check(context: Context) -> tuple[Finding, ...]:
    """To be done after an upgrade to a release whose documents warn of it; else not applicable."""
    upgraded = [
        node.name
        for node in context.site.nodes
        if node.target_release != node.release and in_range(context, CHECK, node)
    ]
    say = context.knowledge.say
    if not upgraded:
        text = say("check-ca-pruning.none")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    text = say("check-ca-pruning.removed", nodes=say.listed(*upgraded))
    return (finding(context=context, check=CHECK, state="after-upgrade", text=text),)
