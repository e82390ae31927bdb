"""Whether each RSA key has at least 2048 bits."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "rsa-key-size"


def check(context: Context) -> tuple[Finding, ...]:
    """Cisco's guide names 1024 bits as supported; browsers and CAs want 2048."""
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=_judged, text="Every RSA key has 2048 bits or more.",
        nothing="No certificate with an RSA key was presented.",
    )  # fmt: skip


def _judged(leaf: Leaf) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits >= 2048:
        return None
    return "action", f"{words.capital(leaf.where)} has a key of {bits} bits."
