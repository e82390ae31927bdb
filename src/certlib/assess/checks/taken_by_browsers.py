"""Whether browsers take each leaf and the CA certificates sent with it, beside what other checks look at."""

from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.checks.stopping import Harm, harm
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.assess.refusal import told
from certlib.language import join_list, say

CHECK = "taken-by-browsers"

_STATES: dict[Harm, FindingState] = {
    "outage": "outage",
    "blocks": "blocks",
    "asks": "action",
    "unknown": "manual",
    "none": "information",
}


def check(context: Context) -> tuple[Finding, ...]:
    """Each fault that knowledge/refusals.yaml knows and gives no check of its own, and what nobody tried."""
    refusals = context.knowledge.refusals
    faults, judged = [], []
    for node, leaf, endpoints in node_leaves(context):
        if leaf not in context.evidence.certificates or endpoints[0].web_server is None:
            continue
        judged.append(leaf)
        trust = context.leaf_trust([one.id for one in endpoints], leaf, on=context.day)
        for fault in trust.faults:
            entry = refusals.get(fault)
            if entry and entry.check:
                continue
            found = harm(context, node=node, leaf=leaf, trust=trust, faults=(fault,))
            titles = join_list(*(one.title for one in endpoints))
            text = say(
                "The certificate of {web_servers} on {node}: {fault}",
                web_servers=titles,
                node=node,
                fault=told(fault, context.knowledge),
            )
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    state=_STATES[found],
                    node=node,
                    endpoint=endpoints[0].id,
                    text=text,
                    evidence=(leaf, *(one.id for one in endpoints)),
                )
            )
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=judged,
        text=say(
            "Nothing was found in the certificates, beside what other checks look at, for which "
            "browsers refuse them."
        ),
    )
