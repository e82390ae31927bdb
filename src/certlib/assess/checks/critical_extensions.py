"""Whether a certificate marks an extension as critical that UCCX cannot verify in its peers."""

from cryptography.x509.oid import ExtensionOID

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "critical-extensions"
_FINE = {ExtensionOID.KEY_USAGE.dotted_string, ExtensionOID.BASIC_CONSTRAINTS.dotted_string}


def check(context: Context) -> tuple[Finding, ...]:
    """Documented for CUCM's certificate; on other nodes it is for information, since UCCX may verify them."""
    nodes = {node.name for node in context.site.nodes}
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.node in nodes and isinstance(leaf.certificate.critical, tuple),
        judge=_judged,
        text="No certificate marks another extension than key usage and basic constraints as critical.",
    )  # fmt: skip


def _judged(leaf: Leaf) -> tuple[FindingState, str] | None:
    more = [one for one in readable(leaf.certificate.critical, ()) if one not in _FINE]
    if not more:
        return None
    state: FindingState = "action" if leaf.role == "cucm" else "information"
    return state, f"{words.capital(leaf.where)} marks these extensions as critical: {words.joined(more[:5])}."
