"""The addresses of a host, as this machine's own resolver gives them; a name is looked up once in a run."""

import asyncio
import errno
import socket
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import NamedTuple

MOST_ADDRESSES = 4  # that are asked for one name, one after the other
_MOST_NAMED = 64  # of one name that are kept; no honest name has more
_THREADS = 64  # look-ups at a time: each blocks a thread until the name server answers


class Address(NamedTuple):
    """One IP address of a host; `place` is what a socket connects to, but for its port."""

    ip: str
    family: socket.AddressFamily
    place: tuple[object, ...]  # host, port 0, and for IPv6 flow and scope

    def at(self, port: int) -> tuple[object, ...]:
        """The place of a port."""
        return (self.place[0], port, *self.place[2:])


class NoSuchHost(Exception):
    """A name has no address; the text says what the resolver said, in words of our own."""


def ascii_name(name: str) -> str:
    """A host name as DNS and TLS carry it: IDNA for letters beyond ASCII. Raises NoSuchHost."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        raise NoSuchHost("the name can't be written as a DNS name") from None


class Names:
    """The look-ups of one run."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._threads = asyncio.Semaphore(_THREADS)
        self._known: dict[str, asyncio.Task[tuple[Address, ...]]] = {}

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """At least one address, each once, in the system's order of preference. Raises NoSuchHost."""
        if _is_ip(host):
            return _looked_up(host.encode("ascii"), socket.AI_NUMERICHOST)  # bytes need no tables of IDNA
        task = self._known.get(host)
        if task is None:
            task = self._known[host] = asyncio.create_task(self._look_up(ascii_name(host)))
        return await asyncio.shield(task)  # one endpoint's end does not take the look-up away from others

    async def forget(self) -> None:
        """End every look-up that is still under way."""
        for task in self._known.values():
            task.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)

    async def _look_up(self, name: str) -> tuple[Address, ...]:
        async with self._threads:
            try:
                async with asyncio.timeout(self._seconds):
                    return await _in_thread(name)
            except TimeoutError:
                raise NoSuchHost(f"no name server answered within {self._seconds:g} s") from None


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _in_thread(name: str) -> tuple[Address, ...]:
    """Look a name up in a thread that nobody has to wait for, not even the end of the program."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[Address, ...]] = loop.create_future()

    def deliver(result: tuple[Address, ...] | Exception) -> None:
        if found.done():  # too late
            return
        if isinstance(result, Exception):
            found.set_exception(result)
        else:
            found.set_result(result)

    def work() -> None:
        result: tuple[Address, ...] | Exception
        try:
            result = _looked_up(name)
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            result = error
        with suppress(RuntimeError):  # the run is over, its loop closed
            loop.call_soon_threadsafe(deliver, result)

    threading.Thread(target=work, name=f"look-up of {name}", daemon=True).start()
    return await found


def _looked_up(name: str | bytes, flags: int = 0) -> tuple[Address, ...]:
    try:
        rows = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=flags)
    except socket.gaierror as error:
        raise NoSuchHost(_SAID.get(error.errno, f"the resolver failed (code {error.errno})")) from None
    except OSError as error:
        raise NoSuchHost(
            f"the resolver failed ({errno.errorcode.get(error.errno or 0, 'OSError')})"
        ) from None
    except ValueError:  # too long, an empty label, a NUL
        raise NoSuchHost("the name can't be written as a DNS name") from None
    found: dict[str, Address] = {}
    for family, _, _, _, place in rows:
        if family in (socket.AF_INET, socket.AF_INET6):
            found.setdefault(str(place[0]), Address(str(place[0]), socket.AddressFamily(family), place))
    if not found:
        raise NoSuchHost("the name has no IP address")
    return tuple(found.values())[:_MOST_NAMED]


_SAID = {
    getattr(socket, code): f"{text} ({code})"
    for code, text in (
        ("EAI_NONAME", "the name is not known"),
        ("EAI_NODATA", "the name has no IP address"),
        ("EAI_AGAIN", "the name server gave no answer"),
        ("EAI_FAIL", "the name server failed"),
        ("EAI_SYSTEM", "the resolver failed"),
        ("EAI_FAMILY", "the name has no address of a family that this machine uses"),
    )
    if hasattr(socket, code)
}
