"""From findings and options to the tasks of the work, phase by phase and node by node."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from certlib.assess import Assessment, Finding, Leg, NodeState
from certlib.assess.checks.agents_can_work import CHECK as AGENTS_CAN_WORK
from certlib.assess.checks.self_signed import CHECK as SELF_SIGNED
from certlib.inventory import Endpoint
from certlib.knowledge import Basis, Procedure, Step
from certlib.language import Phrases
from certlib.runbook.case import UCCX, Case, case_of, certificates, shows_self_signed, to_sign, within
from certlib.runbook.concerned import CONCERNED, moves, upgraded
from certlib.runbook.model import ASKING, Action, Plan, Runbook, Task
from certlib.runbook.places import places
from certlib.runbook.renewals import Renewal, renewals, settled

ORDER_DOCUMENTED_FOR = "12.5(1)SU2"
ORDER_SOURCE = "cisco-upgrade-12.5su2"
FINDINGS = "settle-findings"
_BLANK = re.compile(r"\{(\w+)\}")


def runbook(assessment: Assessment, *, options: Sequence[str] | None = None) -> Runbook:
    """The plans for the recommended options (first, else), or for those that are chosen.

    Raises ValueError for an option that is unknown or does not apply to the site, saying which do.
    """
    chosen = assessment.recommended if options is None else tuple(options)
    usable = [one.option for one in assessment.options if one.scenario]
    for name in options or ():
        if name not in usable:
            message = (
                f"{name}: no option for this site; options that apply here: {', '.join(usable) or 'none'}"
            )
            raise ValueError(message)
    plans = (_plan(case_of(assessment, name)) for name in chosen or (None,))
    return Runbook(tuple(plan for plan in plans if plan.tasks))


def nodes_to_sign(assessment: Assessment) -> tuple[str, ...]:
    """The nodes whose tomcat-ECDSA an EC CA would have to sign, in the order of the work."""
    return tuple(state.node for state in to_sign(case_of(assessment, None)))


def _plan(case: Case) -> Plan:
    named = case.option.procedures if case.option else (FINDINGS,)
    upgrade = bool(upgraded(case))
    say = case.knowledge.say
    own = say("plan-title.upgrade") if upgrade else say("plan-title.checks")
    tasks = [
        task
        for procedure in case.knowledge.procedures.values()
        if procedure.id in named
        or procedure.nodes.startswith("ending")
        or (upgrade and (procedure.with_upgrade or procedure.phase == "verify"))
        for task in _tasks(case, procedure)
    ]
    phases = list(case.knowledge.phases)
    return Plan(
        option=case.option.id if case.option else None,
        title=case.option.title if case.option else own,
        tasks=tuple(sorted(tasks, key=lambda task: phases.index(task.phase))),
        nodes=tuple((state.node, state.role) for state in case.nodes),
        order=_order(case),
    )


def _order(case: Case) -> Basis:
    moved = upgraded(case)
    pair = {"socialminer", "uccx-publisher"} <= {state.role for state in moved}
    if pair and {state.release for state in moved} == {ORDER_DOCUMENTED_FOR}:
        return Basis("documented", source=ORDER_SOURCE)
    return Basis("inferred", rule="rule-order")


@dataclass(frozen=True, slots=True)
class _About:
    """What a task is about beside its nodes: a hop, or a certificate that is to be renewed."""

    leg: Leg | None = None
    renewal: Renewal | None = None

    def names(self, say: Phrases) -> dict[str, str]:
        """What the procedure's texts may name of it."""
        hop = {"release": self.leg.release, "target": self.leg.to} if self.leg else {}
        if self.renewal is None:
            return hop
        return {"identity": self.renewal.identity, "ends": say.day(self.renewal.ends)}


def _tasks(case: Case, procedure: Procedure) -> Iterator[Task]:
    agents = case.assessment.site.agents
    if procedure.browsers and agents.browsers and not {*agents.browsers} & {*procedure.browsers}:
        return
    if procedure.group_policy and agents.group_policy not in procedure.group_policy:
        return
    for states, about in _groups(case, procedure):
        task = _task(case, procedure, states, about) if states else None
        if task and task.steps:
            any_node = case.knowledge.say("runbook.any-node")
            of_any = _task(case, procedure, states, about, node=any_node) if procedure.per_node else None
            yield replace(task, of_any=of_any)


def _groups(case: Case, procedure: Procedure) -> list[tuple[list[NodeState], _About]]:
    """The nodes of each task of a procedure, and what it is about."""
    if procedure.nodes == "hops":
        return [([state], _About(leg)) for state, leg in moves(case)]
    if procedure.nodes.startswith("ending"):
        before = procedure.nodes == "ending-before"
        ending = [one for one in renewals(case) if one.before == before and not one.by_option]
        return [([one.state], _About(renewal=one)) for one in ending]
    concerned = [
        state
        for state in CONCERNED[procedure.nodes](case)
        if (not procedure.roles or state.role in procedure.roles)
        and within(case, state, procedure.since, None)
    ]
    if procedure.per_node:
        return [([state], _About()) for state in concerned]
    return [(concerned, _About())]


