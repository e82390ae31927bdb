"""Whether the certificates signed by a CA lead to one that the agents' PCs trust."""

from certlib.assess.checks import words as says
from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.context import Context
from certlib.assess.model import Finding

CHECK = "chain-root-trusted-by-agents"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged against the CA certificates of the inventory; without any, it is left to be checked by hand."""
    by_ca = [
        (node, leaf, endpoints)
        for node, leaf, endpoints in node_leaves(context)
        if (certificate := context.evidence.certificates.get(leaf))
        and certificate.kind not in ("self-signed", "unreadable")
        and any((server := context.server(endpoint)) and server.agent_facing for endpoint in endpoints)
    ]
    if by_ca and not context.site.agents.trusted_cas:
        return (finding(context=context, check=CHECK, state="manual", text=says.NO_TRUSTED_CAS),)
    faults = [
        finding(
            context=context, check=CHECK, state="action", node=node, endpoint=endpoints[0].id,
            text=says.untrusted(node), evidence=(leaf, *(one.id for one in endpoints)),
        )
        for node, leaf, endpoints in by_ca
        if context.leaf_trust([one.id for one in endpoints], leaf, on=context.today).why == "not-listed"
    ]  # fmt: skip
    text = (
        "Every certificate that a CA signed leads to a CA which the inventory lists as trusted by the "
        "agents' PCs."
    )
    return all_well(
        context=context, check=CHECK, faults=faults, judged=[leaf for _, leaf, _ in by_ca], text=text
    )
