"""Whether each leaf may be used as a server, and as a client, as the nodes' requests ask."""

from certlib.assess.checks.leaves import Leaf, each_leaf, in_range, readable
from certlib.assess.checks.stopping import harm
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.assess.refusal import told

CHECK = "extended-key-usage"
MUTUAL = "public-ca-client-authentication"  # its releases are those in which Cisco wants both usages

# What only some browsers mind, or what a CA certificate lacks.
_BESIDE = ("eku-issuer", "eku-any", "eku-any-issuer")


def check(context: Context) -> tuple[Finding, ...]:
    """Without the server usage browsers refuse; without the client's, only mutual TLS would fail.

    A certificate that restricts no usage has both.
    """
    say = context.knowledge.say
    mutual = {node.name for node in context.site.nodes if in_range(context, MUTUAL, node)}
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=lambda leaf: _judged(context, leaf, mutual=leaf.node in mutual),
        text=say("check-extended-key-usage.pass"),
    )  # fmt: skip


def _judged(context: Context, leaf: Leaf, *, mutual: bool) -> tuple[FindingState, str] | None:
    say, trust = context.knowledge.say, leaf.trust(context)
    usages = readable(leaf.certificate.extended_key_usage, None)
    if "eku" in trust.faults:
        text = say("check-extended-key-usage.no-server", leaf=leaf.named(say))
        return leaf.state(context, ("eku",)), text
    for fault in (one for one in _BESIDE if one in trust.faults):
        found = harm(context, node=leaf.node, leaf=leaf.certificate.sha256, trust=trust, faults=(fault,))
        if found != "none":
            text = say(
                "check-extended-key-usage.fault", leaf=leaf.named(say), fault=told(fault, context.knowledge)
            )
            return leaf.state(context, (fault,)), text
    if usages is None or "anyExtendedKeyUsage" in usages:
        return None
    if "clientAuth" in usages or not leaf.role.startswith(("uccx", "socialminer", "cucm", "cuic")):
        return None
    state: FindingState = "manual" if mutual else "information"
    return state, say("check-extended-key-usage.no-client", leaf=leaf.named(say))
