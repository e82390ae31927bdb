"""What a collection would contact, before it contacts anything; no name is looked up for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from certlib.collect.sequence import ANY, APART, BY_SUITES, FIRST, OLD
from certlib.evidence import Evidence
from certlib.inventory import Endpoint, Site, endpoints
from certlib.reasons import Reason
from certlib.tls import OFFERS, Offer

# With one of these a row needs no second visit, given that the endpoint presented a certificate at all.
_SETTLED = frozenset(
    {
        None,
        Reason.WRONG_KEY_TYPE,
        Reason.NO_SUCH_CERTIFICATE,
        Reason.ALERT,
        Reason.CLOSED,
        Reason.MALFORMED,
        Reason.TOO_BIG,
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One endpoint that would be asked, with its offers, and those that only its answers may call for.

    The first offer is made to every endpoint, the further ones only where the port is alive.
    """

    endpoint: Endpoint
    offers: tuple[str, ...]
    if_needed: tuple[str, ...]
    apart: bool  # TLS 1.2 and 1.3 are asked apart where TLS 1.3 is spoken, since a COP is declared


def plan(
    site: Site, *, offers: Mapping[str, Offer] = OFFERS, earlier: Evidence | None = None
) -> tuple[Contact, ...]:
    """The endpoints that would be asked, in the inventory's order; not those that `earlier` answers."""
    with_cop = {node.name for node in site.nodes if node.cops}
    known = answered(earlier) if earlier else {}
    if_needed = (*BY_SUITES, ANY, *OLD, *APART, *sorted(offers.keys() - OFFERS.keys()))
    return tuple(
        Contact(endpoint, FIRST, if_needed, apart=endpoint.node in with_cop)
        for endpoint in endpoints(site)
        if known.get(endpoint.id) != endpoint
    )


def answered(evidence: Evidence) -> dict[str, Endpoint]:
    """The endpoints that need not be asked again: a certificate came, and nothing was left open."""
    by_id = {endpoint.id: endpoint for endpoint in endpoints(evidence.site)}
    presented, left_open = set(), set()
    for row in evidence.presentations:
        if row.chain:
            presented.add(row.endpoint)
        if row.reason not in _SETTLED:
            left_open.add(row.endpoint)
    return {name: by_id[name] for name in presented - left_open if name in by_id}
