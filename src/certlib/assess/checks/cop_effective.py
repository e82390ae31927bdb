"""Whether a COP that the inventory lists keeps ECDSA certificates from every client."""

from collections.abc import Sequence

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context, answered
from certlib.assess.model import Finding, Observed
from certlib.assess.observed import ecdsa_off
from certlib.language import Phrases

CHECK = "cop-effective"


def check(context: Context) -> tuple[Finding, ...]:
    """Effective means that a browser is given RSA and every request for ECDSA fails in every TLS version.

    Source: rule-cop-effective.
    """
    say = context.knowledge.say
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
                        text=_leaking(seen, versions, say), evidence=(seen.endpoint,),
                    )
                )  # fmt: skip
    return all_well(
        context=context, check=CHECK, faults=faults, judged=judged, text=say("check-cop-effective.pass"),
        nothing=say("check-cop-effective.nothing"),
    )  # fmt: skip


def _leaking(seen: Observed, versions: Sequence[str], say: Phrases) -> str:
    """A COP that does not reach every client."""
    who = "browser" if seen.identity == "tomcat-ECDSA" else "ecdsa-alone"
    if not versions:
        return say(f"check-cop-effective.{who}", endpoint=seen.endpoint)
    return say(f"check-cop-effective.{who}-in", endpoint=seen.endpoint, versions=say.listed(*versions))
