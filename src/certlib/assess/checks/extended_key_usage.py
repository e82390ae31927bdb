"""Whether each leaf may be used as a server, and as a client, as the nodes' requests ask."""

from certlib.assess.checks.leaves import Leaf, each_leaf, in_range, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "extended-key-usage"
MUTUAL = "public-ca-client-authentication"  # its releases are those in which Cisco wants both usages


def check(context: Context) -> tuple[Finding, ...]:
    """Without the server usage browsers refuse; without the client's, only mutual TLS would fail.

    A certificate that restricts no usage has both.
    """
    say = context.knowledge.say
    mutual = {node.name for node in context.site.nodes if in_range(context, MUTUAL, node)}
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=lambda leaf: _judged(leaf, say, mutual=leaf.node in mutual),
        text=say("check-extended-key-usage.pass"),
    )  # fmt: skip


def _judged(leaf: Leaf, say: Phrases, *, mutual: bool) -> tuple[FindingState, str] | None:
    usages = readable(leaf.certificate.extended_key_usage, None)
    if usages is None or "anyExtendedKeyUsage" in usages:
        return None
    if "serverAuth" not in usages:
        return "action", say("check-extended-key-usage.no-server", leaf=leaf.named(say))
    if "clientAuth" in usages or not leaf.role.startswith(("uccx", "socialminer", "cucm", "cuic")):
        return None
    state: FindingState = "manual" if mutual else "information"
    return state, say("check-extended-key-usage.no-client", leaf=leaf.named(say))
