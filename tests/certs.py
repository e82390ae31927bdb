"""Made-up CAs and leaves of every kind a test needs: any key under any other key.

    root = ca("Example RSA root", "rsa")            # the same arguments give the same certificate again
    node = leaf(root, "ec", "uccx1.example.test")   # an EC leaf signed with RSA
    node.der, node.sha256, node.cert_path, node.key_path, node.chain_path
    wild = build_certificate(root, "*.example.test", key="rsa", life=days(90))  # a new one, each part as told

Keys: rsa (2048 bits), rsa1024 and so on, ec (P-256), ec384, ec521, secp256k1, brainpool, ed25519, dsa.
PEM files live in one temporary folder that goes with the process.
"""

import atexit
import datetime as dt
import functools
import hashlib
import ipaddress
import itertools
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOT_BEFORE = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
NOT_AFTER = dt.datetime(2044, 1, 1, tzinfo=dt.UTC)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
BOTH = (SERVER, CLIENT)  # what the nodes' requests ask for
BR_POLICY = x509.ObjectIdentifier("2.23.140.1.2.2")
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)

_CURVES = {
    "ec": ec.SECP256R1,
    "ec384": ec.SECP384R1,
    "ec521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
    "brainpool": ec.BrainpoolP256R1,
}
_serial = itertools.count(1001)


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="certlib-certs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass(frozen=True, eq=False)
class Issued:
    """A certificate with its key and its way up to the root (leaf first, root left out)."""

    cert: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes
    issuer: "Issued | None"

    @functools.cached_property
    def der(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.DER)

    @functools.cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    @functools.cached_property
    def pem(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.PEM)

    @functools.cached_property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def chain(self) -> tuple["Issued", ...]:
        above = self.issuer.chain if self.issuer and self.issuer.issuer else ()
        return (self, *above)

    def _file(self, suffix: str, content: bytes) -> Path:
        path = _folder() / f"{self.sha256[:16]}{suffix}"
        path.write_bytes(content)
        return path

    @functools.cached_property
    def cert_path(self) -> Path:
        return self._file(".pem", self.pem)

    @functools.cached_property
    def key_path(self) -> Path:
        return self._file(".key", self.key_pem)

    @functools.cached_property
    def above_path(self) -> Path:
        """The sub-CAs between the leaf and the root, without the leaf."""
        return self._file(".above.pem", b"".join(member.pem for member in self.chain[1:]))

    @functools.cached_property
    def chain_path(self) -> Path:
        return self._file(".chain.pem", b"".join(member.pem for member in self.chain))


def build_key(kind: str) -> CertificateIssuerPrivateKeyTypes:
    """A new key of a kind that is listed above."""
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind]())
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa") or 2048))


def build_name(common_name: str) -> x509.Name:
    """A subject of the common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def build_certificate(
    issuer: Issued | None,
    *names: str,
    key: str | CertificateIssuerPrivateKeyTypes = "ec384",
    subject: str | x509.Name = "",
    serial: int | None = None,
    life: tuple[dt.datetime, dt.datetime] = (NOT_BEFORE, NOT_AFTER),
    is_ca: bool = False,
    addresses: Iterable[str | ipaddress.IPv4Address | ipaddress.IPv6Address] = (),
    eku: Sequence[x509.ObjectIdentifier] | None = None,
    usage: Sequence[str] | None = None,
    policies: Iterable[x509.ObjectIdentifier] = (),
    critical: tuple[type[x509.ExtensionType], ...] = (),
    extensions: Sequence[x509.ExtensionType] | None = None,
    digest: str = "SHA256",
    **signing: object,
) -> Issued:
    """A new leaf or CA; without an issuer it signs itself.

    `subject` is the first name where nothing else is told; `critical` are the classes of extensions that are
    marked so; `extensions` stand in the place of all that the arguments before them come to.
    """
    private = build_key(key) if isinstance(key, str) else key
    subject = subject or names[0]
    name = build_name(subject) if isinstance(subject, str) else subject
    if extensions is None:
        extensions = [x509.BasicConstraints(ca=is_ca, path_length=None)]
        if not is_ca:
            given = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
            extensions.append(x509.SubjectAlternativeName([*map(x509.DNSName, names), *given]))
        eku = (() if is_ca else BOTH) if eku is None else eku
        if eku:
            extensions.append(x509.ExtendedKeyUsage(eku))
        if usage is not None:
            extensions.append(x509.KeyUsage(**{bit: bit in usage for bit in USAGES}))
        if policies:
            extensions.append(
                x509.CertificatePolicies([x509.PolicyInformation(policy, None) for policy in policies])
            )
        critical = (x509.BasicConstraints, *critical)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.cert.subject if issuer else name)
        .public_key(private.public_key())
        .serial_number(next(_serial) if serial is None else serial)
        .not_valid_before(life[0])
        .not_valid_after(life[1])
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, critical))
    signer = issuer.key if issuer else private
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else getattr(hashes, digest)()
    return Issued(builder.sign(signer, algorithm, **signing), private, issuer)


def sign_with_sha1(issued: Issued) -> Issued:
    """The same certificate, truly signed with RSA and SHA-1, which libraries no longer do."""
    new, old = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", "05"))
    below = issued.cert.tbs_certificate_bytes
    signed = below.replace(new, old)
    key = (issued.issuer or issued).key
    size = key.key_size // 8
    digest = bytes.fromhex("3021300906052b0e03021a05000414") + hashlib.sha1(signed).digest()  # noqa: S324
    block = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    numbers = key.private_numbers()
    signature = pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(size)
    der = issued.cert.public_bytes(serialization.Encoding.DER).replace(below, signed).replace(new, old)
    return Issued(x509.load_der_x509_certificate(der[:-size] + signature), issued.key, issued.issuer)


def days(
    count: int, *, start: dt.datetime = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
) -> tuple[dt.datetime, dt.datetime]:
    """A life of so many days."""
    return start, start + dt.timedelta(days=count)


def _name_in_example(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"), *build_name(common_name)])


@functools.cache
def ca(name: str, key: str = "rsa", *, issuer: Issued | None = None, digest: str = "SHA256") -> Issued:
    """A root, or below `issuer` a sub-CA; the same arguments give the same CA again."""
    return build_certificate(issuer, key=key, subject=_name_in_example(name), is_ca=True, digest=digest)


@functools.cache
def leaf(issuer: Issued | None, key: str = "rsa", *names: str, digest: str = "SHA256") -> Issued:
    """A server certificate for the names; the same arguments give the same leaf again."""
    names = names or ("uccx1.example.test",)
    return build_certificate(issuer, *names, key=key, subject=_name_in_example(names[0]), digest=digest)


def self_signed(key: str = "rsa", *names: str, digest: str = "SHA256") -> Issued:
    """A server certificate signed with its own key; the same arguments give the same one again."""
    return leaf(None, key, *names, digest=digest)
