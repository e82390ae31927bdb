"""Made-up CAs and leaves of every kind a test needs: any key under any other key, cached for the process.

    root = ca("Example RSA root", "rsa")
    node = leaf(root, "ec", "uccx1.example.test")   # an EC leaf signed with RSA
    node.der, node.sha256, node.cert_path, node.key_path, node.chain_path

Keys: rsa (2048 bits), rsa1024, rsa-pss, ec (P-256), ec384, ec521, secp256k1, brainpool, ed25519, dsa.
PEM files live in one temporary folder that goes with the process.
"""

import atexit
import datetime as dt
import functools
import hashlib
import itertools
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOT_BEFORE = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
NOT_AFTER = dt.datetime(2044, 1, 1, tzinfo=dt.UTC)

_MAKERS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "rsa1024": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - old boxes have them
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ec384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ec521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "brainpool": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "dsa": lambda: dsa.generate_private_key(2048),
}
_USAGES = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]  # as the nodes' requests ask
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


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _issue(
    subject: str, key: str, issuer: Issued | None, *, is_ca: bool, names: Sequence[str], digest: str
) -> Issued:
    private = _MAKERS[key]()
    signer = issuer.key if issuer else private
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer.cert.subject if issuer else _name(subject))
        .public_key(private.public_key())
        .serial_number(next(_serial))
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
        ).add_extension(x509.ExtendedKeyUsage(_USAGES), critical=False)
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else getattr(hashes, digest)()
    return Issued(builder.sign(signer, algorithm), private, issuer)


@functools.cache
def ca(name: str, key: str = "rsa", *, issuer: Issued | None = None, digest: str = "SHA256") -> Issued:
    """A root, or below `issuer` a sub-CA; the same arguments give the same CA again."""
    return _issue(name, key, issuer, is_ca=True, names=(), digest=digest)


@functools.cache
def leaf(issuer: Issued, key: str = "rsa", *names: str, digest: str = "SHA256") -> Issued:
    """A server certificate for the names; the same arguments give the same leaf again."""
    names = names or ("uccx1.example.test",)
    return _issue(names[0], key, issuer, is_ca=False, names=names, digest=digest)


@functools.cache
def self_signed(key: str = "rsa", *names: str, digest: str = "SHA256") -> Issued:
    """A server certificate signed with its own key."""
    names = names or ("uccx1.example.test",)
    return _issue(names[0], key, None, is_ca=False, names=names, digest=digest)
