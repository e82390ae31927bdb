"""How long certificates are valid, and what public CAs change."""

from collections.abc import Sequence
from datetime import date, datetime

from certlib.assess.checks.core import conclude, find_node_leaves, report_leaf
from certlib.assess.checks.leaves import Leaf, judge_leaves, read_or
from certlib.assess.context import Context
from certlib.assess.figures import get_expiry_steps, get_figure_on
from certlib.assess.harm import ends_with_upgrade, find_receivers_then, find_receivers_today
from certlib.assess.model import Finding, FindingState
from certlib.language import format_day, say


def check_valid_on_upgrade_day(context: Context) -> tuple[Finding, ...]:
    """Check whether each leaf is valid today and on the day of the upgrade.

    Expired or not valid yet.

    An outage where agents are given it today, a block where they are given it on the day of the upgrade, once
    it is done; one that no browser is given, today or then, is for information. One that the upgrade takes
    away is something to be seen to until then, and no obstacle to the upgrade.
    """
    faults, judged = [], []
    for node, leaf, endpoints in find_node_leaves(context):
        certificate = context.evidence.certificates.get(leaf)
        if certificate is None or not isinstance(certificate.not_after, datetime):
            continue
        judged.append(leaf)
        begin, end = certificate.not_before, certificate.not_after
        first = begin if isinstance(begin, datetime) else None
        bad = [day for day in (context.today, context.day) if _is_outside(first, end, day)]
        if not bad:
            continue
        state = _find_state(context, node, leaf, bad)
        text = _describe_not_valid(node, first, end, bad[0])
        if state == "information":
            not_given = say("No web server gives it to a browser, today or after the upgrade.")
            text = f"{text} {not_given}"
        remedy = None
        if state != "information" and ends_with_upgrade(context, node, leaf):
            until_then = say("The upgrade takes it away, so it counts until then only.")
            text = f"{text} {until_then}"
            remedy = say(
                "Nothing has to be renewed for the upgrade. Until then agents need the COP of this "
                "release, or the certificate renewed."
            )
        faults.append(
            report_leaf(
                context,
                "valid-on-upgrade-day",
                leaf=leaf,
                endpoints=endpoints,
                state=state,
                text=text,
                remedy=remedy,
            )
        )
    text = say(
        "Every certificate that a web server presented is valid on {day}.", day=format_day(context.day)
    )
    return conclude(context, "valid-on-upgrade-day", faults=faults, judged=judged, text=text)


def _is_outside(begin: datetime | None, end: datetime, day: date) -> bool:
    return end.date() < day or (begin is not None and begin.date() > day)


def _find_state(context: Context, node: str, leaf: str, bad: Sequence[date]) -> FindingState:
    today, then = find_receivers_today(context, node, leaf), find_receivers_then(context, node, leaf)
    if today != "nobody" and ends_with_upgrade(context, node, leaf):
        return "action"  # on whichever day it is collected
    if context.today in bad and today == "agents":
        return "outage"
    if context.day in bad and then == "agents":
        return "blocks"
    return "information" if (today, then) == ("nobody", "nobody") else "action"


def _describe_not_valid(node: str, begin: datetime | None, end: datetime, day: date) -> str:
    """A leaf outside its validity."""
    if begin and begin.date() > day:
        return say("A certificate of {node} is not valid before {begin}.", node=node, begin=format_day(begin))
    return say(
        "A certificate of {node} is valid until {end}, and no longer on {day}.",
        node=node,
        end=format_day(end),
        day=format_day(day),
    )


def check_expires_soon(context: Context) -> tuple[Finding, ...]:
    """Check whether a certificate that is valid on the day of the upgrade expires soon after it.

    Leaves, and the CA certificates sent with them, that end within some days after the upgrade, or today.

    A leaf that has expired by then is another check's; one that no browser is given, today or then, is for
    information, as it is after its end.
    """
    days = get_expiry_steps(context.knowledge)
    upgrade = any(node.target_release != node.release for node in context.site.nodes)
    return judge_leaves(
        context,
        "expires-soon",
        wanted=lambda leaf: (
            isinstance(end := leaf.certificate.not_after, datetime) and end.date() >= context.day
        ),
        judge=lambda leaf: _note_receivers(
            context, leaf, _judge_expires_soon(leaf, context.day, days, upgrade=upgrade)
        ),
        text=say(
            "No certificate expires within {number} days after {day}.",
            number=days[-1],
            day=format_day(context.day),
        ),
        nothing=say("No certificate is valid by then."),
        chains=True,
    )


