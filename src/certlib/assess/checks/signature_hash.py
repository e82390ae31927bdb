"""Whether each leaf and each CA certificate sent with it was signed with a hash that browsers still take."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "signature-hash"
_BROKEN = {"md5": "MD5", "sha1": "SHA-1"}


def check(context: Context) -> tuple[Finding, ...]:
    """MD5 and SHA-1 are findings; a root's own signature does not count, since nobody verifies it."""
    return each_leaf(
        context=context, check=CHECK, wanted=lambda leaf: isinstance(leaf.certificate.signature_hash, str),
        judge=_judged, text="No certificate was signed with MD5 or SHA-1.",
    )  # fmt: skip


def _judged(leaf: Leaf) -> tuple[FindingState, str] | None:
    for one in leaf.chain:
        weak = _BROKEN.get(str(one.signature_hash))
        if weak and one is leaf.chain[0]:
            return "action", f"{words.capital(leaf.where)} is signed with {weak}."
        if weak and one.self_signed is not True:
            return "action", f"A CA certificate sent with {leaf.where} is signed with {weak}."
    return None
