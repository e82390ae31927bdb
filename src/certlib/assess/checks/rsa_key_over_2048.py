"""Whether an RSA key is larger than the releases before 12.5(1)SU1 are documented to support."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import figure
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "rsa-key-over-2048"


def check(context: Context) -> tuple[Finding, ...]:
    """To be looked at by hand, as such a key works in browsers and the next one may not be taken.

    Cisco's own pages disagree.
    """
    doubt = context.knowledge.checks[CHECK].doubt
    say = context.knowledge.say
    most = figure(context.knowledge, CHECK, "most")
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=lambda leaf: _judged(leaf, most, doubt, say),
        text=say("check-rsa-key-over-2048.pass", number=most), nothing=say("checks.no-rsa-key"),
    )  # fmt: skip


def _judged(leaf: Leaf, most: int, doubt: str, say: Phrases) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits <= most:
        return None
    return "manual", f"{say('checks.key-bits', leaf=leaf.named(say), number=bits)} {doubt}"
