"""The plans: their tasks in the order of the work, in groups that differ in the node alone."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType

from certlib.assess import Assessment
from certlib.knowledge import Basis, Procedure
from certlib.language import in_language_of_site, say
from certlib.runbook.about import About
from certlib.runbook.case import Case, make_case
from certlib.runbook.model import Plan, Runbook, Task
from certlib.runbook.targets import find_incomplete_chain, find_orders, find_upgraded
from certlib.runbook.tasks import Place, list_remedies, make_task, make_tasks, rank

FINDINGS, LATER = "settle-findings", "settle-later"


@in_language_of_site
def runbook(assessment: Assessment, *, options: Sequence[str] | None = None) -> Runbook:
    """The plans for the recommended options (first, else), or for those that are chosen.

    Raises ValueError for an option that is unknown or does not apply to the site, saying which do.
    """
    chosen = assessment.recommended if options is None else tuple(options)
    known = assessment.knowledge.options
    usable = [
        option.option
        for option in assessment.options
        if option.scenario and not known[option.option].advised_against
    ]
    for name in options or ():
        if name not in usable:
            message = (
                f"{name}: no option for this site; options that apply here: {', '.join(usable) or 'none'}"
            )
            raise ValueError(message)
    plans = (_plan(make_case(assessment, name)) for name in chosen or (None,))
    return Runbook(tuple(plan for plan in plans if plan.tasks))


def find_nodes_to_sign(assessment: Assessment) -> tuple[str, ...]:
    """The nodes whose tomcat-ECDSA an EC CA would have to sign, in the order of the work."""
    case = make_case(assessment, None)
    return tuple(node.node for node in case.nodes if node.era == "automatic" and node.tomcat_ecdsa != "ec-ca")


def _plan(case: Case) -> Plan:
    own = say("The upgrade") if find_upgraded(case) else say("What the checks found")
    tasks = [
        found
        for procedure in case.knowledge.procedures.values()
        if _is_part(case, procedure)
        for found in make_tasks(case, procedure)
    ]
    doing = {task.procedure for _, task in tasks}
    settling = [
        found
        for ident in (FINDINGS, LATER)
        for found in _find_settling(case, ident, [task for _, task in tasks])
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


def _is_part(case: Case, procedure: Procedure) -> bool:
    """Whether a procedure is part of the plan: by the option, the upgrade, or a certificate reissued."""
    if procedure.id in (FINDINGS, LATER):
        return False
    if procedure.nodes in (
        "renew-before",
        "incomplete-chain",
        "restart-before",
        "renew-in-window",
        "restart",
    ):
        return True
    if procedure.phase == "verify" or (case.option and procedure.id in case.option.procedures):
        return True
    if procedure.id == "backup" and (
        find_orders(case) or case.assessment.stale or find_incomplete_chain(case)
    ):
        return True
    return procedure.with_upgrade and bool(find_upgraded(case))


def _order(case: Case) -> Basis:
    """Why the nodes come in this order: a guide says so of every hop, else by rule."""
    found = [hop.order.basis for hop in case.assessment.hops if hop.order and hop.order.basis]
    if found and all(basis.kind == "documented" for basis in found):
        return found[-1]
    return Basis("inferred", rule="rule-order")


def _find_settling(case: Case, ident: str, tasks: Sequence[Task]) -> Iterator[tuple[Place, Task]]:
    """The findings that no other task of the plan settles: before the window, or what can wait."""
    procedure = case.knowledge.procedures[ident]
    steps = tuple(list_remedies(case, tasks, later=ident == LATER))
    if steps:
        task = make_task(case, procedure, case.nodes, About())
        place = (rank(case, procedure.phase), 0, 0, list(case.knowledge.procedures).index(ident), 0)
        yield place, replace(task, steps=steps, node=None)


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """A task that is done on one node after the other, or one that stands alone."""

    tasks: tuple[Task, ...]  # at least one, in the order of the work

    @property
    def told(self) -> Task:
        """The task as it is told: of any node where it is done on several."""
        first = self.tasks[0]
        return first.of_any if first.of_any and self.tasks[1:] else first

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes in the order of the work; none where it is done once for the site."""
        return tuple(task.node for task in self.tasks if task.node)

    def commands(self, step: int) -> list[str]:
        """The command lines of a step: once where they are the same on each node, else node by node."""
        return list(
            dict.fromkeys(line for task in self.tasks for line in task.steps[step].command.splitlines())
        )


def group_tasks(tasks: Iterable[Task], *, told: Mapping[Task, str] = MappingProxyType({})) -> list[TaskGroup]:
    """Tasks in their order; those that follow each other and differ only in the node's name together.

    `told`: where tasks stand that were told before; such a task is never put together with a new one.
    """

    def alike(numbered: tuple[int, Task]) -> Hashable:
        number, task = numbered
        return told.get(task), task.of_any or number

    return [TaskGroup(tuple(task for _, task in same)) for _, same in groupby(enumerate(tasks), alike)]
