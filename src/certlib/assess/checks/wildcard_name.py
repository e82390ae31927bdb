"""Whether a certificate stands for a node by a wildcard, which Finesse does not support."""

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "wildcard-name"


def check(context: Context) -> tuple[Finding, ...]:
    """Documented for Finesse, hence for UCCX nodes; on SocialMiner it is for information."""
    say = context.knowledge.say
    roles = {node.name for node in context.site.nodes}
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.node in roles and bool(readable(leaf.certificate.dns_names, ())),
        judge=lambda leaf: _judged(leaf, say), text=say("check-wildcard-name.pass"),
    )  # fmt: skip


def _judged(leaf: Leaf, say: Phrases) -> tuple[FindingState, str] | None:
    wild = [name for name in readable(leaf.certificate.dns_names, ()) if "*" in name]
    if not wild:
        return None
    state: FindingState = "action" if leaf.role.startswith("uccx") else "information"
    return state, say("check-wildcard-name.wildcard", leaf=leaf.named(say), name=wild[0])
