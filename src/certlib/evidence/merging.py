"""The evidence of a collection and of its continuation as one, of the same site alone."""

import unicodedata
from collections.abc import Iterable
from typing import Literal

from certlib import inventory
from certlib.errors import CertlibError
from certlib.evidence.model import Evidence, Presentation
from certlib.inventory import Site
from certlib.reasons import Reason
from certlib.text import quote


class DifferentSites(CertlibError):
    """Evidence of two sites can't be put together."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second

    def __str__(self) -> str:
        return f"the evidence of the site {self.first} can't be continued for the site {self.second}"


def same_customer(first: str, second: str) -> bool:
    """Whether two names are one customer's: capitals, blanks and ways to write a character make no other."""
    plain = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (first, second))
    return len({*plain}) == 1


def of_another_site(present: Site, site: str, customer: str) -> str | None:
    """What is wrong with evidence of one site where that of another is wanted; None if it is the same."""
    if present.id != site:
        return f"holds the evidence of the site {quote(present.id)}, not of {quote(site)}."
    if not same_customer(present.customer, customer):
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
    if not same_customer(older.site.customer, newer.site.customer):
        raise DifferentSites(*(f"{each.site.id} of {each.site.customer}" for each in (older, newer)))
    present = {endpoint.id for endpoint in inventory.list_every_endpoint(newer.site)}
    hsts = {answer.endpoint: answer for answer in (*older.hsts, *newer.hsts)}
    names = {look_up.name: look_up for look_up in (*older.names, *newer.names)}
    rows = newest_answers((*older.presentations, *newer.presentations), newer.site)
    elsewhere = newest_answers((*older.elsewhere, *newer.elsewhere), newer.site, by="address")
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


def newest_answers(
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
