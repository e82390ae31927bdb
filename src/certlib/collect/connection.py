"""One probe over one connection becomes one row: the chain as sent or the reason, with all that was seen.

The hello goes out, what comes back goes to the grabber, and the connection ends when enough is known. There
is one deadline for the answer as a whole, however slowly the bytes drip. The connection is left with FIN,
never with an alert, and nothing waits for the server to close its side.
"""

import asyncio
import errno
import hashlib
import logging
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from certlib.collect.plan import Limits
from certlib.collect.resolve import Address
from certlib.collect.sequence import Probe
from certlib.evidence import Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Detail, Reason, describe_in_english, make_detail, make_verbatim
from certlib.tls import Answer, Grab, Keys

_NO_ROUTE = {
    getattr(errno, name)
    for name in (
        *("ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN", "EACCES", "EPERM", "EADDRNOTAVAIL"),
        *("EAFNOSUPPORT", "EINVAL", "ENONET", "ENOPROTOOPT", "ENETRESET", "EPROTO"),
    )
    if hasattr(errno, name)
}
_OWN_LIMITS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_AT_ONCE = 65_536  # bytes of an answer
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a connection brought no more: the reason, and what its sentence does not say."""

    reason: Reason
    detail: tuple[Detail, ...]

    def __str__(self) -> str:
        return f"{self.reason} ({describe_in_english(self.detail)})"


def explain_failure(error: OSError) -> Failure:
    """What the operating system's error means; its own text, which may hold anything, is left out."""
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    if isinstance(error, ConnectionRefusedError):
        return Failure(Reason.REFUSED, make_verbatim(name))
    if isinstance(error, ConnectionError):  # reset, broken pipe, aborted
        return Failure(Reason.RESET, make_verbatim(name))
    if isinstance(error, TimeoutError):
        return Failure(Reason.CONNECT_TIMEOUT, (make_detail("gave-up", name=name),))
    if error.errno in _OWN_LIMITS:
        return Failure(Reason.NOT_ASKED, (make_detail("no-connection-left", name=name),))
    if error.errno in _NO_ROUTE:
        return Failure(Reason.UNREACHABLE, make_verbatim(name))
    return Failure(Reason.UNREACHABLE, (make_detail("another-error", name=name),))


def is_broken_off(error: OSError, *, begun: bool) -> Failure:
    """What an error means on a connection that had been made; `begun`: bytes had come on it."""
    failure = explain_failure(error)
    if failure.reason is Reason.CONNECT_TIMEOUT:
        return Failure(Reason.STALLED if begun else Reason.NO_ANSWER, failure.detail)
    if failure.reason in (Reason.REFUSED, Reason.UNREACHABLE):
        return Failure(Reason.RESET, failure.detail)
    return failure


@dataclass(frozen=True, slots=True)
class Exchange:
    """How an exchange went: an error of the connection itself, and how the bytes came."""

    failure: Failure | None
    seconds: float = 0.0  # that it was given
    received: int = 0  # bytes
    pieces: tuple[float, ...] = ()  # when they came, in seconds from the hello on

    @property
    def received_details(self) -> tuple[Detail, ...]:
        """How many bytes came, and when the last of them."""
        if not self.pieces:
            return ()
        if self.is_still_coming:
            left = max(self.seconds - self.pieces[-1], 0)
            return (make_detail("still-coming", bytes=self.received, seconds=f"{left:.1f}"),)
        return (make_detail("stopped", bytes=self.received, seconds=f"{self.pieces[-1]:.1f}"),)

    @property
    def is_still_coming(self) -> bool:
        """Whether bytes were still on their way: the last wait was about as short as those before."""
        first, *others = self.pieces
        waits = [after - before for before, after in pairwise(self.pieces)]
        usual = 1.5 * max(waits) if others else first
        return self.seconds - self.pieces[-1] <= max(usual, self.seconds / 10)


async def connect(*, address: Address, port: int, seconds: float) -> socket.socket | Failure:
    """A connected socket, or why there is none."""
    connected = None
    try:
        connected = socket.socket(address.family, socket.SOCK_STREAM)
        connected.setblocking(False)
        async with asyncio.timeout(seconds) as limit:
            await asyncio.get_running_loop().sock_connect(connected, address.at(port))
    except OSError as error:  # TimeoutError is one
        if connected is not None:
            connected.close()
        if isinstance(error, TimeoutError) and limit.expired():
            return Failure(Reason.CONNECT_TIMEOUT, (make_detail("waited", seconds=f"{seconds:g}"),))
        return explain_failure(error)
    except BaseException:
        if connected is not None:
            connected.close()
        raise
    return connected


async def converse(
    *, connected: socket.socket, grab: Grab, hello: bytes, seconds: float, settle_seconds: float
) -> Exchange:
    """Let the grabber talk on a connected socket until it is done or the time is up.

    The grabber may know more than the failure of a connection. Raises what a mistake in the grabber raises;
    the socket is closed in any case.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    deadline = start + seconds
    settling, received, pieces, failure = False, 0, list[float](), None
    try:
        async with asyncio.timeout_at(deadline) as limit:
            await loop.sock_sendall(connected, hello)
            while not grab.done:
                if grab.has_chain and not settling:
                    settling = True
                    limit.reschedule(min(deadline, loop.time() + settle_seconds))
                data = await loop.sock_recv(connected, _AT_ONCE)
                received += len(data)
                pieces.append(loop.time() - start)
                if not data:
                    grab.end()
                elif answer := grab.receive(data):
                    await loop.sock_sendall(connected, answer)
    except OSError as error:  # TimeoutError is one
        if not (limit.expired() or grab.done or grab.has_chain):
            failure = is_broken_off(error, begun=received > 0)
    finally:
        connected.close()  # at once, so that the next one to the address may open; the far side reads FIN
    return Exchange(failure, seconds=seconds, received=received, pieces=tuple(pieces))


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
