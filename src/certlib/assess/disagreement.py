"""Answers that do not fit together: unlike leaves on one port, unlike answers of a name's addresses."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from certlib.assess.faults import parse_address
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Reason
from certlib.x509 import Certificate, Unreadable

KINDS = ("browser", "rsa", "ecdsa")
# Fall-backs that send the server's name, so that they may be compared with the others; `tls10-bare` does not.
FALL_BACKS = ("any", "tls12", "tls12-all")
BARE = "tls10-bare"
_ASKED_FOR = {"rsa": "rsa", "ecdsa": "ec"}


def find_contradictions(
    rows: Iterable[Presentation], certificates: Mapping[str, Certificate]
) -> tuple[Presentation, ...]:
    """The answers that brought different leaves of one kind of key; none where each kind has one leaf.

    Only the leaf counts, whatever chain was sent with it. One that can't be read is taken to be of the kind
    that its offer asked for, and of no kind that is known where the offer accepts all.
    """
    by_kind: dict[str, list[Presentation]] = {}
    for row in rows:
        if row.leaf and row.offer != BARE:
            by_kind.setdefault(_find_kind(row, certificates), []).append(row)
    unlike = (answers for answers in by_kind.values() if len({answer.leaf for answer in answers}) > 1)
    return tuple(answer for answers in unlike for answer in answers)


def is_of_agents(presentation: Presentation) -> bool:
    """Whether an offer is one that tells what the server has, and not a client that somebody described."""
    return presentation.offer.partition("-")[0] in KINDS or presentation.offer in (*FALL_BACKS, BARE)


def keep_current(
    rows: Iterable[Presentation], certificates: Mapping[str, Certificate]
) -> tuple[Presentation, ...]:
    """The answers without those of a leaf that was renewed before the others of its endpoint were given.

    An interrupted collection and its continuation may lie on two sides of a renewal. It counts as one only
    where the older answers all came before the new leaf was valid, and the newer ones all after: what a
    balancer gives by turns does neither.
    """
    by_endpoint: dict[str, list[Presentation]] = {}
    rows = tuple(rows)
    for row in rows:
        if row.leaf:
            by_endpoint.setdefault(row.endpoint, []).append(row)
    outdated = {
        (endpoint, old.leaf)
        for endpoint, answers in by_endpoint.items()
        for old in answers
        for new in answers
        if old.leaf != new.leaf and _is_renewed(old.leaf, new.leaf, answers, certificates)
    }
    return tuple(row for row in rows if (row.endpoint, row.leaf) not in outdated)


def _is_renewed(
    old: str | None, new: str | None, rows: Sequence[Presentation], certificates: Mapping[str, Certificate]
) -> bool:
    before, after = (certificates.get(sha256 or "") for sha256 in (old, new))
    if before is None or after is None or _find_key(before) is None or _find_key(before) != _find_key(after):
        return False
    olds, news = ([row.started for row in rows if row.leaf == leaf] for leaf in (old, new))
    if not all((*olds, *news)) or isinstance(after.not_before, Unreadable):
        return False
    last = max(moment for moment in olds if moment)
    return last < after.not_before and all(moment > last for moment in news if moment)


def _find_kind(presentation: Presentation, certificates: Mapping[str, Certificate]) -> str:
    certificate = certificates.get(presentation.leaf or "")
    known = _find_key(certificate) if certificate else None
    return known or _ASKED_FOR.get(presentation.offer.partition("-")[0], "unreadable")


def _find_key(certificate: Certificate) -> str | None:
    key = certificate.key_type
    return None if isinstance(key, Unreadable) or key is None else f"{key}"


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
    names = {name.name: name for name in evidence.names}
    look_up = names.get(endpoint.address)
    if look_up is None or parse_address(endpoint.address):
        return Elsewhere()
    asked = {_normalize(row.address) for row in rows if row.address and row.reason is not Reason.NOT_ASKED}
    if not asked:
        return Elsewhere()
    further = {
        _normalize(answer.address or ""): answer
        for answer in (*(attempt for row in rows for attempt in find_passed_over(row)), *evidence.elsewhere)
        if answer.endpoint == endpoint.id and (answer.leaf or answer.reason not in _NOT_ASKED)
    }
    further = {address: answer for address, answer in further.items() if address not in asked}
    addresses = dict.fromkeys(map(_normalize, look_up.addresses))
    unasked = tuple(address for address in addresses if address not in asked and address not in further)
    first = next((row for row in rows if row.offer == BROWSER and row.reason is not Reason.NOT_ASKED), None)
    if first is None:
        return Elsewhere(unasked=unasked)
    no_route = {
        address
        for address, answer in further.items()
        if answer.reason is Reason.UNREACHABLE
        and find_given_leaf(first)  # as browsers do, the next address is taken
    }
    others = [answer for address, answer in further.items() if address not in no_route]
    unlike = any(find_given_leaf(other) != find_given_leaf(first) for other in others)
    return Elsewhere((first, *others) if unlike else (), unasked, tuple(no_route))


def find_given_leaf(presentation: Presentation) -> str | None:
    """The leaf that a browser was given."""
    return presentation.leaf if presentation.reason is None else None


def find_passed_over(row: Presentation) -> Iterator[Presentation]:
    """The addresses at which no connection was made, so that the next one was asked instead."""
    for attempt in row.attempts:
        address, _, why = attempt.partition(": ")
        if parse_address(address) and (reason := _find_reason(why)):
            yield Presentation(row.endpoint, BROWSER, (), reason, address=address)


def _find_reason(why: str) -> Reason | None:
    value = why.partition(";")[0].partition(" ")[0]
    return next((reason for reason in Reason if reason.value == value), None)


def _normalize(text: str) -> str:
    """An address as the same address is always written; one of IPv4 within IPv6 as IPv4's."""
    address = parse_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return f"{mapped or address or text}"
