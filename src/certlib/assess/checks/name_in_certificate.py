"""Whether each leaf names its node among the subject alternative names."""

from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.checks.stopping import harm
from certlib.assess.context import Context
from certlib.assess.faults import held_for
from certlib.assess.model import Finding
from certlib.language import join_list, say
from certlib.x509 import Unreadable

CHECK = "name-in-certificate"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged as browsers do: without case, `*` for one label, an address as an address.

    The common name does not count, `-EC` in it or not. Agents can accept such a certificate unless their
    browser forgets it beside a good one.
    """
    faults, judged = [], []
    for node, leaf, endpoints in node_leaves(context):
        certificate = context.evidence.certificates.get(leaf)
        if (
            certificate is None
            or isinstance(held_for(certificate, node), Unreadable)
            or endpoints[0].web_server is None
        ):
            continue
        judged.append(leaf)
        trust = context.leaf_trust([one.id for one in endpoints], leaf, on=context.day)
        if "other-name" in trust.faults:
            found = harm(context, node=node, leaf=leaf, trust=trust, faults=("other-name",))
            titles = join_list(*(one.title for one in endpoints))
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    node=node,
                    endpoint=endpoints[0].id,
                    state=found if found in ("outage", "blocks") else "action",
                    text=say(
                        "The certificate of {web_servers} on {node} does not have {node} among its subject "
                        "alternative names.",
                        web_servers=titles,
                        node=node,
                    ),
                    evidence=(leaf, *(one.id for one in endpoints)),
                )
            )
    text = say("Every certificate names the node that presents it.")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)
