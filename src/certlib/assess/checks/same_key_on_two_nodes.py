"""Whether two nodes present the same key without sharing a certificate that names them both."""

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.checks.leaves import Leaf, leaves
from certlib.assess.context import Context
from certlib.assess.faults import hosts, plain
from certlib.assess.model import Finding
from certlib.language import join_list, say

CHECK = "same-key-on-two-nodes"


def check(context: Context) -> tuple[Finding, ...]:
    """A certificate for several nodes brings its key to each of them, and is fine here.

    Else a device answers for both, or a node was copied: to be looked at.
    """
    nodes = {node.name for node in context.site.nodes}
    by_key: dict[str, list[Leaf]] = {}
    for leaf in leaves(context):
        if leaf.node in nodes and isinstance(leaf.certificate.key_sha256, str):
            by_key.setdefault(leaf.certificate.key_sha256, []).append(leaf)
    faults = []
    for shown in by_key.values():
        names = list(dict.fromkeys(leaf.node for leaf in shown))
        if len(names) > 1 and not all(_names(leaf, names) for leaf in shown):
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    state="manual",
                    node=names[1],
                    endpoint=next(leaf.endpoints[0].id for leaf in shown if leaf.node == names[1]),
                    text=say(
                        "{nodes} present one key; its certificate does not name them all.",
                        nodes=join_list(*names),
                    ),
                    evidence=tuple(dict.fromkeys(leaf.certificate.sha256 for leaf in shown)),
                )
            )
    judged = [leaf.certificate.sha256 for shown in by_key.values() for leaf in shown]
    text = say("Every node has keys of its own, or shares a certificate that names all who present it.")
    return all_well(
        context=context, check=CHECK, faults=faults, judged=judged if len(nodes) > 1 else (), text=text
    )


def _names(leaf: Leaf, nodes: list[str]) -> bool:
    return hosts(leaf.certificate) >= {*map(plain, nodes)}
