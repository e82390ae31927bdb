"""From findings and options to the tasks of the work, phase by phase and node by node."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from certlib.assess import Assessment, Leg, NodeState, Statement
from certlib.assess.model import Reissue
from certlib.assess.reissues import DATES
from certlib.inventory import Endpoint
from certlib.knowledge import Basis, Procedure, Step, load
from certlib.runbook.case import UCCX, Case, case_of, certificates, shows_self_signed, within
from certlib.runbook.concerned import CONCERNED, moves, upgraded
from certlib.runbook.model import Action, Plan, Runbook, Task
from certlib.runbook.orders import Order, gaining_cop, orders, renewed, rolled_back
from certlib.runbook.remedies import remedies

FINDINGS, LATER = "settle-findings", "settle-later"
UPGRADE = "upgrade"  # a procedure, and its phase
_BLANK = re.compile(r"\{(\w+)\}")


def runbook(assessment: Assessment, *, options: Sequence[str] | None = None) -> Runbook:
    """The plans for the recommended options (first, else), or for those that are chosen.

    Raises ValueError for an option that is unknown or does not apply to the site, saying which do.
    """
    chosen = assessment.recommended if options is None else tuple(options)
    known = load(assessment.site.report.language).options
    usable = [
        one.option for one in assessment.options if one.scenario and not known[one.option].advised_against
    ]
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
    case = case_of(assessment, None)
    return tuple(one.node for one in case.nodes if one.era == "automatic" and one.tomcat_ecdsa != "ec-ca")


def _plan(case: Case) -> Plan:
    say = case.knowledge.say
    own = say("plan-title.upgrade") if upgraded(case) else say("plan-title.checks")
    tasks = [
        found
        for procedure in case.knowledge.procedures.values()
        if _belongs(case, procedure)
        for found in _tasks(case, procedure)
    ]
    doing = {task.procedure for _, task in tasks}
    settling = [
        found for ident in (FINDINGS, LATER) for found in _settling(case, ident, [task for _, task in tasks])
    ]
    tasks += settling
    if doing <= {"verify"} and not settling:  # nothing is done that could be looked at
        tasks = []
    return Plan(
        option=case.option.id if case.option else None,
        title=case.option.title if case.option else own,
        tasks=tuple(task for _, task in sorted(tasks, key=lambda found: found[0])),
        nodes=tuple((state.node, state.role) for state in case.nodes),
        order=_order(case),
    )


def _belongs(case: Case, procedure: Procedure) -> bool:
    """Whether a procedure is part of the plan: by the option, the upgrade, or a certificate made anew."""
    if procedure.id in (FINDINGS, LATER):
        return False
    if procedure.nodes in ("renew-before", "restart-before", "renew-in-window", "restart"):
        return True
    if procedure.phase == "verify" or (case.option and procedure.id in case.option.procedures):
        return True
    if procedure.id == "backup" and (orders(case) or case.assessment.stale):
        return True
    return procedure.with_upgrade and bool(upgraded(case))


def _order(case: Case) -> Basis:
    """Why the nodes come in this order: a guide says so of every hop, else by rule."""
    found = [hop.order.basis for hop in case.assessment.hops if hop.order and hop.order.basis]
    if found and all(basis.kind == "documented" for basis in found):
        return found[-1]
    return Basis("inferred", rule="rule-order")


@dataclass(frozen=True, slots=True)
class _About:
    """What a task is about beside its nodes: a hop, or a certificate that is made anew."""

    leg: Leg | None = None
    order: Order | None = None  # of several that are signed together, the first
    certificates: int = 1  # how many are signed together
    place: int = 0  # among the hops
    early: bool = False  # done before the upgrade

    def names(self, case: Case) -> dict[str, str]:
        """What the procedure's texts may name of it."""
        hop = {"release": self.leg.release, "target": self.leg.to} if self.leg else {}
        if self.order is None:
            return hop
        counted = {"count": str(self.certificates)} if self.order.reissue is None else {}
        return counted | {"identity": self.order.identity, "why": _why(case, self.order.reissue)}


def _why(case: Case, reissue: Reissue | None) -> str:
    """Why a certificate is renewed: its last day, and what else is wrong with it."""
    if reissue is None:
        return ""
    say = case.knowledge.say
    ends = [say("runbook.ends-on", day=say.day(reissue.ends))] if reissue.ends else []
    faults = [case.knowledge.checks[one].fault for one in reissue.checks if one not in DATES]
    return "; ".join((*ends, *faults))


Place = tuple[int, int, int, int]  # by phase, hop, procedure and node


def _tasks(case: Case, procedure: Procedure) -> Iterator[tuple[Place, Task]]:
    agents = case.assessment.site.agents
    if procedure.browsers and agents.browsers and not {*agents.browsers} & {*procedure.browsers}:
        return
    if procedure.group_policy and agents.group_policy not in procedure.group_policy:
        return
    number = list(case.knowledge.procedures).index(procedure.id)
    for count, (states, about) in enumerate(_groups(case, procedure)):
        task = _task(case, procedure, states, about) if states else None
        if task and task.steps:
            any_node = case.knowledge.say("runbook.any-node")
            of_any = _task(case, procedure, states, about, node=any_node) if procedure.per_node else None
            hop = about.place if procedure.nodes == "hops" else 1000  # what a phase has besides comes after
            yield (
                (_rank(case, task.phase), hop if task.phase == UPGRADE else 0, number, count),
                replace(task, of_any=of_any),
            )


def _rank(case: Case, phase: str) -> int:
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


