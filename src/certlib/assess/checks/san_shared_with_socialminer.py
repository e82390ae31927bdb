"""Whether one certificate names UCCX and SocialMiner, which Cisco does not allow."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "san-shared-with-socialminer"


def check(context: Context) -> tuple[Finding, ...]:
    """A certificate for several nodes may name the UCCX nodes alone."""
    uccx = {node.name.casefold() for node in context.site.nodes if node.role.startswith("uccx")}
    miner = {node.name.casefold() for node in context.site.nodes if node.role == "socialminer"}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = {name.casefold().rstrip(".") for name in readable(leaf.certificate.dns_names, ())}
        if not (names & uccx and names & miner):
            return None
        both = words.joined(sorted(names & (uccx | miner)))
        return "action", f"{words.capital(leaf.where)} names UCCX and SocialMiner: {both}."

    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: bool(uccx and miner) and leaf.node.casefold() in uccx | miner,
        judge=judged, text="No certificate names both a UCCX node and SocialMiner.",
        nothing="The site has no pair of UCCX and SocialMiner with certificates.",
    )  # fmt: skip
