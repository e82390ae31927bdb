"""One grab over a plain blocking socket, as simple as can be."""

import contextlib
import socket
import time

from certlib.tls import OFFERS, Answer, Grab, Keys, Offer

NAME = "uccx1.example.test"
KEYS = Keys()


def ask(
    where: tuple[str, int],
    offer: str | Offer,
    *,
    server_name: str | None = NAME,
    keys: Keys = KEYS,
    patience: float = 5,
) -> Answer:
    """What the server at `where` gives to the offer; `patience` in seconds."""
    asked = OFFERS[offer] if isinstance(offer, str) else offer
    grab = Grab(offer=asked, server_name=server_name, keys=keys)
    deadline = time.monotonic() + patience
    with socket.create_connection(where, timeout=patience) as connection, contextlib.suppress(OSError):
        connection.sendall(grab.start())
        while not grab.done and (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            data = connection.recv(65536)
            if not data:
                grab.end()
            elif reply := grab.receive(data):
                connection.sendall(reply)
    return grab.answer()
