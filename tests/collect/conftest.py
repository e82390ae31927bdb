"""What the tests of the collector share: a site made of addresses, and servers that do as they are told."""

import contextlib
import socket
import threading
from collections.abc import Callable

import pytest

from certlib.collect import Limits, collect
from certlib.inventory import FurtherEndpoint, Site

Handler = Callable[[socket.socket], None]

QUICK = Limits(connect_seconds=2.0, answer_seconds=0.6, settle_seconds=0.1)


def site_of(*places: tuple[str, int], server_name: str | None = "uccx1.example.test") -> Site:
    """A site with a further endpoint at each place; their ids are `s0/other`, `s1/other` …"""
    return Site(
        customer="Example",
        id="example",
        title="Example",
        release="11.5(1)",
        target_release="11.5(1)",
        upgrade_date=None,
        nodes=(),
        further_endpoints=tuple(
            FurtherEndpoint(f"s{number}", "other", address, port, server_name)
            for number, (address, port) in enumerate(places)
        ),
    )


@pytest.fixture
def make_site():
    return site_of


@pytest.fixture
def quick():
    """Limits that a test can wait for."""
    return QUICK


@pytest.fixture
def listening():
    """Starts a server, one thread for each connection: `listening(handler)` gives (address, port)."""
    with contextlib.ExitStack() as stack:
        yield lambda handler, address="127.0.77.2": stack.enter_context(_listening(handler, address))


@pytest.fixture
def collected(listening, make_site, quick):
    """The evidence of one endpoint with such a handler."""
    return lambda handler: collect(site=make_site(listening(handler)), limits=quick)


@contextlib.contextmanager
def _listening(handler: Handler, address: str):
    listener = socket.create_server((address, 0), backlog=64)
    peers: set[socket.socket] = set()

    def serve(peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):
            handler(peer)
        peers.discard(peer)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                peers.add(peer)
                threading.Thread(target=serve, args=(peer,), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for peer in tuple(peers):
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
        accepting.join(timeout=5)
