"""A certificate's extensions, each read by itself: what a parser dislikes in one hides no other.

What the library refuses is read leniently where its meaning is clear, and noted.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography import x509

from certlib.der import (
    BOOLEAN,
    INTEGER,
    OBJECT,
    OCTETS,
    SEQUENCE,
    Extension,
    Item,
    format_oid,
    read_inside,
    read_items,
    read_leading,
)
from certlib.x509.mend import assemble_with_extension
from certlib.x509.model import EXTENDED_USAGES, Malformed, Unreadable
from certlib.x509.opened import Opened, guard

T = TypeVar("T")
Known = TypeVar("Known", bound=x509.ExtensionType)

_BIT_STRING, _KEY_ID = 0x03, 0x80
_CALLED = {
    x509.SubjectAlternativeName.oid: "subjectAltName",
    x509.BasicConstraints.oid: "basicConstraints",
    x509.KeyUsage.oid: "keyUsage",
    x509.ExtendedKeyUsage.oid: "extendedKeyUsage",
    x509.SubjectKeyIdentifier.oid: "subjectKeyIdentifier",
    x509.AuthorityKeyIdentifier.oid: "authorityKeyIdentifier",
    x509.CertificatePolicies.oid: "certificatePolicies",
}
_USAGES = (
    *("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement"),
    *("keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"),
)
# What a lenient reading gives, and what is odd about it; None: just what the library says.
Lenient = tuple[T, Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions of a certificate, and what was found malformed while they were read."""

    opened: Opened
    whole: x509.Extensions | None  # None where the library refuses one of them
    values: Mapping[type, x509.ExtensionType]  # those of `whole` by their types
    noted: list[Malformed] = field(default_factory=list)

    def oids(self, *, critical: bool = False) -> tuple[str, ...]:
        """The OID of every extension, or of those that are marked critical."""
        if self.whole is not None:
            return tuple(one.oid.dotted_string for one in self.whole if one.critical or not critical)
        return tuple(
            extension.oid for extension in self.opened.parts.extensions if extension.critical or not critical
        )

    def read(
        self,
        wanted: type[Known],
        strictly: Callable[[Known], T],
        leniently: Callable[[bytes], Lenient[T]],
        absent: T,
    ) -> T:
        """What an extension says; `absent` where it is not there.

        Raises ValueError when it can't be read, or stands there twice, as nobody knows which one counts.
        """
        if self.whole is not None:
            known = self.values.get(wanted)
            found = guard(lambda: strictly(known)) if isinstance(known, wanted) else absent
            if not isinstance(found, Unreadable):
                return found
        own = self._own(wanted.oid)
        if own is None:
            return absent
        strict = guard(lambda: strictly(_read_alone(own, wanted)))
        if not isinstance(strict, Unreadable):
            return strict
        lenient = guard(lambda: leniently(own.value))
        if isinstance(lenient, Unreadable):
            raise ValueError(f"{_CALLED[wanted.oid]}: {strict.reason}")  # noqa: TRY004 - the bytes are wrong
        value, odd = lenient
        for one in (strict.reason,) if odd is None else odd:
            self.noted.append(Malformed(wanted.oid.dotted_string, one))
        return value

    def _own(self, oid: x509.ObjectIdentifier) -> Extension | None:
        found = [
            extension for extension in self.opened.parts.extensions if extension.oid == oid.dotted_string
        ]
        if len(found) > 1:
            raise ValueError(f"{_CALLED[oid]}: the extension stands there twice")
        return found[0] if found else None


def list_extensions(opened: Opened) -> Extensions:
    """The extensions of a certificate, as yet unread."""
    whole = None if opened.malformed else guard(lambda: opened.cert.extensions)
    if not isinstance(whole, x509.Extensions):
        return Extensions(opened, None, {})
    return Extensions(opened, whole, {type(one.value): one.value for one in whole})


def read_is_ca(found: Extensions) -> bool:
    """Whether basic constraints say that it is a CA's.

    A CA:FALSE that is written out, or has a path length, is no DER and means the same; browsers take it.
    """
    return found.read(x509.BasicConstraints, lambda one: one.ca, _is_ca, False)


def read_key_usage(found: Extensions) -> tuple[str, ...] | None:
    """The names of the usages that are set; None without the extension."""
    return found.read(x509.KeyUsage, _read_key_usage, _read_bits, None)


