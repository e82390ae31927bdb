"""Whether Cisco's table speaks of a site: one row for all, the COPs that the row itself asks for included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from certlib.assess.context import Context
from certlib.assess.eras import find_cops_off, find_row
from certlib.assess.model import NodeState
from certlib.assess.trust import Why
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Cop, Knowledge, Row

# What the table presumes of a certificate: that the PCs trust the CA, or that the node signed it itself.
_AS_PRESUMED: tuple[Why, ...] = ("assumed", "listed", "self-signed", "new-ca")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the note says of a site. No row: COPs are on every node; `deduced`: a certificate was not seen."""

    row: Row | None
    cops: tuple[Cop, ...] = ()
    deduced: bool = False


def find_coverage(states: Iterable[NodeState], knowledge: Knowledge) -> Coverage | None:
    """The row that all nodes are, or the COPs that all have; None where the note speaks of no such site.

    A COP goes with a row only where the row asks for it, and only on all nodes of its product.
    """
    states = [state for state in states if state.role not in CONTEXT_ROLES]
    if not states or any(state.era != "automatic" or state.tomcat is None for state in states):
        return None
    off = {state.node: find_cops_off(state, knowledge) for state in states}
    cops = tuple({cop.id: cop for installed in off.values() for cop in installed}.values())
    if any(state.release not in cop.releases for state in states for cop in cops):
        return None
    without = [state for state in states if not off[state.node]]
    if not without:
        return Coverage(None, cops)
    row = _find_one_row(without, knowledge, cops=cops)
    if row is None:
        return None
    for state in states:
        fits = state.tomcat == row.tomcat and state.tomcat_ecdsa in (None, row.tomcat_ecdsa)
        asked_for = all(cop.id in row.cops for cop in off[state.node])
        wanted = any(state.role in cop.roles for cop in cops)
        if not fits or not asked_for or wanted != bool(off[state.node]):
            return None
    return Coverage(row, cops, deduced=any(state.row is None for state in without))


def find_unlike_table(context: Context, states: Iterable[NodeState], *, on: date) -> tuple[Why, ...]:
    """What is the matter, on a day, with certificates that make the nodes' rows: no row speaks of such.

    One behind a COP is given to nobody, and one that the nodes will have is taken as it should be.
    """
    certificates, unlike = context.evidence.certificates, []
    for state in states:
        if state.era != "automatic":
            continue
        hidden = bool(find_cops_off(state, context.knowledge))
        for identity, kind in (("tomcat", state.tomcat), ("tomcat-ECDSA", state.tomcat_ecdsa)):
            leaf = context.find_identity_leaf(state.node, identity)
            if identity in state.renewed:
                continue
            if leaf is None or certificates[leaf].kind != kind or (hidden and identity == "tomcat-ECDSA"):
                continue
            trust = context.judge_leaf(
                [endpoint.id for endpoint in context.list_endpoints_of(state.node)], leaf, on=on
            )
            if trust.why not in _AS_PRESUMED:
                unlike.append(trust.why)
    return tuple(dict.fromkeys(unlike))


def _find_one_row(states: Sequence[NodeState], knowledge: Knowledge, *, cops: Sequence[Cop]) -> Row | None:
    """The row that nodes without a COP are, each in its release.

    Beside a COP also by what follows of a certificate that nobody was given: the row is then the only one in
    which the web servers present what they were seen to.
    """
    rows = {}
    for state in states:
        row = find_row(state, knowledge=knowledge, literally=not cops)
        if row is None or state.release not in row.releases:
            return None
        rows[row.id] = row
    return next(iter(rows.values())) if len(rows) == 1 else None
