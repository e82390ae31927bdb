"""Whether one certificate names both UCCX nodes before Cisco surely documents such certificates."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.faults import hosts, plain
from certlib.assess.model import Finding, FindingState

CHECK = "san-of-both-uccx-nodes"


def check(context: Context) -> tuple[Finding, ...]:
    """To be looked at by hand, as it works in browsers, and Cisco documents it for later releases only."""
    say = context.knowledge.say
    uccx = {plain(node.name) for node in context.site.nodes if node.role.startswith("uccx")}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = hosts(leaf.certificate) & uccx
        if len(names) < 2:
            return None
        nodes = say.listed(*sorted(names))
        return "manual", say("check-san-of-both-uccx-nodes.several", leaf=leaf.named(say), nodes=nodes)

    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: len(uccx) > 1 and plain(leaf.node) in uccx,
        judge=judged, text=say("check-san-of-both-uccx-nodes.pass"),
        nothing=say("check-san-of-both-uccx-nodes.nothing"),
    )  # fmt: skip
