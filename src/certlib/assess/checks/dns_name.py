"""Whether a node's name leads to the address at which it was asked."""

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.faults import plain
from certlib.assess.model import Finding
from certlib.evidence import LookUp
from certlib.inventory import Endpoint
from certlib.language import Phrases
from certlib.reasons import describe

CHECK = "dns-name"


def check(context: Context) -> tuple[Finding, ...]:
    """What the name resolved to at the collection against the inventory's address, or what that resolved to.

    Names that the collecting PC's name server does not know are one finding, for information: the agents' may
    know them.
    """
    say = context.knowledge.say
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
                text=_elsewhere(found, one.address, meant, say),
                evidence=(one.id,),
            )
        )
    if unknown:
        faults.append(_unknown(unknown, context))
    if unseen and judged:
        text = say("check-dns-name.not-looked-up", names=say.listed(*unseen))
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
        context=context, check=CHECK, faults=faults, judged=judged, text=say("check-dns-name.pass"),
        nothing=say("check-dns-name.nothing"), about_leaves=False,
    )  # fmt: skip


def _unknown(unknown: list[tuple[LookUp, Endpoint]], context: Context) -> Finding:
    """The names that the collecting PC could not look up, in one finding."""
    say, (found, one) = context.knowledge.say, unknown[0]
    alone = len(unknown) == 1
    if alone:
        text = say(
            "check-dns-name.not-resolved",
            name=found.name,
            address=one.address,
            failure=describe(found.failure, say),
        )
    else:
        text = say(
            "check-dns-name.none-resolved",
            names=say.listed(*(name.name for name, _ in unknown)),
            failures=say.listed(*dict.fromkeys(describe(name.failure, say) for name, _ in unknown)),
        )
    return finding(
        context=context, check=CHECK, state="information", node=one.node if alone else None, text=text,
        evidence=tuple(endpoint.id for _, endpoint in unknown),
    )  # fmt: skip


def _elsewhere(found: LookUp, address: str, meant: tuple[str, ...], say: Phrases) -> str:
    """A name that leads to another machine than was asked."""
    listed = say.listed(*found.addresses)
    if not meant:
        return say("check-dns-name.address-not-resolved", name=found.name, found=listed, address=address)
    if meant == (address,):
        return say("check-dns-name.elsewhere", name=found.name, found=listed, address=address)
    return say(
        "check-dns-name.elsewhere-than",
        name=found.name, found=listed, address=address, meant=say.listed(*meant),
    )  # fmt: skip


def _apart(context: Context) -> dict[str, Endpoint]:
    """The names that stand beside another address in the inventory, each with one of their endpoints."""
    named = [one for one in context.endpoints if one.server_name and one.server_name != one.address]
    return {one.server_name: one for one in reversed(named) if one.server_name}
