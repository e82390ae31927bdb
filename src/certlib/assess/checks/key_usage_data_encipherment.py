"""Whether the CA kept the key usage dataEncipherment that the nodes' requests ask for."""

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import say

CHECK = "key-usage-data-encipherment"


def check(context: Context) -> tuple[Finding, ...]:
    """For information: the certificate was taken and is presented; it matters when it is made anew.

    Only for RSA keys whose usage a CA restricted; for EC keys the standard forbids what Cisco asks for.
    """
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: (
            leaf.by_ca
            and leaf.certificate.key_type == "rsa"
            and readable(leaf.certificate.key_usage, None) is not None
        ),
        judge=_judged,
        text=say("No CA removed the key usage dataEncipherment."),
        nothing=say("No certificate of a CA restricts the usage of an RSA key."),
    )


def _judged(leaf: Leaf) -> tuple[FindingState, str] | None:
    if "dataEncipherment" in (readable(leaf.certificate.key_usage, None) or ()):
        return None
    return "information", say("{leaf} lacks the key usage dataEncipherment.", leaf=leaf.named())
