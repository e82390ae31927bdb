"""A certificate as facts: every field read on its own, and the reason in its place where that fails."""

import base64
import hashlib
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, PublicKeyAlgorithmOID, SignatureAlgorithmOID

from certlib.der import BOOLEAN, INTEGER, SEQUENCE, Parts, dotted, inside, items, parts
from certlib.der import Extension as DerExtension
from certlib.text import cut, visible

Kind = Literal["self-signed", "rsa-ca", "ec-ca", "other-ca", "unreadable"]
KeyType = Literal["rsa", "ec", "ed25519", "ed448", "other"]
SignatureKey = Literal["rsa", "ec", "other"]

T = TypeVar("T")

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"

# The algorithms' names as OpenSSL prints them, by the kind of key that signs so.
_RSA_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_MD5: "md5WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA1: "sha1WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA224: "sha224WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA256: "sha256WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA384: "sha384WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA512: "sha512WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA3_224: "RSA-SHA3-224",
    SignatureAlgorithmOID.RSA_WITH_SHA3_256: "RSA-SHA3-256",
    SignatureAlgorithmOID.RSA_WITH_SHA3_384: "RSA-SHA3-384",
    SignatureAlgorithmOID.RSA_WITH_SHA3_512: "RSA-SHA3-512",
    SignatureAlgorithmOID.RSASSA_PSS: "rsassaPss",
}
_EC_SIGNATURES = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "ecdsa-with-SHA1",
    SignatureAlgorithmOID.ECDSA_WITH_SHA224: "ecdsa-with-SHA224",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_224: "ecdsa-with-SHA3-224",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_256: "ecdsa-with-SHA3-256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_384: "ecdsa-with-SHA3-384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA3_512: "ecdsa-with-SHA3-512",
}
_OTHER_SIGNATURES = {
    SignatureAlgorithmOID.DSA_WITH_SHA1: "dsa-with-SHA1",
    SignatureAlgorithmOID.DSA_WITH_SHA224: "dsa-with-SHA224",
    SignatureAlgorithmOID.DSA_WITH_SHA256: "dsa-with-SHA256",
    SignatureAlgorithmOID.DSA_WITH_SHA384: "dsa-with-SHA384",
    SignatureAlgorithmOID.DSA_WITH_SHA512: "dsa-with-SHA512",
    SignatureAlgorithmOID.ED25519: "Ed25519",
    SignatureAlgorithmOID.ED448: "Ed448",
}
_SIGNATURES = _RSA_SIGNATURES | _EC_SIGNATURES | _OTHER_SIGNATURES
_KEYS: dict[x509.ObjectIdentifier, KeyType] = {
    PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5: "rsa",
    PublicKeyAlgorithmOID.RSASSA_PSS: "rsa",
    PublicKeyAlgorithmOID.EC_PUBLIC_KEY: "ec",
    PublicKeyAlgorithmOID.ED25519: "ed25519",
    PublicKeyAlgorithmOID.ED448: "ed448",
}
_EXTENDED_USAGES: dict[x509.ObjectIdentifier, str] = {
    ExtendedKeyUsageOID.SERVER_AUTH: "serverAuth",
    ExtendedKeyUsageOID.CLIENT_AUTH: "clientAuth",
    ExtendedKeyUsageOID.CODE_SIGNING: "codeSigning",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "emailProtection",
    ExtendedKeyUsageOID.TIME_STAMPING: "timeStamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSPSigning",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "anyExtendedKeyUsage",
    ExtendedKeyUsageOID.IPSEC_IKE: "ipsecIKE",
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.5"): "ipsecEndSystem",  # CUCM and UCCX put it into their CSRs
}

