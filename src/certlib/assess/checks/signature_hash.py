"""Whether each leaf and each CA certificate sent with it was signed with a hash that browsers still take."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import listed
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "signature-hash"
_SPOKEN = {"md5": "MD5", "sha1": "SHA-1"}


def check(context: Context) -> tuple[Finding, ...]:
    """Hashes that browsers refuse are findings; a root's own signature does not count: nobody verifies it."""
    refused = listed(context.knowledge, CHECK, "refused")
    return each_leaf(
        context=context, check=CHECK, wanted=lambda leaf: isinstance(leaf.certificate.signature_hash, str),
        judge=lambda leaf: _judged(leaf, refused),
        text=f"No certificate was signed with {words.joined(map(_spoken, refused), 'or')}.",
    )  # fmt: skip


def _judged(leaf: Leaf, refused: tuple[str, ...]) -> tuple[FindingState, str] | None:
    for one in leaf.chain:
        weak = _spoken(str(one.signature_hash)) if one.signature_hash in refused else ""
        if weak and one is leaf.chain[0]:
            return "action", f"{words.capital(leaf.where)} is signed with {weak}."
        if weak and one.self_signed is not True:
            return "action", f"A CA certificate sent with {leaf.where} is signed with {weak}."
    return None


def _spoken(name: str) -> str:
    return _SPOKEN.get(name, name)
