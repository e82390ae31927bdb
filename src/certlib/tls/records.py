"""Records in and out of bytes, and what speaks in their place."""

from typing import Final

from cryptography.exceptions import InvalidTag

from certlib.reasons import Detail, Reason, make_detail, make_verbatim
from certlib.tls.keys import Protection

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23

# Of a whole connection: the longest certificate message, its records' headers, and what else a server says.
MOST_BYTES: Final = 3 << 19
LONGEST_RECORD: Final = 18_432  # 2^14 and what TLS 1.2 allows for compression and encryption
MOST_IDLE: Final = 32  # records that bring nothing: empty ones, ChangeCipherSpec


class Broken(Exception):
    """The stream can't be read on; only this package sees it."""

    def __init__(self, reason: Reason, detail: tuple[Detail, ...]) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def make_malformed(code: str) -> Broken:
    """A stream that does not follow the protocol, in a way that has a text of its own."""
    return Broken(Reason.MALFORMED, (make_detail(code),))


def make_out_of_protocol(text: str) -> Broken:
    """A stream that does not follow the protocol, in a way that only these English words tell."""
    return Broken(Reason.MALFORMED, make_verbatim(text))


def make_not_offered(code: str, choice: str) -> Broken:
    """A server's choice that the client did not leave to it."""
    return Broken(Reason.NOT_OFFERED, (make_detail(code, choice=choice),))


def make_too_big(code: str, **fields: int) -> Broken:
    """A stream beyond the bounds."""
    return Broken(Reason.TOO_BIG, (make_detail(code, **fields),))


class Records:
    """The records of one direction; `protection` is set when the peer's key is known."""

    __slots__ = ("_at", "_buffer", "_fed", "_idle", "protection")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._fed = 0
        self._idle = 0
        self.protection: Protection | None = None

    def feed(self, data: bytes) -> None:
        """Take bytes in, up to the bound of a connection."""
        data = data[: MOST_BYTES - self._fed]
        self._fed += len(data)
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        self._buffer += data

    def take(self) -> tuple[int, bytes] | None:
        """The next record's type and content, or None if it is not there yet; raises Broken."""
        buffer = self._buffer
        while True:
            at = self._at
            if len(buffer) - at < 5:
                break
            kind = buffer[at]
            if not CHANGE_CIPHER_SPEC <= kind <= APPLICATION_DATA or buffer[at + 1] != 3:
                raise make_malformed("no-record")
            size = buffer[at + 3] << 8 | buffer[at + 4]
            if size > LONGEST_RECORD:
                raise make_too_big("long-record", bytes=size, most=LONGEST_RECORD)
            end = at + 5 + size
            if len(buffer) < end:
                break
            self._at = end
            content = bytes(buffer[at + 5 : end])
            if kind == APPLICATION_DATA:
                kind, content = self._open(bytes(buffer[at : at + 5]), content)
            if content and kind != CHANGE_CIPHER_SPEC:
                return kind, content
            self._idle += 1
            if self._idle > MOST_IDLE:
                raise make_too_big("many-empty-records", most=MOST_IDLE)
        if self._fed >= MOST_BYTES:
            raise make_too_big("many-bytes", most=MOST_BYTES)
        return None

    @property
    def held(self) -> int:
        """How many bytes are kept."""
        return len(self._buffer)

    def drop(self) -> None:
        """Forget what is left."""
        self._buffer = bytearray()
        self._at = 0

    def _open(self, header: bytes, body: bytes) -> tuple[int, bytes]:
        if self.protection is None:
            raise make_malformed("early-data")
        try:
            content = self.protection.open(header, body).rstrip(b"\x00")
        except InvalidTag:
            raise make_malformed("undecryptable") from None
        if not content:
            raise make_out_of_protocol("a record without a type")
        return content[-1], content[:-1]


FIRST_BYTES = 64  # kept as evidence, and all that a protocol is told from
_BINARY_BYTES = 16  # of a protocol that is not text: no end of line is to be expected

_TLS_START = ((0x15, 0x16), (3,), (0, 1, 2, 3, 4))  # alert or handshake, version 3.x
_SSL_2_MESSAGES = (0, 4)  # error, server hello

_BEGINNINGS = (
    (b"HTTP/", "HTTP"),
    (b"<!DOCTYPE", "HTML"),
    (b"<HTML", "HTML"),
    (b"SSH-", "SSH"),
    (b"* OK", "IMAP"),
    (b"* BYE", "IMAP"),
    (b"+OK", "POP3"),
    (b"-ERR", "POP3 or Redis"),
    (b"<STREAM:", "XMPP"),
    (b"</STREAM:", "XMPP"),
    (b"RTSP/", "RTSP"),
    (b"SIP/", "SIP"),
    (b"RFB ", "VNC"),
    (b"AMQP", "AMQP"),
    (b"\xff\xfd", "Telnet"),
    (b"\xff\xfb", "Telnet"),
)
_BY_CONTENT = ("SSL 2.0", "XML", "SMTP", "FTP", "SMTP or FTP")
NAMES = frozenset((*(name for _, name in _BEGINNINGS), *_BY_CONTENT))  # all that `protocol` may say
_NUMBERED = (b"220", b"221", b"421", b"500", b"501", b"502", b"503", b"530", b"554")


def is_tls(head: bytes) -> bool | None:
    """Whether a stream starts with a TLS record; None if there are too few bytes to tell."""
    if any(byte not in allowed for byte, allowed in zip(head, _TLS_START, strict=False)):
        return False
    return True if len(head) >= len(_TLS_START) else None


def keep_first(head: bytes) -> tuple[bytes, bool]:
    """The first bytes worth keeping, and whether more would add nothing: a first line, or a binary piece."""
    head = head[:FIRST_BYTES]
    text = head[0] >= ord(" ") or head[0] in b"\r\n\t"
    if not text:
        return head[:_BINARY_BYTES], len(head) >= _BINARY_BYTES
    start = len(head) - len(head.lstrip(b"\r\n"))  # a line may be empty before the one that says something
    end = head.find(b"\n", start) + 1
    return (head[:end], True) if end else (head, len(head) == FIRST_BYTES)


def name_protocol(head: bytes) -> str:
    """The name of the protocol that starts with these bytes; empty if it is not known."""
    if len(head) >= 3 and head[0] & 0x80 and head[2] in _SSL_2_MESSAGES:
        return "SSL 2.0"
    line = head.lstrip().upper()
    for beginning, name in _BEGINNINGS:
        if line.startswith(beginning):
            return name
    if line.startswith(b"<?XML"):
        return "XMPP" if b"STREAM" in line or b"JABBER" in line else "XML"
    if line.startswith(_NUMBERED):
        if b"SMTP" in line:
            return "SMTP"
        return "FTP" if b"FTP" in line else "SMTP or FTP"
    return ""
