"""The tasks of a procedure: one for each node or certificate, with the steps that its findings ask for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from certlib.assess import Assessment, Finding, NodeState, Statement
from certlib.assess.model import ASKING
from certlib.assess.observed import find_identity
from certlib.knowledge import Procedure, Step
from certlib.knowledge.model import Effect, Identity
from certlib.language import join_list, say
from certlib.runbook.about import About, find_endpoint, find_state_when_done, is_needed
from certlib.runbook.case import UCCX, Case, count_certificates, is_hidden, is_unlike, is_within
from certlib.runbook.model import Action, Task
from certlib.runbook.places import find_node, list_places
from certlib.runbook.targets import (
    CONCERNED,
    CertificateOrder,
    find_gaining_cop,
    find_moves,
    find_orders,
    find_renewed,
)
from certlib.runbook.walk import STARTING
from certlib.terms import FINDING_STATES, find_state

UPGRADE = "upgrade"  # a procedure, and its phase
_BLANK = re.compile(r"\{(\w+)\}")
Place = tuple[int, int, int, int, int]  # by phase, hop, product, procedure and node


def make_tasks(case: Case, procedure: Procedure) -> Iterator[tuple[Place, Task]]:
    """The tasks of a procedure that the site needs, each with its place in the plan."""
    agents = case.assessment.site.agents
    if procedure.browsers and agents.browsers and not {*agents.browsers} & {*procedure.browsers}:
        return
    if procedure.group_policy and agents.group_policy not in procedure.group_policy:
        return
    number = list(case.knowledge.procedures).index(procedure.id)
    for count, (states, about) in enumerate(_find_targets(case, procedure)):
        task = make_task(case, procedure, states, about) if states else None
        if task and task.steps:
            any_node = say("‹node›")
            of_any = make_task(case, procedure, states, about, node=any_node) if procedure.per_node else None
            # What the phase of the upgrade has besides comes after the hops.
            hop = (about.hop, about.product) if about.hop is not None else (len(case.assessment.hops), 0)
            place = rank(case, task.phase), *(hop if task.phase == UPGRADE else (0, 0)), number, count
            yield place, replace(task, of_any=of_any)


def rank(case: Case, phase: str) -> int:
    """The place of a phase.

    A COP that bridges the time until the upgrade comes before it. Where the restart already puts a new
    certificate of the wanted type into use, the exchange comes before it, and else before the switch.
    """
    phases = list(case.knowledge.phases)
    if case.bridge and phase == "cop":
        return phases.index("renewal") * 2 + 1
    wanted = case.option.sets_cert_type if case.option else None
    if wanted and phase == "exchange":
        at_once = any(state.cert_type == wanted for state in CONCERNED["exchange"](case))
        return phases.index("restart") * 2 - 1 if at_once else phases.index(phase) * 2
    return phases.index(phase) * 2


def _find_targets(case: Case, procedure: Procedure) -> list[tuple[list[NodeState], About]]:
    """The nodes of each task of a procedure, and what it is about."""
    if procedure.nodes == "hops":
        return _make_hop_tasks(case, procedure)
    if procedure.nodes in ("renew-before", "renew-in-window"):
        when: Literal["before", "window"] = "before" if procedure.nodes == "renew-before" else "window"
        return [([*one.nodes], About(order=one)) for one in find_renewed(case, when)]
    wanted = [order for order in find_orders(case) if order.when == "plan"]
    if procedure.nodes == "to-sign":
        return _make_order_tasks(wanted, each=procedure.per_node)
    concerned = [
        state
        for state in CONCERNED[procedure.nodes](case)
        if (not procedure.roles or state.role in procedure.roles)
        and is_within(case, state, procedure.since, None)
    ]
    about = About(order=next(iter(wanted), None)) if procedure.nodes in ("chain", "cop-back") else About()
    if procedure.per_node:
        return [([state], about) for state in concerned]
    return [(concerned, about)]


def _make_hop_tasks(case: Case, procedure: Procedure) -> list[tuple[list[NodeState], About]]:
    """The tasks of each hop: one for each node that moves, or one for those that move together."""
    found = []
    for moving, leg, hop, product in find_moves(case):
        about = About(leg, hop=hop, product=product)
        states = [
            state
            for state in moving
            if (not procedure.roles or state.role in procedure.roles)
            and is_within(case, find_state_when_done(case, state, about), procedure.since, None)
        ]
        found += [([state], about) for state in states] if procedure.per_node else [(states, about)]
    return found


def _make_order_tasks(
    wanted: Sequence[CertificateOrder], *, each: bool
) -> list[tuple[list[NodeState], About]]:
    """The tasks of certificates that a CA signs: one for each, or one for all of the same identity."""
    if each:
        return [([*order.nodes], About(order=order)) for order in wanted]
    by_identity = groupby(sorted(wanted, key=lambda one: one.identity), lambda one: one.identity)
    groups = [[*same] for _, same in by_identity]
    return [
        ([state for one in same for state in one.nodes], About(order=same[0], certificates=len(same)))
        for same in groups
    ]


def make_task(
    case: Case, procedure: Procedure, states: Sequence[NodeState], about: About, *, node: str | None = None
) -> Task:
    """A task of one node, or of several at once; `node`: what to call the node instead of its name."""

    def fill(text: str, step: Step | None = None) -> str:
        port = find_endpoint(case, step, states[0]) if step else None
        return _BLANK.sub(lambda blank: (names | {"port": f"{port.port}" if port else ""})[blank[1]], text)

    phase = _choose_phase(case, procedure, states)
    about = replace(about, early=not procedure.with_upgrade and rank(case, phase) < rank(case, UPGRADE))
    called = {"node": node, "nodes": node} if node else {}
    names = _make_fields(case, states) | about.names(case) | called
    own: tuple[Action, ...] = ()
    if procedure.id == "prepare-upgrade":
        own = tuple(_describe_way(case))
        names |= {"target": join_list(*(hop.to for hop in case.assessment.hops))}
    leg = about.leg
    if leg and procedure.id == UPGRADE:
        own = _make_actions(leg.needs, leg.takes)
    steps = [
        Action(
            text=fill(step.text, step),
            command=fill(step.command, step),
            basis=step.basis or procedure.basis,
            needs=step.needs,
            does=step.does,
        )
        for step in procedure.steps
        if is_needed(case, step, states, about)
    ]
    return Task(
        procedure=procedure.id,
        phase=phase,
        node=states[0].node if procedure.per_node and node is None else None,
        title=fill(procedure.title),
        where=fill(procedure.where),
        who=procedure.who,
        steps=(*own, *steps),
        minutes=procedure.minutes,
        minutes_basis=procedure.minutes_basis,
        interrupts=fill(procedure.interrupts),
        check=fill(procedure.check),
        basis=procedure.basis,
        nodes=tuple(state.node for state in states) if node is None else (),
        identity=about.order.identity if about.order else None,
        release=leg.to if leg else None,
        hop=about.hop,
    )


def _choose_phase(case: Case, procedure: Procedure, states: Sequence[NodeState]) -> str:
    """Requests are made before the window.

    Unless a node has its tomcat-ECDSA only after its upgrade, or a COP bridges the time.
    """
    eras = ("automatic", "opt-in")
    ready = all(case.before[state.node].era == state.era in eras for state in states)
    bridged = bool(find_gaining_cop(case))
    return "prepare" if procedure.phase == "requests" and ready and not bridged else procedure.phase


def _make_fields(case: Case, states: Sequence[NodeState]) -> dict[str, str]:
    return {
        "node": states[0].node if states else "",  # a site may list none of UCCX or SocialMiner
        "nodes": join_list(*(state.node for state in states)),
        "count": str(len(states)),
        "uccx": join_list(*(state.node for state in case.nodes if state.role in UCCX)),
        "release": join_list(*dict.fromkeys(case.before[state.node].release for state in states)),
        "target": join_list(*dict.fromkeys(state.release for state in states)),
        "certificates": str(count_certificates(case, states)),
    }


def _describe_way(case: Case) -> Iterator[Action]:
    """The hops to the wanted release; what each needs stands in its own task."""
    yield from _make_actions(*(leg.statement for hop in case.assessment.hops for leg in hop.steps))


def _make_actions(*statements: Statement | None) -> tuple[Action, ...]:
    """What is known of a hop, as steps: whoever ticks them has read them."""
    return tuple(
        Action(statement.text, "", statement.basis)
        for statement in statements
        if statement and statement.basis
    )


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
    """Whether every certificate that a finding objects to is reissued, or hidden from everybody."""
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
    return not is_unlike(pair) and len({node.release for node in pair}) == 1


def _find_identities(assessment: Assessment, finding: Finding) -> set[Identity | None]:
    """The certificates that a finding is about, by what they are to their node."""
    known = assessment.certificates
    return {find_identity(known[one]) for one in finding.statement.evidence if one in known}


def _list_effects(task: Task) -> set[Effect]:
    return {effect for step in task.steps for effect in step.does}


def _has_store(task: Task) -> bool:
    return not {"certificate-uploaded", "certificate-generated"}.isdisjoint(_list_effects(task))
