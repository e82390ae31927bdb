"""Whether the certificates signed by a CA lead to one that the agents' PCs trust."""

from datetime import date, datetime

from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.assess.proof import Way
from certlib.inventory import Endpoint
from certlib.language import format_day, say

CHECK = "chain-root-trusted-by-agents"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged against the CA certificates of the inventory; without any, it is left to be checked by hand.

    For the day of the upgrade; of a certificate that ends before, for its last day, since its end is another
    check's. A chain whose names and signatures alone lead to such a CA, as it is not one by the public web's
    rules, is for information: what browsers make of it is told by other checks.
    """
    by_ca = [
        (node, leaf, endpoints)
        for node, leaf, endpoints in node_leaves(context)
        if (certificate := context.evidence.certificates.get(leaf))
        and certificate.kind not in ("self-signed", "unreadable")
        and any((server := context.server(endpoint)) and server.agent_facing for endpoint in endpoints)
    ]
    if by_ca and not context.site.agents.trusted_cas:
        text = say(
            "The inventory names no CA that the agents' PCs trust, so whether they trust the "
            "certificates was not judged."
        )
        return (finding(context=context, check=CHECK, state="manual", text=text),)
    judged = (
        (node, leaf, endpoints, _judged(context, node, leaf, endpoints)) for node, leaf, endpoints in by_ca
    )
    refused = say(
        "See what the other findings say of the certificate and its CA, and open the web "
        "server's page in an agent's browser."
    )
    faults = [
        finding(
            context=context,
            check=CHECK,
            state=fault[0],
            node=node,
            endpoint=endpoints[0].id,
            text=fault[1],
            evidence=(leaf, *(one.id for one in endpoints)),
            remedy=refused if fault[0] == "information" else None,
        )
        for node, leaf, endpoints, fault in judged
        if fault
    ]
    text = say(
        "Every certificate that a CA signed leads to a CA which the inventory lists as "
        "trusted by the agents' PCs; the verifier of the library cryptography confirmed each "
        "chain for {day}.",
        day=format_day(context.day),
    )
    return all_well(
        context=context, check=CHECK, faults=faults, judged=[leaf for _, leaf, _ in by_ca], text=text
    )


def _judged(
    context: Context, node: str, leaf: str, endpoints: list[Endpoint]
) -> tuple[FindingState, str] | None:
    day = _day(context, leaf)
    way = context.leaf_way([one.id for one in endpoints], leaf, on=day)
    if not way.leads:
        return "action", _untrusted(node, way, day)
    if way.by != "signatures":
        return None
    return "information", say(
        "A certificate of {node} leads to a CA which the inventory lists, by the CAs' names "
        "and signatures, on {day}; by the stricter rules of the public web, which are tried "
        "first, the chain does not hold.",
        node=node,
        day=format_day(day),
    )


def _untrusted(node: str, way: Way, day: date) -> str:
    """A CA that the inventory does not list, or to which the way is broken on a day."""
    if way.ended:
        return say(
            "A certificate of {node} does not lead to a CA which the inventory lists as trusted "
            "by the agents' PCs on {day}: a CA certificate on the way is not valid then.",
            node=node,
            day=format_day(day),
        )
    return say(
        "A certificate of {node} does not lead to a CA which the inventory lists as trusted "
        "by the agents' PCs, whatever the hash of the signatures. A public CA that browsers "
        "trust by themselves may be fine.",
        node=node,
    )


def _day(context: Context, leaf: str) -> date:
    end = context.evidence.certificates[leaf].not_after
    return min(context.day, end.date()) if isinstance(end, datetime) else context.day
