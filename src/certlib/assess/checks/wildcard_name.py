"""Whether a certificate stands for a node by a wildcard, which Finesse does not support."""

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import say

CHECK = "wildcard-name"


def check(context: Context) -> tuple[Finding, ...]:
    """Documented for Finesse, hence for UCCX nodes; on SocialMiner it is for information."""
    roles = {node.name for node in context.site.nodes}
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.node in roles and bool(readable(leaf.certificate.dns_names, ())),
        judge=_judged,
        text=say("No certificate of a node has a wildcard among its names."),
    )


def _judged(leaf: Leaf) -> tuple[FindingState, str] | None:
    wild = [name for name in readable(leaf.certificate.dns_names, ()) if "*" in name]
    if not wild:
        return None
    state: FindingState = "action" if leaf.role.startswith("uccx") else "information"
    return state, say("{leaf} has the wildcard {name} among its names.", leaf=leaf.named(), name=wild[0])
