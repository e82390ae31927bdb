"""Whether a COP that the inventory lists keeps ECDSA certificates from every client."""

from certlib.assess.checks import words as says
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context, answered
from certlib.assess.model import Finding
from certlib.assess.observed import ecdsa_off

CHECK = "cop-effective"


def check(context: Context) -> tuple[Finding, ...]:
    """Effective means that a browser is given RSA and every request for ECDSA fails in every TLS version.

    Source: rule-cop-effective.
    """
    faults, judged = [], []
    for node in context.site.nodes:
        if not ecdsa_off(role=node.role, cops=node.cops, knowledge=context.knowledge):
            continue
        for seen in context.seen_on(node.name):
            if not answered(seen):
                continue
            judged.append(seen.endpoint)
            leaking = [
                one
                for one in context.evidence.presentations
                if one.endpoint == seen.endpoint
                and one.offer.startswith("ecdsa")
                and one.leaf
                and not one.reason
            ]
            if leaking or seen.identity == "tomcat-ECDSA":
                versions = sorted({one.version for one in leaking if one.version})
                faults.append(
                    finding(
                        context=context, check=CHECK, state="action", node=node.name, endpoint=seen.endpoint,
                        text=says.leaking(seen, versions), evidence=(seen.endpoint,),
                    )
                )  # fmt: skip
    text = "Where the inventory lists a COP, no web server gave an ECDSA certificate to any offer."
    nothing = (
        "The inventory lists no COP that keeps ECDSA certificates from clients, or nothing answered there."
    )
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text, nothing=nothing)
