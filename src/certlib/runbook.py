"""The runbook of a maintenance window: who does what on which node, in which order, and how to go back.

What is to be done stands in the knowledge (procedures and phases); this module keeps what a site needs of it
and names the site's own nodes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from certlib.assess import Assessment, NodeState, Scenario, Statement
from certlib.assess.checks.agents_can_work import CHECK as CURED_BY_AN_OPTION
from certlib.assess.observed import ecdsa_off
from certlib.assess.words import joined
from certlib.inventory import Endpoint, endpoints
from certlib.knowledge import Basis, Knowledge, Option, Procedure, Step, load
from certlib.knowledge.model import NodesConcerned

ORDER = ("socialminer", "uccx-publisher", "uccx-subscriber")  # rule-order
UCCX = ORDER[1:]
ORDER_DOCUMENTED_FOR = "12.5(1)SU2"
ORDER_SOURCE = "cisco-upgrade-12.5su2"
WHO = "rule-who"
FINDINGS = "settle-findings"  # the procedure whose steps are the remedies of the findings
ASKING = ("blocks", "outage", "error", "action", "manual", "after-upgrade")  # findings that ask for work
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Action:
    """One box to tick. A command is shown and never run."""

    text: str
    command: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody does on one node, or once for the site."""

    procedure: str  # id in knowledge/procedures.yaml
    phase: str  # id in knowledge/phases.yaml
    node: str | None  # None: once for the site
    title: str
    where: str
    who: str  # a proposal (rule-who)
    steps: tuple[Action, ...]
    minutes: int | None  # None: no source gives a time
    minutes_basis: Basis | None
    interrupts: str
    check: str  # how to see that it worked
    basis: Basis


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks of one way to put a site right, in the order of the work."""

    option: str | None  # id in knowledge/options.yaml; None: the upgrade and the findings alone
    title: str
    tasks: tuple[Task, ...]
    order: Statement | None  # in which order the nodes come; None: there is one node


@dataclass(frozen=True, slots=True)
class Runbook:
    """The plans of a site, the recommended one first; without any, nothing need be done."""

    plans: tuple[Plan, ...]
    nothing: str = (
        "Nothing need be done for the certificates: agents meet no prompt, no upgrade is planned,"
        " and no check asks for anything."
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A site and an option: what decides whether a node needs a task."""

    assessment: Assessment
    knowledge: Knowledge
    option: Option | None
    base: Scenario  # after the upgrade, or today
    before: Mapping[str, NodeState]  # today, by node
    after: Mapping[str, NodeState]  # after the option
    nodes: tuple[NodeState, ...]  # of UCCX and SocialMiner in the base, in the order of the work
    endpoints: tuple[Endpoint, ...]


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
    plans = (_plan(_case(assessment, name)) for name in chosen or (None,))
    return Runbook(tuple(plan for plan in plans if plan.tasks))


def nodes_to_sign(assessment: Assessment) -> tuple[str, ...]:
    """The nodes whose tomcat-ECDSA an EC CA would have to sign, in the order of the work."""
    return tuple(state.node for state in _to_sign(_case(assessment, None)))


def bases(found: Runbook, knowledge: Knowledge) -> Iterator[Basis]:
    """Why everything in a runbook may be said."""
    for plan in found.plans:
        yield Basis("inferred", rule=WHO)
        if plan.order and plan.order.basis:
            yield plan.order.basis
        for task in plan.tasks:
            yield from (knowledge.phases[task.phase].basis, task.basis, *(step.basis for step in task.steps))


def _case(assessment: Assessment, option: str | None) -> _Case:
    base = assessment.after_upgrade or assessment.now
    after = next((one.scenario for one in assessment.options if one.option == option), None)
    knowledge = load()
    return _Case(
        assessment=assessment,
        knowledge=knowledge,
        option=knowledge.options[option] if option else None,
        base=base,
        before={state.node: state for state in assessment.now.nodes},
        after={state.node: state for state in (after or base).nodes},
        nodes=tuple(
            sorted((one for one in base.nodes if one.role in ORDER), key=lambda one: ORDER.index(one.role))
        ),
        endpoints=endpoints(assessment.site),
    )


