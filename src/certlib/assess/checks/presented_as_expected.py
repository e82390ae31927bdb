"""Whether each web server presents what Cisco's table or the rules expect of it."""

from certlib.assess import words
from certlib.assess.checks import words as says
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding

CHECK = "presented-as-expected"


def check(context: Context) -> tuple[Finding, ...]:
    """A difference says what it may mean; a web server that fails with browsers alone is an outage."""
    faults = []
    for cell in context.scenarios[0].cells:
        if cell.agrees is False and cell.observed:
            server = context.knowledge.web_servers[cell.web_server]
            refused = cell.observed.browser is None
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    state="outage" if refused and server.agent_facing else "manual",
                    node=cell.node,
                    endpoint=cell.endpoint,
                    text=says.differs(words.place(server, cell.node), cell.observed, cell.expected),
                    evidence=tuple(one for one in (cell.endpoint, cell.observed.browser) if one),
                )
            )
    judged = [cell.endpoint for cell in context.scenarios[0].cells if cell.agrees]
    text = "Every web server that answered presents what is expected of it."
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)
