"""Whether each web server presents what Cisco's table or the rules expect of it."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, Observed
from certlib.knowledge import Expected
from certlib.language import Phrases

CHECK = "presented-as-expected"


def check(context: Context) -> tuple[Finding, ...]:
    """A difference says what it may mean; a web server that fails with browsers alone is an outage."""
    say = context.knowledge.say
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
                    text=_differs(words.place(server, cell.node, say), cell.observed, cell.expected, say),
                    evidence=tuple(one for one in (cell.endpoint, cell.observed.browser) if one),
                )
            )
    judged = [cell.endpoint for cell in context.scenarios[0].cells if cell.agrees]
    text = say("check-presented-as-expected.pass")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)


def _differs(place: str, observed: Observed, expected: Sequence[Expected], say: Phrases) -> str:
    """A web server that presents something else than expected, and what that may mean."""
    meaning = words.clash(observed, expected, say)
    if observed.browser is None:
        return say("check-presented-as-expected.refused", place=place, meaning=meaning)
    wanted = (
        say(
            "assess-presented.certificate", key=words.key(one.identity, say), signed=words.kind(one.kind, say)
        )
        for one in expected
    )
    return say(
        "check-presented-as-expected.differs",
        place=place,
        key=words.key(observed.identity, say),
        signed=words.kind(observed.kind, say),
        expected=say.listed(*wanted, last="or"),
        meaning=meaning,
    )
