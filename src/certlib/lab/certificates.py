"""Certificates as a node of the time holds them: self-signed ones, and those of an RSA and an EC CA.

RSA keys are made once per process and purpose, because making one takes longer than starting a site.
"""

import ssl
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certlib.lab.policy import CIPHERS
from certlib.lab.state import Kind, Node, Site
from certlib.lab.web_servers import Alias

_YEAR = timedelta(days=365)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA of the lab: its root, and what signs (the root itself, or an issuing CA)."""

    file: str
    root: x509.Certificate
    issuer: x509.Certificate
    key: Key


@dataclass(frozen=True, slots=True)
class Credential:
    """What stands behind an alias of a node's keystore: the chain as a server sends it, and the key."""

    chain: tuple[x509.Certificate, ...]
    key: Key


class _Signer(NamedTuple):
    name: x509.Name
    key: Key


def authority(kind: Kind, site: Site, *, now: datetime) -> Authority:
    """The RSA CA or the EC CA of a site."""
    return _authority("EC" if kind == "ec-ca" else "RSA", site, now)


def credential(
    node: Node, alias: Alias, *, organisation: str, signer: Authority | None, now: datetime
) -> Credential:
    """One of a node's own certificates; no signer: it signs the certificate itself.

    The ECDSA certificate carries "-EC" behind the host in its common name and the real name in the SAN, as
    the platform makes it. Self-signed ones live five years, the others two.
    """
    if alias == "tomcat":
        key, name = _rsa_key(_purpose(node)), _name(node.name, organisation)
        return _leaf(node, key, name, signer, now)
    host, dot, domain = node.name.partition(".")
    name = _name(f"{host}-EC{dot}{domain}", organisation)
    return _leaf(node, ec.generate_private_key(ec.SECP384R1()), name, signer, now)


def server_context(credential: Credential, *, tls13: bool) -> ssl.SSLContext:
    """A TLS server that holds exactly one certificate with its chain."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_3 if tls13 else ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    key = credential.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory(prefix="certlib-lab-") as folder:  # the library loads from files alone
        path = Path(folder, "credential.pem")
        path.write_bytes(key + pem(credential.chain).encode())
        context.load_cert_chain(path)
    return context


def pem(certificates: Iterable[x509.Certificate]) -> str:
    """Certificates as PEM text, one behind the other."""
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates)


def prepare_keys(site: Site) -> None:
    """Make the RSA keys that a site needs and the process does not have yet, side by side."""
    purposes = {"root", "issuing"} if site.intermediate else {"root"}
    with ThreadPoolExecutor() as pool:
        list(pool.map(_rsa_key, sorted(purposes | {_purpose(node) for node in site.nodes})))


def _purpose(node: Node) -> str:
    """A role's key, and another one for each time that the certificate was made anew."""
    return f"{node.role} {node.made.get('tomcat', 0)}"


@cache
def _rsa_key(purpose: str) -> rsa.RSAPrivateKey:  # noqa: ARG001 (the key of the cache)
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _authority(family: str, site: Site, now: datetime) -> Authority:
    def key(purpose: str) -> Key:
        return _rsa_key(purpose) if family == "RSA" else ec.generate_private_key(ec.SECP384R1())

    file = "northwind-root.pem" if family == "RSA" else "northwind-ec-root.pem"
    root_key, root_name = key("root"), _name(f"Northwind {family} Root CA", site.customer)
    by_root = _Signer(root_name, root_key)
    root = _ca(root_name, root_key, by_root, (now - 5 * _YEAR, now + 15 * _YEAR))
    if not site.intermediate:
        return Authority(file, root, root, root_key)
    sub_key, sub_name = key("issuing"), _name(f"Northwind {family} Issuing CA", site.customer)
    sub_ca = _ca(sub_name, sub_key, by_root, (now - 2 * _YEAR, now + 8 * _YEAR))
    return Authority(file, root, sub_ca, sub_key)


def _ca(name: x509.Name, key: Key, signer: _Signer, life: tuple[datetime, datetime]) -> x509.Certificate:
    builder = (
        _builder(name, key, signer, life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    )
    return builder.sign(signer.key, _digest(signer.key))


def _leaf(node: Node, key: Key, name: x509.Name, authority: Authority | None, now: datetime) -> Credential:
    signer = _Signer(authority.issuer.subject, authority.key) if authority else _Signer(name, key)
    start = now - timedelta(days=60)
    life = (start, start + (2 * _YEAR if authority else 5 * _YEAR))
    encipher = isinstance(key, rsa.RSAPrivateKey)
    usage = _usage(
        digital_signature=True,
        key_encipherment=encipher,
        data_encipherment=encipher,
        key_agreement=True,
        key_cert_sign=authority is None,  # so on the self-signed certificates of the platform
    )
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        _builder(name, key, signer, life)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(node.name)]), critical=False)
        .add_extension(usage, critical=False)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    )
    leaf = builder.sign(signer.key, _digest(signer.key))
    between = (authority.issuer,) if authority and authority.issuer is not authority.root else ()
    return Credential((leaf, *between), key)


def _builder(
    name: x509.Name, key: Key, signer: _Signer, life: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(life[0])
        .not_valid_after(life[1])
        .add_extension(key_id, critical=False)
        .add_extension(issuer_id, critical=False)
    )


def _name(common: str, organisation: str) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, "DE"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Hamburg"),
        (NameOID.LOCALITY_NAME, "Hamburg"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Contact Center"),
        (NameOID.COMMON_NAME, common),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _digest(key: Key) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()


def _usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