# What warnings are shown is a setting of the process: one reader at a time may change it.
_QUIET = threading.RLock()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands where a field could not be read."""

    reason: str

    def __str__(self) -> str:
        return f"unreadable ({self.reason})"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate. Names are RFC 4514 text, cut and made visible, yet hostile until escaped."""

    der: bytes
    sha256: str  # lower-case hex of the DER bytes
    subject: str | Unreadable
    subject_cn: str | None | Unreadable
    issuer: str | Unreadable
    issuer_cn: str | None | Unreadable
    serial: str | Unreadable  # upper-case hex
    not_before: datetime | Unreadable  # UTC, aware
    not_after: datetime | Unreadable
    key_type: KeyType | Unreadable
    key_bits: int | None | Unreadable
    curve: str | None | Unreadable
    signature_algorithm: str | Unreadable  # "sha256WithRSAEncryption"
    signature_hash: str | None | Unreadable  # "sha256"
    signature_key: SignatureKey | Unreadable  # the issuer's key, told by the signature's algorithm
    dns_names: tuple[str, ...] | Unreadable  # of the subject alternative name; empty when it has none
    ip_addresses: tuple[str, ...] | Unreadable
    is_ca: bool | Unreadable
    key_usage: tuple[str, ...] | None | Unreadable
    extended_key_usage: tuple[str, ...] | None | Unreadable
    subject_key_id: str | None | Unreadable
    authority_key_id: str | None | Unreadable
    key_sha256: str | Unreadable  # lower-case hex of the SubjectPublicKeyInfo: the same key, the same value
    extensions: tuple[str, ...] | Unreadable  # every extension's OID
    critical: tuple[str, ...] | Unreadable  # the OIDs of those that are marked critical
    policies: tuple[str, ...] | Unreadable  # the OIDs of the certificate policies
    self_signed: bool | Unreadable  # subject is issuer and its own key verifies the signature
    kind: Kind


@contextmanager
def quietly() -> Iterator[None]:
    """Keeps the parser's complaints to itself, such as of a negative serial number or a long country.

    What stands in a certificate is shown and judged; where warnings are errors, they would hide it.
    """
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read(der: bytes) -> Certificate:
    """The facts of a certificate; bytes that are none give one whose fields are all unreadable.

    Never raises: a server may send anything. Whether the certificate may be trusted is not asked here.
    """
    with quietly():
        parsed = _guard(lambda: x509.load_der_x509_certificate(der))
        return _facts(der, parsed)


def pem(certificate: Certificate) -> str:
    """A certificate as PEM text; also when it can't be read, since its bytes are evidence."""
    text = base64.b64encode(certificate.der).decode("ascii")
    return "\n".join((BEGIN, *(text[at : at + 64] for at in range(0, len(text), 64)), END, ""))


def from_pem(text: str) -> tuple[Certificate, ...]:
    """Every certificate of a PEM text, in its order; keys and anything else between them are passed over.

    A block that is not base64 is kept as its characters and can't be read.
    """
    found = []
    for piece in text.split(END)[:-1]:
        _, begin, body = piece.rpartition(BEGIN)
        if begin:
            found.append(read(_decoded(body)))
    return tuple(found)


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except ValueError:
        return body.encode("utf-8", errors="replace")


def _guard(reading: Callable[[], T]) -> T | Unreadable:
    """What a reading gives, or why it failed; the parser raises late and in many ways."""
    try:
        return reading()
    except Exception as error:  # noqa: BLE001 - whatever a hostile certificate provokes becomes the field's reason
        return Unreadable(_reason(error))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the parser's Rust code
            raise
        return Unreadable("the parser gave up")


def _reason(error: Exception) -> str:
    """Why a reading failed, without the parser's inner places: "not valid DER: short data"."""
    kind = re.search(r"ParseError \{ kind: ([A-Z]\w+)", f"{error}")
    if kind:
        return f"not valid DER: {re.sub('(?<!^)(?=[A-Z])', ' ', kind[1]).lower()}"
    return visible(cut(f"{error}" or type(error).__name__, 200))


