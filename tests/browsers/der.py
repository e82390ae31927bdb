"""Certificates put together byte by byte, so that each part may be what no library would write.

root = made(None, "Example root", ca=True)
node = made(root, "a.example.test", usage=("key_encipherment",))
"""

import datetime as dt
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
AS_ASKED = ("digital_signature", "key_encipherment", "data_encipherment", "key_agreement")
UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
_SIGNERS = {
    "sha256": (hashes.SHA256(), "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"),
    "sha384": (hashes.SHA384(), "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"),
    "sha512": (hashes.SHA512(), "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"),
    "sha224": (hashes.SHA224(), "1.2.840.113549.1.1.14", "1.2.840.10045.4.3.1"),
    "sha1": (hashes.SHA1(), "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"),  # noqa: S303
    "md5": (hashes.MD5(), "1.2.840.113549.1.1.4", ""),  # noqa: S303
}
_serial = itertools.count(7_000_001)


@dataclass(frozen=True, eq=False)
class Made:
    """A certificate, its key, and what signed it."""

    der: bytes
    key: object
    name: bytes  # the subject, encoded
    issuer: "Made | None"

    @property
    def pem(self) -> bytes:
        """The certificate as text."""
        return (
            b"-----BEGIN CERTIFICATE-----\n" + b"\n".join(_lines(self.der)) + b"\n-----END CERTIFICATE-----\n"
        )

    @property
    def chain(self) -> tuple["Made", ...]:
        """As it is sent: the leaf first, without the root."""
        above = self.issuer.chain if self.issuer and self.issuer.issuer else ()
        return (self, *above)

    @property
    def key_pem(self) -> bytes:
        """The private key as text."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _lines(der: bytes) -> list[bytes]:
    import base64

    text = base64.b64encode(der)
    return [text[at : at + 64] for at in range(0, len(text), 64)]


def tlv(tag: int, *parts: bytes) -> bytes:
    """A tagged value with its length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def seq(*parts: bytes) -> bytes:
    """A sequence."""
    return tlv(0x30, *parts)


def integer(value: int) -> bytes:
    """A whole number, negative ones too."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    body = bytearray()
    for arc in (first * 40 + second, *rest):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(0x80 | arc & 0x7F)
        body += bytes(reversed(digits))
    return tlv(0x06, bytes(body))


def name(common_name: bytes | str, tag: int = UTF8) -> bytes:
    """A subject or issuer of a common name in any kind of string."""
    raw = common_name.encode() if isinstance(common_name, str) else common_name
    return seq(tlv(0x31, seq(oid("2.5.4.3"), tlv(tag, raw))))


def key_of(kind: str) -> object:
    """A private key: "rsa2048", "ec-SECP384R1", "ed25519"; the same RSA key for the whole process."""
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("ec-"):
        return ec.generate_private_key(getattr(ec, kind[3:])())
    return _rsa(int(kind[3:]))


@functools.cache
def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def general_names(*names: str | bytes) -> bytes:
    """Alternative names: text becomes a DNS name, bytes an address."""
    return seq(
        *(tlv(0x82, one.encode("latin-1")) if isinstance(one, str) else tlv(0x87, one) for one in names)
    )


def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    """One extension; `value` is its encoded content."""
    return seq(oid(dotted), *((tlv(0x01, b"\xff"),) if critical else ()), tlv(0x04, value))


def moment(when: dt.datetime, *, seconds: bool = True) -> bytes:
    """A time as certificates have it."""
    if when.year >= 2050:
        return tlv(0x18, when.strftime("%Y%m%d%H%M%SZ").encode())
    return tlv(0x17, when.strftime("%y%m%d%H%M%SZ" if seconds else "%y%m%d%H%MZ").encode())


def made(
    issuer: Made | None,
    common_name: str | bytes = "",
    *,
    names: Sequence[str | bytes] | None = None,
    key: object | str = "rsa2048",
    digest: str = "sha256",
    ca: bool = False,
    constraints: bytes | None = b"",
    usage: Sequence[str] | None = (),
    eku: Sequence[object] | None = None,
    more: Sequence[bytes] = (),
    version: int | None = 2,
    serial: int | None = None,
    subject: bytes | None = None,
    start: dt.datetime | None = None,
    days: int = 365,
    seconds: bool = True,
    pss: bool = False,
) -> Made:
    """A certificate, made two days ago if it has no other `start`.

    Empty `constraints`, `usage` and `names` mean the usual ones, None leaves them out. `constraints`: the
    encoded basic constraints. `more`: further extensions.
    """
    private = key_of(key) if isinstance(key, str) else key
    signer = issuer.key if issuer else private
    own = subject or name(common_name)
    extensions = []
    if constraints == b"":
        constraints = x509.BasicConstraints(ca=ca, path_length=None).public_bytes()
    if constraints is not None:
        extensions.append(extension("2.5.29.19", constraints, critical=True))
    if usage == ():
        usage = ("key_cert_sign", "crl_sign") if ca else AS_ASKED
        if not ca and isinstance(private, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
            usage = ("digital_signature",)
    if usage is not None:
        value = x509.KeyUsage(**{one: one in usage for one in USAGES}).public_bytes()
        extensions.append(extension("2.5.29.15", value, critical=True))
    if eku is None:
        eku = () if ca else (SERVER, CLIENT)
    if eku:
        extensions.append(extension("2.5.29.37", x509.ExtendedKeyUsage(eku).public_bytes()))
    if not ca and names != ():
        wanted = (common_name,) if names is None else names
        extensions.append(extension("2.5.29.17", general_names(*wanted)))
    extensions += more
    begin = start or dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(days=2)
    algorithm = _algorithm(signer, digest, pss=pss)
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signed = seq(
        *((tlv(0xA0, integer(version)),) if version else ()),
        integer(next(_serial) if serial is None else serial),
        algorithm,
        issuer.name if issuer else own,
        seq(moment(begin, seconds=seconds), moment(begin + dt.timedelta(days=days), seconds=seconds)),
        own,
        spki,
        *((tlv(0xA3, seq(*extensions)),) if extensions else ()),
    )
    signature = tlv(0x03, b"\x00", _sign(signer, signed, digest, pss=pss))
    return Made(seq(signed, algorithm, signature), private, own, issuer)


def _algorithm(signer: object, digest: str, *, pss: bool) -> bytes:
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return seq(oid("1.3.101.112"))
    if pss:
        sha256 = seq(oid("2.16.840.1.101.3.4.2.1"), tlv(0x05))
        mask = seq(oid("1.2.840.113549.1.1.8"), sha256)
        return seq(
            oid("1.2.840.113549.1.1.10"),
            seq(tlv(0xA0, sha256), tlv(0xA1, mask), tlv(0xA2, integer(32))),
        )
    _, by_rsa, by_ec = _SIGNERS[digest]
    return seq(oid(by_rsa), tlv(0x05)) if isinstance(signer, rsa.RSAPrivateKey) else seq(oid(by_ec))


def _sign(signer: object, data: bytes, digest: str, *, pss: bool) -> bytes:
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return signer.sign(data)
    algorithm = _SIGNERS[digest][0]
    if isinstance(signer, rsa.RSAPrivateKey):
        way = padding.PSS(padding.MGF1(algorithm), 32) if pss else padding.PKCS1v15()
        return signer.sign(data, way, algorithm)
    return signer.sign(data, ec.ECDSA(algorithm))
