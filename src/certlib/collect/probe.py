"""One probe over one connection becomes one row: the chain as sent or the reason, with all that was seen."""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from certlib.collect.connection import Exchange, Failure, connect, converse
from certlib.collect.plan import Limits
from certlib.collect.resolve import Address
from certlib.collect.sequence import Probe
from certlib.evidence import Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Detail, Reason, make_detail
from certlib.tls import Answer, Grab, Keys

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """How an endpoint is reached."""

    endpoint: Endpoint
    address: Address
    server_name: str | None  # as TLS carries it


async def send_probe(
    *, route: Route, probe: Probe, attempts: tuple[str, ...], seconds: float, limits: Limits, keys: Keys
) -> tuple[Presentation, tuple[bytes, ...]]:
    """The row of one probe and the certificates (DER) in the order sent.

    `seconds`: what the endpoint has left. Raises nothing: even a mistake of ours is a row.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    hello, exchange, answer = b"", Exchange(None), Answer(chain=(), reason=Reason.MALFORMED)
    try:
        grab = Grab(offer=probe.offer, server_name=route.server_name, keys=keys)
        hello = grab.start()
        exchange = await _exchange(route, grab, hello, seconds, limits)
        answer = grab.answer()
    except Exception as error:  # noqa: BLE001 - nothing is lost
        _log.exception("an answer could not be read")
        exchange = Exchange(
            Failure(Reason.MALFORMED, (make_detail("error-within", name=type(error).__name__),))
        )
    reason, details = _interpret(answer, exchange)
    if probe.why:
        attempts = (*attempts, probe.why)
    if answer.retried:
        attempts = (*attempts, "the server asked for a key share of another group")
    row = Presentation(
        endpoint=route.endpoint.id,
        offer=probe.row,
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
        address=route.address.ip,
        hello_sha256=hashlib.sha256(hello).hexdigest() if hello else None,
        hello_bytes=len(hello) or None,
        started=started,
        milliseconds=round((time.perf_counter() - clock) * 1000, 3),
        attempts=attempts,
        first_bytes=answer.first_bytes.hex(),
    )
    return row, answer.chain


async def _exchange(route: Route, grab: Grab, hello: bytes, seconds: float, limits: Limits) -> Exchange:
    connected = await connect(
        address=route.address, port=route.endpoint.port, seconds=min(limits.connect_seconds, seconds)
    )
    if isinstance(connected, Failure):
        return Exchange(connected)
    return await converse(
        connected=connected,
        grab=grab,
        hello=hello,
        seconds=min(limits.answer_seconds, seconds),
        settle_seconds=limits.settle_seconds,
    )


def _interpret(answer: Answer, exchange: Exchange) -> tuple[Reason | None, tuple[Detail, ...]]:
    """The reason and its details; an error of the connection counts where the grabber knows less."""
    reason, seconds = answer.reason, f"{round(exchange.seconds, 1):g}"
    begun = (make_detail("received", bytes=exchange.received),) if exchange.received else ()
    if exchange.failure and not answer.chain and reason is not Reason.NOT_TLS:
        return exchange.failure.reason, (*exchange.failure.detail, *begun)
    if reason is Reason.NO_ANSWER:
        return reason, (make_detail("waited", seconds=seconds),)
    if reason is Reason.STALLED:
        return reason, (make_detail("not-complete", seconds=seconds), *exchange.received_details)
    if reason is Reason.CLOSED and not answer.alerts:
        return reason, begun
    return reason, answer.detail
