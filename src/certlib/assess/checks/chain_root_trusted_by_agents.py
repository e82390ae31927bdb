"""Whether the certificates signed by a CA lead to one that the agents' PCs trust."""

from datetime import date, datetime

from certlib.assess.checks import words as says
from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.inventory import Endpoint

CHECK = "chain-root-trusted-by-agents"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged against the CA certificates of the inventory; without any, it is left to be checked by hand.

    For the day of the upgrade; of a certificate that ends before, for its last day, since its end is another
    check's. A chain that the verifier refuses and whose signatures lead to such a CA is for information.
    """
    by_ca = [
        (node, leaf, endpoints)
        for node, leaf, endpoints in node_leaves(context)
        if (certificate := context.evidence.certificates.get(leaf))
        and certificate.kind not in ("self-signed", "unreadable")
        and any((server := context.server(endpoint)) and server.agent_facing for endpoint in endpoints)
    ]
    if by_ca and not context.site.agents.trusted_cas:
        return (finding(context=context, check=CHECK, state="manual", text=says.NO_TRUSTED_CAS),)
    judged = (
        (node, leaf, endpoints, _judged(context, node, leaf, endpoints)) for node, leaf, endpoints in by_ca
    )
    faults = [
        finding(
            context=context, check=CHECK, state=fault[0], node=node, endpoint=endpoints[0].id, text=fault[1],
            evidence=(leaf, *(one.id for one in endpoints)),
            remedy=says.REFUSED_CHAIN if fault[0] == "information" else None,
        )
        for node, leaf, endpoints, fault in judged
        if fault
    ]  # fmt: skip
    text = says.led_by_verifier(context.day)
    return all_well(
        context=context, check=CHECK, faults=faults, judged=[leaf for _, leaf, _ in by_ca], text=text
    )


def _judged(
    context: Context, node: str, leaf: str, endpoints: list[Endpoint]
) -> tuple[FindingState, str] | None:
    day = _day(context, leaf)
    way = context.leaf_way([one.id for one in endpoints], leaf, on=day)
    if not way.leads:
        return "action", says.untrusted(node, way, day)
    return ("information", says.led_by_signatures(node, way, day)) if way.by == "signatures" else None


def _day(context: Context, leaf: str) -> date:
    end = context.evidence.certificates[leaf].not_after
    return min(context.day, end.date()) if isinstance(end, datetime) else context.day
