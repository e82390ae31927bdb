"""Whether a COP that the inventory lists keeps ECDSA certificates from every client."""

from collections.abc import Sequence

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context, answered
from certlib.assess.model import Finding, Observed
from certlib.assess.observed import counting, ecdsa_off, version_of
from certlib.evidence import Presentation
from certlib.language import join_list, mark, say
from certlib.reasons import Reason

COP_EFFECTIVE_TEXTS = {
    "browser": mark(
        "{endpoint} gives an ECDSA certificate to a browser, although the inventory lists the COP."
    ),
    "ecdsa-alone": mark(
        "{endpoint} gives an ECDSA certificate to clients that ask for ECDSA alone, although "
        "the inventory lists the COP."
    ),
}

COP_EFFECTIVE_IN_TEXTS = {
    "browser": mark(
        "{endpoint} gives an ECDSA certificate to a browser in {versions}, although the "
        "inventory lists the COP."
    ),
    "ecdsa-alone": mark(
        "{endpoint} gives an ECDSA certificate to clients that ask for ECDSA alone in "
        "{versions}, although the inventory lists the COP."
    ),
}

CHECK = "cop-effective"
# What a server says that has no certificate of the kind asked for; any other reason says nothing of it.
_DENIED = (Reason.ALERT, Reason.CLOSED, Reason.RESET, Reason.NO_SUCH_CERTIFICATE, Reason.WRONG_KEY_TYPE)


def check(context: Context) -> tuple[Finding, ...]:
    """Effective means that a browser is given RSA and every request for ECDSA fails in every TLS version.

    A web server that said nothing to such a request is to be asked again. Source: rule-cop-effective.
    """
    faults, judged, unseen = [], [], []
    for node in context.site.nodes:
        cops = counting(node=node, knowledge=context.knowledge)
        if not ecdsa_off(role=node.role, cops=cops, knowledge=context.knowledge):
            continue
        for seen in context.seen_on(node.name):
            asked = [
                one
                for one in context.evidence.presentations
                if one.endpoint == seen.endpoint and one.offer.startswith("ecdsa")
            ]
            leaking = [one for one in asked if one.leaf and not one.reason]
            if seen.unsure:
                unseen.append(seen.endpoint)
            elif leaking or seen.identity == "tomcat-ECDSA":
                versions = sorted({one.version for one in leaking if one.version})
                faults.append(
                    finding(
                        context=context,
                        check=CHECK,
                        state="action",
                        node=node.name,
                        endpoint=seen.endpoint,
                        text=_leaking(seen, versions),
                        evidence=(seen.endpoint,),
                    )
                )
            elif answered(seen) and _denied(seen, asked):
                judged.append(seen.endpoint)
            else:
                unseen.append(seen.endpoint)
        known = {one.endpoint for one in context.seen_on(node.name)}
        unseen += [
            one.id
            for one in context.of_node(node.name)
            if one.id not in known and (server := context.server(one)) and server.prefers
        ]
    if unseen:
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state="manual",
                text=say(
                    "Not checked at {endpoints}: no answer there told whether it still gives an ECDSA "
                    "certificate.",
                    endpoints=join_list(*unseen),
                ),
                evidence=tuple(unseen),
                remedy=say(
                    'Collect again when these web servers answer; "show version active" on the node '
                    "lists the COP files that are installed."
                ),
            )
        )
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=judged,
        text=say("Where the inventory lists a COP, no web server gave an ECDSA certificate to any offer."),
        nothing=say(
            "The inventory lists no COP that counts on its node's release and keeps ECDSA "
            "certificates from clients."
        ),
    )


def _denied(seen: Observed, asked: Sequence[Presentation]) -> bool:
    """Whether every TLS version that the port speaks denied ECDSA.

    Where TLS 1.3 is spoken, an offer of all versions was denied in TLS 1.3 alone.
    """
    denied = [one for one in asked if one.reason in _DENIED]
    if not any("1.3" in one for one in seen.versions):
        return bool(denied)
    versions = {version_of(one) or "TLS 1.3" for one in denied}
    return {"TLS 1.2", "TLS 1.3"} <= versions


def _leaking(seen: Observed, versions: Sequence[str]) -> str:
    """A COP that does not reach every client."""
    who = "browser" if seen.identity == "tomcat-ECDSA" else "ecdsa-alone"
    if not versions:
        return say(COP_EFFECTIVE_TEXTS[who], endpoint=seen.endpoint)
    return say(COP_EFFECTIVE_IN_TEXTS[who], endpoint=seen.endpoint, versions=join_list(*versions))
