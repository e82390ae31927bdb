"""What a server speaks that does not speak TLS, told from its first bytes.

A server answers a ClientHello that it does not understand with an error in its own protocol, or has sent
its greeting before.
"""

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