def read_extended_key_usage(found: Extensions) -> tuple[str, ...] | None:
    """The usages by their names, or OIDs where they have none here; None without the extension."""
    return found.read(
        x509.ExtendedKeyUsage,
        lambda usages: tuple(_read_usage(usage.dotted_string) for usage in usages),
        lambda value: (tuple(map(_read_usage, _read_oids(read_items(_read_list(value))))), None),
        None,
    )


def read_subject_key_id(found: Extensions) -> str | None:
    """The identifier in hex."""
    return found.read(x509.SubjectKeyIdentifier, lambda one: one.digest.hex(), _read_octets, None)


def read_authority_key_id(found: Extensions) -> str | None:
    """The identifier of the issuer's key in hex, whatever stands beside it."""
    return found.read(
        x509.AuthorityKeyIdentifier,
        lambda one: one.key_identifier.hex() if one.key_identifier else None,
        _read_issuers_key_id,
        None,
    )


def read_policies(found: Extensions) -> tuple[str, ...]:
    """The OIDs alone: their notices come in every kind of string, which browsers take."""
    return found.read(
        x509.CertificatePolicies,
        lambda policies: tuple(policy.policy_identifier.dotted_string for policy in policies),
        _read_policies,
        (),
    )


def _read_alone(own: Extension, wanted: type[Known]) -> Known:
    """An extension's value as the library reads it in a certificate that has no other."""
    value = x509.load_der_x509_certificate(assemble_with_extension(own.kind, own.value)).extensions[0].value
    if not isinstance(value, wanted):
        raise ValueError("another extension")  # noqa: TRY004 - the bytes are wrong
    return value


def _is_ca(value: bytes) -> Lenient[bool]:
    fields = read_inside(value, SEQUENCE)
    if [one.tag for one in fields] not in ([], [BOOLEAN], [INTEGER], [BOOLEAN, INTEGER]):
        raise ValueError("no basic constraints")
    is_ca = bool(fields) and fields[0].tag == BOOLEAN and fields[0].body != b"\x00"
    return is_ca, None if is_ca else ()


def _read_key_usage(usage: x509.KeyUsage) -> tuple[str, ...]:
    flags = (
        usage.digital_signature,
        usage.content_commitment,
        usage.key_encipherment,
        usage.data_encipherment,
        usage.key_agreement,
        usage.key_cert_sign,
        usage.crl_sign,
        usage.key_agreement and usage.encipher_only,
        usage.key_agreement and usage.decipher_only,
    )
    return tuple(name for name, is_set in zip(_USAGES, flags, strict=True) if is_set)


def _read_bits(value: bytes) -> Lenient[tuple[str, ...] | None]:
    first = read_leading(value)[0][0]
    if first.tag != _BIT_STRING or not first.body:
        raise ValueError("no key usage")
    unused, bits = first.body[0], "".join(f"{byte:08b}" for byte in first.body[1:])
    bits = bits[: len(bits) - unused]
    return tuple(name for name, bit in zip(_USAGES, bits, strict=False) if bit == "1"), None


def _read_list(value: bytes) -> bytes:
    """What stands in a list, whatever follows it."""
    first = read_leading(value)[0][0]
    if first.tag != SEQUENCE:
        raise ValueError("no list")
    return first.body


def _read_oids(found: tuple[Item, ...]) -> tuple[str, ...]:
    """The object identifiers among some values."""
    read = []
    for one in found:
        with suppress(ValueError):
            read += [format_oid(one.body)] if one.tag == OBJECT else []
    return tuple(read)


def _read_usage(oid: str) -> str:
    return EXTENDED_USAGES.get(oid, oid)


def _read_octets(value: bytes) -> Lenient[str | None]:
    first = read_leading(value)[0][0]
    if first.tag != OCTETS:
        raise ValueError("no key identifier")
    return first.body.hex(), None


def _read_issuers_key_id(value: bytes) -> Lenient[str | None]:
    fields = read_inside(value, SEQUENCE)
    return next((one.body.hex() or None for one in fields if one.tag == _KEY_ID), None), None


def _read_policies(value: bytes) -> Lenient[tuple[str, ...]]:
    listed = read_items(_read_list(value))
    found = tuple(_read_oids(read_leading(one.body)[0][:1]) for one in listed)
    whole = len(read_leading(value)[0]) == 1 and all(found)
    return tuple(oid for oids in found for oid in oids), () if whole else None