def _groups(case: Case, procedure: Procedure) -> list[tuple[list[NodeState], _About]]:
    """The nodes of each task of a procedure, and what it is about."""
    if procedure.nodes == "hops":
        return [([state], _About(leg, place=place)) for state, leg, place in moves(case)]
    if procedure.nodes in ("renew-before", "renew-in-window"):
        when: Literal["before", "window"] = "before" if procedure.nodes == "renew-before" else "window"
        return [([*one.nodes], _About(order=one)) for one in renewed(case, when)]
    wanted = [one for one in orders(case) if one.when == "plan"]
    if procedure.nodes == "to-sign":
        return _of_orders(wanted, each=procedure.per_node)
    concerned = [
        state
        for state in CONCERNED[procedure.nodes](case)
        if (not procedure.roles or state.role in procedure.roles)
        and within(case, state, procedure.since, None)
    ]
    about = _About(order=next(iter(wanted), None)) if procedure.nodes in ("chain", "cop-back") else _About()
    if procedure.per_node:
        return [([state], about) for state in concerned]
    return [(concerned, about)]


def _of_orders(wanted: Sequence[Order], *, each: bool) -> list[tuple[list[NodeState], _About]]:
    """The tasks of certificates that a CA signs: one for each, or one for all of the same identity."""
    if each:
        return [([*one.nodes], _About(order=one)) for one in wanted]
    by_identity = groupby(sorted(wanted, key=lambda one: one.identity), lambda one: one.identity)
    groups = [[*same] for _, same in by_identity]
    return [
        ([state for one in same for state in one.nodes], _About(order=same[0], certificates=len(same)))
        for same in groups
    ]


def _task(
    case: Case, procedure: Procedure, states: Sequence[NodeState], about: _About, *, node: str | None = None
) -> Task:
    """A task of one node, or of several at once; `node`: what to call the node instead of its name."""

    def fill(text: str, step: Step | None = None) -> str:
        port = _endpoint(case, step, states[0]) if step else None
        return _BLANK.sub(lambda blank: (names | {"port": f"{port.port}" if port else ""})[blank[1]], text)

    phase = _phase(case, procedure, states)
    about = replace(about, early=not procedure.with_upgrade and _rank(case, phase) < _rank(case, UPGRADE))
    called = {"node": node, "nodes": node} if node else {}
    names = _names(case, states) | about.names(case) | called
    own = tuple(_way(case)) if procedure.id == "prepare-upgrade" else ()
    leg = about.leg
    if leg and procedure.id == UPGRADE:
        own = _told(leg.needs, leg.takes)
    steps = [
        Action(
            text=fill(step.text, step),
            command=fill(step.command, step),
            basis=step.basis or procedure.basis,
            needs=step.needs,
            does=step.does,
        )
        for step in procedure.steps
        if _needed(case, step, states, about)
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
    )


def _phase(case: Case, procedure: Procedure, states: Sequence[NodeState]) -> str:
    """Requests are made before the window.

    Unless a node has its tomcat-ECDSA only after its upgrade, or a COP bridges the time.
    """
    eras = ("automatic", "opt-in")
    ready = all(case.before[state.node].era == state.era in eras for state in states)
    bridged = bool(gaining_cop(case))
    return "prepare" if procedure.phase == "requests" and ready and not bridged else procedure.phase


def _names(case: Case, states: Sequence[NodeState]) -> dict[str, str]:
    listed = case.knowledge.say.listed
    return {
        "node": states[0].node if states else "",  # a site may list none of UCCX or SocialMiner
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
    order = about.order
    if step.signed_by and order and order.by_itself != (step.signed_by == "itself"):
        return False
    if step.identity and order and order.identity != step.identity:
        return False
    if step.shared is not None and step.shared != (order is not None and bool(order.nodes[1:])):
        return False
    present = {node.role for node in case.assessment.nodes}
    return any(
        (not step.roles or state.role in step.roles)
        and (step.beside is None or step.beside in present)
        and within(case, _then(case, state, about), step.since, step.until)
        and within(case, case.before[state.node], None, step.left_until)
        and (step.cops is None or step.cops == _gets_cop(case, state, about))
        and (
            step.web_server is None
            or ((found := _endpoint(case, step, state)) is not None and shows_self_signed(case, found))
        )
        for state in states
    )


def _then(case: Case, state: NodeState, about: _About) -> NodeState:
    """A node on the release that it has when its task is done: before the upgrade on today's."""
    if about.early:
        return case.before[state.node]
    return replace(state, release=about.leg.to) if about.leg else state


def _gets_cop(case: Case, state: NodeState, about: _About) -> bool:
    """Whether COP files are put on a node: those that its hop asks for, else the rollback COP."""
    if about.leg:
        return bool(about.leg.cops)
    return state.node in {one.node for one in rolled_back(case)}


def _settling(case: Case, ident: str, tasks: Sequence[Task]) -> Iterator[tuple[Place, Task]]:
    """The findings that no other task of the plan settles: before the window, or what can wait."""
    procedure = case.knowledge.procedures[ident]
    steps = tuple(remedies(case, tasks, later=ident == LATER))
    if steps:
        task = _task(case, procedure, case.nodes, _About())
        place = (_rank(case, procedure.phase), 0, list(case.knowledge.procedures).index(ident), 0)
        yield place, replace(task, steps=steps, node=None)


def _way(case: Case) -> Iterator[Action]:
    """The hops to the wanted release; what each needs stands in its own task."""
    yield from _told(*(leg.statement for hop in case.assessment.hops for leg in hop.legs))


def _told(*statements: Statement | None) -> tuple[Action, ...]:
    """What is known of a hop, as steps: whoever ticks them has read them."""
    return tuple(Action(one.text, "", one.basis) for one in statements if one and one.basis)
