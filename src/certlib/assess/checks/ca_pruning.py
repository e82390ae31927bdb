"""Whether the upgrade removes CAs from the trust store that must be put back."""

from certlib.assess.checks.finding import finding
from certlib.assess.checks.leaves import in_range
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.language import join_list, say

CHECK = "ca-pruning"


def check(context: Context) -> tuple[Finding, ...]:
    """To be done after an upgrade to a release whose documents warn of it; else not applicable."""
    upgraded = [
        node.name
        for node in context.site.nodes
        if node.target_release != node.release and in_range(context, CHECK, node)
    ]
    if not upgraded:
        text = say("No node is to be upgraded to a release whose documents warn of it.")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    text = say(
        "The upgrade of {nodes} removes CAs that Cisco has not approved from the trust "
        "store. Which ones the site needs, such as those for scripts that call web services, "
        "cannot be seen from outside.",
        nodes=join_list(*upgraded),
    )
    return (finding(context=context, check=CHECK, state="after-upgrade", text=text),)
