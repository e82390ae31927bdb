"""Whether a node's name leads to the address at which it was asked."""

from certlib.assess.checks import words as says
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.inventory import Endpoint

CHECK = "dns-name"


def check(context: Context) -> tuple[Finding, ...]:
    """What the name resolved to at the collection against the inventory's address, or what that resolved to.

    A name that the collecting PC's name server does not know is for information: the agents' may know it.
    """
    known = {one.name: one for one in context.evidence.names}
    faults, judged = [], []
    for name, one in _apart(context).items():
        found = known.get(name)
        if found is None:
            continue
        meant = known[one.address].addresses if one.address in known else (one.address,)
        judged.append(one.id)
        if not found.addresses:
            text = says.not_resolved(name, one.address, found.failure)
        elif not set(found.addresses) & set(meant):
            text = says.resolved_elsewhere(name, found.addresses, one.address, meant)
        else:
            continue
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state="action" if found.addresses else "information",
                node=one.node,
                text=text,
                evidence=(one.id,),
            )
        )
    return all_well(
        context=context, check=CHECK, faults=faults, judged=judged, text=says.RESOLVED, nothing=says.NO_NAMES
    )


def _apart(context: Context) -> dict[str, Endpoint]:
    """The names that stand beside another address in the inventory, each with one of their endpoints."""
    named = [one for one in context.endpoints if one.server_name and one.server_name != one.address]
    return {one.server_name: one for one in reversed(named) if one.server_name}
