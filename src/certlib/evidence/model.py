"""What one collection brought, and the evidence of a collection and its continuation as one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from certlib import inventory
from certlib.errors import CertlibError
from certlib.inventory import Site
from certlib.inventory.values import Checked, Sha256
from certlib.inventory.values import make_error as mistaken
from certlib.reasons import Detail, Reason, describe_in_english
from certlib.text import make_visible, quote
from certlib.x509 import Certificate

DAMAGED = "The file was changed or damaged; collect anew."


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # its offset leads out of the calendar
        raise mistaken(f"{quote(moment.isoformat())} is no moment of the calendar.", DAMAGED) from None


Utc = Annotated[datetime, Checked(_in_utc, bounds={"tz_constraint": "aware"})]


@dataclass(frozen=True, slots=True)
class Presentation:
    """What one endpoint gave to one offer: a chain as sent, or the reason why not."""

    endpoint: str  # Endpoint.id
    offer: str  # of certlib.tls: "browser", "rsa", "ecdsa-tls13" …; or the id of a client profile
    chain: tuple[Sha256, ...]  # SHA-256 of each certificate in the order sent; the leaf first
    reason: Reason | None  # None when the chain is there; the chain is kept with WRONG_KEY_TYPE
    detail: tuple[Detail, ...] = ()  # what the reason's sentence does not say
    version: str | None = None
    suite: str | None = None
    group: str | None = None
    signature_algorithm: str | None = None
    alpn: str | None = None
    client_certificate_requested: bool = False
    alerts: tuple[str, ...] = ()
    address: str | None = None  # the IP address that was contacted
    hello_sha256: str | None = None
    hello_bytes: int | None = None  # with the header of its record
    started: Utc | None = None  # UTC
    milliseconds: float | None = None
    attempts: tuple[str, ...] = ()  # why it was asked again, oldest first
    first_bytes: str = ""  # hex, when the answer was not TLS

    @property
    def leaf(self) -> str | None:
        """SHA-256 of the leaf, or None."""
        return self.chain[0] if self.chain else None

    @property
    def why(self) -> str:
        """The reason with its details, where its sentence does not stand: "refused (ECONNREFUSED)"."""
        return f"{self.reason} ({describe_in_english(self.detail)})" if self.detail else f"{self.reason}"


@dataclass(frozen=True, slots=True)
class Hsts:
    """What one endpoint's answer to a plain GET said about HSTS, or why there was no answer.

    A browser heeds the header only on a connection without a certificate error (RFC 6797), so it tells what
    the web server sends and not what a browser has remembered.
    """

    endpoint: str  # Endpoint.id
    header: str | None  # Strict-Transport-Security as sent; None: not in the answer, or there was none
    failure: tuple[Detail, ...] = ()  # why there was no answer
    status: int | None = None  # of HTTP
    started: Utc | None = None
    earlier: tuple[str, ...] = ()  # headers of the answers that led here, oldest first; a browser heeds each
    followed: tuple[str, ...] = ()  # paths to which redirects led, in order
    not_followed: tuple[Detail, ...] = ()  # why the redirect of the last answer was not followed

    @property
    def max_age(self) -> int | None:
        """For how many seconds a browser is to remember, by the last header that says so; else None."""
        for header in (self.header or "", *reversed(self.earlier)):
            age = re.search(r'(?:^|;)\s*max-age\s*=\s*"?([0-9]{1,18})', header, re.IGNORECASE)
            if age:
                return int(age[1])
        return None


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the name server of the collecting PC gave for a name of the inventory."""

    name: str
    addresses: tuple[str, ...]  # IP addresses
    failure: tuple[Detail, ...] = ()  # why there are none


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one collection brought; enough to assess and report without the network and the inventory."""

    site: Site
    collected: datetime  # UTC, when the collection began
    finished: datetime | None  # None: interrupted
    collector: str  # "certlib 0.1.0"
    presentations: tuple[Presentation, ...]
    certificates: Mapping[str, Certificate] = field(default_factory=dict)  # by SHA-256
    hsts: tuple[Hsts, ...] = ()  # of the endpoints that were asked for a page; mostly nobody asks
    names: tuple[LookUp, ...] = ()  # of the names of nodes and servers; evidence of early versions has none
    # What a browser was given at each further address of an endpoint's name; the rows above are of the first.
    elsewhere: tuple[Presentation, ...] = ()


class DifferentSites(CertlibError):
    """Evidence of two sites can't be put together."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second

    def __str__(self) -> str:
        return f"the evidence of the site {self.first} can't be continued for the site {self.second}"


