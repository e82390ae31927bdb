"""The facts of a certificate: every field read on its own, and the reason in its place where that fails."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from certlib.der import INTEGER, OBJECT, SEQUENCE, Item, dotted, inside, items
from certlib.text import cut, visible
from certlib.x509 import extensions
from certlib.x509.algorithms import KEYS, SIGNATURES
from certlib.x509.alternative import read_names
from certlib.x509.model import Certificate, KeyType, Kind, Malformed, SignatureKey, Unreadable
from certlib.x509.opened import Opened, guard, open_certificate, quietly
from certlib.x509.signature import is_self_signed, named, public_key, signature_key

T = TypeVar("T")


def read(der: bytes) -> Certificate:
    """The facts of a certificate; bytes that are none give one whose fields are all unreadable.

    Never raises: a server may send anything. Whether the certificate may be trusted is not asked here.
    """
    with quietly():
        return facts(der, open_certificate(der))


def facts(der: bytes, one: Opened | Unreadable) -> Certificate:
    """The facts of an opened certificate, or the reason why it can't be opened in every field."""

    def field(reading: Callable[[Opened], T], part: str = "") -> T | Unreadable:
        if isinstance(one, Unreadable):
            return one
        lost = one.lost.get(part)
        return guard(lambda: reading(one)) if lost is None else lost

    found = field(extensions.extensions_of)

    def extension(reading: Callable[[extensions.Extensions], T]) -> T | Unreadable:
        return found if isinstance(found, Unreadable) else guard(lambda: reading(found))

    names = extension(read_names)
    own_id, signer_id = extension(extensions.read_subject_key_id), extension(extensions.read_authority_key_id)
    is_ca, key_usage = extension(extensions.read_is_ca), extension(extensions.read_key_usage)
    extended_key_usage = extension(extensions.read_extended_key_usage)
    policies = extension(extensions.read_policies)
    signer = field(lambda one: signature_key(one.cert), "signature_algorithm")
    self_signed = field(lambda one: is_self_signed(one, own_id=own_id, signer_id=signer_id))
    key = field(public_key)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=field(lambda one: _text(named(one, "subject").rfc4514_string())),
        subject_cn=field(lambda one: _common_name(named(one, "subject"))),
        issuer=field(lambda one: _text(named(one, "issuer").rfc4514_string())),
        issuer_cn=field(lambda one: _common_name(named(one, "issuer"))),
        serial=field(lambda one: f"{one.cert.serial_number:X}", "serial"),
        not_before=field(lambda one: one.cert.not_valid_before_utc, "not_before"),
        not_after=field(lambda one: one.cert.not_valid_after_utc, "not_after"),
        key_type=field(_key_type),
        key_bits=field(lambda one: _key_bits(one, key)),
        curve=field(lambda one: _curve(one, key)),
        signature_algorithm=field(_signature_algorithm, "signature_algorithm"),
        signature_hash=field(_signature_hash, "signature_algorithm"),
        signature_key=signer,
        dns_names=names if isinstance(names, Unreadable) else tuple(map(_text, names[0])),
        ip_addresses=names if isinstance(names, Unreadable) else names[1],
        is_ca=is_ca,
        key_usage=key_usage,
        extended_key_usage=extended_key_usage,
        subject_key_id=own_id,
        authority_key_id=signer_id,
        key_sha256=field(lambda one: _key_sha256(one, key)),
        extensions=extension(lambda found: found.oids()),
        critical=extension(lambda found: found.oids(critical=True)),
        policies=policies,
        self_signed=self_signed,
        kind=_kind(self_signed=self_signed, signature_key=signer),
        malformed=()
        if isinstance(one, Unreadable) or isinstance(found, Unreadable)
        else _malformed(one, found, key),
    )


def _malformed(one: Opened, found: extensions.Extensions, key: object) -> tuple[Malformed, ...]:
    twice = [oid for oid, times in Counter(found.oids()).items() if times > 1]
    return (
        *one.malformed,
        *_malformed_key(one, key),
        *found.noted,
        *(Malformed(oid, "the extension stands there twice") for oid in twice),
    )


def _malformed_key(one: Opened, key: object) -> tuple[Malformed, ...]:
    """A key that the library refuses, or an elliptic curve that is given by its figures."""
    if "key" in one.lost:
        return ()  # it is noted
    if isinstance(key, Unreadable):
        return (Malformed("key", key.reason),)
    if isinstance(key, ec.EllipticCurvePublicKey) and _encoded(key) not in one.der:
        parameters = guard(lambda: _algorithm(one)[1])
        if not isinstance(parameters, Item) or parameters.tag != OBJECT:
            return (Malformed("key", "the curve is given by its figures"),)
    return ()


def _kind(*, self_signed: bool | Unreadable, signature_key: SignatureKey | Unreadable) -> Kind:
    if isinstance(self_signed, Unreadable) or isinstance(signature_key, Unreadable):
        return "unreadable"
    if self_signed:
        return "self-signed"
    return "rsa-ca" if signature_key == "rsa" else "ec-ca" if signature_key == "ec" else "other-ca"


def _signature_algorithm(one: Opened) -> str:
    oid = one.cert.signature_algorithm_oid
    return SIGNATURES.get(oid, oid.dotted_string)


def _signature_hash(one: Opened) -> str | None:
    digest = one.cert.signature_hash_algorithm
    return digest.name if digest else None


def _text(value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode("utf-8", errors="backslashreplace")
    return visible(cut(text))


def _common_name(name: x509.Name) -> str | None:
    """The most specific common name."""
    values = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return _text(values[-1].value) if values else None


def _key_type(one: Opened) -> KeyType:
    if "key" not in one.lost:
        return KEYS.get(one.cert.public_key_algorithm_oid, "other")
    return KEYS.get(x509.ObjectIdentifier(dotted(_algorithm(one)[0].body)), "other")


def _algorithm(one: Opened) -> tuple[Item, ...]:
    """The key's algorithm and its parameters."""
    return items(inside(one.parts.key.whole, SEQUENCE)[0].body)


def _key_bits(one: Opened, key: object) -> int | None:
    """The length of the key, also of one that the library refuses."""
    if not isinstance(key, Unreadable):
        size = getattr(key, "key_size", None)
        return size if isinstance(size, int) else None
    if _key_type(one) == "rsa":
        modulus = inside(inside(one.parts.key.whole, SEQUENCE)[1].body[1:], SEQUENCE)[0]
        if modulus.tag == INTEGER:
            return int.from_bytes(modulus.body, "big", signed=True).bit_length()
    size = _named_curve(one)
    if size is None:
        raise ValueError(key.reason)
    return size.key_size


def _curve(one: Opened, key: object) -> str | None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name
    if not isinstance(key, Unreadable) or _key_type(one) != "ec":
        return None
    found = _named_curve(one)
    if found is None:
        raise ValueError(key.reason)
    return found.name


def _named_curve(one: Opened) -> ec.EllipticCurve | None:
    """The curve that a key names, where it is a known one."""
    if _key_type(one) != "ec":
        return None
    oid = guard(lambda: x509.ObjectIdentifier(dotted(_algorithm(one)[1].body)))
    found = None if isinstance(oid, Unreadable) else guard(lambda: ec.get_curve_for_oid(oid))
    return None if found is None or isinstance(found, Unreadable) else found()


def _key_sha256(one: Opened, key: object) -> str:
    """Of the key as the library writes it; of one that it refuses, as it stands there."""
    written = one.parts.key.whole if isinstance(key, Unreadable) else _encoded(key)
    return hashlib.sha256(written).hexdigest()


def _encoded(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]
