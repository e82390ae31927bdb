"""The facts of a certificate: every field read on its own, and the reason in its place where that fails."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from certlib.der import INTEGER, OBJECT, SEQUENCE, Item, format_oid, read_inside, read_items
from certlib.text import cut, make_visible
from certlib.x509 import extensions
from certlib.x509.alternative import read_names
from certlib.x509.model import (
    KEYS,
    SIGNATURES,
    Certificate,
    KeyType,
    Kind,
    Malformed,
    SignatureKey,
    Unreadable,
)
from certlib.x509.opened import (
    Opened,
    find_signature_key,
    guard,
    is_self_signed,
    open_certificate,
    read_name,
    read_public_key,
    silence_parser,
)

T = TypeVar("T")


def read(der: bytes) -> Certificate:
    """The facts of a certificate; bytes that are none give one whose fields are all unreadable.

    Never raises: a server may send anything. Whether the certificate may be trusted is not asked here.
    """
    with silence_parser():
        return read_facts(der, open_certificate(der))


def read_facts(der: bytes, one: Opened | Unreadable) -> Certificate:
    """The facts of an opened certificate, or the reason why it can't be opened in every field."""

    def field(reading: Callable[[Opened], T], part: str = "") -> T | Unreadable:
        if isinstance(one, Unreadable):
            return one
        lost = one.lost.get(part)
        return guard(lambda: reading(one)) if lost is None else lost

    found = field(extensions.list_extensions)

    def extension(reading: Callable[[extensions.Extensions], T]) -> T | Unreadable:
        return found if isinstance(found, Unreadable) else guard(lambda: reading(found))

    names = extension(read_names)
    own_id, signer_id = extension(extensions.read_subject_key_id), extension(extensions.read_authority_key_id)
    is_ca, key_usage = extension(extensions.read_is_ca), extension(extensions.read_key_usage)
    extended_key_usage = extension(extensions.read_extended_key_usage)
    policies = extension(extensions.read_policies)
    signer = field(lambda one: find_signature_key(one.cert), "signature_algorithm")
    self_signed = field(lambda one: is_self_signed(one, own_id=own_id, signer_id=signer_id))
    key = field(read_public_key)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=field(lambda one: _read_text(read_name(one, "subject").rfc4514_string())),
        subject_cn=field(lambda one: _read_common_name(read_name(one, "subject"))),
        issuer=field(lambda one: _read_text(read_name(one, "issuer").rfc4514_string())),
        issuer_cn=field(lambda one: _read_common_name(read_name(one, "issuer"))),
        serial=field(lambda one: f"{one.cert.serial_number:X}", "serial"),
        not_before=field(lambda one: one.cert.not_valid_before_utc, "not_before"),
        not_after=field(lambda one: one.cert.not_valid_after_utc, "not_after"),
        key_type=field(_read_key_type),
        key_bits=field(lambda one: _count_key_bits(one, key)),
        curve=field(lambda one: _read_curve(one, key)),
        signature_algorithm=field(_read_signature_algorithm, "signature_algorithm"),
        signature_hash=field(_read_signature_hash, "signature_algorithm"),
        signature_key=signer,
        dns_names=names if isinstance(names, Unreadable) else tuple(map(_read_text, names[0])),
        ip_addresses=names if isinstance(names, Unreadable) else names[1],
        is_ca=is_ca,
        key_usage=key_usage,
        extended_key_usage=extended_key_usage,
        subject_key_id=own_id,
        authority_key_id=signer_id,
        key_sha256=field(lambda one: _hash_key(one, key)),
        extensions=extension(lambda found: found.oids()),
        critical=extension(lambda found: found.oids(critical=True)),
        policies=policies,
        self_signed=self_signed,
        kind=_find_kind(self_signed=self_signed, signature_key=signer),
        malformed=()
        if isinstance(one, Unreadable) or isinstance(found, Unreadable)
        else _list_malformed(one, found, key),
    )


