"""Addresses and ports for a loopback site: the real ones where they are free, others where not.

Every node has a loopback address of its own where the system knows more than 127.0.0.1 (Linux and Windows do,
macOS does not). Several sites run side by side because none relies on a port.
"""

import os
import secrets
import socket
from ipaddress import IPv4Address

_SHARED = "127.0.0.1"


def addresses(count: int) -> tuple[str, ...]:
    """Loopback addresses from 127.77.x.11 on, x by chance; 127.0.0.1 where the system knows no others."""
    first = IPv4Address("127.77.0.11") + 256 * (1 + secrets.randbelow(254))
    wanted = tuple(str(first + number) for number in range(count))
    return tuple(address if _usable(address) else _SHARED for address in wanted)


def bind(address: str, port: int) -> socket.socket:
    """A socket on a node's port, else on the port ten thousand above, else on any free one.

    Raises OSError when not even that can be had.
    """
    candidates = (0,) if address == _SHARED or not port else (port, port + 10_000, 0)
    for number in candidates[:-1]:
        try:
            return _bound(address, number)
        except OSError:  # taken, or a port that only the administrator may open
            continue
    return _bound(address, 0)


def _bound(address: str, port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two sites share a port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
    except OSError:
        opened.close()
        raise
    opened.settimeout(0)
    return opened


def _usable(address: str) -> bool:
    try:
        _bound(address, 0).close()
    except OSError:
        return False
    return True
