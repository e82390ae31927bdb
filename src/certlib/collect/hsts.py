"""Whether a web server sends HSTS: a plain GET of the page that agents open, redirects followed.

Nothing is verified, on purpose: a header is looked at, no secret goes out, and the very certificates that no
browser trusts are what this is about. The answer is read up to the end of its headers and not beyond.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http.client import HTTPException, parse_headers
from io import BytesIO
from typing import Final
from urllib.parse import urljoin, urlsplit

from certlib.collect.connection import Failure, Route, connect, explain_failure
from certlib.collect.plan import Limits
from certlib.evidence import Hsts
from certlib.reasons import OTHER, Detail, make_detail
from certlib.text import cut, quote
from certlib.version import VERSION

_MOST_BYTES: Final = 16_384  # of status and headers
_LONGEST_HEADER: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 4
_PLAIN = re.compile(r"[!-\[\]-~]{1,2000}")  # visible ASCII without the backslash, which browsers turn
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r]")


async def ask_hsts(*, route: Route, path: str, limits: Limits, wait: Callable[[], Awaitable[None]]) -> Hsts:
    """What the page that agents open says about HSTS, redirects on its own host and port followed.

    `wait` is awaited before each GET. Raises nothing: no answer is a record with its reason.
    """
    started, endpoint = datetime.now(UTC), route.endpoint.id
    earlier: list[str] = []
    followed: list[str] = []
    while True:
        await wait()
        answer = await _get(route, path, limits)
        if isinstance(answer, Detail):
            return Hsts(
                endpoint, None, (answer,), started=started, earlier=tuple(earlier), followed=tuple(followed)
            )
        status, header, location = answer
        target, why = _find_next(route, path, location) if status in _REDIRECTS and location else (None, ())
        if target and (target == path or target in followed):
            target, why = None, (make_detail("redirect-back"),)
        elif target and len(followed) == _MOST_REDIRECTS:
            target, why = None, (make_detail("redirect-many", most=_MOST_REDIRECTS),)
        if target is None:
            return Hsts(
                endpoint, header, (), status, started, tuple(earlier), tuple(followed), not_followed=why
            )
        if header is not None:
            earlier.append(header)
        followed.append(target)
        path = target


def _find_next(route: Route, path: str, location: str) -> tuple[str | None, tuple[Detail, ...]]:
    """The path that a redirect leads to on the same host and port, or why it is not followed."""
    host = route.server_name or route.address.ip
    own = f"[{host}]" if ":" in host else host
    shown = quote(location, 100)
    if not _PLAIN.fullmatch(location) or location.startswith("///"):
        return None, (make_detail("redirect-unreadable", shown=shown),)
    try:
        url = urlsplit(urljoin(f"https://{own}:{route.endpoint.port}{path}", location))
        place = (url.scheme, url.hostname, url.port or 443)
    except ValueError:
        return None, (make_detail("redirect-unreadable", shown=shown),)
    if place != ("https", host.lower(), route.endpoint.port) or "@" in url.netloc:
        return None, (make_detail("redirect-elsewhere", shown=shown),)
    return (url.path or "/") + (f"?{url.query}" if url.query else ""), ()


async def _get(route: Route, path: str, limits: Limits) -> tuple[int, str | None, str | None] | Detail:
    """Status, HSTS header and Location of one answer, or why there is none."""
    try:
        connected = await connect(
            address=route.address, port=route.endpoint.port, seconds=limits.connect_seconds
        )
        if isinstance(connected, Failure):
            return make_detail(OTHER, text=connected)
        async with asyncio.timeout(limits.answer_seconds):
            reader, writer = await asyncio.open_connection(
                sock=connected,
                ssl=_accept_anyone(),
                server_hostname=route.server_name or "",
                limit=_MOST_BYTES,
            )
            try:
                writer.write(_make_request(route, path))
                head = await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.transport.abort()
        status = _STATUS.match(head)
        fields = parse_headers(BytesIO(head.partition(b"\r\n")[2]))
    except TimeoutError:
        return make_detail("no-answer-within", seconds=f"{limits.answer_seconds:g}")
    except ssl.SSLError as error:
        return make_detail(OTHER, text=f"no TLS connection came about ({error.reason or 'no reason given'})")
    except OSError as error:
        return make_detail(OTHER, text=explain_failure(error))
    except asyncio.IncompleteReadError:
        return make_detail(OTHER, text="the server closed the connection before the end of its headers")
    except (asyncio.LimitOverrunError, HTTPException):
        return make_detail(OTHER, text=f"the headers are longer than {_MOST_BYTES} bytes, or too many")
    if not status:
        return make_detail(OTHER, text="the answer is not HTTP")
    header, location = fields.get("Strict-Transport-Security"), fields.get("Location")
    value = None if header is None else cut(str(header), _LONGEST_HEADER)
    return int(status[1]), value, None if location is None else str(location)


def _accept_anyone() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # whatever the size of the server's key
    return context


def _make_request(route: Route, path: str) -> bytes:
    host = route.server_name or (f"[{route.address.ip}]" if ":" in route.address.ip else route.address.ip)
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}:{route.endpoint.port}",
        f"User-Agent: certlib/{VERSION}",
        "Accept: */*",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")
