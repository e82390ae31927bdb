"""What a client says it accepts: its ClientHello, read within bounds and without trust."""

from dataclasses import dataclass

LIMIT = 32_768  # bytes of records; the hellos of browsers with post-quantum shares stay below 2,500
TLS_1_2, TLS_1_3 = 0x0303, 0x0304
_RECORD_LIMIT = 2**14


class BadHello(Exception):
    """What came is no ClientHello, or a bigger one than any honest client sends."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """The part of a ClientHello that decides which certificate a server may present.

    Numbers are those of the IANA registries, in the client's order; None where the extension is absent.
    """

    versions: tuple[int, ...]
    suites: tuple[int, ...]
    signature_algorithms: tuple[int, ...] | None
    groups: tuple[int, ...] | None


def parse_hello(records: bytes) -> ClientHello | None:
    """A client's first message, from the records as they came; None as long as it is not complete.

    Raises BadHello when no further byte can make it one.
    """
    message = b""
    at = 0
    while at < len(records):
        header = records[at : at + 5]
        if header[0] != 22 or (len(header) > 1 and header[1] != 3):
            raise BadHello
        if len(header) < 5:
            break
        length = int.from_bytes(header[3:5])
        if not 0 < length <= _RECORD_LIMIT:
            raise BadHello
        message += records[at + 5 : at + 5 + length]
        at += 5 + length
    if message and message[0] != 1:
        raise BadHello
    size = 4 + int.from_bytes(message[1:4])
    whole = 4 <= len(message) >= size
    if size > LIMIT or (not whole and len(records) > LIMIT):
        raise BadHello
    return _client_hello(message[4:size]) if whole else None


class _Fields:
    """The fields of a TLS structure, taken from its front."""

    def __init__(self, data: bytes) -> None:
        self.rest = data

    def take(self, count: int) -> bytes:
        """The next bytes, exactly as many as asked."""
        if count > len(self.rest):
            raise BadHello
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def vector(self, width: int) -> bytes:
        """A field with its length before it, the length being `width` bytes wide."""
        return self.take(int.from_bytes(self.take(width)))


def _client_hello(body: bytes) -> ClientHello:
    fields = _Fields(body)
    version = int.from_bytes(fields.take(2))
    fields.take(32)
    fields.vector(1)
    suites = _numbers(fields.vector(2))
    fields.vector(1)
    extensions = _extensions(fields.vector(2)) if fields.rest else {}
    versions = _numbers(_Fields(extensions[43]).vector(1)) if 43 in extensions else (version,)
    return ClientHello(versions, suites, _listed(extensions, 13), _listed(extensions, 10))


def _extensions(data: bytes) -> dict[int, bytes]:
    fields = _Fields(data)
    extensions: dict[int, bytes] = {}
    while fields.rest:
        number = int.from_bytes(fields.take(2))
        extensions[number] = fields.vector(2)
    return extensions


def _listed(extensions: dict[int, bytes], number: int) -> tuple[int, ...] | None:
    return _numbers(_Fields(extensions[number]).vector(2)) if number in extensions else None


def _numbers(data: bytes) -> tuple[int, ...]:
    if len(data) % 2:
        raise BadHello
    return tuple(int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
