"""Whether a node's name leads to the address at which it was asked."""

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.faults import plain
from certlib.assess.model import Finding
from certlib.evidence import LookUp
from certlib.inventory import Endpoint
from certlib.language import join_list, say
from certlib.reasons import describe

CHECK = "dns-name"


def check(context: Context) -> tuple[Finding, ...]:
    """What the name resolved to at the collection against the inventory's address, or what that resolved to.

    Names that the collecting PC's name server does not know are one finding, for information: the agents' may
    know them.
    """
    known = {one.name: one for one in context.evidence.names}
    faults, judged = [], []
    unknown: list[tuple[LookUp, Endpoint]] = []
    unseen = []
    for name, one in _apart(context).items():
        found = known.get(name)
        if found is None:
            unseen.append(name)
            continue
        meant = known[one.address].addresses if one.address in known else (one.address,)
        judged.append(one.id)
        if {*map(plain, found.addresses)} & {*map(plain, meant)}:
            continue
        if not found.addresses:
            unknown.append((found, one))
            continue
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state="action",
                node=one.node,
                text=_elsewhere(found, one.address, meant),
                evidence=(one.id,),
            )
        )
    if unknown:
        faults.append(_unknown(unknown, context))
    if unseen and judged:
        text = say("Not checked: nobody looked up {names}.", names=join_list(*unseen))
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state="information",
                text=text,
                evidence=tuple(judged),
                remedy="",
            )
        )
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=judged,
        text=say("Every name that has an address of its own in the inventory resolved to that address."),
        nothing=say("The inventory gives no address beside a name, or nobody looked a name up."),
        about_leaves=False,
    )


def _unknown(unknown: list[tuple[LookUp, Endpoint]], context: Context) -> Finding:
    """The names that the collecting PC could not look up, in one finding."""
    (found, one) = unknown[0]
    alone = len(unknown) == 1
    if alone:
        text = say(
            "{name} was queried at {address}; the name server of the collecting PC did not "
            "resolve the name ({failure}). Whether the agents' PCs can resolve it is not known.",
            name=found.name,
            address=one.address,
            failure=describe(found.failure),
        )
    else:
        text = say(
            "The name server of the collecting PC did not resolve these names: {names} "
            "({failures}). They were queried at the addresses that the inventory gives. Whether "
            "the agents' PCs can resolve them is not known.",
            names=join_list(*(name.name for name, _ in unknown)),
            failures=join_list(*dict.fromkeys(describe(name.failure) for name, _ in unknown)),
        )
    return finding(
        context=context,
        check=CHECK,
        state="information",
        node=one.node if alone else None,
        text=text,
        evidence=tuple(endpoint.id for _, endpoint in unknown),
    )


def _elsewhere(found: LookUp, address: str, meant: tuple[str, ...]) -> str:
    """A name that leads to another machine than was asked."""
    listed = join_list(*found.addresses)
    if not meant:
        return say(
            "{name} resolves to {found}; it was queried at {address} (not resolved).",
            name=found.name,
            found=listed,
            address=address,
        )
    if meant == (address,):
        return say(
            "{name} resolves to {found}; it was queried at {address}.",
            name=found.name,
            found=listed,
            address=address,
        )
    return say(
        "{name} resolves to {found}; it was queried at {address} ({meant}).",
        name=found.name,
        found=listed,
        address=address,
        meant=join_list(*meant),
    )


def _apart(context: Context) -> dict[str, Endpoint]:
    """The names that stand beside another address in the inventory, each with one of their endpoints."""
    named = [one for one in context.endpoints if one.server_name and one.server_name != one.address]
    return {one.server_name: one for one in reversed(named) if one.server_name}
