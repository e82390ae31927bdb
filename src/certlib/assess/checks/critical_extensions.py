"""Whether a certificate marks an extension as critical that UCCX cannot verify in its peers."""

from collections.abc import Collection

from cryptography.x509.oid import ExtensionOID

from certlib.assess.checks import trust_uploads
from certlib.assess.checks.finding import finding
from certlib.assess.checks.leaves import Leaf, each_leaf, in_range, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.inventory import Node
from certlib.language import Phrases

CHECK = "critical-extensions"
_FINE = {ExtensionOID.KEY_USAGE.dotted_string, ExtensionOID.BASIC_CONSTRAINTS.dotted_string}


def check(context: Context) -> tuple[Finding, ...]:
    """Documented for CUCM's certificate; on other nodes it is for information, since UCCX may verify them.

    A node is not asked in that role, so CUCM's is seen only where a further endpoint of the inventory is its
    own. Not seen, it is to be looked at before an upgrade after which UCCX begins to verify it.
    """
    say = context.knowledge.say
    cucm = [node for node in context.site.nodes if node.role == "cucm"]
    nodes = {node.name for node in context.site.nodes}
    seen = {leaf for node in cucm for leaf in _of(context, node)}
    found = each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: (leaf.node in nodes or leaf.node in seen)
        and isinstance(leaf.certificate.critical, tuple),
        judge=lambda leaf: _judged(leaf, seen, say), text=say("check-critical-extensions.pass"),
    )  # fmt: skip
    asking = tuple(one for one in found if one.state != "pass")
    missing = [node.name for node in cucm if not _of(context, node)]
    if missing:
        return (*asking, _not_seen(context, missing))
    if cucm or asking:
        return found
    text = say("check-critical-extensions.not-listed")
    return (finding(context=context, check=CHECK, state="not-applicable", text=text),)


def _of(context: Context, node: Node) -> set[str]:
    """The further endpoints that are a node's own, by its name or address, and gave a certificate."""
    own = {node.name.casefold(), node.address.casefold()}
    return {
        one.node
        for one in context.endpoints
        if one.web_server is None
        and {one.address.casefold(), (one.server_name or "").casefold()} & own
        and (given := context.observed.get(one.id))
        and (given.browser or given.rsa or given.ecdsa)
    }


def _not_seen(context: Context, nodes: list[str]) -> Finding:
    say = context.knowledge.say
    begins = any(
        in_range(context, trust_uploads.CHECK, node)
        and not in_range(context, trust_uploads.CHECK, node, now=True)
        for node in context.site.nodes
        if node.role.startswith("uccx")
    )
    return finding(
        context=context, check=CHECK, state="manual" if begins else "information",
        text=say("check-critical-extensions.not-seen", nodes=say.listed(*nodes)),
        remedy=say("check-critical-extensions.look"),
    )  # fmt: skip


def _judged(leaf: Leaf, cucm: Collection[str], say: Phrases) -> tuple[FindingState, str] | None:
    more = [one for one in readable(leaf.certificate.critical, ()) if one not in _FINE]
    if not more:
        return None
    state: FindingState = "action" if leaf.node in cucm else "information"
    marked = say.listed(*more[:5])
    return state, say("check-critical-extensions.more", leaf=leaf.named(say), extensions=marked)
