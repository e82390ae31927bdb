"""What a plan costs the site, and the bases of all that a runbook says."""

from collections.abc import Iterator, Sequence

from certlib.assess import Assessment
from certlib.knowledge import Basis, Cost
from certlib.language import in_language_of_site
from certlib.runbook.case import UCCX, Case, count_addresses, count_certificates, make_case
from certlib.runbook.model import WHO, Costs, Expense
from certlib.runbook.plan import runbook
from certlib.runbook.targets import CONCERNED

_NUMBERS = {"pc-certificates": "certificates", "pc-addresses": "addresses"}  # the others count nodes


@in_language_of_site
def costs(assessment: Assessment, option: str) -> Costs:
    """What an option that applies costs this site; a line that concerns none of its nodes is left out.

    No source gives hours or minutes, so there are none: it tells what is to be done how often.
    """
    case = make_case(assessment, option)
    entry = case.knowledge.options[option]
    return Costs(*(tuple(_list_lines(case, each)) for each in (entry.restarts, entry.outage, entry.effort)))


def _list_lines(case: Case, told: Sequence[Cost]) -> Iterator[Expense]:
    agents = case.assessment.site.agents
    for one in told:
        states = [state for state in CONCERNED[one.nodes](case) if not one.roles or state.role in one.roles]
        used = not one.browsers or not agents.browsers or bool({*one.browsers} & {*agents.browsers})
        if not states or not used or (one.group_policy and agents.group_policy not in one.group_policy):
            continue
        numbers = {
            "count": len(states),
            "certificates": count_certificates(case, states),
            "addresses": count_addresses(case, states),
        }
        names = {state.node for state in states}
        touched = {state.role in UCCX for state in states}
        yield Expense(
            text=one.text.format_map(numbers),
            basis=one.basis,
            nodes=() if one.nodes == "site" else tuple(state.node for state in states),
            every=all(state.node in names for state in case.nodes if (state.role in UCCX) in touched),
            others=tuple(state.node for state in case.nodes if state.node not in names),
            counts=one.counts,
            number=numbers[_NUMBERS.get(one.counts or "", "count")] if one.counts else 0,
        )


ADVICE_ORDER = "rule-advice-order"
REHEARSAL = "rule-rehearsal"


def list_bases(assessment: Assessment) -> Iterator[Basis]:
    """The basis of every plan, task, step and cost of a site."""
    for plan in runbook(assessment).plans:
        yield Basis("inferred", rule=WHO)
        yield Basis("inferred", rule=REHEARSAL)
        yield plan.order
        for task in plan.tasks:
            yield from (
                assessment.knowledge.phases[task.phase].basis,
                task.basis,
                *(step.basis for step in task.steps),
            )
    for option in assessment.options:
        if option.scenario:
            spent = costs(assessment, option.option)
            yield from (line.basis for line in (*spent.restarts, *spent.outage, *spent.effort))
    if len(assessment.recommended) > 1:
        yield Basis("inferred", rule=ADVICE_ORDER)
