"""Whether each RSA key has as many bits as browsers and CAs want."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import say

CHECK = "rsa-key-size"


def check(context: Context) -> tuple[Finding, ...]:
    """Cisco's guide names shorter keys as supported; browsers and CAs want longer ones."""
    least = figure(context.knowledge, CHECK, "least")
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=lambda leaf: _judged(leaf, least),
        text=say("Every RSA key has {number} bits or more.", number=least),
        nothing=say("No certificate with an RSA key was presented."),
    )


def _judged(leaf: Leaf, least: int) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits >= least:
        return None
    return "action", say("{leaf} has a key of {number} bits.", leaf=leaf.named(), number=bits)
