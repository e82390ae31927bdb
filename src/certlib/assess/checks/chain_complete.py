"""Whether each chain is sent whole, in order, and without what does not belong to it."""

from typing import Literal

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.assess.proof import Proof
from certlib.language import mark, say
from certlib.text import visible
from certlib.x509 import Certificate

CHAIN_COMPLETE_TEXTS = {
    "twice": mark("{chain} holds a certificate twice."),
    "cross-signed": mark(
        "{chain} holds one CA under two issuers (cross-signed); clients may follow either way."
    ),
    "stray": mark("{chain} holds a certificate that signed none of the others."),
    "disorder": mark("{chain} is not in order: each certificate should follow the one that it signed."),
}

CHECK = "chain-complete"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged as sent; a root that is not sent is no fault.

    An intermediate is missing where another web server of the site sends it, and where what was sent ends at
    a certificate that no CA of the inventory signed: unless that was a root that it does not list. Where the
    inventory lists none, a leaf that is sent alone leaves it open.
    """
    known = tuple(context.evidence.certificates.values())

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        path = _path(leaf.chain, context.proof)
        last = path[-1]
        way = context.leaf_way([one.id for one in leaf.endpoints], leaf.certificate.sha256, on=context.day)
        if last.self_signed is False and not way.leads:
            above = [
                one for one in known if one not in path and context.proof.signed(one.sha256, last.sha256)
            ]
            sent_elsewhere = next((one for one in above if one.self_signed is False), None)
            with_leaf = leaf.named("with")
            if sent_elsewhere:
                subject = visible(str(sent_elsewhere.subject))
                return "action", say(
                    "{with_leaf} a CA certificate is not sent that another web server sends: {subject}.",
                    with_leaf=with_leaf,
                    subject=subject,
                )
            if context.site.agents.trusted_cas and not above:
                issuer = visible(str(last.issuer))
                return "action", say(
                    "{with_leaf} the certificate of the CA {issuer} is not sent, and the inventory does "
                    "not list it: an intermediate that has to be sent along, or a root that the agents' "
                    "PCs have to trust.",
                    with_leaf=with_leaf,
                    issuer=issuer,
                )
            if not above and len(path) == 1:
                return "manual", say(
                    "{with_leaf} no CA certificate is sent, and the inventory lists none. Whether the "
                    "root signed it, or an intermediate that is missing here, cannot be told.",
                    with_leaf=with_leaf,
                )
        fault = _untidy(leaf.chain, path)
        if fault is None:
            return None
        return "information", say(CHAIN_COMPLETE_TEXTS[fault], chain=leaf.named("chain"))

    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.by_ca,
        judge=judged,
        text=say("Every chain is in order, and no CA certificate is known to be missing from it."),
        nothing=say("No certificate that a CA signed was presented."),
        chains=True,
    )


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
