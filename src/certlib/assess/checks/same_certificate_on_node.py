"""Whether all web servers of a node that present one kind of key present the same certificate."""

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.assess.observed import identity_of, leaves

CHECK = "same-certificate-on-node"


def check(context: Context) -> tuple[Finding, ...]:
    """A web server with another leaf than most of its node was not restarted, or a device answers for it."""
    say = context.knowledge.say
    faults, judged = [], []
    for node in context.site.nodes:
        for identity in ("tomcat", "tomcat-ECDSA"):
            usual = context.identity_leaf(node.name, identity)
            for seen in context.seen_on(node.name):
                for leaf in leaves(seen):
                    if identity_of(context.evidence.certificates.get(leaf)) != identity:
                        continue
                    judged.append(leaf)
                    if leaf != usual and usual:
                        server = context.knowledge.web_servers.get(seen.endpoint.rpartition("/")[2])
                        place = words.place(server, node.name, say)
                        faults.append(
                            finding(
                                context=context, check=CHECK, state="action", node=node.name,
                                endpoint=seen.endpoint,
                                text=say(
                                    "check-same-certificate-on-node.another", place=place, identity=identity
                                ),
                                evidence=(seen.endpoint, leaf, usual),
                            )
                        )  # fmt: skip
    text = say("check-same-certificate-on-node.pass")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)
