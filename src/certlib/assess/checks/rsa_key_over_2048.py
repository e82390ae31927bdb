"""Whether an RSA key is larger than the releases before 12.5(1)SU2 are documented to support."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "rsa-key-over-2048"


def check(context: Context) -> tuple[Finding, ...]:
    """Such a key is in use already, hence it is for information; Cisco's own pages disagree."""
    doubt = context.knowledge.checks[CHECK].doubt
    most = figure(context.knowledge, CHECK, "most")
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=lambda leaf: _judged(leaf, most, doubt), text=f"No RSA key has more than {most} bits.",
        nothing="No certificate with an RSA key was presented.",
    )  # fmt: skip


def _judged(leaf: Leaf, most: int, doubt: str) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits <= most:
        return None
    return "information", f"{words.capital(leaf.where)} has a key of {bits} bits. {doubt}"
