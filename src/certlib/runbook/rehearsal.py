"""A plan walked over the state of its site, step by step, before anybody does it.

What a step needs must have been done; in the end the site must be what the option promised, with nothing that
waits for a restart. Between the phases it tells what agents meet, what going back costs, and whether one may
stop there for the night.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from certlib.assess import Assessment, NodeState, Scenario
from certlib.assess.eras import find_cops_off
from certlib.assess.model import STOPPING
from certlib.knowledge import Knowledge
from certlib.knowledge.model import Effect
from certlib.language import in_language_of_site, say
from certlib.runbook.case import UCCX, Case, is_unlike, make_case
from certlib.runbook.model import Plan, Task
from certlib.runbook.targets import CertificateOrder, find_orders, find_upgraded
from certlib.runbook.walk import OF_A_CERTIFICATE, STARTING, Means, Standing, is_missing, take
from certlib.terms import OUTCOMES_IN_SENTENCE

UNDOING = "roll-back"  # the phase of what is done only if the plan fails

# What going back costs, the cheapest first.
Cost = Literal["nothing", "undo", "switch-back", "restore"]
COSTS: tuple[Cost, ...] = ("nothing", "undo", "switch-back", "restore")
# Why one may not stop after a phase.
Hindrance = Literal["agents", "waiting", "half-upgraded", "unlike"]


@dataclass(frozen=True, slots=True)
class Moment:
    """The site when a phase of the plan is done."""

    phase: str  # id in knowledge/phases.yaml
    hop: int | None  # of an upgrade in several hops the one that is done; None: the whole phase is
    scenario: Scenario
    going_back: Cost
    hindrances: tuple[Hindrance, ...]  # why one may not stop here for the night; empty: one may


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in a plan that would go wrong; a plan with one is not printed."""

    procedure: str | None  # None: in the plan as a whole
    node: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A plan that was walked over its site."""

    plan: Plan
    moments: tuple[Moment, ...]  # one for each phase, without what undoes the plan
    defects: tuple[Defect, ...]


@in_language_of_site
def rehearse(assessment: Assessment, plan: Plan) -> Rehearsal:
    """Walk a plan over the site that it was made for.

    Raises ValueError for an assessment that cannot foretell (one that was not made by `assess`).
    """
    if assessment.foretell is None:
        raise ValueError(
            "this assessment cannot foretell what agents meet; make it with certlib.assess.assess"
        )
    case = make_case(assessment, plan.option)
    defects: list[Defect] = []
    standings = {
        state.node: Standing(state, stale=state.node in assessment.stale) for state in assessment.now.nodes
    }
    moments: list[Moment] = []
    known: dict[object, Scenario] = {}  # most phases change nothing that web servers present
    trusting = False
    work = [task for task in plan.tasks if task.phase != UNDOING]
    for (phase, hop), tasks in groupby(work, lambda task: (task.phase, task.hop)):
        for task in tasks:
            defects += _find_unannounced(task)
            for step in task.steps:
                defects += _find_unmet(case, task, step.needs, standings)
                trusting = trusting or "pcs-trust" in step.does
                for node in task.nodes:
                    means = _find_means(case, task, node)
                    for effect in step.does:
                        standings[node] = take(standings[node], effect, means, knowledge=case.knowledge)
        states = tuple(standing.state for standing in standings.values())
        if (states, trusting) not in known:
            known[states, trusting] = assessment.foretell(
                ident=f"after:{phase}",
                title=case.knowledge.phases[phase].title,
                states=states,
                rolled_out=trusting,
            )
        scenario = known[states, trusting]
        moments.append(
            Moment(
                phase, hop, scenario, _find_way_back(standings), _find_hindrances(case, standings, scenario)
            )
        )
    defects += _find_unkept(case, standings, moments)
    return Rehearsal(plan, tuple(moments), tuple(defects))


def _find_unmet(
    case: Case, task: Task, needs: tuple[Effect, ...], standings: Mapping[str, Standing]
) -> Iterator[Defect]:
    """What a step needs and nobody has done; a node without a certificate of its own waits for others."""
    for need in needs:
        of_certificate = need in OF_A_CERTIFICATE
        if of_certificate and task.identity is None:
            continue  # no certificate is made anew in this plan
        for node in task.nodes:
            ordered = _order_of(case, task, node)
            where = [standings[node]] if ordered or not of_certificate else standings.values()
            if all(is_missing(standing, need, task.identity) for standing in where):
                text = say("it needs {need}, which no step before it has done", need=need)
                yield Defect(task.procedure, node, text)


def _find_unannounced(task: Task) -> Iterator[Defect]:
    """Whether a task restarts a node or its services and says that it interrupts nothing."""
    starts = any({*STARTING} & {*step.does} for step in task.steps)
    if starts and task.interrupts in ("", say("Nothing.")):
        yield Defect(task.procedure, task.node, say("it starts a node anew, and announces no interruption"))


def _find_means(case: Case, task: Task, node: str) -> Means:
    order = _order_of(case, task, node)
    rollback = any("rollback-installed" in step.does for step in task.steps)
    return Means(
        identity=task.identity,
        kind=order.kind if order else None,
        cops=(case.end if rollback else case.after)[node].cops,
        cert_type=case.option.sets_cert_type if case.option else None,
        release=task.release,
    )


def _order_of(case: Case, task: Task, node: str) -> CertificateOrder | None:
    """The certificate that a task is about, if it is one of this node."""
    return next(
        (
            order
            for order in find_orders(case)
            if order.identity == task.identity and node in {state.node for state in order.nodes}
        ),
        None,
    )


def _find_way_back(standings: Mapping[str, Standing]) -> Cost:
    """What going back from here costs at the most."""
    costs: list[Cost] = ["nothing"]
    for standing in standings.values():
        for effect, identity in standing.done:
            if effect in ("certificate-uploaded", "certificate-generated"):
                hideable = identity == "tomcat-ECDSA" and standing.state.era == "automatic"
                costs.append("undo" if hideable else "restore")
            elif effect in ("cop-installed", "rollback-installed", "type-set", "pcs-trust"):
                costs.append("undo")
            elif effect == "switched":
                costs.append("switch-back")
    return max(costs, key=COSTS.index)


def _find_hindrances(
    case: Case, standings: Mapping[str, Standing], scenario: Scenario
) -> tuple[Hindrance, ...]:
    """Why one may not stop here for the night."""
    found: list[Hindrance] = []
    stopped = {
        experience.gadget for experience in case.assessment.now.experiences if experience.outcome in STOPPING
    }
    if any(
        experience.outcome in STOPPING and experience.gadget not in stopped
        for experience in scenario.experiences
    ):
        found.append("agents")
    if any(standing.waiting for standing in standings.values()):
        found.append("waiting")
    moving = [standings[state.node] for state in find_upgraded(case)]
    hops = {sum(done[0] == "switched" for done in one.done) for one in moving}
    if any(one.inactive for one in moving) or len(hops) > 1 or _is_between_hops(case, moving):
        found.append("half-upgraded")
    pair = [standing.state for standing in standings.values() if standing.state.role in UCCX]
    before = [case.before[state.node] for state in pair]
    if is_unlike(pair) and not is_unlike(before):
        found.append("unlike")
    return tuple(found)


def _is_between_hops(case: Case, moving: list[Standing]) -> bool:
    """Whether the products are on releases that are not those of one stop of the way."""
    stops = [{state.node: state.release for state in case.assessment.now.nodes}]
    stops += [{state.node: state.release for state in hop.scenario.nodes} for hop in case.assessment.hops]
    here = {standing.state.node: standing.state.release for standing in moving}
    return bool(here) and not any(
        all(stop.get(node) == release for node, release in here.items()) for stop in stops
    )


def _find_unkept(case: Case, standings: Mapping[str, Standing], moments: list[Moment]) -> Iterator[Defect]:
    """What the plan does not bring about of what its option promised."""
    for node, one in standings.items():
        if node not in {state.node for state in case.nodes}:
            continue
        if one.waiting:
            yield Defect(None, node, say("something is stored that no restart puts into use"))
        if one.inactive:
            yield Defect(None, node, say("{release} stays on the inactive partition", release=one.inactive))
        has, wanted = (
            _list_presented(one.state, case.knowledge),
            _list_presented(case.end[node], case.knowledge),
        )
        if has != wanted:
            yield Defect(
                None,
                node,
                say("it ends as {found}, and {wanted} was promised", found=f"{has}", wanted=f"{wanted}"),
            )
    if moments:
        outcome = next(
            (
                option
                for option in case.assessment.options
                if option.option == (case.option.id if case.option else None)
            ),
            None,
        )
        promised = (outcome.end or outcome.scenario if outcome else None) or case.base
        met = {one.gadget: one.outcome for one in moments[-1].scenario.experiences}
        for experience in promised.experiences:
            if met.get(experience.gadget) != experience.outcome:
                found = met.get(experience.gadget)
                text = say(
                    "{gadget}: {found}, and {wanted} was promised",
                    gadget=case.knowledge.gadgets[experience.gadget].title,
                    found=say(OUTCOMES_IN_SENTENCE[found]) if found else "",
                    wanted=say(OUTCOMES_IN_SENTENCE[experience.outcome]),
                )
                yield Defect(None, None, text)


def _list_presented(state: NodeState, knowledge: Knowledge) -> tuple[object, ...]:
    """What a node presents and may present; what a COP hides does not count."""
    hidden = bool(find_cops_off(state, knowledge))
    hidden = hidden or state.era in ("none", "removed")
    ecdsa = None if hidden else state.tomcat_ecdsa or state.ecdsa_deduced
    renewed = {*state.renewed} - ({"tomcat-ECDSA"} if hidden else set())
    return state.release, state.tomcat, ecdsa, sorted(state.cops), state.cert_type, sorted(renewed)
