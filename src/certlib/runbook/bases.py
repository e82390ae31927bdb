"""Why everything that runbook and costs say may be said."""

from collections.abc import Iterator

from certlib.assess import Assessment
from certlib.knowledge import Basis, Knowledge
from certlib.runbook.costs import costs
from certlib.runbook.model import WHO
from certlib.runbook.plan import runbook

ADVICE_ORDER = "rule-advice-order"
REHEARSAL = "rule-rehearsal"


def list_bases(assessment: Assessment, knowledge: Knowledge) -> Iterator[Basis]:
    """The basis of every plan, task, step and cost of a site."""
    for plan in runbook(assessment).plans:
        yield Basis("inferred", rule=WHO)
        yield Basis("inferred", rule=REHEARSAL)
        yield plan.order
        for task in plan.tasks:
            yield from (knowledge.phases[task.phase].basis, task.basis, *(step.basis for step in task.steps))
    for option in assessment.options:
        if option.scenario:
            spent = costs(assessment, option.option)
            yield from (line.basis for line in (*spent.restarts, *spent.outage, *spent.effort))
    if len(assessment.recommended) > 1:
        yield Basis("inferred", rule=ADVICE_ORDER)
