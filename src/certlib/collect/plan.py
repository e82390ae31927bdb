"""What a collection would contact, before it contacts anything; no name is looked up for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from certlib.collect.meaning import ANY, APART, DENIED, FIRST, settled
from certlib.collect.resolve import MOST_ADDRESSES
from certlib.collect.sequence import BY_SUITES, OLD, SMALL, first
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Endpoint, Site, endpoints
from certlib.knowledge import load
from certlib.reasons import Reason
from certlib.tls import OFFERS, Offer

# With one of these a row needs no second visit, given that the endpoint presented a certificate at all; of a
# denial it depends on the other answers.
_SETTLED = frozenset(
    {
        None,
        Reason.WRONG_KEY_TYPE,
        Reason.NO_SUCH_CERTIFICATE,
        Reason.MALFORMED,
        Reason.NOT_OFFERED,
        Reason.TOO_BIG,
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One endpoint that would be asked, with its offers, and those that only its answers may call for.

    The first offer is made to every endpoint, the further ones only where the port is alive. Of a name with
    several addresses, the first that takes a connection is asked so, each other one the first offer alone.
    """

    endpoint: Endpoint
    offers: tuple[str, ...]
    if_needed: tuple[str, ...]
    apart: bool  # TLS 1.2 and 1.3 are asked apart where TLS 1.3 is spoken, since a COP is declared
    page: str | None = None  # the path that is fetched to look for HSTS
    # Where the endpoint is answered and only further addresses of its name are open: those that are not.
    answered_at: frozenset[str] = frozenset()


def plan(
    site: Site,
    *,
    offers: Mapping[str, Offer] = OFFERS,
    earlier: Evidence | None = None,
    gentle: bool | None = None,
    hsts: bool = False,
) -> tuple[Contact, ...]:
    """The endpoints that would be asked, in the inventory's order; not those that `earlier` answers.

    What the earlier collection was not told to ask, a client profile or for HSTS, is left open by it.
    `gentle`: None as the inventory says.
    """
    gentle = bool(site.collecting.gentle) if gentle is None else gentle
    with_cop = {node.name for node in site.nodes if node.cops}
    added = sorted(offers.keys() - OFFERS.keys())
    if_needed = (*(("rsa",) if gentle else ()), SMALL, *BY_SUITES, ANY, *OLD, *APART, *added)
    pages = {server.id: server.accept_path for server in load().web_servers.values() if server.desktop}
    contacts = (
        Contact(
            endpoint=endpoint,
            offers=first(gentle=gentle),
            if_needed=if_needed,
            apart=endpoint.node in with_cop,
            page=pages.get(endpoint.web_server or "") if hsts else None,
        )
        for endpoint in endpoints(site)
    )
    if earlier is None:
        return tuple(contacts)
    known = answered(earlier)
    rows = {(row.endpoint, row.offer) for row in earlier.presentations}
    pages_known = {one.endpoint for one in earlier.hsts}
    wanted = []
    for contact in contacts:
        name = contact.endpoint.id
        if (
            known.get(name) != contact.endpoint
            or any((name, offer) not in rows for offer in added)
            or (contact.page and name not in pages_known)
        ):
            wanted.append(contact)
        elif done := _answered_at(earlier, contact.endpoint):
            offers_left = FIRST[:1]
            wanted.append(
                replace(contact, offers=offers_left, if_needed=(), page=None, answered_at=frozenset(done))
            )
    return tuple(wanted)


def _answered_at(evidence: Evidence, endpoint: Endpoint) -> set[str]:
    """At which addresses an endpoint gave a certificate, when its name has one more to ask; else none."""
    named = next((one.addresses for one in evidence.names if one.name == endpoint.address), ())
    rows = [row for row in evidence.presentations if row.endpoint == endpoint.id]
    done = {row.address for row in rows if row.address}
    done |= {
        row.address for row in evidence.elsewhere if row.endpoint == endpoint.id and row.chain and row.address
    }
    return done if {*named[:MOST_ADDRESSES]} - done else set()


def answered(evidence: Evidence) -> dict[str, Endpoint]:
    """The endpoints that need not be asked again: a certificate came, and nothing was left open."""

    def key_of(sha256: str) -> str | None:
        key = evidence.certificates[sha256].key_type
        return key if isinstance(key, str) else None

    rows: dict[str, list[Presentation]] = {}
    for row in evidence.presentations:
        rows.setdefault(row.endpoint, []).append(row)
    return {
        endpoint.id: endpoint
        for endpoint in endpoints(evidence.site)
        if (mine := rows.get(endpoint.id))
        and any(row.chain for row in mine)
        and all(
            settled(row, [other for other in mine if other is not row], key_of)
            if row.reason in DENIED
            else row.reason in _SETTLED
            for row in mine
        )
    }
