"""Whether the way to the wanted release is published, hop by hop."""

from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.language import say

CHECK = "way-published"


def check(context: Context) -> tuple[Finding, ...]:
    """A hop that no document tells, or sources disagree on, is to be asked for by hand.

    Without an upgrade it is not applicable.
    """
    legs = [leg for hop in context.hops for leg in hop.legs]
    if not legs:
        text = say("No upgrade is planned.")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    unknown = [leg for leg in legs if not leg.settled]
    if not unknown:
        text = say("Every hop of the upgrade path is documented or follows from documented ones.")
        return (finding(context=context, check=CHECK, state="pass", text=text),)
    return tuple(
        finding(
            context=context,
            check=CHECK,
            state="manual",
            text=leg.statement.text,
            node=leg.nodes[0] if leg.nodes else None,
            basis=leg.statement.basis,
        )
        for leg in unknown
    )
