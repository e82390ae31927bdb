"""Whether one certificate names both UCCX nodes before Cisco surely documents such certificates."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.faults import hosts, plain
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say

CHECK = "san-of-both-uccx-nodes"


def check(context: Context) -> tuple[Finding, ...]:
    """To be looked at by hand, as it works in browsers, and Cisco documents it for later releases only."""
    uccx = {plain(node.name) for node in context.site.nodes if node.role.startswith("uccx")}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = hosts(leaf.certificate) & uccx
        if len(names) < 2:
            return None
        nodes = join_list(*sorted(names))
        return "manual", say("{leaf} names several UCCX nodes: {nodes}.", leaf=leaf.named(), nodes=nodes)

    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: len(uccx) > 1 and plain(leaf.node) in uccx,
        judge=judged,
        text=say("Every UCCX node has a certificate of its own."),
        nothing=say("The site has no pair of UCCX nodes with certificates."),
    )
