"""Which certificates of a public CA lose the client usage when they are made anew."""

from datetime import date, datetime

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.checks.limits import day_of
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "public-ca-client-authentication"


def check(context: Context) -> tuple[Finding, ...]:
    """A public leaf with the client usage is to be planned for; one without is another check's."""
    say = context.knowledge.say
    last = day_of(context.knowledge, CHECK, "issued-before")
    return each_leaf(
        context=context, check=CHECK, wanted=legible, judge=lambda leaf: _judged(leaf, last, say),
        text=say("check-public-ca-client-authentication.pass"),
        nothing=say("check-public-ca-client-authentication.nothing"),
    )  # fmt: skip


def _judged(leaf: Leaf, last: date, say: Phrases) -> tuple[FindingState, str] | None:
    end = leaf.certificate.not_after
    usages = readable(leaf.certificate.extended_key_usage, None) or ()
    if not public(leaf) or "clientAuth" not in usages:
        return None
    own, since = leaf.named(say), say.day(last)
    if not isinstance(end, datetime):
        return "action", say("check-public-ca-client-authentication.client", leaf=own, since=since)
    until = say.day(end)
    return "action", say(
        "check-public-ca-client-authentication.client-until", leaf=own, end=until, since=since
    )
