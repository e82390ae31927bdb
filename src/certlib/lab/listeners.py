"""Addresses and ports for a loopback site: the real ones where they are free, others where not.

Every node has a loopback address of its own where the system knows more than 127.0.0.1 (Linux and Windows do,
macOS does not). Several sites run side by side because none relies on a port.
"""

import os
import secrets
import socket
from ipaddress import IPv4Address

SHARED = "127.0.0.1"


def find_addresses(count: int) -> tuple[str, ...]:
    """Loopback addresses from 127.77.x.11 on, x by chance; 127.0.0.1 where the system knows no others."""
    first = IPv4Address("127.77.0.11") + 256 * (1 + secrets.randbelow(254))
    wanted = tuple(str(first + number) for number in range(count))
    return tuple(address if is_usable(address) else SHARED for address in wanted)


def is_usable(address: str) -> bool:
    """Whether the system knows a loopback address."""
    try:
        _open(address, 0, listening=False).close()
    except OSError:
        return False
    return True


def take_port(address: str, port: int, *, listening: bool = True) -> socket.socket:
    """A socket on a node's port, else on the port ten thousand above, else on any free one.

    Without `listening`, connections are refused and no one else gets the port. Raises OSError when not even
    that can be had.
    """
    candidates = () if address == SHARED or not port else (port, port + 10_000)
    for number in candidates:
        try:
            return _open(address, number, listening=listening)
        except OSError:  # taken, or a port that only the administrator may open
            continue
    return _open(address, 0, listening=listening)


def _open(address: str, port: int, *, listening: bool) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Takes a port back from connections that ended. Two sockets that both ask for it may share a port
        # until one listens; so whoever does not listen, or lets the system choose, does not ask.
        if port and listening and os.name == "posix":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
        if listening:
            opened.listen(socket.SOMAXCONN)
    except OSError:
        opened.close()
        raise
    opened.settimeout(0)
    return opened
