"""What a server of the lab says to one client: real TLS with the chosen certificate, or a fault.

Each conversation owns a connected socket until it returns; whoever starts it closes the socket. Clients are
not trusted: what they send is bounded, and so is the time.
"""

import asyncio
import os
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from certlib.lab.policy import TLS_1_2, BadHello, ClientHello, parse_hello
from certlib.lab.state import Fault

PATIENCE = 60.0  # seconds that a client may take for everything
_GRACE = 1.0  # seconds in which a client may read the last bytes and leave
_REQUEST_LIMIT = 16_384
_HANDSHAKE_FAILURE, _DECODE_ERROR, _PROTOCOL_VERSION = 40, 50, 70

Conversation = Callable[[socket.socket], Awaitable[None]]
T = TypeVar("T")


async def serve_clients(listener: socket.socket, converse: Conversation) -> None:
    """Attend to every client of a listening socket until cancelled; needs a loop that watches sockets."""
    loop = asyncio.get_running_loop()
    waiting = asyncio.Event()
    open_tasks: set[asyncio.Task[None]] = set()
    loop.add_reader(listener, waiting.set)
    try:
        while True:
            await waiting.wait()
            waiting.clear()
            try:
                client, _ = listener.accept()
            except BlockingIOError:
                continue
            except OSError:  # the client left already, or no file descriptor is free
                await asyncio.sleep(0.05)
                continue
            # From here to the task no await, and the task's end closes: no cancellation loses the socket.
            client.settimeout(0)
            task = asyncio.create_task(_attend(client, converse))
            open_tasks.add(task)
            task.add_done_callback(open_tasks.discard)
            task.add_done_callback(partial(_close, client))
    finally:
        loop.remove_reader(listener)
        for task in open_tasks:
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)


def _close(client: socket.socket, _: "asyncio.Task[None]") -> None:
    client.close()


async def _attend(client: socket.socket, converse: Conversation) -> None:
    with suppress(OSError):  # a client that leaves, stalls or breaks TLS harms itself alone
        async with asyncio.timeout(PATIENCE):
            await converse(client)


async def present(
    client: socket.socket, *, choose: Callable[[ClientHello], ssl.SSLContext | None], answer: bytes
) -> None:
    """Shake hands with the certificate that the client's hello leads to, then answer one HTTP request."""
    try:
        hello, received = await _read_hello(client)
    except BadHello:
        await _send_alert(client, _DECODE_ERROR)
        return
    context = choose(hello)
    if context is None:
        await _send_alert(client, _HANDSHAKE_FAILURE)
        return
    session = _Session(client, context, received)
    await session.step(session.tls.do_handshake)
    request = b""
    while b"\r\n\r\n" not in request and len(request) < _REQUEST_LIMIT:
        data = await session.step(partial(session.tls.read, 4096))
        if not data:  # the client says good-bye
            break
        request += data
    else:
        await session.step(partial(session.tls.write, answer))
    with suppress(ssl.SSLError):  # says good-bye, and would wait for the client's
        session.tls.unwrap()
    await session.flush()
    await _hang_up(client)


class _Session:
    """TLS over memory: the socket belongs to the event loop, the bytes to the TLS library."""

    def __init__(self, client: socket.socket, context: ssl.SSLContext, received: bytes) -> None:
        self.client = client
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.incoming.write(received)

    async def flush(self) -> None:
        """Send what the TLS library has ready."""
        if self.outgoing.pending:
            await _send(self.client, self.outgoing.read())

    async def step(self, action: Callable[[], T]) -> T:
        """Do one action of the TLS library, feeding and emptying it as it needs."""
        while True:
            try:
                result = action()
            except ssl.SSLWantReadError:
                await self.flush()
                data = await _receive(self.client)
                if not data:
                    raise ConnectionResetError from None
                self.incoming.write(data)
            except ssl.SSLError:  # its alert, or the answer to the client's good-bye
                await self.flush()
                await _hang_up(self.client)
                raise
            else:
                await self.flush()
                return result


async def _read_hello(client: socket.socket) -> tuple[ClientHello, bytes]:
    received = b""
    while True:
        data = await _receive(client)
        if not data:
            raise ConnectionResetError
        received += data
        hello = parse_hello(received)
        if hello is not None:
            return hello, received


async def _receive(client: socket.socket) -> bytes:
    return await asyncio.get_running_loop().sock_recv(client, 65_536)


async def _send(client: socket.socket, data: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(client, data)


async def _send_alert(client: socket.socket, description: int) -> None:
    await _send(client, _record(21, bytes((2, description))))
    await _hang_up(client)


async def _hang_up(client: socket.socket) -> None:
    """Close the sending side and let the client read to the end, which a reset would cut off."""
    client.shutdown(socket.SHUT_WR)
    async with asyncio.timeout(_GRACE):
        while await _receive(client):
            pass


def _record(content_type: int, data: bytes) -> bytes:
    return struct.pack("!BHH", content_type, TLS_1_2, len(data)) + data


async def _stay_mute(client: socket.socket) -> None:
    while await _receive(client):
        pass


async def _speak_http(client: socket.socket) -> None:
    await _receive(client)
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 16\r\nConnection: close"
    await _send(client, head + b"\r\n\r\nthis is no TLS\r\n")
    await _hang_up(client)


async def _close_at_once(client: socket.socket) -> None:
    await _receive(client)


async def _reset(client: socket.socket) -> None:
    await _receive(client)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _send_garbage(client: socket.socket) -> None:
    """Send the first flight of TLS 1.2 with bytes in the place of the certificate."""
    try:
        hello, _ = await _read_hello(client)
    except BadHello:
        await _send_alert(client, _DECODE_ERROR)
        return
    if TLS_1_2 not in hello.versions:
        await _send_alert(client, _PROTOCOL_VERSION)
        return
    suite = next((suite for suite in hello.suites if suite in _GARBAGE_SUITES), None)
    if suite is None:
        await _send_alert(client, _HANDSHAKE_FAILURE)
        return
    certificate = b"this is no certificate".ljust(600, b".")
    entry = len(certificate).to_bytes(3) + certificate
    flight = (
        _shake_hands(2, struct.pack("!H32sBHB", TLS_1_2, os.urandom(32), 0, suite, 0))
        + _shake_hands(11, len(entry).to_bytes(3) + entry)
        + _shake_hands(14, b"")
    )
    await _send(client, _record(22, flight))
    await _hang_up(client)


# RSA key exchange and ECDHE_RSA with AES, which every client of the last fifteen years offers one of
_GARBAGE_SUITES = frozenset({0x002F, 0x0035, 0x009C, 0x009D, 0xC013, 0xC014, 0xC02F, 0xC030})


def _shake_hands(message_type: int, body: bytes) -> bytes:
    return bytes((message_type,)) + len(body).to_bytes(3) + body


# A refusing server is a port that nobody listens on, so there is no conversation for it.
FAULTS: dict[Fault, Conversation] = {
    "mute": _stay_mute,
    "not-tls": _speak_http,
    "closing": _close_at_once,
    "garbage-certificate": _send_garbage,
    "resetting": _reset,
}
