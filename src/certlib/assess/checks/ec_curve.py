"""Whether each EC key lies on a curve that agents' browsers take."""

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "ec-curve"
_ALL, _FIREFOX = ("secp256r1", "secp384r1"), "secp521r1"
# For the browsers of an inventory that says nothing of them, Chromium counts.


def check(context: Context) -> tuple[Finding, ...]:
    """P-256 and P-384 serve every browser; P-521 serves Firefox alone; others serve none."""
    browsers = context.site.agents.browsers
    firefox_alone = bool(browsers) and set(browsers) == {"firefox"}
    return each_leaf(
        context=context, check=CHECK,
        wanted=lambda leaf: leaf.certificate.key_type == "ec" and isinstance(leaf.certificate.curve, str),
        judge=lambda leaf: _judged(leaf, firefox_alone=firefox_alone),
        text="Every EC key is on P-256 or P-384.", nothing="No certificate with an EC key was presented.",
    )  # fmt: skip


def _judged(leaf: Leaf, *, firefox_alone: bool) -> tuple[FindingState, str] | None:
    curve = leaf.certificate.curve
    if curve in _ALL or (curve == _FIREFOX and firefox_alone):
        return None
    who = "which Chrome and Edge do not take" if curve == _FIREFOX else "which browsers do not take"
    state: FindingState = "action" if leaf.for_agents else "information"
    return state, f"{words.capital(leaf.where)} has a key on the curve {curve}, {who}."