def _list_malformed(opened: Opened, found: extensions.Extensions, key: object) -> tuple[Malformed, ...]:
    twice = [oid for oid, times in Counter(found.oids()).items() if times > 1]
    return (
        *opened.malformed,
        *_describe_malformed_key(opened, key),
        *found.noted,
        *(Malformed(oid, "the extension stands there twice") for oid in twice),
    )


def _describe_malformed_key(opened: Opened, key: object) -> tuple[Malformed, ...]:
    """A key that the library refuses, or an elliptic curve that is given by its figures."""
    if "key" in opened.lost:
        return ()  # it is noted
    if isinstance(key, Unreadable):
        return (Malformed("key", key.reason),)
    if isinstance(key, ec.EllipticCurvePublicKey) and _encode_key(key) not in opened.der:
        parameters = guard(lambda: _read_algorithm(opened)[1])
        if not isinstance(parameters, Item) or parameters.tag != OBJECT:
            return (Malformed("key", "the curve is given by its figures"),)
    return ()


def _find_kind(*, self_signed: bool | Unreadable, signature_key: SignatureKey | Unreadable) -> Kind:
    if isinstance(self_signed, Unreadable) or isinstance(signature_key, Unreadable):
        return "unreadable"
    if self_signed:
        return "self-signed"
    return "rsa-ca" if signature_key == "rsa" else "ec-ca" if signature_key == "ec" else "other-ca"


def _read_signature_algorithm(opened: Opened) -> str:
    oid = opened.cert.signature_algorithm_oid
    return SIGNATURES.get(oid, oid.dotted_string)


def _read_signature_hash(opened: Opened) -> str | None:
    digest = opened.cert.signature_hash_algorithm
    return digest.name if digest else None


def _read_text(value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode("utf-8", errors="backslashreplace")
    return make_visible(cut(text))


def _read_common_name(name: x509.Name) -> str | None:
    """The most specific common name."""
    values = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return _read_text(values[-1].value) if values else None


def _read_key_type(opened: Opened) -> KeyType:
    if "key" not in opened.lost:
        return KEYS.get(opened.cert.public_key_algorithm_oid, "other")
    return KEYS.get(x509.ObjectIdentifier(format_oid(_read_algorithm(opened)[0].body)), "other")


def _read_algorithm(opened: Opened) -> tuple[Item, ...]:
    """The key's algorithm and its parameters."""
    return read_items(read_inside(opened.parts.key.whole, SEQUENCE)[0].body)


def _count_key_bits(opened: Opened, key: object) -> int | None:
    """The length of the key, also of one that the library refuses."""
    if not isinstance(key, Unreadable):
        size = getattr(key, "key_size", None)
        return size if isinstance(size, int) else None
    if _read_key_type(opened) == "rsa":
        modulus = read_inside(read_inside(opened.parts.key.whole, SEQUENCE)[1].body[1:], SEQUENCE)[0]
        if modulus.tag == INTEGER:
            return int.from_bytes(modulus.body, "big", signed=True).bit_length()
    size = _find_named_curve(opened)
    if size is None:
        raise ValueError(key.reason)
    return size.key_size


def _read_curve(opened: Opened, key: object) -> str | None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name
    if not isinstance(key, Unreadable) or _read_key_type(opened) != "ec":
        return None
    found = _find_named_curve(opened)
    if found is None:
        raise ValueError(key.reason)
    return found.name


def _find_named_curve(opened: Opened) -> ec.EllipticCurve | None:
    """The curve that a key names, where it is a known one."""
    if _read_key_type(opened) != "ec":
        return None
    oid = guard(lambda: x509.ObjectIdentifier(format_oid(_read_algorithm(opened)[1].body)))
    found = None if isinstance(oid, Unreadable) else guard(lambda: ec.get_curve_for_oid(oid))
    return None if found is None or isinstance(found, Unreadable) else found()


def _hash_key(opened: Opened, key: object) -> str:
    """Of the key as the library writes it; of one that it refuses, as it stands there."""
    written = opened.parts.key.whole if isinstance(key, Unreadable) else _encode_key(key)
    return hashlib.sha256(written).hexdigest()


def _encode_key(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]
