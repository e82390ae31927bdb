"""Whether each web server presents what Cisco's table or the rules expect of it."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, Observed
from certlib.knowledge import Expected
from certlib.language import join_list, say

CHECK = "presented-as-expected"


def check(context: Context) -> tuple[Finding, ...]:
    """A difference says what it may mean; a web server that fails with browsers alone is an outage."""
    servers = {one.id: context.server(one) for one in context.endpoints}
    faults = []
    for cell in context.scenarios[0].cells:
        if cell.agrees is False and cell.observed:
            server = servers[cell.endpoint]
            refused = cell.observed.browser is None
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    state="outage" if refused and server and server.agent_facing else "manual",
                    node=cell.node,
                    endpoint=cell.endpoint,
                    text=_differs(words.place(server, cell.node), cell.observed, cell.expected),
                    evidence=tuple(one for one in (cell.endpoint, cell.observed.browser) if one),
                )
            )
    judged = [cell.endpoint for cell in context.scenarios[0].cells if cell.agrees]
    text = say("Every web server that answered presents what is expected of it.")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _differs(place: str, observed: Observed, expected: Sequence[Expected]) -> str:
    """A web server that presents something else than expected, and what that may mean."""
    meaning = words.clash(observed, expected)
    if observed.browser is None:
        return say("{place}: {meaning} Agents' browsers cannot open it.", place=place, meaning=meaning)
    wanted = (
        say("{key}, {signed}", key=words.key(one.identity), signed=words.kind(one.kind)) for one in expected
    )
    return say(
        "{place}: {key}, {signed}; expected {expected}. {meaning}",
        place=place,
        key=words.key(observed.identity),
        signed=words.kind(observed.kind),
        expected=join_list(*wanted, last="or"),
        meaning=meaning,
    )
