"""Whether each leaf is valid today and on the day of the upgrade."""

from collections.abc import Sequence
from datetime import date, datetime

from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.checks.given import given_then, given_today, goes_with_upgrade
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import format_day, say

CHECK = "valid-on-upgrade-day"


def check(context: Context) -> tuple[Finding, ...]:
    """Expired or not valid yet.

    An outage where agents are given it today, a block where they are given it on the day of the upgrade, once
    it is done; one that no browser is given, today or then, is for information. One that the upgrade takes
    away is something to be seen to until then, and no obstacle to the upgrade.
    """
    faults, judged = [], []
    for node, leaf, endpoints in node_leaves(context):
        certificate = context.evidence.certificates.get(leaf)
        if certificate is None or not isinstance(certificate.not_after, datetime):
            continue
        judged.append(leaf)
        begin, end = certificate.not_before, certificate.not_after
        first = begin if isinstance(begin, datetime) else None
        bad = [day for day in (context.today, context.day) if _outside(first, end, day)]
        if not bad:
            continue
        state = _state(context, node, leaf, bad)
        text = _not_valid(node, first, end, bad[0])
        if state == "information":
            not_given = say("No web server gives it to a browser, today or after the upgrade.")
            text = f"{text} {not_given}"
        remedy = None
        if state != "information" and goes_with_upgrade(context, node, leaf):
            until_then = say("The upgrade takes it away, so it counts until then only.")
            text = f"{text} {until_then}"
            remedy = say(
                "Nothing has to be renewed for the upgrade. Until then agents need the COP of this "
                "release, or the certificate renewed."
            )
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state=state,
                node=node,
                endpoint=endpoints[0].id,
                text=text,
                evidence=(leaf, *(one.id for one in endpoints)),
                remedy=remedy,
            )
        )
    text = say(
        "Every certificate that a web server presented is valid on {day}.", day=format_day(context.day)
    )
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _outside(begin: datetime | None, end: datetime, day: date) -> bool:
    return end.date() < day or (begin is not None and begin.date() > day)


def _state(context: Context, node: str, leaf: str, bad: Sequence[date]) -> FindingState:
    today, then = given_today(context, node, leaf), given_then(context, node, leaf)
    if today != "nobody" and goes_with_upgrade(context, node, leaf):
        return "action"  # on whichever day it is collected
    if context.today in bad and today == "agents":
        return "outage"
    if context.day in bad and then == "agents":
        return "blocks"
    return "information" if (today, then) == ("nobody", "nobody") else "action"


def _not_valid(node: str, begin: datetime | None, end: datetime, day: date) -> str:
    """A leaf outside its validity."""
    if begin and begin.date() > day:
        return say("A certificate of {node} is not valid before {begin}.", node=node, begin=format_day(begin))
    return say(
        "A certificate of {node} is valid until {end}, and no longer on {day}.",
        node=node,
        end=format_day(end),
        day=format_day(day),
    )
