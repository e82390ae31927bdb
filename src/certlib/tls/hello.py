"""The ClientHello that an offer makes: the same bytes for the same offer, name, shares and randomness.

The server's name is sent for DNS names only, never for an address (RFC 6066). A hello of 256 to 511 bytes
is padded to 512, because some old servers hang on that size (RFC 7685).
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from certlib.tls.names import TLS_1_2, TLS_1_3
from certlib.tls.offers import Offer

_GREASE_SUITE, _GREASE_GROUP, _GREASE_VERSION, _GREASE_SIGNATURE = 0x4A4A, 0x9A9A, 0x3A3A, 0xFAFA
_GREASE_FIRST, _GREASE_LAST = 0xAAAA, 0xBABA  # extensions
_SERVER_NAME, _GROUPS, _POINT_FORMATS, _SIGNATURES, _ALPN, _PADDING = 0, 10, 11, 13, 16, 21
_VERSIONS, _COOKIE, _SIGNATURES_CERT, _KEY_SHARE = 43, 44, 50, 51
_LONGEST_NAME = 255

Shares = tuple[tuple[int, bytes], ...]


def _encode_u16(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _encode_vector8(content: bytes) -> bytes:
    return bytes((len(content),)) + content


def _encode_vector16(content: bytes) -> bytes:
    return _encode_u16(len(content)) + content


def _encode_numbers(numbers: Iterable[int], grease: int | None) -> bytes:
    return (b"" if grease is None else _encode_u16(grease)) + b"".join(map(_encode_u16, numbers))


@lru_cache(maxsize=1024)
def choose_sni(server_name: str | None) -> str | None:
    """The name that goes into the hello; None for an address or no name.

    It is in lower case and IDNA, without a last dot. Raises ValueError for what can't be a DNS name: longer
    than 255 characters, or with others than visible ASCII left after IDNA.
    """
    if not server_name:
        return None
    try:
        ipaddress.ip_address(server_name.strip("[]"))
    except ValueError:
        pass
    else:
        return None
    name = server_name.lower().rstrip(".")
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    if not 0 < len(name) <= _LONGEST_NAME or not all("!" <= character <= "~" for character in name):
        raise ValueError(server_name)
    return name


def _encode_extensions(offer: Offer, shares: Shares, cookie: bytes) -> bytes:
    """All extensions but the server's name and the padding."""
    grease = offer.grease
    tls13 = TLS_1_3 in offer.versions
    found: list[tuple[int, bytes]] = [(_GREASE_FIRST, b"")] if grease else []
    found += offer.extras
    if offer.groups:
        found.append(
            (_GROUPS, _encode_vector16(_encode_numbers(offer.groups, _GREASE_GROUP if grease else None)))
        )
        found.append((_POINT_FORMATS, b"\x01\x00"))
    if offer.alpn:
        names = b"".join(_encode_vector8(name.encode("ascii")) for name in offer.alpn)
        found.append((_ALPN, _encode_vector16(names)))
    if offer.signature_algorithms:
        body = _encode_numbers(offer.signature_algorithms, _GREASE_SIGNATURE if grease else None)
        found.append((_SIGNATURES, _encode_vector16(body)))
    if offer.signature_algorithms_cert:
        found.append(
            (_SIGNATURES_CERT, _encode_vector16(_encode_numbers(offer.signature_algorithms_cert, None)))
        )
    if tls13:
        versions = _encode_numbers(offer.versions, _GREASE_VERSION if grease else None)
        found.append((_VERSIONS, _encode_vector8(versions)))
        if cookie:
            found.append((_COOKIE, _encode_vector16(cookie)))
        # A server that asked for one share wants to see that one alone.
        first = tuple(group for group, _ in shares) == offer.key_shares
        made_up = _encode_u16(_GREASE_GROUP) + b"\x00\x01\x00" if grease and first else b""
        body = b"".join(_encode_u16(group) + _encode_vector16(share) for group, share in shares)
        found.append((_KEY_SHARE, _encode_vector16(made_up + body)))
    if grease:
        found.append((_GREASE_LAST, b"\x00"))
    return b"".join(_encode_u16(number) + _encode_vector16(content) for number, content in found)


_cached_extensions = lru_cache(maxsize=64)(_encode_extensions)


@lru_cache(maxsize=64)
def _encode_fixed(offer: Offer) -> tuple[bytes, bytes]:
    """The version before the randomness; suites and compression after the session."""
    suites = _encode_numbers(offer.suites, _GREASE_SUITE if offer.grease else None)
    return _encode_u16(min(max(offer.versions), TLS_1_2)), _encode_vector16(suites) + b"\x01\x00"


def build_client_hello(
    *,
    offer: Offer,
    server_name: str | None,
    random: bytes,
    session_id: bytes,
    shares: Shares = (),
    cookie: bytes = b"",
) -> bytes:
    """The handshake message (without record header) for an offer.

    `server_name` is a result of `sni`; `random` has 32 bytes, `session_id` up to 32; `shares` are pairs of
    group and public share. `cookie` is the server's own, from its HelloRetryRequest.
    """
    before, after = _encode_fixed(offer)
    body = before + random + _encode_vector8(session_id) + after
    if not offer.bare:
        named = b""
        if server_name:
            entry = b"\x00" + _encode_vector16(server_name.encode("ascii"))
            named = _encode_u16(_SERVER_NAME) + _encode_vector16(_encode_vector16(entry))
        rest = _encode_extensions(offer, shares, cookie) if cookie else _cached_extensions(offer, shares, b"")
        extensions = named + rest
        size = 4 + len(body) + 2 + len(extensions)
        if 256 <= size < 512:
            extensions += _encode_u16(_PADDING) + _encode_vector16(bytes(max(512 - size - 4, 1)))
        body += _encode_vector16(extensions)
    return b"\x01" + len(body).to_bytes(3, "big") + body
