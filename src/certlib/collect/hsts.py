"""Whether a web server sends HSTS: one plain GET of the page that agents open, and its header as sent.

Nothing is verified, on purpose: a header is looked at, no secret goes out, and the very certificates that no
browser trusts are what this is about. The answer is read up to the end of its headers and not beyond.
"""

import asyncio
import re
import ssl
from datetime import UTC, datetime
from http.client import HTTPException, parse_headers
from io import BytesIO
from typing import Final

from certlib.collect.ask import Way
from certlib.collect.connection import Failure, connect, failure_of
from certlib.collect.limits import Limits
from certlib.evidence import Hsts
from certlib.text import cut
from certlib.version import VERSION

_MOST_BYTES: Final = 16_384  # of status and headers
_LONGEST_HEADER: Final = 200
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r]")


async def ask_hsts(*, way: Way, path: str, limits: Limits) -> Hsts:
    """What the answer to one GET says about HSTS. Raises nothing: no answer is a record with its reason."""
    started, endpoint = datetime.now(UTC), way.endpoint.id
    try:
        connected = await connect(address=way.address, port=way.endpoint.port, seconds=limits.connect_seconds)
        if isinstance(connected, Failure):
            return Hsts(endpoint, None, f"{connected}", started=started)
        async with asyncio.timeout(limits.answer_seconds):
            reader, writer = await asyncio.open_connection(
                sock=connected, ssl=_anyone(), server_hostname=way.server_name or "", limit=_MOST_BYTES
            )
            try:
                writer.write(_request(way, path))
                head = await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.transport.abort()
        status = _STATUS.match(head)
        header = parse_headers(BytesIO(head.partition(b"\r\n")[2])).get("Strict-Transport-Security")
    except TimeoutError:
        why = f"no answer within {limits.answer_seconds:g} s"
    except ssl.SSLError as error:
        why = f"no TLS connection came about ({error.reason or 'no reason given'})"
    except OSError as error:
        why = f"{failure_of(error)}"
    except asyncio.IncompleteReadError:
        why = "the server closed the connection before the end of its headers"
    except (asyncio.LimitOverrunError, HTTPException):
        why = f"the headers are longer than {_MOST_BYTES} bytes, or too many"
    else:
        if status:
            value = None if header is None else cut(str(header), _LONGEST_HEADER)
            return Hsts(endpoint, value, status=int(status[1]), started=started)
        why = "the answer is not HTTP"
    return Hsts(endpoint, None, why, started=started)


def _anyone() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # whatever the size of the server's key
    return context


def _request(way: Way, path: str) -> bytes:
    host = way.server_name or (f"[{way.address.ip}]" if ":" in way.address.ip else way.address.ip)
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}:{way.endpoint.port}",
        f"User-Agent: certlib/{VERSION}",
        "Accept: */*",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")
