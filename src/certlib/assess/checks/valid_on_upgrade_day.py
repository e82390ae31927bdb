"""Whether each leaf is valid today and on the day of the upgrade."""

from datetime import date, datetime

from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import Phrases

CHECK = "valid-on-upgrade-day"


def check(context: Context) -> tuple[Finding, ...]:
    """Expired or not valid yet.

    An outage today, a block on the upgrade day, each only where agents meet it.
    """
    say = context.knowledge.say
    faults, judged = [], []
    for node, leaf, endpoints in node_leaves(context):
        certificate = context.evidence.certificates.get(leaf)
        if certificate is None or not isinstance(certificate.not_after, datetime):
            continue
        judged.append(leaf)
        servers = [context.server(endpoint) for endpoint in endpoints]
        for_agents = any(server.agent_facing for server in servers if server)
        begin, end = certificate.not_before, certificate.not_after
        state: FindingState | None = None
        day = context.today
        if end.date() < context.today or (isinstance(begin, datetime) and begin.date() > context.today):
            state = "outage"
        elif end.date() < context.day:
            state, day = "blocks", context.day
        if state:
            text = _not_valid(node, begin if isinstance(begin, datetime) else None, end, day, say)
            faults.append(
                finding(
                    context=context, check=CHECK, state=state if for_agents else "action", node=node,
                    endpoint=endpoints[0].id, text=text, evidence=(leaf, *(one.id for one in endpoints)),
                )
            )  # fmt: skip
    text = say("check-valid-on-upgrade-day.pass", day=say.day(context.day))
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _not_valid(node: str, begin: datetime | None, end: datetime, day: date, say: Phrases) -> str:
    """A leaf outside its validity."""
    if begin and begin.date() > day:
        return say("check-valid-on-upgrade-day.not-yet", node=node, begin=say.day(begin))
    return say("check-valid-on-upgrade-day.ended", node=node, end=say.day(end), day=say.day(day))
