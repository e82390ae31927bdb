"""Which certificates of a public CA may lose the client usage when they are made anew."""

from datetime import datetime

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "public-ca-client-authentication"


def check(context: Context) -> tuple[Finding, ...]:
    """Of a public leaf with the client usage its CA is to be asked; one without is another check's."""
    say = context.knowledge.say
    return each_leaf(
        context=context, check=CHECK, wanted=legible, judge=lambda leaf: _judged(leaf, say),
        text=say("check-public-ca-client-authentication.pass"),
        nothing=say("check-public-ca-client-authentication.nothing"),
    )  # fmt: skip


def _judged(leaf: Leaf, say: Phrases) -> tuple[FindingState, str] | None:
    end = leaf.certificate.not_after
    usages = readable(leaf.certificate.extended_key_usage, None) or ()
    if not public(leaf) or "clientAuth" not in usages:
        return None
    own = leaf.named(say)
    if not isinstance(end, datetime):
        return "action", say("check-public-ca-client-authentication.client", leaf=own)
    until = say.day(end)
    return "action", say("check-public-ca-client-authentication.client-until", leaf=own, end=until)
