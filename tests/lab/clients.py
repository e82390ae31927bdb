"""Clients for the lab's tests: what a server presents to an offer, or how it fails."""

import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
from collections.abc import Sequence

import pytest
from cryptography import x509

from certlib.lab import Endpoint, Running

PATIENCE = 20.0
TLS_1_2 = {"browser": "DEFAULT", "rsa": "aRSA", "ecdsa": "aECDSA"}
RSA_SIGNATURES = "rsa_pss_rsae_sha256:RSA+SHA256"
ECDSA_SIGNATURES = "ECDSA+SHA256:ECDSA+SHA384"
TLS_1_3 = {
    "browser": f"{ECDSA_SIGNATURES}:{RSA_SIGNATURES}",
    "rsa": RSA_SIGNATURES,
    "ecdsa": ECDSA_SIGNATURES,
}


def endpoint(running: Running, web_server: str, *, node: str | None = None) -> Endpoint:
    """The first endpoint of a web server, on any node or on one."""
    return next(e for e in running.endpoints if e.web_server == web_server and node in {None, e.node})


def faulty(running: Running, fault: str) -> Endpoint:
    return next(e for e in running.endpoints if e.fault == fault)


def presented(running: Running, server: Endpoint, *, offer: str = "browser") -> str:
    """The alias whose certificate a server presents in TLS 1.2, or "handshake failure"."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(TLS_1_2[offer])
    try:
        with (
            socket.create_connection((server.address, server.port), timeout=PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=server.node) as secured,
        ):
            return _alias(running, server, secured.getpeercert(binary_form=True))
    except ssl.SSLError as error:
        if error.reason != "SSLV3_ALERT_HANDSHAKE_FAILURE":
            raise
        return "handshake failure"


def presented_tls13(running: Running, server: Endpoint, *, offer: str = "browser") -> str:
    """The same in TLS 1.3, where the signature algorithms alone tell the kinds of keys apart."""
    program = shutil.which("openssl") or pytest.skip("openssl is not installed")
    place = f"{server.address}:{server.port}"
    ended = subprocess.run(
        [program, "s_client", "-connect", place, "-tls1_3", "-sigalgs", TLS_1_3[offer]],
        input=b"",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if b"BEGIN CERTIFICATE" in ended.stdout:
        assert b"TLSv1.3" in ended.stdout
        text = ended.stdout[ended.stdout.index(b"-----BEGIN") :]
        return _alias(running, server, ssl.PEM_cert_to_DER_cert(leaf(text.decode())))
    assert b"handshake failure" in ended.stderr, ended.stderr
    return "handshake failure"


END = "-----END CERTIFICATE-----"


def _alias(running: Running, server: Endpoint, der: bytes) -> str:
    held = running.keystores[server.node]
    return next(alias for alias, text in held.items() if ssl.PEM_cert_to_DER_cert(leaf(text)) == der)


def leaf(chain: str) -> str:
    """The first certificate of a PEM text."""
    return chain.partition(END)[0] + END


def certificate(running: Running, node: str, alias: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(leaf(running.keystores[node][alias]).encode())


def exchange(server: Endpoint, sent: bytes, *, timeout: float = PATIENCE) -> bytes:
    """What a server answers to raw bytes until it closes."""
    with socket.create_connection((server.address, server.port), timeout=timeout) as plain:
        plain.sendall(sent)
        answer = b""
        with contextlib.suppress(ConnectionResetError):  # a server that leaves bytes unread resets
            while data := plain.recv(65_536):
                answer += data
        return answer


def client_hello(
    *,
    version: int = 0x0303,
    suites: Sequence[int] = (0xC02B, 0xC02F),
    extensions: Sequence[tuple[int, bytes]] = (),
    fragment: int = 2**14,
) -> bytes:
    """A ClientHello in records of a given size."""
    packed = b"".join(struct.pack("!HH", number, len(data)) + data for number, data in extensions)
    body = (
        struct.pack("!H32xB", version, 0)
        + struct.pack(f"!H{len(suites)}H", 2 * len(suites), *suites)
        + b"\x01\x00"
        + (struct.pack("!H", len(packed)) + packed if extensions else b"")
    )
    message = b"\x01" + len(body).to_bytes(3) + body
    pieces = [message[at : at + fragment] for at in range(0, len(message), fragment)]
    return b"".join(struct.pack("!BHH", 22, 0x0301, len(piece)) + piece for piece in pieces)
