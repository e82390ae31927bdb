"""What the findings ask for that nothing else in a plan settles."""

from collections.abc import Iterator, Sequence

from certlib.assess import Assessment, Finding
from certlib.assess.observed import find_identity
from certlib.knowledge.model import Effect, Identity
from certlib.language import say
from certlib.runbook.case import UCCX, Case, is_hidden, is_unlike
from certlib.runbook.model import ASKING, Action, Task
from certlib.runbook.places import find_node, list_places
from certlib.runbook.walk import STARTING
from certlib.terms import FINDING_STATES, find_state

# Tasks that settle what a finding is about wherever they are done, whatever certificate the node holds.
CURES = ("install-cop", "complete-chain", "prepare-upgrade", "trust-peers", "trust-uccx", "trust-pruned")
AFTER = "after-upgrade"  # the state of findings that are settled after the window


def list_remedies(case: Case, tasks: Sequence[Task], *, later: bool) -> Iterator[Action]:
    """A step for each remedy, with all places that need it; `later`: those that come after the window."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in case.assessment.findings:
        asks = finding.state in ASKING and finding.waiver is None and (finding.state == AFTER) == later
        if asks and not _is_settled(case, finding, tasks):
            groups.setdefault((finding.check, finding.state, finding.remedy), []).append(finding)
    for (check, state, remedy), found in groups.items():
        entry = case.knowledge.checks[check]
        where, word = list_places(found, case.assessment), find_state(FINDING_STATES, state).word
        if len(found) == 1:
            said = found[0].statement.text
        elif where:
            said = say("{fault} ({state}): {places}.", fault=entry.fault, state=word, places="; ".join(where))
        else:
            said = say("{fault} ({state}).", fault=entry.fault, state=word)
        yield Action(f"{said} {remedy}".strip(), "", entry.basis)


def _is_settled(case: Case, finding: Finding, tasks: Sequence[Task]) -> bool:
    """Whether a task of the plan settles a finding."""
    if finding.check == "agents-can-work" or (finding.check == "self-signed" and case.option):
        return True
    if case.option and case.option.id in finding.options:
        return True
    if finding.check == "nodes-alike":
        return finding.state != "manual" and _ends_alike(case)
    node = find_node(finding)
    if case.knowledge.checks[finding.check].reissue:
        stale = {*case.assessment.stale.get(node, ())} & {*finding.statement.evidence}
        return bool(stale) or _is_renewed(case, finding, tasks)
    here = [task for task in tasks if not node or node in task.nodes]
    if any(task.procedure in CURES and task.procedure in finding.procedures for task in here):
        return True
    if "upload" in finding.procedures:  # a restart alone does not settle it
        wanted = _find_identities(case.assessment, finding)
        return bool(node and wanted) and wanted <= {task.identity for task in here if _has_store(task)}
    return "restart" in finding.procedures and any({*STARTING} & _list_effects(task) for task in here)


def _is_renewed(case: Case, finding: Finding, tasks: Sequence[Task]) -> bool:
    """Whether every certificate that a finding objects to is made anew, or hidden from everybody."""
    gone = {
        (node, reissue.sha256)
        for reissue in case.assessment.reissues
        for node in reissue.nodes
        if any(
            node in task.nodes and task.identity == reissue.identity and _has_store(task) for task in tasks
        )
        or (reissue.identity == "tomcat-ECDSA" and is_hidden(case, case.end[node]))
    }
    asked = {reissue.sha256 for reissue in case.assessment.reissues} & {*finding.statement.evidence}
    return bool(asked) and all((finding.node, sha256) in gone for sha256 in asked)


def _ends_alike(case: Case) -> bool:
    """Whether the UCCX nodes are in the same state when the plan is done."""
    pair = [case.end[state.node] for state in case.nodes if state.role in UCCX]
    return not is_unlike(pair) and len({one.release for one in pair}) == 1


def _find_identities(assessment: Assessment, finding: Finding) -> set[Identity | None]:
    """The certificates that a finding is about, by what they are to their node."""
    known = assessment.certificates
    return {find_identity(known[one]) for one in finding.statement.evidence if one in known}


def _list_effects(task: Task) -> set[Effect]:
    return {effect for step in task.steps for effect in step.does}


def _has_store(task: Task) -> bool:
    return not {"certificate-uploaded", "certificate-generated"}.isdisjoint(_list_effects(task))
