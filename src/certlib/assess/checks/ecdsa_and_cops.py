"""`tomcat-ECDSA`, and the COP files that keep it from clients."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.checks.core import conclude, make_finding
from certlib.assess.context import Context, has_certificate
from certlib.assess.eras import find_cops_off
from certlib.assess.expect import list_possible_kinds
from certlib.assess.model import Finding, FindingState, NodeState, Observed
from certlib.assess.observed import get_denied_version
from certlib.evidence import Presentation
from certlib.inventory import Node
from certlib.knowledge import Basis, Cop, find_release
from certlib.language import join_list, mark, say
from certlib.reasons import Reason


def _explain_unseen(state: NodeState) -> Basis:
    """Why something is said of a tomcat-ECDSA that nobody was given."""
    return Basis("inferred", rule="rule-hidden-ec" if state.ecdsa_deduced else "rule-preference")


def check_ecdsa_signed_by_rsa(context: Context) -> tuple[Finding, ...]:
    """Check whether a node's `tomcat-ECDSA` was signed by an RSA CA: the trap of 11.5.

    On SocialMiner it blocks unless its COP is there.

    On UCCX it is for information; unseen, it is to be looked up.
    """
    faults, judged = [], []
    for state in context.deciding.nodes:
        if state.era == "opt-in" and state.cert_type == "ecdsa" and state.tomcat_ecdsa:
            judged.append(state.node)
            if state.tomcat_ecdsa == "rsa-ca":
                faults.append(_judge_mixed_chain(context, state))
        if state.era != "automatic":
            continue
        kinds = list_possible_kinds(state)
        off = find_cops_off(state, context.knowledge)
        if "rsa-ca" not in kinds or (off and state.tomcat_ecdsa is None):
            judged.append(state.node)
            continue
        fails = any(
            experience.outcome == "does-not-load"
            and state.role in context.knowledge.gadgets[experience.gadget].roles
            for row in context.knowledge.rows.values()
            if row.tomcat_ecdsa == "rsa-ca"
            for experience in row.experience
        )
        level: FindingState = "information" if off or not fails else "blocks"
        if fails and state.tomcat_ecdsa is None:
            level = "manual"
        faults.append(
            make_finding(
                context,
                "ecdsa-signed-by-rsa",
                state=level,
                node=state.node,
                text=_judge_rsa_signed(state, fails=fails, off=bool(off)),
                evidence=state.statement.evidence if state.tomcat_ecdsa else (),
                basis=None if state.tomcat_ecdsa else _explain_unseen(state),
                options=("socialminer-cop", "both-cops", "ec-ca") if fails else (),
            )
        )
    text = say("No tomcat-ECDSA that is or will be presented is signed by an RSA CA.")
    return conclude(context, "ecdsa-signed-by-rsa", faults=faults, judged=judged, text=text)


def _judge_mixed_chain(context: Context, state: NodeState) -> Finding:
    """A node that is set to ECDSA, with a certificate whose CA has an RSA key."""
    basis = Basis("inferred", "cisco-ucce-security-15.0", "considerations", rule="rule-ec-chain")
    return make_finding(
        context,
        "ecdsa-signed-by-rsa",
        state="action",
        node=state.node,
        basis=basis,
        text=say(
            "{node} is set to ecdsa, and an RSA CA signed its tomcat-ECDSA; for the sister "
            "products Cisco wants a chain that is ECDSA throughout.",
            node=state.node,
        ),
        remedy=say("Have a CA with an EC key sign it, or set the node back to RSA."),
        options=("cert-type-ecdsa", "cert-type-rsa"),
    )


def _judge_rsa_signed(state: NodeState, *, fails: bool, off: bool) -> str:
    """An ECDSA certificate that an RSA CA signed, or may have."""
    if state.tomcat_ecdsa is None:
        return f"{state.node}: {words.describe_unseen(deduced=state.ecdsa_deduced is not None)}"
    if off:
        return say(
            "{node}: an RSA CA signed tomcat-ECDSA; the installed COP keeps it from the clients.",
            node=state.node,
        )
    if not fails:
        return say(
            "{node}: an RSA CA signed tomcat-ECDSA; UCCX 11.5 does not present it, so it brings nothing.",
            node=state.node,
        )
    return say(
        "{node}: an RSA CA signed tomcat-ECDSA; Cisco documents that chat, e-mail and the "
        "page then do not load (CSCvb58580).",
        node=state.node,
    )


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
# What a server says that has no certificate of the kind asked for; any other reason says nothing of it.
_DENIED = (Reason.ALERT, Reason.CLOSED, Reason.RESET, Reason.NO_SUCH_CERTIFICATE, Reason.WRONG_KEY_TYPE)


def check_cop_effective(context: Context) -> tuple[Finding, ...]:
    """Check whether a COP that the inventory lists keeps ECDSA certificates from every client.

    Effective means that a browser is given RSA and every request for ECDSA fails in every TLS version.

    A web server that said nothing to such a request is to be asked again. Source: rule-cop-effective.
    """
    faults, judged, unseen = [], [], []
    for node in context.scenarios[0].nodes:
        if not find_cops_off(node, context.knowledge):
            continue
        for seen in context.list_observed(node.node):
            asked = [
                presentation
                for presentation in context.evidence.presentations
                if presentation.endpoint == seen.endpoint and presentation.offer.startswith("ecdsa")
            ]
            leaking = [answer for answer in asked if answer.leaf and not answer.reason]
            if seen.unsure:
                unseen.append(seen.endpoint)
            elif leaking or seen.identity == "tomcat-ECDSA":
                versions = sorted({answer.version for answer in leaking if answer.version})
                faults.append(
                    make_finding(
                        context,
                        "cop-effective",
                        state="action",
                        node=node.node,
                        endpoint=seen.endpoint,
                        text=_judge_leaking(seen, versions),
                        evidence=(seen.endpoint,),
                    )
                )
            elif has_certificate(seen) and _is_denied(seen, asked):
                judged.append(seen.endpoint)
            else:
                unseen.append(seen.endpoint)
        known = {observed.endpoint for observed in context.list_observed(node.node)}
        unseen += [
            endpoint.id
            for endpoint in context.list_endpoints_of(node.node)
            if endpoint.id not in known and (server := context.find_server(endpoint)) and server.prefers
        ]
    if unseen:
        faults.append(
            make_finding(
                context,
                "cop-effective",
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
    return conclude(
        context,
        "cop-effective",
        faults=faults,
        judged=judged,
        text=say("Where the inventory lists a COP, no web server gave an ECDSA certificate to any offer."),
        nothing=say(
            "The inventory lists no COP that counts on its node's release and keeps ECDSA "
            "certificates from clients."
        ),
    )


def _is_denied(seen: Observed, asked: Sequence[Presentation]) -> bool:
    """Whether every TLS version that the port speaks denied ECDSA.

    Where TLS 1.3 is spoken, an offer of all versions was denied in TLS 1.3 alone.
    """
    denied = [answer for answer in asked if answer.reason in _DENIED]
    if not any("1.3" in version for version in seen.versions):
        return bool(denied)
    versions = {get_denied_version(answer) or "TLS 1.3" for answer in denied}
    return {"TLS 1.2", "TLS 1.3"} <= versions


def _judge_leaking(seen: Observed, versions: Sequence[str]) -> str:
    """A COP that does not reach every client."""
    who = "browser" if seen.identity == "tomcat-ECDSA" else "ecdsa-alone"
    if not versions:
        return say(COP_EFFECTIVE_TEXTS[who], endpoint=seen.endpoint)
    return say(COP_EFFECTIVE_IN_TEXTS[who], endpoint=seen.endpoint, versions=join_list(*versions))


def check_cop_published(context: Context) -> tuple[Finding, ...]:
    """Check whether each COP that the inventory lists was published for the release of its node.

    A COP on a release that it was not published for is not counted there, and is to be looked at.

    On a service update of its release it counts, with a doubt. A rollback COP without its COP undoes nothing;
    beside it, the COP counts as undone.
    """
    faults, judged = [], []
    for node in context.site.nodes:
        for cop in (context.knowledge.cops[name] for name in node.cops if name in context.knowledge.cops):
            judged.append(f"{node.name}/{cop.id}")
            judgement = _judge_cop_published(context, node, cop)
            if judgement:
                state, text = judgement
                faults.append(
                    make_finding(
                        context,
                        "cop-published",
                        state=state,
                        node=node.name,
                        text=text,
                        basis=cop.basis,
                        remedy=None
                        if state == "manual"
                        else say("show version active on the node lists the COP files that are installed."),
                    )
                )
    return conclude(
        context,
        "cop-published",
        faults=faults,
        judged=judged,
        text=say("Every COP that the inventory lists was published for the release of its node."),
        nothing=say("The inventory lists no COP."),
        about_leaves=False,
    )


def _judge_cop_published(context: Context, node: Node, cop: Cop) -> tuple[FindingState, str] | None:
    knowledge = context.knowledge
    known = find_release(knowledge, node.release)
    release, releases = known.id if known else node.release, join_list(*cop.releases)
    facts = {"cop": cop.title, "node": node.name, "release": release, "releases": releases}
    if known is None or known.era not in {knowledge.releases[name].era for name in cop.releases}:
        return "manual", say(
            "By the inventory {node} has the {cop}, and is on {release}. Cisco lists it for "
            "{releases}; it is not counted here.",
            **facts,
        )
    if cop.turns_ecdsa == "on":
        undone = [rollback for rollback in knowledge.cops.values() if rollback.undone_by == cop.id]
        if not any(rollback.id in node.cops for rollback in undone):
            return "information", say(
                "By the inventory {node} has the {cop} without the COP that it undoes; alone it "
                "changes nothing.",
                **facts,
            )
        return "information", say(
            "By the inventory {node} has the {cop} and the COP that it undoes, so ECDSA counts "
            "as presented again.",
            **facts,
        )
    if release not in cop.releases:
        return "information", say(
            "By the inventory {node} has the {cop}, and is on {release}. Cisco lists it for "
            "{releases}; that it does the same on this service update is not published, and is "
            "taken for granted here.",
            **facts,
        )
    return None
