"""Whether one certificate names both UCCX nodes before Cisco documents such certificates."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "san-of-both-uccx-nodes"


def check(context: Context) -> tuple[Finding, ...]:
    """To be looked at by hand, as it works in browsers, and Cisco documents it for later releases only."""
    uccx = {node.name.casefold() for node in context.site.nodes if node.role.startswith("uccx")}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = {name.casefold().rstrip(".") for name in readable(leaf.certificate.dns_names, ())} & uccx
        if len(names) < 2:
            return None
        return (
            "manual",
            f"{words.capital(leaf.where)} names several UCCX nodes: {words.joined(sorted(names))}.",
        )

    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: len(uccx) > 1 and leaf.node.casefold() in uccx,
        judge=judged, text="Every UCCX node has a certificate of its own.",
        nothing="The site has no pair of UCCX nodes with certificates.",
    )  # fmt: skip
