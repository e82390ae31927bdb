"""What decides a node's certificates beside themselves: era, COPs and type, and the row of Cisco's table."""

from collections.abc import Sequence
from dataclasses import replace

from certlib.assess.model import CertTypeFrom, NodeState, Observed, Statement
from certlib.inventory import CertType, Node
from certlib.knowledge import Cop, Knowledge, Row
from certlib.knowledge.lookup import find_release
from certlib.knowledge.model import Era


def find_era(*, role: str, release: str, knowledge: Knowledge) -> Era | None:
    """The era of ECDSA of a node's release.

    None for an unknown release and for roles outside Cisco's table.
    """
    covered = {role for server in knowledge.web_servers.values() if server.column for role in server.roles}
    known = find_release(knowledge, release)
    return known.era if known and role in covered else None


def find_counting_cops(*, node: Node, knowledge: Knowledge) -> tuple[str, ...]:
    """The COPs that the inventory lists for a node and that count on its release, in the order of the list.

    Those for it or for one of its era (rule-era-automatic-update), without those whose rollback COP is listed
    too: it can only have come after them.
    """
    release = find_release(knowledge, node.release)
    undone = {cop.id for cop in knowledge.cops.values() if cop.undone_by in node.cops}
    eras = {
        cop.id: {knowledge.releases[name].era for name in cop.releases} for cop in knowledge.cops.values()
    }
    return tuple(
        cop
        for cop in node.cops
        if cop not in eras or (release and release.era in eras[cop] and cop not in undone)
    )


def find_cops_off(state: NodeState, knowledge: Knowledge) -> tuple[Cop, ...]:
    """The installed COPs that keep ECDSA certificates from the clients of a node."""
    installed = (knowledge.cops[cop] for cop in state.cops if cop in knowledge.cops)
    return tuple(cop for cop in installed if cop.turns_ecdsa == "off" and state.role in cop.roles)


def find_row(state: NodeState, *, knowledge: Knowledge, literally: bool) -> Row | None:
    """The row of Cisco's table that a node's combination is, without a COP.

    `literally`: in its release as well.
    """
    if state.era != "automatic" or find_cops_off(state, knowledge):
        return None
    ecdsa = state.tomcat_ecdsa or (None if literally else state.ecdsa_deduced)
    for row in knowledge.rows.values():
        if (row.tomcat, row.tomcat_ecdsa) == (state.tomcat, ecdsa) and (
            not literally or state.release in row.releases
        ):
            return row
    return None


def add_row(state: NodeState, *, knowledge: Knowledge, statement: Statement) -> NodeState:
    """The same state with the row that covers it literally, and why it is so."""
    row = find_row(state, knowledge=knowledge, literally=True)
    return replace(state, row=row.id if row else None, statement=statement)


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
