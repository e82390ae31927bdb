"""What a client says it accepts, and which certificate a web server presents to it: the choices of the lab.

On 11.5 the answers are the twenty cells of the table in Cisco's document 210528. The rule that brings them
forth is inferred: Java releases of the time present an EC key only when an EC key certified it, so an ECDSA
certificate with an RSA issuer stays hidden. Older releases have no ECDSA certificate, and from 11.6 on none
is used. From 12.5(1)SU2 on the certificate type of a node decides for all of its ports, whatever the client
takes: that a node set to ECDSA refuses clients of RSA alone is inferred from the UCCE security guide.
"""

import ssl
from dataclasses import dataclass

from certlib.lab.state import Alias, Node, WebServer

LIMIT = 32_768  # bytes of records; the hellos of browsers with post-quantum shares stay below 2,500
TLS_1_2, TLS_1_3 = 0x0303, 0x0304
_RECORD_LIMIT = 2**14
# What the lab's servers speak in TLS 1.2. The level lets old clients in that sign with SHA-1, as servers of
# the time did.
CIPHERS = "DEFAULT:!DHE:!PSK:!SRP:@SECLEVEL=0"

_ECDSA_SIGNATURES = frozenset({0x0203, 0x0303, 0x0403, 0x0503, 0x0603})
_RSA_SIGNATURES = frozenset({0x0201, 0x0301, 0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806})
_PSS_SIGNATURES = frozenset({0x0804, 0x0805, 0x0806})  # the only ones of an RSA key in TLS 1.3
_P384_SIGNATURE, _P384_GROUP = 0x0503, 24  # TLS 1.3 ties the curve of the leaf to the signature


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
    return _read_client_hello(message[4:size]) if whole else None


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


def _read_client_hello(body: bytes) -> ClientHello:
    fields = _Fields(body)
    version = int.from_bytes(fields.take(2))
    fields.take(32)
    fields.vector(1)
    suites = _read_numbers(fields.vector(2))
    fields.vector(1)
    extensions = _read_extensions(fields.vector(2)) if fields.rest else {}
    versions = _read_numbers(_Fields(extensions[43]).vector(1)) if 43 in extensions else (version,)
    return ClientHello(versions, suites, _read_list(extensions, 13), _read_list(extensions, 10))


def _read_extensions(data: bytes) -> dict[int, bytes]:
    fields = _Fields(data)
    extensions: dict[int, bytes] = {}
    while fields.rest:
        number = int.from_bytes(fields.take(2))
        extensions[number] = fields.vector(2)
    return extensions


def _read_list(extensions: dict[int, bytes], number: int) -> tuple[int, ...] | None:
    return _read_numbers(_Fields(extensions[number]).vector(2)) if number in extensions else None


def _read_numbers(data: bytes) -> tuple[int, ...]:
    if len(data) % 2:
        raise BadHello
    return tuple(int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))


def choose_certificate(hello: ClientHello, *, server: WebServer, node: Node) -> Alias | None:
    """The certificate that a web server presents to a client; None stands for a handshake failure.

    A client that shares no version with the server is left to the TLS library, which tells it so.
    """
    tls13 = node.tls13 and TLS_1_3 in hello.versions
    if not tls13 and TLS_1_2 not in hello.versions:
        return "tomcat"
    if _has_fault(node) and _puts_ecdsa_first(hello, tls13=tls13):
        return None
    for alias in _list_presentable(server, node, tls13=tls13):
        if _takes_signature(hello, alias, tls13=tls13):
            return alias
    return None


def _list_presentable(server: WebServer, node: Node, *, tls13: bool) -> tuple[Alias, ...]:
    if node.era != "automatic":
        return ("tomcat-ECDSA",) if node.cert_type == "ecdsa" else ("tomcat",)
    off = node.cop == "installed" or (node.cop == "leaking" and not tls13)
    hidden = node.ecdsa in {None, "rsa-ca"} or off
    return tuple(alias for alias in server.aliases if alias == "tomcat" or not hidden)


def _has_fault(node: Node) -> bool:
    """Whether the node picks its ECDSA certificate and then refuses it (inferred cause of CSCvb58580)."""
    measured = node.mechanism == "handshake-failure" and node.era == "automatic"
    return measured and node.ecdsa == "rsa-ca" and node.cop == "none"


def _takes_signature(hello: ClientHello, alias: Alias, *, tls13: bool) -> bool:
    signatures = hello.signature_algorithms
    if tls13:
        wanted = _PSS_SIGNATURES if alias == "tomcat" else {_P384_SIGNATURE}
        return not wanted.isdisjoint(signatures or ())
    suites, wanted = (_RSA, _RSA_SIGNATURES) if alias == "tomcat" else (_ECDSA, _ECDSA_SIGNATURES)
    curve = alias == "tomcat" or hello.groups is None or _P384_GROUP in hello.groups
    signed = signatures is None or not wanted.isdisjoint(signatures)
    return curve and signed and not suites.isdisjoint(hello.suites)


def _puts_ecdsa_first(hello: ClientHello, *, tls13: bool) -> bool:
    ecdsa, rsa = (_ECDSA_SIGNATURES, _PSS_SIGNATURES) if tls13 else (_ECDSA, _RSA)
    order = (hello.signature_algorithms or ()) if tls13 else hello.suites
    return next((number in ecdsa for number in order if number in ecdsa | rsa), False)


def _list_suites(authentication: str) -> frozenset[int]:
    """The TLS 1.2 suites of the lab's servers with one kind of key, by their numbers in the registry."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(CIPHERS)
    return frozenset(
        suite["id"] & 0xFFFF for suite in context.get_ciphers() if suite["auth"] == authentication
    )


_RSA, _ECDSA = _list_suites("auth-rsa"), _list_suites("auth-ecdsa")
