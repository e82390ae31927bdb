"""Whether every address of a web server's name gives a browser the same."""

from collections.abc import Iterable

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.checks.same_certificate_on_port import leaf_text
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.evidence import Presentation
from certlib.inventory import Endpoint
from certlib.knowledge import meaning
from certlib.language import join_list, say

CHECK = "same-certificate-at-addresses"


def check(context: Context) -> tuple[Finding, ...]:
    """Which of several addresses an agent's PC reaches is not known.

    Where they differ, nothing is concluded; one that nobody asked leaves open what it gives. One to which the
    collecting PC has no way is to be looked at by hand: agents' browsers take another where they have none
    either, and nobody knows whether they have.
    """
    faults, judged = [], []
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        if seen is None:
            continue
        further = {one.address for one in context.evidence.elsewhere if one.endpoint == endpoint.id}
        if further or seen.unasked or seen.no_route:
            judged.append(endpoint.id)
        if seen.unsure == "addresses":
            faults.append(_unlike(endpoint, seen.unlike, context))
    faults += [*_grouped(context, asked=False), *_grouped(context, asked=True)]
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=judged,
        text=say("Every address of a name that has several gave a browser the same certificate."),
        nothing=say("No web server was queried by a name that has several addresses."),
        about_leaves=False,
    )


def _unlike(endpoint: Endpoint, rows: Iterable[Presentation], context: Context) -> Finding:
    place = words.place(context.server(endpoint), endpoint.node)
    rows = tuple(rows)
    given = "; ".join(_given(one, context) for one in sorted(rows, key=lambda one: one.address or ""))
    leaves = dict.fromkeys(one.leaf for one in rows if one.leaf)
    return finding(
        context=context,
        check=CHECK,
        state="error",
        node=endpoint.node,
        endpoint=endpoint.id,
        text=say(
            "{place}: the addresses of {name} do not give a browser the same. {given}. Which of "
            "them an agent's PC reaches is not known, so nothing is concluded about agents from "
            "this port.",
            place=place,
            name=endpoint.address,
            given=given,
        ),
        evidence=(endpoint.id, *leaves),
    )


def _given(one: Presentation, context: Context) -> str:
    """What one address gave a browser."""
    known = context.evidence.certificates
    if one.leaf and one.reason is None:
        told = leaf_text(known.get(one.leaf), one.leaf)
    else:
        why = meaning(one, among=(one,), knowledge=context.knowledge).sentence
        told = say("none ({reason})", reason=why)
    return say("{address}: {given}", address=one.address or "", given=told)


def _grouped(context: Context, *, asked: bool) -> list[Finding]:
    """The addresses of a name at which nothing was learnt, in one finding for all ports of the name.

    `asked`: those that were asked in vain, else those at which nobody asked.
    """
    found: dict[tuple[str, tuple[str, ...]], list[Endpoint]] = {}
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        addresses = () if seen is None else seen.no_route if asked else seen.unasked
        if addresses:
            found.setdefault((endpoint.address, addresses), []).append(endpoint)
    return [
        _not_seen(name, addresses, endpoints, context, asked=asked)
        for (name, addresses), endpoints in found.items()
    ]


def _not_seen(
    name: str, addresses: tuple[str, ...], endpoints: list[Endpoint], context: Context, *, asked: bool
) -> Finding:
    told = {
        "name": name,
        "addresses": join_list(*addresses),
        "places": join_list(*(one.title for one in endpoints)),
    }
    if asked:
        text = say(
            "{name} also resolves to {addresses}, to which the collecting PC found no way "
            "({places}). Browsers take another address where they find no way either; whether "
            "the agents' PCs do is not known.",
            **told,
        )
        remedy = say(
            "See from an agent's PC whether it reaches these addresses. Where it does, collect "
            "from there; where nobody does, take them out of DNS."
        )
    else:
        text = say(
            "{name} also resolves to {addresses}, where nobody asked ({places}). What agents "
            "meet there is not known.",
            **told,
        )
        remedy = say(
            "Collect again, so that every address of the name is queried; or give the node's own "
            "address in the inventory, where the others belong to another machine."
        )
    return finding(
        context=context,
        check=CHECK,
        state="manual" if asked else "error",
        node=endpoints[0].node,
        endpoint=endpoints[0].id if len(endpoints) == 1 else None,
        text=text,
        evidence=tuple(one.id for one in endpoints),
        remedy=remedy,
    )
