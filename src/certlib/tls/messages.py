"""Handshake messages read from bytes, and the key of a certificate."""

from dataclasses import dataclass

from certlib.tls.names import SUITES, TLS_1_2, TLS_1_3
from certlib.tls.records import make_malformed, make_out_of_protocol, make_too_big

HELLO_REQUEST, SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE, SERVER_KEY_EXCHANGE = 0, 2, 8, 11, 12
CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_VERIFY, FINISHED = 13, 14, 15, 20
CERTIFICATE_STATUS, SUPPLEMENTAL_DATA = 22, 23

_SUPPORTED_VERSIONS = 43
# The random of a ServerHello that is a HelloRetryRequest (RFC 8446, section 4.1.3).
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
_MOST_CERTIFICATES = 100
_NAMED_CURVE = 3


class Reader:
    """Numbers and vectors from the front of a message's body."""

    __slots__ = ("_at", "_data", "_what")

    def __init__(self, data: bytes, what: str) -> None:
        self._data, self._what, self._at = data, what, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self._at + size
        if end > len(self._data):
            raise make_out_of_protocol(f"{self._what} is cut short")
        found = self._data[self._at : end]
        self._at = end
        return found

    def number(self, size: int) -> int:
        """The next number, of `size` bytes."""
        end = self._at + size
        if end > len(self._data):
            raise make_out_of_protocol(f"{self._what} is cut short")
        found = int.from_bytes(self._data[self._at : end], "big")
        self._at = end
        return found

    def vector(self, size: int) -> bytes:
        """The next vector, whose length stands before it in `size` bytes."""
        return self.take(self.number(size))


def read_only_number(content: bytes, what: str) -> int:
    """The number of two bytes that an extension holds and nothing else."""
    if len(content) != 2:
        raise make_out_of_protocol(f"a {what} of {len(content)} bytes")
    return int.from_bytes(content, "big")


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What the server chose; or, with `retry`, what it wants in a second hello."""

    version: int
    suite: int
    retry: bool
    extensions: dict[int, bytes]


def read_extensions(block: bytes, what: str) -> dict[int, bytes]:
    """Number -> content."""
    reader, found = Reader(block, what), {}
    while reader:
        number = reader.number(2)
        found[number] = reader.vector(2)
    return found


def read_server_hello(body: bytes) -> ServerHello:
    """A ServerHello or HelloRetryRequest."""
    reader = Reader(body, "ServerHello")
    version = reader.number(2)
    random = reader.take(32)
    reader.vector(1)
    suite = reader.number(2)
    reader.take(1)
    found = read_extensions(reader.vector(2), "ServerHello") if reader else {}
    chosen = found.get(_SUPPORTED_VERSIONS)
    if chosen is not None:
        version = read_only_number(chosen, "supported version")
    return ServerHello(version, suite, version == TLS_1_3 and random == _RETRY, found)


def read_certificates(body: bytes, *, tls13: bool) -> tuple[bytes, ...]:
    """The chain as sent."""
    reader = Reader(body, "Certificate")
    if tls13:
        reader.vector(1)
    entries, found = Reader(reader.vector(3), "Certificate"), []
    while entries:
        der = entries.vector(3)
        if not der:
            raise make_malformed("empty-certificate")
        if tls13:
            entries.vector(2)
        found.append(der)
        if len(found) > _MOST_CERTIFICATES:
            raise make_too_big("many-certificates", most=_MOST_CERTIFICATES)
    if not found:
        raise make_malformed("empty-list")
    return tuple(found)


def read_key_exchange(body: bytes, *, suite: int, version: int) -> tuple[int | str | None, int | None]:
    """Group and signature algorithm of a ServerKeyExchange, each None where the message does not say.

    A group of finite-field Diffie-Hellman has no number in TLS 1.2: it is named by its size.
    """
    reader = Reader(body, "ServerKeyExchange")
    kind = SUITES.get(suite, "")
    group: int | str
    if kind.startswith("TLS_ECDHE_"):
        if reader.number(1) != _NAMED_CURVE:
            return None, None
        group = reader.number(2)
        reader.vector(1)
    elif kind.startswith("TLS_DHE_"):
        group = f"dh{int.from_bytes(reader.vector(2), 'big').bit_length()}"
        reader.vector(2)
        reader.vector(2)
    else:
        return None, None
    return group, reader.number(2) if version == TLS_1_2 else None


def read_chosen_protocol(content: bytes | None, offered: tuple[str, ...]) -> str | None:
    """The ALPN extension's protocol, if it is one of those offered."""
    if not content:
        return None
    reader = Reader(content, "ALPN")
    protocol = Reader(reader.vector(2), "ALPN").vector(1)
    return next((name for name in offered if name.encode("ascii") == protocol), None)


_SEQUENCE, _OBJECT_IDENTIFIER, _VERSION = 0x30, 0x06, 0xA0
_FIELDS_BEFORE_KEY = 5  # serial number, signature algorithm, issuer, validity, subject

_KINDS = {
    bytes.fromhex("2a864886f70d010101"): "rsa",  # rsaEncryption
    bytes.fromhex("2a864886f70d01010a"): "rsa",  # id-RSASSA-PSS
    bytes.fromhex("2a864886f70d010107"): "rsa",  # id-RSAES-OAEP
    bytes.fromhex("2a8648ce3d0201"): "ec",
    bytes.fromhex("2a8648ce380401"): "dsa",
    bytes.fromhex("2b6570"): "ed25519",
    bytes.fromhex("2b6571"): "ed448",
    bytes.fromhex("608648016503040311"): "ml-dsa",
    bytes.fromhex("608648016503040312"): "ml-dsa",
    bytes.fromhex("608648016503040313"): "ml-dsa",
}


def _read_element(der: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, start and stop of the element at `at`; ValueError if it does not lie within `end`."""
    if at + 2 > end:
        raise ValueError(at)
    tag, length, start = der[at], der[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError(at)
        start += size
        length = int.from_bytes(der[at + 2 : start], "big")
    if start + length > end:
        raise ValueError(at)
    return tag, start, start + length


def _enter(der: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    found, start, stop = _read_element(der, at, end)
    if found != tag:
        raise ValueError(at)
    return start, stop


def read_key_type(der: bytes) -> str | None:
    """`rsa`, `ec`, `dsa`, `ed25519`, `ed448`, `ml-dsa` or `other`; None if the bytes are no certificate."""
    try:
        at, end = _enter(der, 0, len(der), _SEQUENCE)
        at, end = _enter(der, at, end, _SEQUENCE)
        tag, _, stop = _read_element(der, at, end)
        if tag == _VERSION:
            at = stop
        for _ in range(_FIELDS_BEFORE_KEY):
            _, _, at = _read_element(der, at, end)
        at, end = _enter(der, at, end, _SEQUENCE)
        at, end = _enter(der, at, end, _SEQUENCE)
        at, end = _enter(der, at, end, _OBJECT_IDENTIFIER)
    except ValueError:
        return None
    return _KINDS.get(der[at:end], "other")
