"""Whether each chain is sent whole, in order, and without what does not belong to it."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.assess.proof import Proof
from certlib.text import visible
from certlib.x509 import Certificate

CHECK = "chain-complete"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged as sent; a root that is not sent is no fault.

    An intermediate is missing for certain when another web server of the site sends it. Otherwise what is not
    sent may be the root, and whether the agents' PCs trust that is another check's.
    """
    known = tuple(context.evidence.certificates.values())

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        path = _path(leaf.chain, context.proof)
        missing = next(
            (one for one in known if one not in path and context.proof.signed(one.sha256, path[-1].sha256)),
            None,
        )
        trust = context.leaf_trust(
            [one.id for one in leaf.endpoints], leaf.certificate.sha256, on=context.day
        )
        if (
            path[-1].self_signed is False
            and missing
            and missing.self_signed is False
            and trust.why != "listed"
        ):
            what = visible(str(missing.subject))
            text = f"With {leaf.where} a CA certificate is not sent that another web server sends: {what}."
            return "action", text
        said = _untidy(leaf.chain, path)
        return ("information", f"The chain of {leaf.where} {said}.") if said else None

    return each_leaf(
        context=context, check=CHECK, wanted=lambda leaf: leaf.by_ca, judge=judged,
        text="Every chain is in order, and no CA certificate is known to be missing from it.",
        nothing="No certificate that a CA signed was presented.",
    )  # fmt: skip


def _path(chain: tuple[Certificate, ...], proof: Proof) -> list[Certificate]:
    """The chain from the leaf upwards, each certificate signed by the next, whatever the order sent."""
    path = [chain[0]]
    while path[-1].self_signed is not True:
        below = path[-1].sha256
        above = next((one for one in chain if one not in path and proof.signed(one.sha256, below)), None)
        if above is None:
            break
        path.append(above)
    return path


def _untidy(chain: tuple[Certificate, ...], path: list[Certificate]) -> str:
    """What is out of order in a chain; empty when nothing is, or when it can't be told."""
    if any(one.kind == "unreadable" for one in chain):
        return ""
    once = list(dict.fromkeys(one.sha256 for one in chain))
    if len(once) < len(chain):
        return "holds a certificate twice"
    keys = [(one.subject, one.key_sha256) for one in chain[1:]]
    if len(set(keys)) < len(keys):
        return "holds one CA under two issuers (cross-signed); clients may follow either way"
    if len(path) < len(chain):
        return "holds a certificate that signed none of the others"
    if once != [one.sha256 for one in path]:
        return "is not in order: each certificate should follow the one that it signed"
    return ""
