"""Which certificates of a public CA may lose the client usage when they are made anew."""

from datetime import datetime

from certlib.assess.checks.leaves import Leaf, each_leaf, readable
from certlib.assess.checks.public_ca import legible, public
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import format_day, say

CHECK = "public-ca-client-authentication"


def check(context: Context) -> tuple[Finding, ...]:
    """Of a public leaf with the client usage its CA is to be asked; one without is another check's."""
    return each_leaf(
        context=context,
        check=CHECK,
        wanted=legible,
        judge=_judged,
        text=say("No certificate of a public CA with the client usage was presented."),
        nothing=say("No certificate of a CA was presented on a release that this is about."),
    )


def _judged(leaf: Leaf) -> tuple[FindingState, str] | None:
    end = leaf.certificate.not_after
    usages = readable(leaf.certificate.extended_key_usage, None) or ()
    if not public(leaf) or "clientAuth" not in usages:
        return None
    own = leaf.named()
    if not isinstance(end, datetime):
        return "action", say(
            "{leaf} bears the marks of a public CA and may be used as a client; whether one that "
            "follows it may is for that CA to say.",
            leaf=own,
        )
    until = format_day(end)
    return "action", say(
        "{leaf} bears the marks of a public CA, may be used as a client, and stays good "
        "until {end}; whether one that follows it may be used as a client is for that CA to "
        "say.",
        leaf=own,
        end=until,
    )
