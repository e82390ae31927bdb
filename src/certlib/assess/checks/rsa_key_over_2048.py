"""Whether an RSA key is larger than the releases before 12.5(1)SU1 are documented to support."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import say

CHECK = "rsa-key-over-2048"


def check(context: Context) -> tuple[Finding, ...]:
    """To be looked at by hand, as such a key works in browsers and the next one may not be taken.

    Cisco's own pages disagree.
    """
    doubt = context.knowledge.checks[CHECK].doubt
    most = figure(context.knowledge, CHECK, "most")
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=lambda leaf: _judged(leaf, most, doubt),
        text=say("No RSA key has more than {number} bits.", number=most),
        nothing=say("No certificate with an RSA key was presented."),
    )


def _judged(leaf: Leaf, most: int, doubt: str) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits <= most:
        return None
    text = say("{leaf} has a key of {number} bits.", leaf=leaf.named(), number=bits)
    return "manual", f"{text} {doubt}"
