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

CHECK = "same-certificate-at-addresses"


def check(context: Context) -> tuple[Finding, ...]:
    """Which of several addresses an agent's PC reaches is not known.

    Where they differ, nothing is concluded; one that nobody asked leaves open what it gives. One to which the
    collecting PC has no way is to be looked at by hand: agents' browsers take another where they have none
    either, and nobody knows whether they have.
    """
    say = context.knowledge.say
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
        context=context, check=CHECK, faults=faults, judged=judged,
        text=say("check-same-certificate-at-addresses.pass"),
        nothing=say("check-same-certificate-at-addresses.nothing"), about_leaves=False,
    )  # fmt: skip


def _unlike(endpoint: Endpoint, rows: Iterable[Presentation], context: Context) -> Finding:
    say = context.knowledge.say
    place = words.place(context.server(endpoint), endpoint.node, say)
    rows = tuple(rows)
    given = "; ".join(_given(one, context) for one in sorted(rows, key=lambda one: one.address or ""))
    leaves = dict.fromkeys(one.leaf for one in rows if one.leaf)
    return finding(
        context=context, check=CHECK, state="error", node=endpoint.node, endpoint=endpoint.id,
        text=say(
            "check-same-certificate-at-addresses.unlike", place=place, name=endpoint.address, given=given
        ),
        evidence=(endpoint.id, *leaves),
    )  # fmt: skip


def _given(one: Presentation, context: Context) -> str:
    """What one address gave a browser."""
    say, known = context.knowledge.say, context.evidence.certificates
    if one.leaf and one.reason is None:
        told = leaf_text(known.get(one.leaf), one.leaf, say)
    else:
        why = meaning(one, among=(one,), knowledge=context.knowledge).sentence
        told = say("check-same-certificate-at-addresses.none", reason=why)
    return say("check-same-certificate-at-addresses.given", address=one.address or "", given=told)


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
    say = context.knowledge.say
    told = {
        "name": name,
        "addresses": say.listed(*addresses),
        "places": say.listed(*(one.title for one in endpoints)),
    }
    if asked:
        text = say("check-same-certificate-at-addresses.no-route", **told)
        remedy = say("check-same-certificate-at-addresses.no-route-remedy")
    else:
        text = say("check-same-certificate-at-addresses.not-asked", **told)
        remedy = say("check-same-certificate-at-addresses.not-asked-remedy")
    return finding(
        context=context, check=CHECK, state="manual" if asked else "error", node=endpoints[0].node,
        endpoint=endpoints[0].id if len(endpoints) == 1 else None, text=text,
        evidence=tuple(one.id for one in endpoints), remedy=remedy,
    )  # fmt: skip
