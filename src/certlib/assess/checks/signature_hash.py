"""Whether each leaf and each CA certificate sent with it was signed with a hash that browsers still take."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import listed
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say

CHECK = "signature-hash"
_SPOKEN = {"md5": "MD5", "sha1": "SHA-1", "sha224": "SHA-224"}


def check(context: Context) -> tuple[Finding, ...]:
    """Hashes that browsers refuse are findings; a root's own signature does not count: nobody verifies it."""
    refused = listed(context.knowledge, CHECK, "refused")
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: isinstance(leaf.certificate.signature_hash, str),
        judge=lambda leaf: _judged(context, leaf, refused),
        text=say(
            "No certificate was signed with {hashes}.", hashes=join_list(*map(_spoken, refused), last="or")
        ),
        chains=True,
    )


def _judged(context: Context, leaf: Leaf, refused: tuple[str, ...]) -> tuple[FindingState, str] | None:
    for one in leaf.chain:
        weak = _spoken(str(one.signature_hash)) if one.signature_hash in refused else ""
        own = one is leaf.chain[0]
        if weak and (own or one.self_signed is not True):
            what = leaf.named("itself" if own else "ca")
            faults = [f"{hashed}{of}" for hashed in refused for of in ("", "-issuer")]
            return leaf.state(context, faults), say(
                "{certificate} is signed with {hash}.", certificate=what, hash=weak
            )
    return None


def _spoken(name: str) -> str:
    return _SPOKEN.get(name, name)
