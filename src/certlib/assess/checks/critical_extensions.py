"""Whether a certificate marks an extension as critical that UCCX cannot verify in its peers."""

from collections.abc import Collection

from cryptography.x509.oid import ExtensionOID

from certlib.assess.checks import trust_uploads
from certlib.assess.checks.finding import finding
from certlib.assess.checks.leaves import Leaf, each_leaf, in_range, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.inventory import Node
from certlib.language import join_list, say

CHECK = "critical-extensions"
_FINE = {ExtensionOID.KEY_USAGE.dotted_string, ExtensionOID.BASIC_CONSTRAINTS.dotted_string}


def check(context: Context) -> tuple[Finding, ...]:
    """Documented for CUCM's certificate; on other nodes it is for information, since UCCX may verify them.

    A node is not asked in that role, so CUCM's is seen only where a further endpoint of the inventory is its
    own. Not seen, it is to be looked at before an upgrade after which UCCX begins to verify it.
    """
    cucm = [node for node in context.site.nodes if node.role == "cucm"]
    nodes = {node.name for node in context.site.nodes}
    seen = {leaf for node in cucm for leaf in _of(context, node)}
    found = each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: (
            (leaf.node in nodes or leaf.node in seen) and isinstance(leaf.certificate.critical, tuple)
        ),
        judge=lambda leaf: _judged(leaf, seen),
        text=say("No certificate marks another extension than key usage and basic constraints as critical."),
    )
    asking = tuple(one for one in found if one.state != "pass")
    missing = [node.name for node in cucm if not _of(context, node)]
    if missing:
        return (*asking, _not_seen(context, missing))
    if cucm or asking:
        return found
    text = say("The inventory lists no Unified Communications Manager, whose certificate this is about.")
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
    begins = any(
        in_range(context, trust_uploads.CHECK, node)
        and not in_range(context, trust_uploads.CHECK, node, now=True)
        for node in context.site.nodes
        if node.role.startswith("uccx")
    )
    return finding(
        context=context,
        check=CHECK,
        state="manual" if begins else "information",
        text=say(
            "Not checked: the certificate of {nodes}, which UCCX must be able to verify from "
            "12.5(1) on. Nodes that are listed for context are not queried.",
            nodes=join_list(*nodes),
        ),
        remedy=say(
            '"show cert own tomcat" on Unified Communications Manager shows the certificate. '
            "Other extensions than key usage and basic constraints must not be marked as "
            "critical; listed as an endpoint of the inventory, it is queried."
        ),
    )


def _judged(leaf: Leaf, cucm: Collection[str]) -> tuple[FindingState, str] | None:
    more = [one for one in readable(leaf.certificate.critical, ()) if one not in _FINE]
    if not more:
        return None
    state: FindingState = "action" if leaf.node in cucm else "information"
    marked = join_list(*more[:5])
    return state, say(
        "{leaf} marks these extensions as critical: {extensions}.", leaf=leaf.named(), extensions=marked
    )
