"""From a procedure to its tasks: for which nodes, about what, with which of its steps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from certlib.assess import NodeState, Statement
from certlib.knowledge import Procedure, Step
from certlib.language import join_list, say
from certlib.runbook.about import About, find_endpoint, find_state_when_done, is_needed
from certlib.runbook.case import UCCX, Case, count_certificates, is_within
from certlib.runbook.concerned import CONCERNED, find_moves
from certlib.runbook.model import Action, Task
from certlib.runbook.orders import CertificateOrder, find_gaining_cop, find_orders, find_renewed

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
        return [([*one.nodes], About(order=one)) for one in wanted]
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
    yield from _make_actions(*(leg.statement for hop in case.assessment.hops for leg in hop.legs))


def _make_actions(*statements: Statement | None) -> tuple[Action, ...]:
    """What is known of a hop, as steps: whoever ticks them has read them."""
    return tuple(
        Action(statement.text, "", statement.basis)
        for statement in statements
        if statement and statement.basis
    )
