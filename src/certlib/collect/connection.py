"""One connection: the hello goes out, what comes back goes to the grabber, and it ends when enough is learnt.

There is one deadline for the answer as a whole, however slowly the bytes drip. The connection is left with
FIN, never with an alert, and nothing waits for the server to close its side.
"""

import asyncio
import errno
import socket
from dataclasses import dataclass
from itertools import pairwise

from certlib.collect.resolve import Address
from certlib.reasons import Detail, Reason, describe_in_english, make_detail, make_verbatim
from certlib.tls import Grab

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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a connection brought no more: the reason, and what its sentence does not say."""

    reason: Reason
    detail: tuple[Detail, ...]

    def __str__(self) -> str:
        return f"{self.reason} ({describe_in_english(self.detail)})"


def failure_of(error: OSError) -> Failure:
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


def broken_off(error: OSError, *, begun: bool) -> Failure:
    """What an error means on a connection that had been made; `begun`: bytes had come on it."""
    failure = failure_of(error)
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
        return failure_of(error)
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
            failure = broken_off(error, begun=received > 0)
    finally:
        connected.close()  # at once, so that the next one to the address may open; the far side reads FIN
    return Exchange(failure, seconds=seconds, received=received, pieces=tuple(pieces))