def _plan(case: _Case) -> Plan:
    named = case.option.procedures if case.option else (FINDINGS,)
    upgrade = bool(_upgraded(case))
    tasks = [
        task
        for procedure in case.knowledge.procedures.values()
        if procedure.id in named or (upgrade and (procedure.with_upgrade or procedure.phase == "verify"))
        for task in _tasks(case, procedure)
    ]
    phases = list(case.knowledge.phases)
    return Plan(
        option=case.option.id if case.option else None,
        title=case.option.title if case.option else "The upgrade" if upgrade else "What the checks found",
        tasks=tuple(sorted(tasks, key=lambda task: phases.index(task.phase))),
        order=_order(case),
    )


def _order(case: _Case) -> Statement | None:
    if len(case.nodes) < 2:
        return None
    moved = _upgraded(case)
    documented = {state.release for state in moved} == {ORDER_DOCUMENTED_FOR} and {
        "socialminer",
        "uccx-publisher",
    } <= {state.role for state in moved}
    basis = (
        Basis("documented", source=ORDER_SOURCE)
        if documented
        else Basis("inferred", ORDER_SOURCE, rule="rule-order")
    )
    return Statement(f"The order of the nodes: {_then(case.nodes)}.", basis.kind, basis)


def _then(states: Iterable[NodeState]) -> str:
    return ", then ".join(state.node for state in states)


# --- which nodes a procedure concerns


def _to_sign(case: _Case) -> list[NodeState]:
    return [one for one in case.nodes if one.era == "automatic" and one.tomcat_ecdsa != "ec-ca"]


def _chain(case: _Case) -> list[NodeState]:
    """Where the CA's chain is uploaded: the publisher hands it on to the subscriber."""
    wanted = _to_sign(case)
    publishers = [one for one in case.nodes if one.role == "uccx-publisher"]
    uccx = [one for one in wanted if one.role in UCCX]
    return [one for one in wanted if one.role not in UCCX] + (publishers or uccx if uccx else [])


def _cop(case: _Case) -> list[NodeState]:
    """The nodes that do not have the option's COP yet."""
    return [state for state in case.nodes if set(case.after[state.node].cops) - set(state.cops)]


def _cop_back(case: _Case) -> list[NodeState]:
    """The nodes on which a COP keeps ECDSA back, before or after the option."""
    return [
        state
        for state in case.nodes
        if ecdsa_off(
            role=state.role, cops=(*state.cops, *case.after[state.node].cops), knowledge=case.knowledge
        )
    ]


def _upgraded(case: _Case) -> list[NodeState]:
    return [one for one in case.nodes if one.release != case.before[one.node].release]


def _self_signed(case: _Case) -> list[NodeState]:
    return [
        state
        for state in case.nodes
        if any(one.node == state.node and _shows_self_signed(case, one) for one in case.endpoints)
    ]


def _shows_self_signed(case: _Case, endpoint: Endpoint) -> bool:
    """Whether a web server presents, or may present, a self-signed certificate."""
    cell = next((one for one in case.base.cells if one.endpoint == endpoint.id), None)
    if cell is None:
        return False
    if cell.observed and cell.observed.kind:
        return cell.observed.kind == "self-signed"
    return any(one.kind == "self-signed" for one in cell.expected)


_CONCERNED: Mapping[NodesConcerned, Callable[[_Case], Iterable[NodeState]]] = {
    "site": lambda case: case.nodes,
    "to-sign": _to_sign,
    "chain": _chain,
    "cop": _cop,
    "cop-back": _cop_back,
    "upgraded": _upgraded,
    "self-signed": _self_signed,
}


# --- the tasks of a procedure


