"""The addresses of a host, as this machine's own resolver gives them; a name is looked up once in a run."""

import asyncio
import errno
import socket
import threading
from contextlib import suppress
from typing import NamedTuple

from certlib.inventory.values import is_ip
from certlib.reasons import Detail, describe_in_english, make_detail

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
    """A name has no address; the detail says what the resolver said, in words of our own."""

    def __init__(self, why: Detail) -> None:
        super().__init__(why)
        self.detail = (why,)

    def __str__(self) -> str:
        return describe_in_english(self.detail)


def make_ascii_name(name: str) -> str:
    """A host name as DNS and TLS carry it: IDNA for letters beyond ASCII. Raises NoSuchHost."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        raise NoSuchHost(make_detail("no-dns-name")) from None


class Resolver:
    """The look-ups of one run."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._threads = asyncio.Semaphore(_THREADS)
        self._known: dict[str, asyncio.Task[tuple[Address, ...]]] = {}

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """At least one address, each once, in the system's order of preference. Raises NoSuchHost."""
        if is_ip(host):
            return _look_up(host.encode("ascii"), socket.AI_NUMERICHOST)  # bytes need no tables of IDNA
        task = self._known.get(host)
        if task is None:
            task = self._known[host] = asyncio.create_task(self._look_up(make_ascii_name(host)))
        return await asyncio.shield(task)  # one endpoint's end does not take the look-up away from others

    async def cancel(self) -> None:
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
                raise NoSuchHost(make_detail("no-name-server", seconds=f"{self._seconds:g}")) from None


async def _in_thread(name: str) -> tuple[Address, ...]:
    """Look a name up in a thread that nobody has to wait for, not even the end of the program."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[tuple[Address, ...]] = loop.create_future()

    def deliver(result: tuple[Address, ...] | Exception) -> None:
        if future.done():  # too late
            return
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    def work() -> None:
        result: tuple[Address, ...] | Exception
        try:
            result = _look_up(name)
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            result = error
        with suppress(RuntimeError):  # the run is over, its loop closed
            loop.call_soon_threadsafe(deliver, result)

    threading.Thread(target=work, name=f"look-up of {name}", daemon=True).start()
    return await future


def _look_up(name: str | bytes, flags: int = 0) -> tuple[Address, ...]:
    try:
        rows = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=flags)
    except socket.gaierror as error:
        name = _NAMES.get(error.errno, f"code {error.errno}")
        raise NoSuchHost(make_detail(_MEANT.get(name, "resolver-failed"), code=name)) from None
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "OSError")
        raise NoSuchHost(make_detail("resolver-failed", code=name)) from None
    except ValueError:  # too long, an empty label, a NUL
        raise NoSuchHost(make_detail("no-dns-name")) from None
    addresses: dict[str, Address] = {}
    for family, _, _, _, place in rows:
        if family in (socket.AF_INET, socket.AF_INET6):
            addresses.setdefault(str(place[0]), Address(str(place[0]), socket.AddressFamily(family), place))
    if not addresses:
        raise NoSuchHost(make_detail("name-without-address"))
    return tuple(addresses.values())[:_MOST_NAMED]


# What a resolver's code means; some systems lack some of them.
_MEANT = {
    "EAI_NONAME": "name-not-known",
    "EAI_NODATA": "name-without-address-code",
    "EAI_AGAIN": "name-server-silent",
    "EAI_FAIL": "name-server-failed",
    "EAI_SYSTEM": "resolver-failed",
    "EAI_FAMILY": "name-of-another-family",
}
_NAMES = {getattr(socket, name): name for name in _MEANT if hasattr(socket, name)}
