"""Whether each leaf names its node among the subject alternative names."""

from certlib.assess.checks.finding import all_well, finding, node_leaves
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.x509 import Unreadable

CHECK = "name-in-certificate"


def check(context: Context) -> tuple[Finding, ...]:
    """Names are compared without case; `*` stands for one label.

    The common name does not count, `-EC` in it or not.
    """
    say = context.knowledge.say
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
            titles = say.listed(*(one.title for one in endpoints))
            faults.append(
                finding(
                    context=context, check=CHECK, state="action", node=node, endpoint=endpoints[0].id,
                    text=say("check-name-in-certificate.not-named", web_servers=titles, node=node),
                    evidence=(leaf, *(one.id for one in endpoints)),
                )
            )  # fmt: skip
    text = say("check-name-in-certificate.pass")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _covers(name: str, host: str) -> bool:
    name, host = name.casefold().rstrip("."), host.casefold().rstrip(".")
    if name.startswith("*."):
        return "." in host and host.partition(".")[2] == name[2:]
    return name == host
