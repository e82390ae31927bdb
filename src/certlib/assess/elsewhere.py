"""What the further addresses of a web server's name gave, beside what the one gave that was asked in full.

Which of them an agent's PC reaches is not known (rule-every-address).
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from certlib.assess.faults import parse_address
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Reason

# No browser-like hello was made there, so nothing is known.
_NOT_ASKED = (None, Reason.NOT_ASKED)
BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The addresses of one endpoint's name that do not simply give the same."""

    unlike: tuple[Presentation, ...] = ()  # what each gave, where they differ; the one asked in full first
    unasked: tuple[str, ...] = ()
    no_route: tuple[str, ...] = ()


def compare_addresses(evidence: Evidence, endpoint: Endpoint, rows: Iterable[Presentation]) -> Elsewhere:
    """What is known of the further addresses of an endpoint that was asked by its name."""
    rows = tuple(rows)
    names = {one.name: one for one in evidence.names}
    found = names.get(endpoint.address)
    if found is None or parse_address(endpoint.address):
        return Elsewhere()
    asked = {_normalize(one.address) for one in rows if one.address and one.reason is not Reason.NOT_ASKED}
    if not asked:
        return Elsewhere()
    further = {
        _normalize(one.address or ""): one
        for one in (*(each for row in rows for each in find_passed_over(row)), *evidence.elsewhere)
        if one.endpoint == endpoint.id and (one.leaf or one.reason not in _NOT_ASKED)
    }
    further = {address: one for address, one in further.items() if address not in asked}
    addresses = dict.fromkeys(map(_normalize, found.addresses))
    unasked = tuple(one for one in addresses if one not in asked and one not in further)
    first = next((one for one in rows if one.offer == BROWSER and one.reason is not Reason.NOT_ASKED), None)
    if first is None:
        return Elsewhere(unasked=unasked)
    no_route = {
        address
        for address, one in further.items()
        if one.reason is Reason.UNREACHABLE
        and find_given_leaf(first)  # as browsers do, the next address is taken
    }
    others = [one for address, one in further.items() if address not in no_route]
    unlike = any(find_given_leaf(one) != find_given_leaf(first) for one in others)
    return Elsewhere((first, *others) if unlike else (), unasked, tuple(no_route))


def find_given_leaf(one: Presentation) -> str | None:
    """The leaf that a browser was given."""
    return one.leaf if one.reason is None else None


def find_passed_over(row: Presentation) -> Iterator[Presentation]:
    """The addresses at which no connection was made, so that the next one was asked instead."""
    for attempt in row.attempts:
        address, _, why = attempt.partition(": ")
        if parse_address(address) and (reason := _find_reason(why)):
            yield Presentation(row.endpoint, BROWSER, (), reason, address=address)


def _find_reason(why: str) -> Reason | None:
    told = why.partition(";")[0].partition(" ")[0]
    return next((one for one in Reason if one.value == told), None)


def _normalize(text: str) -> str:
    """An address as the same address is always written; one of IPv4 within IPv6 as IPv4's."""
    found = parse_address(text)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return f"{mapped or found or text}"
