"""To which certificate type a node is set, where its release has one: as told, as seen, after an upgrade."""

from collections.abc import Sequence
from dataclasses import replace

from certlib.assess.model import CertTypeFrom, NodeState, Observed
from certlib.inventory import CertType
from certlib.knowledge.model import Era


def find_type_today(
    cert_type: CertType, *, era: Era | None, seen: Sequence[Observed]
) -> tuple[CertType, CertTypeFrom]:
    """The certificate type of a node, and whence it is known.

    The type decides what the node presents on every incoming connection, so one web server that gives a
    browser tomcat-ECDSA shows that it is ecdsa (rule-cert-type-observed). That all give tomcat does not make
    an unknown type known; it contradicts one that is told as ecdsa.
    """
    if era != "opt-in":
        return cert_type, "inventory"
    identities = {observed.identity for observed in seen if observed.identity is not None}
    if cert_type == "unknown":
        return ("ecdsa", "observed") if "tomcat-ECDSA" in identities else ("unknown", "inventory")
    other = "tomcat-ECDSA" if cert_type == "rsa" else "tomcat"
    return cert_type, "contradicted" if other in identities else "inventory"


def find_type_after_upgrade(state: NodeState) -> NodeState:
    """The same after an upgrade, of which no source says whether the type survives it.

    Where it is or may be ecdsa today, both are possible; else RSA is assumed (rule-cert-type-rsa-default).
    """
    if state.cert_type == "ecdsa" or state.cert_type_from == "contradicted":
        return replace(state, cert_type="ecdsa", cert_type_from="before-upgrade")
    return replace(state, cert_type="unknown", cert_type_from="inventory")
