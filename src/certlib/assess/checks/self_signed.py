"""Which web servers present a certificate that no CA vouches for and that the agents' PCs do not trust."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

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
        titles = words.joined(dict.fromkeys(one.title for one in leaf.endpoints))
        text = f"{words.capital(leaf.where)} is self-signed ({titles})."
        met = leaf.for_agents and leaf.certificate.sha256 in given
        return ("action", text) if met else ("information", f"{text} Agents' browsers are not given it.")

    return each_leaf(
        context=context, check=CHECK, wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=judged, text="A CA signed every certificate, or the agents' PCs trust it by the inventory.",
    )  # fmt: skip
