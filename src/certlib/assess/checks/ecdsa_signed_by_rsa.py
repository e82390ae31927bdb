"""Whether a node's `tomcat-ECDSA` was signed by an RSA CA: the trap of 11.5."""

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState, NodeState
from certlib.assess.observed import ecdsa_off
from certlib.assess.presented import possible_kinds
from certlib.knowledge import Basis
from certlib.language import say

CHECK = "ecdsa-signed-by-rsa"


def _unseen(state: NodeState) -> Basis:
    """Why something is said of a tomcat-ECDSA that nobody was given."""
    return Basis("inferred", rule="rule-hidden-ec" if state.ecdsa_deduced else "rule-preference")


def check(context: Context) -> tuple[Finding, ...]:
    """On SocialMiner it blocks unless its COP is there.

    On UCCX it is for information; unseen, it is to be looked up.
    """
    faults, judged = [], []
    for state in context.deciding.nodes:
        if state.era == "opt-in" and state.cert_type == "ecdsa" and state.tomcat_ecdsa:
            judged.append(state.node)
            if state.tomcat_ecdsa == "rsa-ca":
                faults.append(_mixed_chain(context, state))
        if state.era != "automatic":
            continue
        kinds = possible_kinds(state)
        off = ecdsa_off(role=state.role, cops=state.cops, knowledge=context.knowledge)
        if "rsa-ca" not in kinds or (off and state.tomcat_ecdsa is None):
            judged.append(state.node)
            continue
        fails = any(
            said.outcome == "does-not-load" and state.role in context.knowledge.gadgets[said.gadget].roles
            for row in context.knowledge.rows.values()
            if row.tomcat_ecdsa == "rsa-ca"
            for said in row.experience
        )
        level: FindingState = "information" if off or not fails else "blocks"
        if fails and state.tomcat_ecdsa is None:
            level = "manual"
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state=level,
                node=state.node,
                text=_signed_by_rsa(state, fails=fails, off=bool(off)),
                evidence=state.statement.evidence if state.tomcat_ecdsa else (),
                basis=None if state.tomcat_ecdsa else _unseen(state),
                options=("socialminer-cop", "both-cops", "ec-ca") if fails else (),
            )
        )
    text = say("No tomcat-ECDSA that is or will be presented is signed by an RSA CA.")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _mixed_chain(context: Context, state: NodeState) -> Finding:
    """A node that is set to ECDSA, with a certificate whose CA has an RSA key."""
    basis = Basis("inferred", "cisco-ucce-security-15.0", "considerations", rule="rule-ec-chain")
    return finding(
        context=context,
        check=CHECK,
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


def _signed_by_rsa(state: NodeState, *, fails: bool, off: bool) -> str:
    """An ECDSA certificate that an RSA CA signed, or may have."""
    if state.tomcat_ecdsa is None:
        return f"{state.node}: {words.unseen(deduced=state.ecdsa_deduced is not None)}"
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
