"""Whether each chain is sent whole, in order, and without what does not belong to it."""

from typing import Literal

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
    known, say = tuple(context.evidence.certificates.values()), context.knowledge.say

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
            return "action", say(
                "check-chain-complete.missing",
                with_leaf=leaf.named(say, "with"),
                subject=visible(str(missing.subject)),
            )
        fault = _untidy(leaf.chain, path)
        if fault is None:
            return None
        return "information", say(f"check-chain-complete.{fault}", chain=leaf.named(say, "chain"))

    return each_leaf(
        context=context, check=CHECK, wanted=lambda leaf: leaf.by_ca, judge=judged,
        text=say("check-chain-complete.pass"), nothing=say("check-chain-complete.nothing"),
        chains=True,
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


def _untidy(
    chain: tuple[Certificate, ...], path: list[Certificate]
) -> Literal["twice", "cross-signed", "stray", "disorder"] | None:
    """What is out of order in a chain; None when nothing is, or when it can't be told."""
    if any(one.kind == "unreadable" for one in chain):
        return None
    once = list(dict.fromkeys(one.sha256 for one in chain))
    if len(once) < len(chain):
        return "twice"
    keys = [(one.subject, one.key_sha256) for one in chain[1:]]
    if len(set(keys)) < len(keys):
        return "cross-signed"
    if len(path) < len(chain):
        return "stray"
    if once != [one.sha256 for one in path]:
        return "disorder"
    return None
