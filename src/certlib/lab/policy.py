"""Which certificate a web server presents to a client: the choices of the lab, as data and one function.

On 11.5 the answers are the twenty cells of the table in Cisco's document 210528. The rule that brings them
forth is inferred: Java releases of the time present an EC key only when an EC key certified it, so an ECDSA
certificate with an RSA issuer stays hidden. Older releases have no ECDSA certificate, and from 11.6 on none
is used. From 12.5(1)SU2 on the certificate type of a node decides for all of its ports, whatever the client
takes: that a node set to ECDSA refuses clients of RSA alone is inferred from the UCCE security guide.
"""

import ssl

from certlib.lab.hello import TLS_1_2, TLS_1_3, ClientHello
from certlib.lab.state import Alias, Node, WebServer

# What the lab's servers speak in TLS 1.2. The level lets old clients in that sign with SHA-1, as servers of
# the time did.
CIPHERS = "DEFAULT:!DHE:!PSK:!SRP:@SECLEVEL=0"

_ECDSA_SIGNATURES = frozenset({0x0203, 0x0303, 0x0403, 0x0503, 0x0603})
_RSA_SIGNATURES = frozenset({0x0201, 0x0301, 0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806})
_PSS_SIGNATURES = frozenset({0x0804, 0x0805, 0x0806})  # the only ones of an RSA key in TLS 1.3
_P384_SIGNATURE, _P384_GROUP = 0x0503, 24  # TLS 1.3 ties the curve of the leaf to the signature


def choose_certificate(hello: ClientHello, *, server: WebServer, node: Node) -> Alias | None:
    """The certificate that a web server presents to a client; None stands for a handshake failure.

    A client that shares no version with the server is left to the TLS library, which tells it so.
    """
    tls13 = node.tls13 and TLS_1_3 in hello.versions
    if not tls13 and TLS_1_2 not in hello.versions:
        return "tomcat"
    if _fails(node) and _puts_ecdsa_first(hello, tls13=tls13):
        return None
    for alias in _presentable(server, node, tls13=tls13):
        if _admits(hello, alias, tls13=tls13):
            return alias
    return None


def _presentable(server: WebServer, node: Node, *, tls13: bool) -> tuple[Alias, ...]:
    if node.era != "automatic":
        return ("tomcat-ECDSA",) if node.cert_type == "ecdsa" else ("tomcat",)
    off = node.cop == "installed" or (node.cop == "leaking" and not tls13)
    hidden = node.ecdsa in {None, "rsa-ca"} or off
    return tuple(alias for alias in server.aliases if alias == "tomcat" or not hidden)


def _fails(node: Node) -> bool:
    """Whether the node picks its ECDSA certificate and then refuses it (inferred cause of CSCvb58580)."""
    measured = node.mechanism == "handshake-failure" and node.era == "automatic"
    return measured and node.ecdsa == "rsa-ca" and node.cop == "none"


def _admits(hello: ClientHello, alias: Alias, *, tls13: bool) -> bool:
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


def _suites(authentication: str) -> frozenset[int]:
    """The TLS 1.2 suites of the lab's servers with one kind of key, by their numbers in the registry."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(CIPHERS)
    return frozenset(
        suite["id"] & 0xFFFF for suite in context.get_ciphers() if suite["auth"] == authentication
    )


_RSA, _ECDSA = _suites("auth-rsa"), _suites("auth-ecdsa")
