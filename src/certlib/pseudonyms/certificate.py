"""A certificate's facts with pseudonyms, and without its bytes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TypeVar

from certlib.pseudonyms.names import Pseudonyms
from certlib.x509 import Certificate, Unreadable

T = TypeVar("T")
_UNREADABLE = Unreadable("left out")


def replace_in_certificate(certificate: Certificate, names: Pseudonyms) -> Certificate:
    """The facts that an assessment needs; each name, number and time in its shared form."""

    def digest(kind: str, value: str | None | Unreadable) -> str | None | Unreadable:
        return names.digest(kind, value)[:40] if isinstance(value, str) else _known(value)

    subject, subject_cn = _subject(certificate.subject, certificate.subject_cn, names)
    issuer, issuer_cn = _subject(certificate.issuer, certificate.issuer_cn, names)
    not_before, not_after = _days(certificate.not_before, certificate.not_after)
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
        key_type=_known(certificate.key_type),
        key_bits=_known(certificate.key_bits),
        curve=_known(certificate.curve),
        signature_algorithm=_oid(certificate.signature_algorithm, names),
        signature_hash=_known(certificate.signature_hash),
        signature_key=_known(certificate.signature_key),
        dns_names=_each(certificate.dns_names, names.host),
        ip_addresses=_each(certificate.ip_addresses, names.address),
        is_ca=_known(certificate.is_ca),
        key_usage=_known(certificate.key_usage),
        extended_key_usage=None if purposes is None else _each(purposes, names.oid),
        subject_key_id=digest("key id", certificate.subject_key_id),
        authority_key_id=digest("key id", certificate.authority_key_id),
        key_sha256=names.digest("key", key_sha256) if isinstance(key_sha256, str) else _UNREADABLE,
        extensions=_each(certificate.extensions, names.oid),
        critical=_each(certificate.critical, names.oid),
        policies=_each(certificate.policies, names.oid),
        self_signed=_known(certificate.self_signed),
        kind=certificate.kind,
        malformed=tuple(
            replace(each, part=_part(each.part, names), reason="left out") for each in certificate.malformed
        ),
    )


def _subject(
    subject: str | Unreadable, common_name: str | None | Unreadable, names: Pseudonyms
) -> tuple[str | Unreadable, str | None | Unreadable]:
    """A subject or an issuer with its common name alone, and that common name."""
    known = common_name if isinstance(common_name, str) else None
    if isinstance(subject, Unreadable):
        return _UNREADABLE, names.subject(known, known) if known is not None else _known(common_name)
    shown = names.subject(subject, known)
    return f"CN={shown}", shown if known is not None else _known(common_name)


def _days(
    begin: datetime | Unreadable, end: datetime | Unreadable
) -> tuple[datetime | Unreadable, datetime | Unreadable]:
    """Beginning and end by their days, with a life of as many days as before.

    The seconds would find a public certificate in the logs of certificate transparency.
    """
    if isinstance(begin, Unreadable) or isinstance(end, Unreadable):
        return _at(begin, time()), _at(end, time())
    lasts = -(-((end - begin) + timedelta(seconds=1)) // timedelta(days=1))
    if lasts == (end.date() - begin.date()).days:
        return _at(begin, time(second=1)), _at(end, time())
    return _at(begin, time()), _at(end, time(23, 59, 59))


def _at(moment: datetime | Unreadable, of_day: time) -> datetime | Unreadable:
    return _UNREADABLE if isinstance(moment, Unreadable) else datetime.combine(moment, of_day, moment.tzinfo)


def _oid(value: str | Unreadable, names: Pseudonyms) -> str | Unreadable:
    return names.oid(value) if isinstance(value, str) else _UNREADABLE


def _part(part: str, names: Pseudonyms) -> str:
    """What part it is: a word of ours, or an extension's OID."""
    return names.oid(part) if part[:1].isdigit() else part


def _each(
    values: tuple[str, ...] | Unreadable, replaced: Callable[[str], str]
) -> tuple[str, ...] | Unreadable:
    return _UNREADABLE if isinstance(values, Unreadable) else tuple(map(replaced, values))


def _known(value: T | Unreadable) -> T | Unreadable:
    """A value as it is; the reason why a field could not be read may cite the certificate."""
    return _UNREADABLE if isinstance(value, Unreadable) else value
