"""Which certificates Cisco wants in `tomcat-trust` before an upgrade; no TLS offer shows what is there."""

from certlib.assess.checks.finding import finding
from certlib.assess.checks.leaves import in_range
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say

CHECK = "trust-uploads"


def check(context: Context) -> tuple[Finding, ...]:
    """To be seen to by hand before the first upgrade to a release that verifies its peers.

    For information on later upgrades; without one it is not applicable.
    """
    upgraded = [
        node
        for node in context.site.nodes
        if node.target_release != node.release and in_range(context, CHECK, node)
    ]
    uccx = [node for node in upgraded if node.role.startswith("uccx")]
    if not uccx:
        text = say("No UCCX node is to be upgraded to a release that requires it.")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    peers = [node.name for node in context.site.nodes if not node.role.startswith("uccx")]
    first = [node.name for node in uccx if not in_range(context, CHECK, node, now=True)]
    said = [
        say(
            "Before the upgrade of {nodes}, tomcat-trust there must hold the certificates of "
            "every Unified Communications Manager node, of SocialMiner (Customer Collaboration "
            "Platform) and of a separate Unified Intelligence Center, or their CA's root and "
            "intermediates; agents cannot sign in to Finesse otherwise.",
            nodes=join_list(*(node.name for node in uccx)),
        )
    ]
    if peers:
        said.append(say("In the inventory these are {nodes}.", nodes=join_list(*peers)))
    said.append(say("What the store holds cannot be seen from outside."))
    if not first:
        said.append(
            say("The nodes verify their peers today already, so what agents need for signing in is there.")
        )
    state: FindingState = "manual" if first else "information"
    return (finding(context=context, check=CHECK, state=state, text=" ".join(said)),)