def _facts(der: bytes, parsed: x509.Certificate | Unreadable) -> Certificate:
    def field(reading: Callable[[x509.Certificate], T]) -> T | Unreadable:
        if isinstance(parsed, Unreadable):
            return parsed
        return _guard(lambda: reading(parsed))

    signature_key = field(_signature_key)
    self_signed = field(_self_signed)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=field(lambda cert: _text(cert.subject.rfc4514_string())),
        subject_cn=field(lambda cert: _common_name(cert.subject)),
        issuer=field(lambda cert: _text(cert.issuer.rfc4514_string())),
        issuer_cn=field(lambda cert: _common_name(cert.issuer)),
        serial=field(lambda cert: f"{cert.serial_number:X}"),
        not_before=field(lambda cert: cert.not_valid_before_utc),
        not_after=field(lambda cert: cert.not_valid_after_utc),
        key_type=field(lambda cert: _KEYS.get(cert.public_key_algorithm_oid, "other")),
        key_bits=field(lambda cert: getattr(cert.public_key(), "key_size", None)),
        curve=field(lambda cert: _curve(cert.public_key())),
        signature_algorithm=field(_signature_algorithm),
        signature_hash=field(_signature_hash),
        signature_key=signature_key,
        dns_names=field(lambda cert: tuple(map(_text, _alternative_names(cert, x509.DNSName)))),
        ip_addresses=field(lambda cert: tuple(map(str, _alternative_names(cert, x509.IPAddress)))),
        is_ca=field(_is_ca),
        key_usage=field(_key_usage),
        extended_key_usage=field(_extended_key_usage),
        subject_key_id=field(_subject_key_id),
        authority_key_id=field(_authority_key_id),
        key_sha256=field(_key_sha256),
        extensions=field(lambda cert: tuple(one.oid for one in _parts(cert).extensions)),
        critical=field(lambda cert: tuple(one.oid for one in _parts(cert).extensions if one.critical)),
        policies=field(_policies),
        self_signed=self_signed,
        kind=_kind(self_signed=self_signed, signature_key=signature_key),
    )


def _kind(*, self_signed: bool | Unreadable, signature_key: SignatureKey | Unreadable) -> Kind:
    if isinstance(self_signed, Unreadable) or isinstance(signature_key, Unreadable):
        return "unreadable"
    if self_signed:
        return "self-signed"
    return "rsa-ca" if signature_key == "rsa" else "ec-ca" if signature_key == "ec" else "other-ca"


def _self_signed(cert: x509.Certificate) -> bool:
    """Whether subject is issuer and the certificate's own key verifies its signature.

    Where the signature can't be verified here (an unknown curve or algorithm), the names and the key
    identifiers decide: subject is issuer, and the two identifiers do not contradict each other. Where the
    names can't be read, the signature alone decides. Raises when neither can be told.
    """
    same_name = _guard(lambda: cert.subject == cert.issuer)
    if same_name is False:
        return False
    verified = _guard(lambda: verifies(cert, cert.public_key()))
    if not isinstance(verified, Unreadable):
        return verified
    if same_name is not True:
        raise ValueError(f"the names: {same_name}")
    own, signer = _guard(lambda: _subject_key_id(cert)), _guard(lambda: _authority_key_id(cert))
    return own == signer or not (isinstance(own, str) and isinstance(signer, str))


def verifies(cert: x509.Certificate, key: object) -> bool:
    """Whether a key made a certificate's signature, whatever the hash and the key's length.

    Raises when this can't be told.
    """
    parameters = cert.signature_algorithm_parameters
    if parameters is None and cert.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_MD5:
        parameters = padding.PKCS1v15()
    signature, signed = cert.signature, cert.tbs_certificate_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15 | padding.PSS):
            digest = cert.signature_hash_algorithm
            if digest is None:
                raise ValueError("no hash")
            key.verify(signature, signed, parameters, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
            key.verify(signature, signed, parameters)
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) and parameters is None:
            key.verify(signature, signed)
        elif isinstance(key, dsa.DSAPublicKey) and cert.signature_hash_algorithm is not None:
            key.verify(signature, signed, cert.signature_hash_algorithm)
        else:
            return _same_family(cert)
    except InvalidSignature:
        return False
    return True


def _same_family(cert: x509.Certificate) -> bool:
    """False when another kind of key made the signature; raises when the key can't be told."""
    own, signer = _KEYS.get(cert.public_key_algorithm_oid), _signature_key(cert)
    if own in ("rsa", "ec") and signer not in ("other", own):
        return False
    raise ValueError("the signature can't be verified")


def _signature_algorithm(cert: x509.Certificate) -> str:
    oid = cert.signature_algorithm_oid
    return _SIGNATURES.get(oid, oid.dotted_string)


def _signature_key(cert: x509.Certificate) -> SignatureKey:
    oid = cert.signature_algorithm_oid
    return "rsa" if oid in _RSA_SIGNATURES else "ec" if oid in _EC_SIGNATURES else "other"


