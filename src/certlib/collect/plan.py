"""What a collection would contact and how lightly, before it contacts anything; no name is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from certlib.collect.meaning import ANY, APART, DENIED, FIRST, is_settled
from certlib.collect.resolve import MOST_ADDRESSES
from certlib.collect.sequence import BY_SUITES, OLD, SMALL, choose_first
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Collecting, Endpoint, Site, list_endpoints
from certlib.knowledge import load
from certlib.reasons import Reason
from certlib.tls import OFFERS, Offer

_MOST_CONNECTING: Final = 15.0  # by then a system has knocked four times
_MOST_LOOKING_UP: Final = 30.0
_MOST_CONNECTIONS: Final = 30  # to one endpoint, at all of its addresses


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one collection. Raises ValueError for bounds within which nothing could be collected."""

    connections: int = 32  # at a time, to all endpoints
    per_address: int = 2  # at a time, to one IP address
    per_port: int = 1  # at a time, to one port of one address
    connect_seconds: float = 3.0
    answer_seconds: float = 5.0  # for the whole answer of one connection, however slowly it comes
    pause_seconds: float = 0.0  # between two connections to one IP address
    # For all connections of one endpoint together, without waiting in line or pausing; those to further
    # addresses of its name are apart.
    endpoint_seconds: float = 30.0
    resolve_seconds: float = 10.0  # for the look-up of one name
    settle_seconds: float = 0.15  # wait for what belongs to a chain that is there (signature algorithm)
    retries: int = 1  # of an endpoint, when a connection was reset
    keep_seconds: float = 5.0  # between two calls of `keep`

    def __post_init__(self) -> None:
        """Refuse numbers that would wait for ever, or for nothing."""
        if min(self.connections, self.per_address, self.per_port) < 1:
            raise ValueError("at least one connection must be allowed at a time")
        if min(self.connect_seconds, self.answer_seconds, self.endpoint_seconds, self.resolve_seconds) <= 0:
            raise ValueError("every time limit must be more than nothing")
        if self.pause_seconds and self.per_address > 1:
            raise ValueError("a pause must be between connections that come one at a time")

    def longest(self, endpoints: int) -> float:
        """Seconds that no collection of so many endpoints takes, even if all stand behind one address."""
        pauses = _MOST_CONNECTIONS * self.pause_seconds
        return endpoints * (2 * self.endpoint_seconds + self.resolve_seconds + pauses)


def make_limits(collecting: Collecting) -> Limits:
    """The bounds that follow from the few numbers that people give."""
    usual, pause = Limits(), collecting.apart
    times = (collecting.patience or usual.answer_seconds) / usual.answer_seconds
    return Limits(
        per_address=usual.per_address if pause is None else 1,
        pause_seconds=pause or 0.0,
        connect_seconds=min(times * usual.connect_seconds, _MOST_CONNECTING),
        answer_seconds=times * usual.answer_seconds,
        endpoint_seconds=times * usual.endpoint_seconds,
        resolve_seconds=min(times * usual.resolve_seconds, _MOST_LOOKING_UP),
    )


# With one of these a row needs no second visit, given that the endpoint presented a certificate at all; of a
# denial it depends on the other answers.
_SETTLED = frozenset(
    (
        *(None, Reason.WRONG_KEY_TYPE, Reason.NO_SUCH_CERTIFICATE),
        *(Reason.MALFORMED, Reason.NOT_OFFERED, Reason.TOO_BIG),
    )
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
            offers=choose_first(gentle=gentle),
            if_needed=if_needed,
            apart=endpoint.node in with_cop,
            page=pages.get(endpoint.web_server or "") if hsts else None,
        )
        for endpoint in list_endpoints(site)
    )
    if earlier is None:
        return tuple(contacts)
    known = find_answered(earlier)
    rows = {(row.endpoint, row.offer) for row in earlier.presentations}
    pages_known = {answer.endpoint for answer in earlier.hsts}
    wanted = []
    for contact in contacts:
        name = contact.endpoint.id
        if (
            known.get(name) != contact.endpoint
            or any((name, offer) not in rows for offer in added)
            or (contact.page and name not in pages_known)
        ):
            wanted.append(contact)
        elif done := _find_answered_at(earlier, contact.endpoint):
            offers_left = FIRST[:1]
            wanted.append(
                replace(contact, offers=offers_left, if_needed=(), page=None, answered_at=frozenset(done))
            )
    return tuple(wanted)


def _find_answered_at(evidence: Evidence, endpoint: Endpoint) -> set[str]:
    """At which addresses an endpoint gave a certificate, when its name has one more to ask; else none."""
    named = next((each.addresses for each in evidence.names if each.name == endpoint.address), ())
    rows = [row for row in evidence.presentations if row.endpoint == endpoint.id]
    done = {row.address for row in rows if row.address}
    done |= {
        row.address for row in evidence.elsewhere if row.endpoint == endpoint.id and row.chain and row.address
    }
    return done if {*named[:MOST_ADDRESSES]} - done else set()


def find_answered(evidence: Evidence) -> dict[str, Endpoint]:
    """The endpoints that need not be asked again: a certificate came, and nothing was left open."""

    def key_of(sha256: str) -> str | None:
        key = evidence.certificates[sha256].key_type
        return key if isinstance(key, str) else None

    rows: dict[str, list[Presentation]] = {}
    for row in evidence.presentations:
        rows.setdefault(row.endpoint, []).append(row)
    return {
        endpoint.id: endpoint
        for endpoint in list_endpoints(evidence.site)
        if (mine := rows.get(endpoint.id))
        and any(row.chain for row in mine)
        and all(
            is_settled(row, [other for other in mine if other is not row], key_of)
            if row.reason in DENIED
            else row.reason in _SETTLED
            for row in mine
        )
    }
