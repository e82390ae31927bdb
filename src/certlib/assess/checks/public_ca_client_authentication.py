"""Which certificates of a public CA lose the client usage when they are made anew."""

from datetime import date, datetime

from certlib.assess import words
from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.checks.limits import day_of
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState

CHECK = "public-ca-client-authentication"


def check(context: Context) -> tuple[Finding, ...]:
    """A public leaf with the client usage is to be planned for; one without is another check's."""
    last = day_of(context.knowledge, CHECK, "issued-before")
    return each_leaf(
        context=context, check=CHECK, wanted=legible, judge=lambda leaf: _judged(leaf, last),
        text="No certificate of a public CA with the client usage was presented.",
        nothing="No certificate of a CA was presented on a release that this is about.",
    )  # fmt: skip


def _judged(leaf: Leaf, last: date) -> tuple[FindingState, str] | None:
    end = leaf.certificate.not_after
    usages = readable(leaf.certificate.extended_key_usage, None) or ()
    if not public(leaf) or "clientAuth" not in usages:
        return None
    until = f", is valid until {end:%-d %B %Y}," if isinstance(end, datetime) else ""
    return "action", (
        f"{words.capital(leaf.where)} bears the marks of a public CA{until} and may be used as a client; one "
        f"that is issued from {last:%-d %B %Y} on will not be."
    )
