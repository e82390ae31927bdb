"""Whether each leaf may be used as a server, and as a client, as the nodes' requests ask."""

from certlib.assess.checks.leaves import Leaf, each_leaf, in_range, readable
from certlib.assess.checks.stopping import harm
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.assess.refusal import told
from certlib.language import say

CHECK = "extended-key-usage"
MUTUAL = "public-ca-client-authentication"  # its releases are those in which Cisco wants both usages

# What only some browsers mind, or what a CA certificate lacks.
_BESIDE = ("eku-issuer", "eku-any", "eku-any-issuer")


def check(context: Context) -> tuple[Finding, ...]:
    """Without the server usage browsers refuse; without the client's, only mutual TLS would fail.

    A certificate that restricts no usage has both.
    """
    mutual = {node.name for node in context.site.nodes if in_range(context, MUTUAL, node)}
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=lambda leaf: _judged(context, leaf, mutual=leaf.node in mutual),
        text=say("Every certificate may be used as a server and as a client."),
    )


def _judged(context: Context, leaf: Leaf, *, mutual: bool) -> tuple[FindingState, str] | None:
    trust = leaf.trust(context)
    usages = readable(leaf.certificate.extended_key_usage, None)
    if "eku" in trust.faults:
        text = say("{leaf} may not be used as a server (serverAuth is missing).", leaf=leaf.named())
        return leaf.state(context, ("eku",)), text
    for fault in (one for one in _BESIDE if one in trust.faults):
        found = harm(context, node=leaf.node, leaf=leaf.certificate.sha256, trust=trust, faults=(fault,))
        if found != "none":
            text = say("{leaf}: {fault}", leaf=leaf.named(), fault=told(fault, context.knowledge))
            return leaf.state(context, (fault,)), text
    if usages is None or "anyExtendedKeyUsage" in usages:
        return None
    if "clientAuth" in usages or not leaf.role.startswith(("uccx", "socialminer", "cucm", "cuic")):
        return None
    state: FindingState = "manual" if mutual else "information"
    return state, say(
        "{leaf} may not be used as a client (clientAuth is missing). Browsers and agents are not affected.",
        leaf=leaf.named(),
    )