def _tasks(case: _Case, procedure: Procedure) -> Iterator[Task]:
    browsers = case.assessment.site.agents.browsers
    if procedure.browsers and browsers and not set(browsers) & set(procedure.browsers):
        return
    concerned = [
        state
        for state in _CONCERNED[procedure.nodes](case)
        if (not procedure.roles or state.role in procedure.roles)
        and _within(case, state, procedure.since, None)
    ]
    groups = [[state] for state in concerned] if procedure.per_node else [concerned] if concerned else []
    for states in groups:
        task = _task(case, procedure, states)
        if task.steps:
            yield task


def _task(case: _Case, procedure: Procedure, states: Sequence[NodeState]) -> Task:
    def fill(text: str, step: Step | None = None) -> str:
        port = _endpoint(case, step, states[0]) if step else None
        return _BLANK.sub(lambda blank: (names | {"port": f"{port.port}" if port else ""})[blank[1]], text)

    names = _names(case, states)
    steps = [
        Action(fill(step.text, step), fill(step.command, step), step.basis or procedure.basis)
        for step in procedure.steps
        if _needed(case, step, states)
    ]
    return Task(
        procedure=procedure.id,
        phase=_phase(case, procedure, states),
        node=states[0].node if procedure.per_node else None,
        title=procedure.title,
        where=fill(procedure.where),
        who=procedure.who,
        steps=tuple(_remedies(case) if procedure.id == FINDINGS else steps),
        minutes=procedure.minutes,
        minutes_basis=procedure.minutes_basis,
        interrupts=fill(procedure.interrupts),
        check=fill(procedure.check),
        basis=procedure.basis,
    )


def _phase(case: _Case, procedure: Procedure, states: Sequence[NodeState]) -> str:
    """Requests are made before the window.

    Unless a node has its tomcat-ECDSA only after its upgrade, or a COP bridges the time.
    """
    ready = all(case.before[state.node].era == "automatic" for state in states)
    bridged = any(
        case.knowledge.procedures[name].phase == "cop"
        for name in (case.option.procedures if case.option else ())
    )
    return "prepare" if procedure.phase == "requests" and ready and not bridged else procedure.phase


def _names(case: _Case, states: Sequence[NodeState]) -> dict[str, str]:
    return {
        "node": states[0].node,
        "nodes": joined(state.node for state in states),
        "count": str(len(states)),
        "uccx": joined(state.node for state in case.nodes if state.role in UCCX),
        "release": joined(dict.fromkeys(case.before[state.node].release for state in states)),
        "target": joined(dict.fromkeys(state.release for state in states)),
    }


def _endpoint(case: _Case, step: Step, state: NodeState) -> Endpoint | None:
    return next(
        (one for one in case.endpoints if (one.node, one.web_server) == (state.node, step.web_server)), None
    )


def _needed(case: _Case, step: Step, states: Sequence[NodeState]) -> bool:
    """Whether a step holds for one of the nodes of its task."""
    return any(
        (not step.roles or state.role in step.roles)
        and _within(case, state, step.since, step.until)
        and (
            step.web_server is None
            or ((found := _endpoint(case, step, state)) is not None and _shows_self_signed(case, found))
        )
        for state in states
    )


def _within(case: _Case, state: NodeState, since: str | None, until: str | None) -> bool:
    """Whether a node's release lies within bounds; one that is unknown is not kept out."""
    releases = case.knowledge.releases
    found = releases.get(state.release)
    if found is None:
        return True
    after = since is None or releases[since].order <= found.order
    return after and (until is None or found.order <= releases[until].order)


def _remedies(case: _Case) -> Iterator[Action]:
    """What the findings ask for; what the option itself cures is left out."""
    cured = {case.option.id} if case.option else set()
    told: set[str] = set()
    for finding in case.assessment.findings:
        asks = finding.state in ASKING and finding.check != CURED_BY_AN_OPTION
        if not asks or cured.intersection(finding.options):
            continue
        text = f"{finding.statement.text} {finding.remedy}".strip()
        where = finding.endpoint or finding.node
        text = text if where is None or (finding.node or where) in text else f"{where}: {text}"
        if text not in told:
            told.add(text)
            yield Action(text, "", case.knowledge.checks[finding.check].basis)
