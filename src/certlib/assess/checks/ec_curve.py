"""Whether each EC key lies on a curve that agents' browsers take."""

from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import listed
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import say

CHECK = "ec-curve"


def check(context: Context) -> tuple[Finding, ...]:
    """Some curves serve every browser, one serves Firefox alone, others serve none.

    For the browsers of an inventory that says nothing of them, Chromium counts.
    """
    every = listed(context.knowledge, CHECK, "every-browser")
    firefox = listed(context.knowledge, CHECK, "firefox")
    browsers = context.site.agents.browsers
    firefox_alone = bool(browsers) and set(browsers) == {"firefox"}
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "ec" and isinstance(leaf.certificate.curve, str),
        judge=lambda leaf: _judged(context, leaf, (*every, *firefox) if firefox_alone else every, firefox),
        text=say("Every EC key is on P-256 or P-384."),
        nothing=say("No certificate with an EC key was presented."),
    )


def _judged(
    context: Context, leaf: Leaf, taken: tuple[str, ...], firefox: tuple[str, ...]
) -> tuple[FindingState, str] | None:
    curve = leaf.certificate.curve
    if curve in taken:
        return None
    state = leaf.state(context, ("p521", "other-curve")) if leaf.for_agents else "information"
    if curve in firefox:
        return state, say(
            "{leaf} has a key on the curve {curve}, which Chrome and Edge do not accept.",
            leaf=leaf.named(),
            curve=curve,
        )
    return state, say(
        "{leaf} has a key on the curve {curve}, which browsers do not accept.", leaf=leaf.named(), curve=curve
    )
