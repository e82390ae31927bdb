"""What the answers of one endpoint mean together: a denial beside an answer is a missing certificate."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from certlib.evidence import Presentation
from certlib.reasons import Reason, describe_in_english, make_detail
from certlib.tls import OFFERS, Offer
from certlib.tls.names import TLS_1_3, VERSIONS

FIRST = ("browser", "rsa", "ecdsa")
ANY = "any"
APART = ("rsa-tls12", "rsa-tls13", "ecdsa-tls12", "ecdsa-tls13")

SILENT = frozenset({Reason.NO_ANSWER, Reason.STALLED})
DENIED = frozenset({Reason.ALERT, Reason.CLOSED})
# Alerts with which servers say that they have nothing that fits; the others may be about something else.
CLEAR = frozenset({"handshake_failure", "insufficient_security"})
# And these never say anything about certificates.
_NEVER_A_DENIAL = frozenset({"internal_error", "unrecognized_name", "user_canceled"})
_CALLED = {"rsa": "RSA", "ec": "ECDSA"}

KeyOf = Callable[[str], str | None]  # SHA-256 of a leaf -> "rsa", "ec" …; None: unreadable


def may_pass(row: Presentation) -> bool:
    """Whether a refusal was none that says why."""
    return row.reason is Reason.CLOSED or (row.reason is Reason.ALERT and not CLEAR.intersection(row.alerts))


def may_be_denial(row: Presentation) -> bool:
    """Whether a refusal may be about certificates at all."""
    return not _NEVER_A_DENIAL.intersection(row.alerts)


def is_settled(row: Presentation, others: Iterable[Presentation], key_of: KeyOf) -> bool:
    """Whether a denial needs no second visit: it was a clear one, and no answer contradicts it.

    Contradicted is an offer of one kind where another offer of the same highest version was given that kind.
    """
    offer = OFFERS.get(row.offer)
    if offer is None or offer.key is None:
        return True
    top = max(offer.versions)
    answered = [other for other in others if other.leaf and other.offer in OFFERS]
    alike = [other for other in answered if max(OFFERS[other.offer].versions) == top]
    if any(other.leaf and key_of(other.leaf) == offer.key for other in alike):
        return False
    return not (alike and may_pass(row))


def is_understood(
    rows: Sequence[Presentation], *, offers: Mapping[str, Offer], key_of: KeyOf
) -> tuple[Presentation, ...]:
    """The rows of one endpoint with what they mean together: a denial beside an answer is a missing leaf.

    An alert to an offer of one kind means *no such certificate* when an offer that accepts both was answered
    with the other kind, and nobody was given this one; a plain close says so more weakly, and only when it
    came twice and the port still answered others. Where the denial was one of one version, only answers in
    that version count, and the row says of which version it speaks. Otherwise nothing is concluded. Beside an
    answer, silence says what decided: the hello's size or its version.
    """
    return tuple(
        _is_understood(row, [other for other in rows if other is not row and other.leaf], offers, key_of)
        for row in _add_what_silenced(rows, offers)
    )


def _is_understood(
    row: Presentation, others: Iterable[Presentation], offers: Mapping[str, Offer], key_of: KeyOf
) -> Presentation:
    key = offers[row.offer].key
    if row.reason not in DENIED or key is None:
        return row
    others = list(others)
    concluded = not may_pass(row) or (may_be_denial(row) and bool(row.attempts) and _still_answers(others))
    asked_in = offers[row.offer].versions
    version = _find_only_version(row.offer)
    if version is None and TLS_1_3 in asked_in and any(other.version == "TLS 1.3" for other in others):
        version = "TLS 1.3"  # which a server that speaks it takes before it looks for a certificate
    others = [other for other in others if version is None or other.version == version]
    for other in others:
        if other.leaf and key_of(other.leaf) == key:
            seen = make_detail("yet-given", offer=other.offer, key=_CALLED[key])
            return replace(row, detail=(*row.detail, seen))
    telling = _is_telling(row, others, offers)
    if not telling or not concluded:
        return row
    if row.reason is Reason.CLOSED:
        sign = make_detail("denied-by-closing", offer=telling)
    else:
        code = "denied-unclear" if may_pass(row) else "denied"
        sign = make_detail(code, alert=describe_in_english(row.detail), offer=telling)
    alone = (make_detail("version-alone", version=version),) if version else ()
    return replace(row, reason=Reason.NO_SUCH_CERTIFICATE, version=version, detail=(sign, *alone))


def _is_telling(row: Presentation, others: Sequence[Presentation], offers: Mapping[str, Offer]) -> str:
    """An offer whose answer shows that a denial was one of the kind; empty: there is none.

    It accepts both kinds. For an offer of one version any answer in it will do.
    """
    if row.offer in APART:
        return next((other.offer for other in others), "")
    if any(
        other.offer in FIRST and other.offer != FIRST[0] for other in others
    ):  # such hellos are answered at all
        both = [row.offer for row in others if offers[row.offer].key is None and row.offer in OFFERS]
    else:
        both = [row.offer for row in others if row.offer in (FIRST[0], ANY)]
    return both[0] if both else ""


def _still_answers(others: Iterable[Presentation]) -> bool:
    """Whether the port gave a certificate when it was asked for any, after a denial had come."""
    return any(other.offer == ANY and other.chain for other in others)


def _add_what_silenced(rows: Sequence[Presentation], offers: Mapping[str, Offer]) -> Iterator[Presentation]:
    """The rows; one that silence ended beside an answer says which property of its hello may have decided."""
    answered = [row for row in rows if row.chain]
    silent = [row for row in rows if row.reason in SILENT]
    for row in rows:
        if row.reason not in SILENT or not answered or row.hello_bytes is None:
            yield row
            continue
        new = TLS_1_3 in offers[row.offer].versions
        alike = [other for other in answered if TLS_1_3 in offers[other.offer].versions or not new]
        largest = max((other.hello_bytes or 0 for other in alike), default=0)
        if largest and largest < row.hello_bytes:
            decides = [make_detail("size-decides", bytes=f"{largest:,}")]
        elif largest:
            decides = []
        else:
            largest = max(other.hello_bytes or 0 for other in answered)
            silenced = (other.hello_bytes or 0 for other in silent if TLS_1_3 in offers[other.offer].versions)
            smallest = min(silenced, default=0)
            code = "version-or-size-decides" if smallest > largest else "version-decides"
            decides = [make_detail(code, bytes=f"{largest:,}")]
        yield replace(row, detail=(*row.detail, *decides))


def _find_only_version(offer: str) -> str | None:
    """The version that an offer is limited to."""
    return VERSIONS[OFFERS[offer].versions[0]] if offer in APART else None
