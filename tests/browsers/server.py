"""A web server on loopback that gives for each host name its own certificate, or on an address its own."""

import itertools
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from browsers.der import Made

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 47\r\nConnection: close\r\n"
STRICT = b"Strict-Transport-Security: max-age=31536000\r\n"
BODY = b"<!doctype html><title>loaded</title><p>loaded.\n"


def context_of(chain: tuple[Made, ...], folder: Path, number: int) -> ssl.SSLContext:
    """What serves a chain; old keys and hashes too."""
    path = folder / f"{number}.pem"
    path.write_bytes(chain[0].key_pem + b"".join(one.pem for one in chain))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.maximum_version = ssl.TLSVersion.TLSv1_2  # as the product's web servers speak
    made.load_cert_chain(path)
    return made


@contextmanager
def serving(
    chains: Mapping[str, tuple[Made, ...]],
    *,
    address: str = "127.0.0.1",
    otherwise: tuple[Made, ...] = (),
    strict: bool = False,
) -> Iterator[int]:
    """Serves each chain under its host name, and `otherwise` where none is asked for; gives the port.

    `strict`: its pages send HSTS.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="certlib-served-")))
        count = itertools.count()
        contexts = {host: context_of(chain, folder, next(count)) for host, chain in chains.items()}
        first = context_of(otherwise or next(iter(chains.values())), folder, next(count))

        def choose(connection: ssl.SSLSocket, host: str | None, _: ssl.SSLContext) -> None:
            if host in contexts:
                connection.context = contexts[host]

        first.sni_callback = choose  # type: ignore[assignment]
        page = PAGE + (STRICT if strict else b"") + b"\r\n" + BODY
        listener = stack.enter_context(socket.create_server((address, 0), backlog=64))
        pool = stack.enter_context(ThreadPoolExecutor(16))

        def accept() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                pool.submit(_answer, plain, first, page)

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def _answer(plain: socket.socket, context: ssl.SSLContext, page: bytes) -> None:
    try:
        plain.settimeout(5)
        with context.wrap_socket(plain, server_side=True) as connection:
            if connection.recv(65536):
                connection.sendall(page)
    except OSError:  # a browser that refuses the certificate ends the connection
        pass
    finally:
        plain.close()
