"""Whether each EC key lies on a curve that agents' browsers take."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.checks.limits import listed
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

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
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "ec" and isinstance(leaf.certificate.curve, str),
        judge=lambda leaf: _judged(leaf, (*every, *firefox) if firefox_alone else every, firefox),
        text="Every EC key is on P-256 or P-384.", nothing="No certificate with an EC key was presented.",
    )  # fmt: skip


def _judged(leaf: Leaf, taken: tuple[str, ...], firefox: tuple[str, ...]) -> tuple[FindingState, str] | None:
    curve = leaf.certificate.curve
    if curve in taken:
        return None
    who = "which Chrome and Edge do not take" if curve in firefox else "which browsers do not take"
    state: FindingState = "action" if leaf.for_agents else "information"
    return state, f"{words.capital(leaf.where)} has a key on the curve {curve}, {who}."
