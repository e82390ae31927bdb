"""Whether every endpoint gave a certificate to at least one offer."""

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.assess.verdict import silent_endpoints
from certlib.reasons import Reason

CHECK = "endpoint-answers"


def check(context: Context) -> tuple[Finding, ...]:
    """An endpoint without an answer is a finding with its reason; a silent one never counts as a pass."""
    faults = []
    silent = silent_endpoints(context)
    for cell in silent:
        why = cell.observed.reason if cell.observed and cell.observed.reason else Reason.NOT_ASKED
        meaning = context.knowledge.reasons[why.value]
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state="error",
                node=cell.node,
                endpoint=cell.endpoint,
                text=words.no_answer(
                    cell.endpoint, meaning.sentence, cell.observed.detail if cell.observed else ""
                ),
                evidence=(cell.endpoint,),
                remedy=meaning.hint,
            )
        )
    asked = [cell.endpoint for cell in context.scenarios[0].cells]
    return all_well(
        context=context, check=CHECK, faults=faults, judged=asked, text="Every endpoint gave a certificate."
    )