def _note_receivers(
    context: Context, leaf: Leaf, judgement: tuple[FindingState, str] | None
) -> tuple[FindingState, str] | None:
    """What is said of a leaf, for information where nobody is given it."""
    sha = leaf.certificate.sha256
    givers = find_receivers_today(context, leaf.node, sha), find_receivers_then(context, leaf.node, sha)
    if judgement is None or judgement[0] == "information" or givers != ("nobody", "nobody"):
        return judgement
    not_given = say("No web server gives it to a browser, today or after the upgrade.")
    return "information", f"{judgement[1]} {not_given}"


def _judge_expires_soon(
    leaf: Leaf, day: date, days: tuple[int, int, int], *, upgrade: bool
) -> tuple[FindingState, str] | None:
    ends = [
        (certificate.not_after.date(), certificate)
        for certificate in leaf.chain
        if isinstance(certificate.not_after, datetime)
    ]
    end, first = min(ends, key=lambda pair: pair[0])
    left = (end - day).days
    window, soon, later = days
    if left > later:
        return None
    what, ends_on = leaf.describe("itself" if first is leaf.chain[0] else "ca"), format_day(end)
    if left < 0:
        text = say(
            "{certificate} expires on {end}, before {day}.",
            certificate=what,
            end=ends_on,
            day=format_day(day),
        )
    else:
        text = say(
            "{certificate} expires on {end}, {number} days after {day}.",
            certificate=what,
            end=ends_on,
            number=left,
            day=format_day(day),
        )
    if left <= window:
        return "action", text
    return ("after-upgrade" if upgrade else "action") if left <= soon else "information", text


# The CA/Browser Forum reserves 2.23.140.1 for its certificate policies; one of them stands in every server
# certificate of a public CA. The other is the list of signed certificate timestamps.
_FORUM, _TIMESTAMPS = "2.23.140.1.", "1.3.6.1.4.1.11129.2.4.2"


def is_public(leaf: Leaf) -> bool:
    """Whether a leaf bears the marks of a public CA."""
    policies = read_or(leaf.certificate.policies, ())
    timestamps = _TIMESTAMPS in read_or(leaf.certificate.extensions, ())
    return leaf.by_ca and (timestamps or any(policy.startswith(_FORUM) for policy in policies))


def is_legible(leaf: Leaf) -> bool:
    """Whether the marks could be looked for in a certificate that a CA signed."""
    read = isinstance(leaf.certificate.policies, tuple) and isinstance(leaf.certificate.extensions, tuple)
    return leaf.by_ca and read


def check_public_ca_validity(context: Context) -> tuple[Finding, ...]:
    """Check how long certificates of a public CA may last, and whether one lasts longer.

    Longer than allowed on the day of issue is to be changed; else the next one's life is information.
    """

    def longest(issued: date) -> int | None:
        return get_figure_on(context.knowledge, "public-ca-validity", "life", day=issued)

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        begin, end = leaf.certificate.not_before, leaf.certificate.not_after
        if not is_public(leaf) or not isinstance(begin, datetime) or not isinstance(end, datetime):
            return None
        # The last second belongs to the life: 200 days end one second before the same time of day.
        lasts, allowed = -(-((end - begin).total_seconds() + 1) // 86400), longest(begin.date())
        if allowed and lasts > allowed:
            return "action", say(
                "{leaf} bears the marks of a public CA and lasts {number} days; issued on {day} it "
                "may last {allowed}.",
                leaf=leaf.describe(),
                number=f"{lasts:.0f}",
                day=format_day(begin),
                allowed=allowed,
            )
        renewal = max(context.today, end.date())
        return "information", say(
            "{leaf} bears the marks of a public CA and is valid until {end}; one that follows it "
            "then may last {number} days.",
            leaf=leaf.describe(),
            end=format_day(end),
            number=longest(renewal),
        )

    return judge_leaves(
        context,
        "public-ca-validity",
        wanted=is_legible,
        judge=judged,
        text=say("No certificate of a public CA was presented."),
        nothing=say("No certificate of a CA was presented."),
    )


def check_public_ca_client_authentication(context: Context) -> tuple[Finding, ...]:
    """Find which certificates of a public CA may lose the client usage when they are reissued.

    Of a public leaf with the client usage its CA is to be asked; one without is another check's.
    """
    return judge_leaves(
        context,
        "public-ca-client-authentication",
        wanted=is_legible,
        judge=_judge_public_ca_client_authentication,
        text=say("No certificate of a public CA with the client usage was presented."),
        nothing=say("No certificate of a CA was presented on a release that this is about."),
    )


def _judge_public_ca_client_authentication(leaf: Leaf) -> tuple[FindingState, str] | None:
    end = leaf.certificate.not_after
    usages = read_or(leaf.certificate.extended_key_usage, None) or ()
    if not is_public(leaf) or "clientAuth" not in usages:
        return None
    own = leaf.describe()
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
