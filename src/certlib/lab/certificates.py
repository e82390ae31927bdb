"""Certificates as a node of the time holds them: self-signed ones, and those of an RSA and an EC CA.

RSA keys are made once per process and purpose, because making one takes longer than starting a site. Every
certificate of a running site is made once, so a node that changes keeps what it held.
"""

import ssl
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certlib.lab.policy import CIPHERS
from certlib.lab.state import Alias, Kind, Node, Site

_YEAR = timedelta(days=365)
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
# Node, alias, who signed it, and how often it was replaced before.
_Place = tuple[str, Alias, Kind, int]


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA of the lab: its root, and what signs (the root itself, or an issuing CA)."""

    file: str
    root: x509.Certificate
    issuer: x509.Certificate
    key: _Key


@dataclass(frozen=True, slots=True)
class Credential:
    """What stands behind an alias of a node's keystore: the chain as a server sends it, and the key."""

    chain: tuple[x509.Certificate, ...]
    key: _Key


class Keystores:
    """The CAs of a site and the keystores of its nodes, made when they are first asked for."""

    def __init__(self, site: Site, *, now: datetime) -> None:
        self._site, self._now = site, now
        self._authorities: dict[Kind, Authority] = {}
        self._credentials: dict[_Place, Credential] = {}
        self._contexts: dict[tuple[_Place, bool], ssl.SSLContext] = {}
        self._authority("rsa-ca")

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """The RSA CA, and the EC CA from when it has signed something."""
        return tuple(self._authorities.values())

    def credentials(self, node: Node) -> dict[Alias, Credential]:
        """A node's own certificates by alias, each signed as the state of the node says."""
        return {alias: self._credential(node, place) for alias, place in _list_places(node).items()}

    def contexts(self, node: Node) -> Mapping[Alias, ssl.SSLContext]:
        """The same as TLS servers."""
        return {alias: self._context(node, place) for alias, place in _list_places(node).items()}

    def _credential(self, node: Node, place: _Place) -> Credential:
        if place not in self._credentials:
            _, alias, kind, _ = place
            issuer = None if kind == "self-signed" else self._authority(kind)
            self._credentials[place] = _make_credential(node, alias, self._site.customer, issuer, self._now)
        return self._credentials[place]

    def _context(self, node: Node, place: _Place) -> ssl.SSLContext:
        key = place, node.tls13
        if key not in self._contexts:
            self._contexts[key] = _make_server_context(self._credential(node, place), tls13=node.tls13)
        return self._contexts[key]

    def _authority(self, kind: Kind) -> Authority:
        if kind not in self._authorities:
            self._authorities[kind] = _make_authority(kind, self._site, self._now)
        return self._authorities[kind]


def _list_places(node: Node) -> dict[Alias, _Place]:
    return {
        alias: (node.name, alias, kind, node.renewals.get(alias, 0))
        for alias, kind in node.certificates.items()
    }


def pem(certificates: Iterable[x509.Certificate]) -> str:
    """Certificates as PEM text, one behind the other."""
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates)


def prepare_keys(site: Site) -> None:
    """Make the RSA keys that a site needs and the process does not have yet, side by side."""
    purposes = {"root", "issuing"} if site.intermediate else {"root"}
    with ThreadPoolExecutor() as pool:
        list(pool.map(_make_rsa_key, sorted(purposes | {_find_purpose(node) for node in site.nodes})))


def _find_purpose(node: Node) -> str:
    """A role's key, and another one for each time that the certificate was replaced."""
    return f"{node.role} {node.renewals.get('tomcat', 0)}"


@cache
def _make_rsa_key(purpose: str) -> rsa.RSAPrivateKey:  # noqa: ARG001 (the key of the cache)
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _make_ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


def _make_server_context(credential: Credential, *, tls13: bool) -> ssl.SSLContext:
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


def _make_authority(kind: Kind, site: Site, now: datetime) -> Authority:
    """The RSA CA or the EC CA of a site."""
    is_ec = kind == "ec-ca"
    file, family = ("northwind-ec-root.pem", "EC") if is_ec else ("northwind-root.pem", "RSA")
    usage = _make_usage("key_cert_sign", "crl_sign")
    extensions = ((x509.BasicConstraints(ca=True, path_length=None), True), (usage, True))
    root_key = _make_ec_key() if is_ec else _make_rsa_key("root")
    root_name = _name(f"Northwind {family} Root CA", site.customer)
    life = now - 5 * _YEAR, now + 15 * _YEAR
    root = _sign(root_name, root_key, (root_name, root_key), life, extensions)
    if not site.intermediate:
        return Authority(file, root, root, root_key)
    key = _make_ec_key() if is_ec else _make_rsa_key("issuing")
    name = _name(f"Northwind {family} Issuing CA", site.customer)
    life = now - 2 * _YEAR, now + 8 * _YEAR
    return Authority(file, root, _sign(name, key, (root_name, root_key), life, extensions), key)


def _make_credential(
    node: Node, alias: Alias, organisation: str, issuer: Authority | None, now: datetime
) -> Credential:
    """One of a node's own certificates; without an issuer it is self-signed.

    The ECDSA certificate carries "-EC" behind the host in its common name and the real name in the SAN, as
    the platform makes it. Self-signed ones live five years, the others two.
    """
    host, dot, domain = node.name.partition(".")
    is_rsa = alias == "tomcat"
    key = _make_rsa_key(_find_purpose(node)) if is_rsa else _make_ec_key()
    name = _name(node.name if is_rsa else f"{host}-EC{dot}{domain}", organisation)
    usage = _make_usage(
        "digital_signature",
        "key_agreement",
        *(("key_encipherment", "data_encipherment") if is_rsa else ()),
        *(() if issuer else ("key_cert_sign",)),  # so on the self-signed certificates of the platform
    )
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    extensions = (
        (x509.SubjectAlternativeName([x509.DNSName(node.name)]), False),
        (usage, False),
        (x509.ExtendedKeyUsage(purposes), False),
    )
    start = now - timedelta(days=60)
    life = start, start + (2 * _YEAR if issuer else 5 * _YEAR)
    signer = (issuer.issuer.subject, issuer.key) if issuer else (name, key)
    leaf = _sign(name, key, signer, life, extensions)
    between = (issuer.issuer,) if issuer and issuer.issuer is not issuer.root else ()
    return Credential((leaf, *between), key)


def _sign(
    name: x509.Name,
    key: _Key,
    signer: tuple[x509.Name, _Key],
    life: tuple[datetime, datetime],
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    """A certificate; each of the `extensions` with whether it is critical."""
    signer_name, signer_key = signer
    key_ids = (
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), False),
    )
    builder = x509.CertificateBuilder(signer_name, name, key.public_key(), x509.random_serial_number(), *life)
    for extension, critical in (*key_ids, *extensions):
        builder = builder.add_extension(extension, critical)
    digest = hashes.SHA256() if isinstance(signer_key, rsa.RSAPrivateKey) else hashes.SHA384()
    return builder.sign(signer_key, digest)


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


def _make_usage(*usages: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in usages for usage in _USAGES})
