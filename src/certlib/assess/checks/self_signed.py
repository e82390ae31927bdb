"""Which web servers present a certificate that no CA vouches for and that the agents' PCs do not trust."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say

CHECK = "self-signed"


def check(context: Context) -> tuple[Finding, ...]:
    """Where a browser gets it from a web server that agents use, there is something to do.

    One that the inventory lists as trusted by the PCs is fine.
    """
    trusted = context.site.agents.trusted_cas
    given = {one.browser for one in context.observed.values()}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        if leaf.certificate.kind != "self-signed" or leaf.certificate.sha256 in trusted:
            return None
        titles = join_list(*dict.fromkeys(one.title for one in leaf.endpoints))
        text = say("{leaf} is self-signed ({web_servers}).", leaf=leaf.named(), web_servers=titles)
        if leaf.for_agents and leaf.certificate.sha256 in given:
            return "action", text
        not_given = say("Agents' browsers are not given it.")
        return "information", f"{text} {not_given}"

    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=judged,
        text=say(
            "A CA signed every certificate that was presented, or the agents' PCs trust it by the inventory."
        ),
    )
