"""Whether agents can use their gadgets in the scenario that decides, and what stands in the way."""

from dataclasses import replace

from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Experience, Finding, FindingState
from certlib.knowledge.model import Outcome
from certlib.language import join_list, say

CHECK = "agents-can-work"

STATES: dict[Outcome, FindingState] = {
    "works": "pass",
    "prompt": "action",
    "cannot-be-accepted": "blocks",
    "does-not-load": "blocks",
    "open": "manual",
}


def check(context: Context) -> tuple[Finding, ...]:
    """One answer for each gadget, on the basis on which its experience rests."""
    return tuple(_judged(context, met) for met in context.deciding.experiences)


def _judged(context: Context, met: Experience) -> Finding:
    gadget = context.knowledge.gadgets[met.gadget].title
    browsers = [
        one.title for one in met.by_browser if (one.outcome, one.prompts) == (met.outcome, met.prompts)
    ]
    if 0 < len(browsers) < len(met.by_browser):
        gadget = say("{gadget} in {browsers}", gadget=gadget, browsers=join_list(*browsers))
    found = finding(
        context=context,
        check=CHECK,
        state=STATES[met.outcome],
        text=f"{gadget}, {context.deciding.title}: {met.statement.text}",
        node=met.node,
        endpoint=f"{met.node}/{met.web_server}" if met.web_server else None,
        basis=met.statement.basis,
        evidence=met.statement.evidence,
    )
    return replace(found, gadget=met.gadget)
