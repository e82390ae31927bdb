"""What each name, address, number and OID is replaced by, alone and in the facts of a certificate.

A name becomes a keyed hash in the form of what it stands for; a certificate loses its bytes.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from ipaddress import IPv6Address
from typing import TypeVar

from certlib.inventory.values import is_ip
from certlib.x509 import Certificate, Unreadable

DIGITS = 5  # of a pseudonym that people read; one that would be another's gets more
# What Cisco adds to a host's name in the subject of an ECDSA or a multi-server certificate.
_SUFFIX = re.compile(r"(.+?)((?:-EC)?(?:-ms)?)", re.IGNORECASE)

# OIDs that standards, browsers' makers and Cisco's platform use; any other may be a company's own. That one
# is replaced by a number below the one that RFC 5612 sets aside for documentation.
_PUBLIC_OIDS = (
    "2.5.29.",
    "1.3.6.1.5.5.7.",
    "1.2.840.113549.",
    "1.2.840.10045.",
    "1.3.132.",
    "1.3.101.",
    "2.16.840.1.101.3.",
    "2.23.140.1.",
    "1.3.6.1.4.1.11129.2.4.",
    "1.3.6.1.4.1.311.",
    "2.16.840.1.113730.",
)
_FOREST_OID = "1.3.6.1.4.1.311.21.8."  # certificate templates: numbers of one Active Directory
_DOCUMENTATION_OID = "1.3.6.1.4.1.32473"
T = TypeVar("T")
_UNREADABLE = Unreadable("left out")


@dataclass(slots=True)
class Pseudonyms:
    """What each name is replaced by."""

    key: bytes
    authorities: frozenset[str]  # the subjects that are CAs'
    _taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # pseudonym: what it stands for

    def digest(self, kind: str, text: str) -> str:
        """64 hexadecimal digits."""
        return hmac.new(self.key, f"{kind}\0{text}".encode("utf-8", "replace"), "sha256").hexdigest()

    def name(self, kind: str, text: str) -> str:
        """A short pseudonym, no other's."""
        digest, digits = self.digest(kind, text), DIGITS
        while self._taken.setdefault(f"{kind}-{digest[:digits]}", (kind, text)) != (kind, text):
            digits += DIGITS
        return f"{kind}-{digest[:digits]}"

    def host(self, text: str) -> str:
        """A host name: its first label and the rest apart, so that a wildcard or a short name still fits."""
        label, _, domain = _make_ascii(text).rstrip(".").partition(".")
        split = _SUFFIX.fullmatch(label)
        base, suffix = split.groups() if split else (label, "")
        first = "*" if label == "*" else f"{self.name('host', base)}{suffix}"
        return f"{first}.{self.name('domain', domain)}.example" if domain else first

    def address(self, text: str) -> str:
        """A host name; or an IP address, in the range of IPv6 for documentation."""
        if not is_ip(text):
            return self.host(text)
        digest = self.digest("address", text)
        return str(IPv6Address(f"2001:db8::{digest[:4]}:{digest[4:8]}"))

    def endpoint(self, text: str) -> str:
        """An endpoint's id: the node's name, then what answers."""
        name, _, server = text.rpartition("/")
        return f"{self.node(name)}/{server}"

    def node(self, text: str) -> str:
        """A node's name; a further endpoint's may be any text."""
        return self.address(text) if re.fullmatch(r"[\w.:-]+", text) else self.name("endpoint", text)

    def subject(self, text: str, common_name: str | None) -> str:
        """What stands in the place of a subject's common name."""
        if common_name and re.fullmatch(r"[\w*-]+(\.[\w-]+)+\.?", common_name):
            return self.host(common_name)
        return self.name("ca" if text in self.authorities else "name", text)

    def oid(self, text: str) -> str:
        """An OID, or another text where there is no OID in it."""
        public = text.startswith(_PUBLIC_OIDS) and not text.startswith(_FOREST_OID)
        if public or not re.fullmatch(r"[0-9]+(\.[0-9]+)+", text):
            return text
        return f"{_DOCUMENTATION_OID}.{int(self.digest('oid', text)[:4], 16)}"


def _make_ascii(text: str) -> str:
    """A name as DNS compares it."""
    try:
        return text.casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return text.casefold()


