"""Whether all web servers of a node that present one kind of key present the same certificate."""

from collections.abc import Iterator

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context, answered
from certlib.assess.model import Finding
from certlib.assess.observed import identity_of, leaves
from certlib.language import say

CHECK = "same-certificate-on-node"


def check(context: Context) -> tuple[Finding, ...]:
    """A web server with another leaf than most of its node was not restarted, or a device answers for it.

    Of a node with several, one that answers alone shows nothing of the others.
    """
    faults: list[Finding] = []
    judged: list[str] = []
    silent: list[str] = []
    for node in context.site.nodes:
        faults += _others(context, node.name)
        asked = [
            cell
            for cell in context.scenarios[0].cells
            if cell.node == node.name and cell.web_server and cell.presence is None
        ]
        asked = [one for one in asked if context.knowledge.web_servers[one.web_server].prefers]
        alive = [one.observed for one in asked if one.observed and answered(one.observed)]
        judged += [leaf for seen in alive for leaf in leaves(seen)]
        silent += [one.endpoint for one in asked if alive and not answered(one.observed)]
        if len(alive) == 1 < len(asked):
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    state="manual",
                    node=node.name,
                    endpoint=alive[0].endpoint,
                    text=say(
                        "Not checked on {node}: one of its web servers alone answered, so there is nothing "
                        "to compare.",
                        node=node.name,
                    ),
                    evidence=tuple(one.endpoint for one in asked),
                    remedy=say(
                        'Collect again when the others answer; "show cert own tomcat" on the node shows what '
                        "they should present after a restart."
                    ),
                )
            )
    text = say("On every node the web servers with one kind of key present the same certificate.")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text, unseen=silent)


def _others(context: Context, node: str) -> Iterator[Finding]:
    """The web servers of a node that present another certificate than most."""
    for identity in ("tomcat", "tomcat-ECDSA"):
        usual = context.identity_leaf(node, identity)
        for seen in context.seen_on(node):
            for leaf in leaves(seen):
                if leaf == usual or identity_of(context.evidence.certificates.get(leaf)) != identity:
                    continue
                server = context.knowledge.web_servers.get(seen.endpoint.rpartition("/")[2])
                place = words.place(server, node)
                yield finding(
                    context=context,
                    check=CHECK,
                    state="action",
                    node=node,
                    endpoint=seen.endpoint,
                    text=say(
                        "{place} presents another {identity} certificate than most web servers of the node.",
                        place=place,
                        identity=identity,
                    ),
                    evidence=(seen.endpoint, leaf, *([usual] if usual else ())),
                )
