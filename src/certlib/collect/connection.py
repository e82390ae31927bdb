"""One connection: the hello goes out, what comes back goes to the grabber, and it ends when enough is learnt.

There is one deadline for the answer as a whole, however slowly the bytes drip. The connection is left with
FIN, never with an alert, and nothing waits for the server to close its side.
"""

import asyncio
import errno
import socket
from dataclasses import dataclass
from typing import cast

from certlib.collect.resolve import Address
from certlib.reasons import Reason
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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a connection brought no more: the reason, and a sentence of our own about it."""

    reason: Reason
    detail: str


def failure_of(error: OSError) -> Failure:
    """What the operating system's error means; its own text, which may hold anything, is left out."""
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    if isinstance(error, ConnectionRefusedError):
        return Failure(Reason.REFUSED, f"the connection was refused ({name})")
    if isinstance(error, ConnectionError):  # reset, broken pipe, aborted
        return Failure(Reason.RESET, f"the connection was reset ({name})")
    if isinstance(error, TimeoutError):
        return Failure(Reason.CONNECT_TIMEOUT, f"the network gave up waiting for the address ({name})")
    if error.errno in _OWN_LIMITS:
        return Failure(Reason.NOT_ASKED, f"this computer could not open one more connection ({name})")
    if error.errno in _NO_ROUTE:
        return Failure(Reason.UNREACHABLE, f"there is no way from this computer to the address ({name})")
    return Failure(Reason.UNREACHABLE, f"the connection failed ({name})")


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
            return Failure(Reason.CONNECT_TIMEOUT, f"no connection came about within {seconds:g} s")
        return failure_of(error)
    except BaseException:
        if connected is not None:
            connected.close()
        raise
    return connected


async def converse(
    *, connected: socket.socket, grab: Grab, hello: bytes, seconds: float, settle_seconds: float
) -> Failure | None:
    """Let the grabber talk on a connected socket until it is done or the time is up.

    A failure is an error of the connection itself; the grabber may know more. Raises what a mistake in the
    grabber raises; the socket is closed in any case.
    """
    loop = asyncio.get_running_loop()
    talk = _Talk(loop, grab, hello, seconds, settle_seconds)
    try:
        await loop.create_connection(lambda: talk, sock=connected)
        return await talk.end
    except OSError as error:
        return failure_of(error)
    finally:
        talk.leave()


class _Talk(asyncio.Protocol):
    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        grab: Grab,
        hello: bytes,
        seconds: float,
        settle_seconds: float,
    ) -> None:
        self._loop, self._grab, self._hello = loop, grab, hello
        self._deadline = loop.time() + seconds
        self._settle_seconds = settle_seconds
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._mistake: Exception | None = None
        self._settling = False
        self.end: asyncio.Future[Failure | None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._timer = self._loop.call_at(self._deadline, self.leave)
        self._transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        try:
            answer = self._grab.receive(data)
            done, has_chain = self._grab.done, self._grab.has_chain
        except Exception as error:  # noqa: BLE001 - handed to who asked
            self._mistake = error
            self.leave()
            return
        if done:
            self.leave()
            return
        if answer and self._transport:
            self._transport.write(answer)
        if has_chain and not self._settling and self._timer:
            self._settling = True
            self._timer.cancel()
            settled = min(self._deadline, self._loop.time() + self._settle_seconds)
            self._timer = self._loop.call_at(settled, self.leave)

    def eof_received(self) -> None:
        self._grab.end()  # and the connection is closed from this side too

    def leave(self) -> None:
        """Close at once; the far side reads FIN."""
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.abort()  # drops what is unsent, which close() would wait for

    def connection_lost(self, error: Exception | None) -> None:
        # The end is told only here, where the socket is closed, so that the next one to the address may open.
        if self._timer:
            self._timer.cancel()
        if self.end.done():
            return
        if self._mistake:
            self.end.set_exception(self._mistake)
        elif isinstance(error, OSError) and not self._grab.done and not self._grab.has_chain:
            self.end.set_result(failure_of(error))
        else:
            self.end.set_result(None)
