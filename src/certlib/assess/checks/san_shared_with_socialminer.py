"""Whether one certificate names UCCX and SocialMiner, which Cisco does not allow."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.faults import hosts, plain
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say

CHECK = "san-shared-with-socialminer"


def check(context: Context) -> tuple[Finding, ...]:
    """A certificate for several nodes may name the UCCX nodes alone."""
    uccx = {plain(node.name) for node in context.site.nodes if node.role.startswith("uccx")}
    miner = {plain(node.name) for node in context.site.nodes if node.role == "socialminer"}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = hosts(leaf.certificate)
        if not (names & uccx and names & miner):
            return None
        both = join_list(*sorted(names & (uccx | miner)))
        return "action", say("{leaf} names UCCX and SocialMiner: {nodes}.", leaf=leaf.named(), nodes=both)

    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: bool(uccx and miner) and plain(leaf.node) in uccx | miner,
        judge=judged,
        text=say("No certificate names both a UCCX node and SocialMiner."),
        nothing=say("The site has no pair of UCCX and SocialMiner with certificates."),
    )