def _task(
    case: Case, procedure: Procedure, states: Sequence[NodeState], about: _About, *, node: str | None = None
) -> Task:
    """A task of one node, or of several at once; `node`: what to call the node instead of its name."""

    def fill(text: str, step: Step | None = None) -> str:
        port = _endpoint(case, step, states[0]) if step else None
        return _BLANK.sub(lambda blank: (names | {"port": f"{port.port}" if port else ""})[blank[1]], text)

    called = {"node": node, "nodes": node} if node else {}
    names = _names(case, states) | about.names(case.knowledge.say) | called
    own = _OWN_STEPS[procedure.id](case) if procedure.id in _OWN_STEPS else ()
    leg = about.leg
    needs = [Action(leg.needs.text, "", leg.needs.basis)] if leg and leg.needs.basis else []
    steps = [
        Action(fill(step.text, step), fill(step.command, step), step.basis or procedure.basis)
        for step in procedure.steps
        if _needed(case, step, states, about)
    ]
    return Task(
        procedure=procedure.id,
        phase=_phase(case, procedure, states),
        node=states[0].node if procedure.per_node and node is None else None,
        title=fill(procedure.title),
        where=fill(procedure.where),
        who=procedure.who,
        steps=(*own, *needs, *steps),
        minutes=procedure.minutes,
        minutes_basis=procedure.minutes_basis,
        interrupts=fill(procedure.interrupts),
        check=fill(procedure.check),
        basis=procedure.basis,
    )


def _phase(case: Case, procedure: Procedure, states: Sequence[NodeState]) -> str:
    """Requests are made before the window.

    Unless a node has its tomcat-ECDSA only after its upgrade, or a COP bridges the time.
    """
    ready = all(case.before[state.node].era == "automatic" for state in states)
    bridged = any(
        case.knowledge.procedures[name].phase == "cop"
        for name in (case.option.procedures if case.option else ())
    )
    return "prepare" if procedure.phase == "requests" and ready and not bridged else procedure.phase


def _names(case: Case, states: Sequence[NodeState]) -> dict[str, str]:
    listed = case.knowledge.say.listed
    return {
        "node": states[0].node,
        "nodes": listed(*(state.node for state in states)),
        "count": str(len(states)),
        "uccx": listed(*(state.node for state in case.nodes if state.role in UCCX)),
        "release": listed(*dict.fromkeys(case.before[state.node].release for state in states)),
        "target": listed(*dict.fromkeys(state.release for state in states)),
        "certificates": str(certificates(case, states)),
    }


def _endpoint(case: Case, step: Step, state: NodeState) -> Endpoint | None:
    return next(
        (one for one in case.endpoints if (one.node, one.web_server) == (state.node, step.web_server)), None
    )


def _needed(case: Case, step: Step, states: Sequence[NodeState], about: _About) -> bool:
    """Whether a step holds for the site, for what its task is about, and for one of its nodes."""
    if step.group_policy and case.assessment.site.agents.group_policy not in step.group_policy:
        return False
    if step.undoes and (case.option is None or case.option.sets_cert_type != step.undoes):
        return False
    if step.signed_by and about.renewal and about.renewal.by_itself != (step.signed_by == "itself"):
        return False
    present = {node.role for node in case.assessment.nodes}
    return any(
        (not step.roles or state.role in step.roles)
        and (step.beside is None or step.beside in present)
        and within(case, state, step.since, step.until)
        and (
            step.web_server is None
            or ((found := _endpoint(case, step, state)) is not None and shows_self_signed(case, found))
        )
        for state in states
    )


def _remedies(case: Case) -> Iterator[Action]:
    """What the findings ask for, by remedy, unless it is accepted, or option or upgrade cures it."""
    say = case.knowledge.say
    cured = {case.option.id} if case.option else set()
    upgrade = (
        {one.id for one in case.knowledge.procedures.values() if one.with_upgrade}
        if upgraded(case)
        else set()
    )
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for one in case.assessment.findings:
        dealt_with = one.check == AGENTS_CAN_WORK or (one.check == SELF_SIGNED and case.option)
        told = dealt_with or not upgrade.isdisjoint(one.procedures)
        asks = one.state in ASKING and one.waiver is None
        if asks and not told and cured.isdisjoint(one.options) and not settled(case, one):
            groups.setdefault((one.check, one.state, one.remedy), []).append(one)
    for (check, state, remedy), found in groups.items():
        entry = case.knowledge.checks[check]
        where, word = places(found, case.assessment, say), say(f"finding-state.{state}")
        if len(found) == 1:
            said = found[0].statement.text
        elif where:
            said = say("remedies.several-at", fault=entry.fault, state=word, places="; ".join(where))
        else:
            said = say("remedies.several", fault=entry.fault, state=word)
        yield Action(f"{said} {remedy}".strip(), "", entry.basis)


def _way(case: Case) -> Iterator[Action]:
    """The hops to the wanted release; what each needs stands in its own task."""
    for said in (leg.statement for hop in case.assessment.hops for leg in hop.legs):
        if said.basis:
            yield Action(said.text, "", said.basis)


# Procedures that begin with steps of the site's own.
_OWN_STEPS: Mapping[str, Callable[[Case], Iterator[Action]]] = {
    FINDINGS: _remedies,
    "prepare-upgrade": _way,
}