def is_same_customer(first: str, second: str) -> bool:
    """Whether two names are one customer's: capitals, blanks and ways to write a character make no other."""
    plain = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (first, second))
    return len({*plain}) == 1


def is_of_another_site(present: Site, site: str, customer: str) -> str | None:
    """What is wrong with evidence of one site where that of another is wanted; None if it is the same."""
    if present.id != site:
        return f"holds the evidence of the site {quote(present.id)}, not of {quote(site)}."
    if not is_same_customer(present.customer, customer):
        whose, wanted = quote(present.customer), quote(customer)
        return f"holds the evidence of a site {quote(site)} of the customer {whose}, not of {wanted}."
    return None


def merge(first: Evidence, second: Evidence) -> Evidence:
    """The evidence of a collection and of its continuation: of two answers to an offer, the newer one.

    An offer that the continuation did not make keeps its older answer. Certificates of both are kept.
    Endpoints that the newer inventory no longer has are left out. Raises DifferentSites.
    """
    older, newer = sorted((first, second), key=lambda evidence: evidence.collected)
    if older.site.id != newer.site.id:
        raise DifferentSites(older.site.id, newer.site.id)
    if not is_same_customer(older.site.customer, newer.site.customer):
        raise DifferentSites(*(f"{each.site.id} of {each.site.customer}" for each in (older, newer)))
    present = {endpoint.id for endpoint in inventory.list_every_endpoint(newer.site)}
    hsts = {answer.endpoint: answer for answer in (*older.hsts, *newer.hsts)}
    names = {look_up.name: look_up for look_up in (*older.names, *newer.names)}
    rows = list_newest_answers((*older.presentations, *newer.presentations), newer.site)
    elsewhere = list_newest_answers((*older.elsewhere, *newer.elsewhere), newer.site, by="address")
    now_first = {(row.endpoint, row.address) for row in newer.presentations}
    return Evidence(
        site=newer.site,
        collected=older.collected,
        finished=newer.finished,
        collector=newer.collector,
        presentations=tuple(row for row in rows if row.endpoint in present),
        certificates={**older.certificates, **newer.certificates},
        hsts=tuple(answer for endpoint, answer in hsts.items() if endpoint in present),
        names=tuple(names.values()),
        elsewhere=tuple(
            row
            for row in elsewhere
            if row.endpoint in present and (row.endpoint, row.address) not in now_first
        ),
    )


def list_newest_answers(
    presentations: Iterable[Presentation], site: Site, *, by: Literal["offer", "address"] = "offer"
) -> list[Presentation]:
    """One answer for each endpoint and offer (address): the last, unless it says that nobody asked.

    In the order of the site's endpoints, then of the offers (addresses).
    """
    order = {endpoint.id: index for index, endpoint in enumerate(inventory.list_every_endpoint(site))}
    newest: dict[tuple[str, str], Presentation] = {}
    for row in presentations:
        key = (row.endpoint, getattr(row, by) or "")
        if key not in newest or row.reason is not Reason.NOT_ASKED:
            newest[key] = row
    return [newest[key] for key in sorted(newest, key=lambda key: (order.get(key[0], len(order)), key))]


def list_presented(evidence: Evidence) -> Iterator[tuple[Certificate, list[str]]]:
    """Each certificate with the endpoints that presented it as their leaf; leaves come first."""
    users: dict[str, list[str]] = {}
    for presentation in (*evidence.presentations, *evidence.elsewhere):
        leaf, endpoint = presentation.leaf, presentation.endpoint
        if leaf and endpoint not in users.setdefault(leaf, []):
            users[leaf].append(endpoint)
    for sha256 in (*users, *(sha256 for sha256 in evidence.certificates if sha256 not in users)):
        yield evidence.certificates[sha256], [make_visible(user) for user in users.get(sha256, [])]