def replace_in_certificate(certificate: Certificate, names: Pseudonyms) -> Certificate:
    """The facts that an assessment needs; each name, number and time in its shared form."""

    def digest(kind: str, value: str | None | Unreadable) -> str | None | Unreadable:
        return names.digest(kind, value)[:40] if isinstance(value, str) else _is_known(value)

    subject, subject_cn = _replace_subject(certificate.subject, certificate.subject_cn, names)
    issuer, issuer_cn = _replace_subject(certificate.issuer, certificate.issuer_cn, names)
    not_before, not_after = _cut_to_days(certificate.not_before, certificate.not_after)
    serial, key_sha256, purposes = certificate.serial, certificate.key_sha256, certificate.extended_key_usage
    return Certificate(
        der=b"",
        sha256=names.digest("certificate", certificate.sha256),
        subject=subject,
        subject_cn=subject_cn,
        issuer=issuer,
        issuer_cn=issuer_cn,
        serial=names.digest("serial", serial)[:16].upper() if isinstance(serial, str) else _UNREADABLE,
        not_before=not_before,
        not_after=not_after,
        key_type=_is_known(certificate.key_type),
        key_bits=_is_known(certificate.key_bits),
        curve=_is_known(certificate.curve),
        signature_algorithm=_replace_oid(certificate.signature_algorithm, names),
        signature_hash=_is_known(certificate.signature_hash),
        signature_key=_is_known(certificate.signature_key),
        dns_names=_replace_each(certificate.dns_names, names.host),
        ip_addresses=_replace_each(certificate.ip_addresses, names.address),
        is_ca=_is_known(certificate.is_ca),
        key_usage=_is_known(certificate.key_usage),
        extended_key_usage=None if purposes is None else _replace_each(purposes, names.oid),
        subject_key_id=digest("key id", certificate.subject_key_id),
        authority_key_id=digest("key id", certificate.authority_key_id),
        key_sha256=names.digest("key", key_sha256) if isinstance(key_sha256, str) else _UNREADABLE,
        extensions=_replace_each(certificate.extensions, names.oid),
        critical=_replace_each(certificate.critical, names.oid),
        policies=_replace_each(certificate.policies, names.oid),
        self_signed=_is_known(certificate.self_signed),
        kind=certificate.kind,
        malformed=tuple(
            replace(each, part=_replace_part(each.part, names), reason="left out")
            for each in certificate.malformed
        ),
    )


def _replace_subject(
    subject: str | Unreadable, common_name: str | None | Unreadable, names: Pseudonyms
) -> tuple[str | Unreadable, str | None | Unreadable]:
    """A subject or an issuer with its common name alone, and that common name."""
    known = common_name if isinstance(common_name, str) else None
    if isinstance(subject, Unreadable):
        return _UNREADABLE, names.subject(known, known) if known is not None else _is_known(common_name)
    shown = names.subject(subject, known)
    return f"CN={shown}", shown if known is not None else _is_known(common_name)


def _cut_to_days(
    begin: datetime | Unreadable, end: datetime | Unreadable
) -> tuple[datetime | Unreadable, datetime | Unreadable]:
    """Beginning and end by their days, with a life of as many days as before.

    The seconds would find a public certificate in the logs of certificate transparency.
    """
    if isinstance(begin, Unreadable) or isinstance(end, Unreadable):
        return _find_at(begin, time()), _find_at(end, time())
    lasts = -(-((end - begin) + timedelta(seconds=1)) // timedelta(days=1))
    if lasts == (end.date() - begin.date()).days:
        return _find_at(begin, time(second=1)), _find_at(end, time())
    return _find_at(begin, time()), _find_at(end, time(23, 59, 59))


def _find_at(moment: datetime | Unreadable, of_day: time) -> datetime | Unreadable:
    return _UNREADABLE if isinstance(moment, Unreadable) else datetime.combine(moment, of_day, moment.tzinfo)


def _replace_oid(value: str | Unreadable, names: Pseudonyms) -> str | Unreadable:
    return names.oid(value) if isinstance(value, str) else _UNREADABLE


def _replace_part(part: str, names: Pseudonyms) -> str:
    """What part it is: a word of ours, or an extension's OID."""
    return names.oid(part) if part[:1].isdigit() else part


def _replace_each(
    values: tuple[str, ...] | Unreadable, replaced: Callable[[str], str]
) -> tuple[str, ...] | Unreadable:
    return _UNREADABLE if isinstance(values, Unreadable) else tuple(map(replaced, values))


def _is_known(value: T | Unreadable) -> T | Unreadable:
    """A value as it is; the reason why a field could not be read may cite the certificate."""
    return _UNREADABLE if isinstance(value, Unreadable) else value
