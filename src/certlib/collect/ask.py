"""One offer over one connection becomes one row: the chain as sent or the reason, with all that was seen."""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from certlib.collect.connection import Failure, Talk, connect, converse
from certlib.collect.limits import Limits
from certlib.collect.resolve import Address
from certlib.collect.sequence import Question
from certlib.evidence import Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Detail, Reason, detail
from certlib.tls import Answer, Grab, Keys

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """How an endpoint is reached."""

    endpoint: Endpoint
    address: Address
    server_name: str | None  # as TLS carries it


async def ask(
    *, way: Way, question: Question, attempts: tuple[str, ...], seconds: float, limits: Limits, keys: Keys
) -> tuple[Presentation, tuple[bytes, ...]]:
    """The row of one question and the certificates (DER) in the order sent.

    `seconds`: what the endpoint has left. Raises nothing: even a mistake of ours is a row.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    hello, talk, answer = b"", Talk(None), _NOTHING
    try:
        grab = Grab(offer=question.offer, server_name=way.server_name, keys=keys)
        hello = grab.start()
        talk = await _talk(way, grab, hello, seconds, limits)
        answer = grab.answer()
    except Exception as error:  # noqa: BLE001 - nothing is lost
        _log.exception("an answer could not be read")
        talk = Talk(Failure(Reason.MALFORMED, (detail("error-within", name=type(error).__name__),)))
    reason, details = _meant(answer, talk)
    if question.why:
        attempts = (*attempts, question.why)
    if answer.retried:
        attempts = (*attempts, "the server asked for a key share of another group")
    row = Presentation(
        endpoint=way.endpoint.id,
        offer=question.row,
        chain=tuple(hashlib.sha256(der).hexdigest() for der in answer.chain),
        reason=reason,
        detail=details,
        version=answer.version,
        suite=answer.suite,
        group=answer.group,
        signature_algorithm=answer.signature_algorithm,
        alpn=answer.alpn,
        client_certificate_requested=answer.client_certificate_requested,
        alerts=answer.alerts,
        address=way.address.ip,
        hello_sha256=hashlib.sha256(hello).hexdigest() if hello else None,
        hello_bytes=len(hello) or None,
        started=started,
        milliseconds=round((time.perf_counter() - clock) * 1000, 3),
        attempts=attempts,
        first_bytes=answer.first_bytes.hex(),
    )
    return row, answer.chain


async def _talk(way: Way, grab: Grab, hello: bytes, seconds: float, limits: Limits) -> Talk:
    connected = await connect(
        address=way.address, port=way.endpoint.port, seconds=min(limits.connect_seconds, seconds)
    )
    if isinstance(connected, Failure):
        return Talk(connected)
    return await converse(
        connected=connected,
        grab=grab,
        hello=hello,
        seconds=min(limits.answer_seconds, seconds),
        settle_seconds=limits.settle_seconds,
    )


def _meant(answer: Answer, talk: Talk) -> tuple[Reason | None, tuple[Detail, ...]]:
    """The reason and its details; an error of the connection counts where the grabber knows less."""
    reason, seconds = answer.reason, f"{round(talk.seconds, 1):g}"
    begun = (detail("received", bytes=talk.received),) if talk.received else ()
    if talk.failure and not answer.chain and reason is not Reason.NOT_TLS:
        return talk.failure.reason, (*talk.failure.detail, *begun)
    if reason is Reason.NO_ANSWER:
        return reason, (detail("waited", seconds=seconds),)
    if reason is Reason.STALLED:
        return reason, (detail("not-complete", seconds=seconds), *talk.came)
    if reason is Reason.CLOSED and not answer.alerts:
        return reason, begun
    return reason, answer.detail


_NOTHING = Answer(
    chain=(),
    reason=Reason.MALFORMED,
    detail=(),
    version=None,
    suite=None,
    group=None,
    signature_algorithm=None,
    alpn=None,
    client_certificate_requested=False,
    alerts=(),
    retried=False,
    first_bytes=b"",
)
