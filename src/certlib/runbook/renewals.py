"""The certificates that have ended, or end before the day of the upgrade or soon after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from certlib.assess import Finding, NodeState
from certlib.assess.checks.expires_soon import CHECK as EXPIRES_SOON
from certlib.assess.checks.expires_soon import steps
from certlib.assess.checks.valid_on_upgrade_day import CHECK as VALID
from certlib.assess.observed import identity_of
from certlib.knowledge.model import Identity
from certlib.runbook.case import Case, to_sign
from certlib.runbook.model import ASKING


@dataclass(frozen=True, slots=True)
class Renewal:
    """A certificate of a node that is to be renewed."""

    state: NodeState
    sha256: str
    identity: Identity
    ends: date
    by_itself: bool  # the node signed it itself
    before: bool  # it ends before the day of the upgrade, or has ended
    by_option: bool  # the option makes it anew anyway


def renewals(case: Case) -> list[Renewal]:
    """What is to be renewed, node by node in the order of the work, each certificate of a node once."""
    found = {(one.state.node, one.sha256): one for one in _found(case)}
    order = [state.node for state in case.nodes]
    return sorted(found.values(), key=lambda one: (order.index(one.state.node), one.identity))


def settled(case: Case, finding: Finding) -> bool:
    """Whether a renewal, or the option that makes a certificate anew, settles a finding."""
    return any(
        finding.check in (EXPIRES_SOON, VALID)
        and finding.node == one.state.node
        and one.sha256 in finding.statement.evidence
        for one in renewals(case)
    )


def _found(case: Case) -> Iterator[Renewal]:
    states = {state.node: state for state in case.nodes}
    signed = _made_anew(case)
    day = _day(case)
    _, soon, _ = steps(case.knowledge)
    for one in case.assessment.findings:
        asks = one.check in (EXPIRES_SOON, VALID) and one.state in ASKING and one.waiver is None
        state = states.get(one.node or "")
        if not asks or state is None:
            continue
        for sha in one.statement.evidence:
            certificate = case.assessment.certificates.get(sha)
            identity = identity_of(certificate)
            if certificate is None or identity is None or not isinstance(certificate.not_after, datetime):
                continue
            ends = certificate.not_after.date()
            if (ends - day).days > soon:  # a CA certificate above it ends; renewing the leaf alone is no help
                continue
            yield Renewal(
                state=state,
                sha256=sha,
                identity=identity,
                ends=ends,
                by_itself=certificate.kind == "self-signed",
                before=ends < day,
                by_option=identity == "tomcat-ECDSA" and state.node in signed,
            )


def _made_anew(case: Case) -> set[str]:
    """The nodes whose tomcat-ECDSA the option has signed anew."""
    if case.option is None or case.option.sets_tomcat_ecdsa is None:
        return set()
    changed = [state for state in case.nodes if case.after[state.node].cert_type != state.cert_type]
    return {state.node for state in (*to_sign(case), *changed)}


def _day(case: Case) -> date:
    """The day that counts: the planned one of the upgrade, never before the collection's."""
    collected, planned = case.assessment.collected.date(), case.assessment.site.upgrade_date
    return max(planned, collected) if planned else collected
