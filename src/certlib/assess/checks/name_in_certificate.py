"""Whether each leaf names its node among the subject alternative names."""

from certlib.assess.checks import words as says
from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.x509 import Unreadable

CHECK = "name-in-certificate"


def check(context: Context) -> tuple[Finding, ...]:
    """Names are compared without case; `*` stands for one label.

    The common name does not count, `-EC` in it or not.
    """
    faults, judged = [], []
    for node, leaf, endpoints in node_leaves(context):
        certificate = context.evidence.certificates.get(leaf)
        if (
            certificate is None
            or isinstance(certificate.dns_names, Unreadable)
            or endpoints[0].web_server is None
        ):
            continue
        judged.append(leaf)
        if not any(_covers(name, node) for name in certificate.dns_names):
            faults.append(
                finding(
                    context=context, check=CHECK, state="action", node=node, endpoint=endpoints[0].id,
                    text=says.not_named(node, [one.title for one in endpoints]),
                    evidence=(leaf, *(one.id for one in endpoints)),
                )
            )  # fmt: skip
    text = "Every certificate names the node that presents it."
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _covers(name: str, host: str) -> bool:
    name, host = name.casefold().rstrip("."), host.casefold().rstrip(".")
    if name.startswith("*."):
        return "." in host and host.partition(".")[2] == name[2:]
    return name == host
