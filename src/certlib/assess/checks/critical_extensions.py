"""Whether a certificate marks an extension as critical that UCCX cannot verify in its peers."""

from cryptography.x509.oid import ExtensionOID

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "critical-extensions"
_FINE = {ExtensionOID.KEY_USAGE.dotted_string, ExtensionOID.BASIC_CONSTRAINTS.dotted_string}


def check(context: Context) -> tuple[Finding, ...]:
    """Documented for CUCM's certificate; on other nodes it is for information, since UCCX may verify them."""
    say = context.knowledge.say
    nodes = {node.name for node in context.site.nodes}
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.node in nodes and isinstance(leaf.certificate.critical, tuple),
        judge=lambda leaf: _judged(leaf, say), text=say("check-critical-extensions.pass"),
    )  # fmt: skip


def _judged(leaf: Leaf, say: Phrases) -> tuple[FindingState, str] | None:
    more = [one for one in readable(leaf.certificate.critical, ()) if one not in _FINE]
    if not more:
        return None
    state: FindingState = "action" if leaf.role == "cucm" else "information"
    marked = say.listed(*more[:5])
    return state, say("check-critical-extensions.more", leaf=leaf.named(say), extensions=marked)
