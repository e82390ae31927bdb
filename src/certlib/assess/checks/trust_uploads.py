"""Which certificates Cisco wants in `tomcat-trust` before an upgrade; no TLS offer shows what is there."""

from certlib.assess.checks.finding import finding
from certlib.assess.checks.leaves import in_range
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "trust-uploads"


def check(context: Context) -> tuple[Finding, ...]:
    """To be seen to by hand before the first upgrade to a release that verifies its peers.

    For information on later upgrades; without one it is not applicable.
    """
    say = context.knowledge.say
    upgraded = [
        node
        for node in context.site.nodes
        if node.target_release != node.release and in_range(context, CHECK, node)
    ]
    uccx = [node for node in upgraded if node.role.startswith("uccx")]
    if not uccx:
        text = say("check-trust-uploads.none")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    peers = [node.name for node in context.site.nodes if not node.role.startswith("uccx")]
    first = [node.name for node in uccx if not in_range(context, CHECK, node, now=True)]
    said = [say("check-trust-uploads.wanted", nodes=say.listed(*(node.name for node in uccx)))]
    if peers:
        said.append(say("check-trust-uploads.in-inventory", nodes=say.listed(*peers)))
    said.append(say("check-trust-uploads.unseen"))
    if not first:
        said.append(say("check-trust-uploads.verified-today"))
    state: FindingState = "manual" if first else "information"
    return (finding(context=context, check=CHECK, state=state, text=" ".join(said)),)
