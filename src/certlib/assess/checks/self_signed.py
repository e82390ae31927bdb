"""Which web servers present a certificate that no CA vouches for and that the agents' PCs do not trust."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "self-signed"


def check(context: Context) -> tuple[Finding, ...]:
    """Where a browser gets it from a web server that agents use, there is something to do.

    One that the inventory lists as trusted by the PCs is fine.
    """
    say = context.knowledge.say
    trusted = context.site.agents.trusted_cas
    given = {one.browser for one in context.observed.values()}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        if leaf.certificate.kind != "self-signed" or leaf.certificate.sha256 in trusted:
            return None
        titles = say.listed(*dict.fromkeys(one.title for one in leaf.endpoints))
        text = say("check-self-signed.self-signed", leaf=leaf.named(say), web_servers=titles)
        if leaf.for_agents and leaf.certificate.sha256 in given:
            return "action", text
        not_given = say("check-self-signed.not-given")
        return "information", f"{text} {not_given}"

    return each_leaf(
        context=context, check=CHECK, wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=judged, text=say("check-self-signed.pass"),
    )  # fmt: skip