def _signature_hash(cert: x509.Certificate) -> str | None:
    digest = cert.signature_hash_algorithm
    return digest.name if digest else None


def _text(value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode("utf-8", errors="backslashreplace")
    return visible(cut(text))


def _common_name(name: x509.Name) -> str | None:
    """The most specific common name."""
    values = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return _text(values[-1].value) if values else None


def _curve(key: object) -> str | None:
    return key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else None


Extension = TypeVar("Extension", bound=x509.ExtensionType)


@lru_cache(maxsize=4)  # each field asks anew
def _parts(cert: x509.Certificate) -> Parts:
    return parts(cert.public_bytes(Encoding.DER))


def _value(cert: x509.Certificate, wanted: x509.ObjectIdentifier) -> DerExtension | None:
    """The bytes of an extension; raises when it stands there twice, as nobody knows which one counts."""
    found = [one for one in _parts(cert).extensions if one.oid == wanted.dotted_string]
    if len(found) > 1:
        raise ValueError("the extension stands there twice")
    return found[0] if found else None


def _extension(cert: x509.Certificate, wanted: type[Extension]) -> Extension | None:
    """An extension, read by itself: what a parser dislikes in another one does not hide it."""
    found = _value(cert, wanted.oid)
    if found is None:
        return None
    value = x509.load_der_x509_certificate(_parts(cert).alone(found)).extensions[0].value
    return value if isinstance(value, wanted) else None


def _alternative_names(
    cert: x509.Certificate, wanted: type[x509.DNSName] | type[x509.IPAddress]
) -> list[str]:
    names = _extension(cert, x509.SubjectAlternativeName)
    return [str(value) for value in names.get_values_for_type(wanted)] if names else []


def _is_ca(cert: x509.Certificate) -> bool:
    """Read leniently: a CA:FALSE that is written out, or has a path length, is no DER and means the same."""
    found = _value(cert, x509.BasicConstraints.oid)
    fields = inside(found.value, SEQUENCE) if found else ()
    if [one.tag for one in fields] not in ([], [BOOLEAN], [INTEGER], [BOOLEAN, INTEGER]):
        raise ValueError("no basic constraints")
    return bool(fields) and fields[0].tag == BOOLEAN and fields[0].body != b"\x00"


def _key_usage(cert: x509.Certificate) -> tuple[str, ...] | None:
    usage = _extension(cert, x509.KeyUsage)
    if usage is None:
        return None
    flags = {
        "digitalSignature": usage.digital_signature,
        "nonRepudiation": usage.content_commitment,
        "keyEncipherment": usage.key_encipherment,
        "dataEncipherment": usage.data_encipherment,
        "keyAgreement": usage.key_agreement,
        "keyCertSign": usage.key_cert_sign,
        "cRLSign": usage.crl_sign,
        "encipherOnly": usage.key_agreement and usage.encipher_only,
        "decipherOnly": usage.key_agreement and usage.decipher_only,
    }
    return tuple(name for name, is_set in flags.items() if is_set)


def _extended_key_usage(cert: x509.Certificate) -> tuple[str, ...] | None:
    usages = _extension(cert, x509.ExtendedKeyUsage)
    if usages is None:
        return None
    return tuple(_EXTENDED_USAGES.get(usage, usage.dotted_string) for usage in usages)


def _subject_key_id(cert: x509.Certificate) -> str | None:
    identifier = _extension(cert, x509.SubjectKeyIdentifier)
    return identifier.digest.hex() if identifier else None


def _authority_key_id(cert: x509.Certificate) -> str | None:
    identifier = _extension(cert, x509.AuthorityKeyIdentifier)
    return identifier.key_identifier.hex() if identifier and identifier.key_identifier else None


def _key_sha256(cert: x509.Certificate) -> str:
    key = cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def _policies(cert: x509.Certificate) -> tuple[str, ...]:
    """The OIDs alone: their notices come in every kind of string."""
    found = _value(cert, x509.CertificatePolicies.oid)
    policies = inside(found.value, SEQUENCE) if found else ()
    return tuple(dotted(items(one.body)[0].body) for one in policies)
