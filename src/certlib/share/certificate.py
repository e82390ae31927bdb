"""A certificate's facts with pseudonyms, and without its bytes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TypeVar

from certlib.share.pseudonyms import Pseudonyms
from certlib.x509 import Certificate, Unreadable

T = TypeVar("T")
_UNREADABLE = Unreadable("left out")


def replaced(one: Certificate, names: Pseudonyms) -> Certificate:
    """The facts that an assessment needs; each name, number and time in its shared form."""

    def digest(kind: str, value: str | None | Unreadable) -> str | None | Unreadable:
        return names.digest(kind, value)[:40] if isinstance(value, str) else _told(value)

    subject, subject_cn = _named(one.subject, one.subject_cn, names)
    issuer, issuer_cn = _named(one.issuer, one.issuer_cn, names)
    not_before, not_after = _days(one.not_before, one.not_after)
    key_sha256 = one.key_sha256
    return Certificate(
        der=b"",
        sha256=names.digest("certificate", one.sha256),
        subject=subject,
        subject_cn=subject_cn,
        issuer=issuer,
        issuer_cn=issuer_cn,
        serial=names.digest("serial", one.serial)[:16].upper()
        if isinstance(one.serial, str)
        else _UNREADABLE,
        not_before=not_before,
        not_after=not_after,
        key_type=_told(one.key_type),
        key_bits=_told(one.key_bits),
        curve=_told(one.curve),
        signature_algorithm=_oids(one.signature_algorithm, names),
        signature_hash=_told(one.signature_hash),
        signature_key=_told(one.signature_key),
        dns_names=_each(one.dns_names, names.host),
        ip_addresses=_each(one.ip_addresses, names.address),
        is_ca=_told(one.is_ca),
        key_usage=_told(one.key_usage),
        extended_key_usage=None
        if one.extended_key_usage is None
        else _each(one.extended_key_usage, names.oid),
        subject_key_id=digest("key id", one.subject_key_id),
        authority_key_id=digest("key id", one.authority_key_id),
        key_sha256=names.digest("key", key_sha256) if isinstance(key_sha256, str) else _UNREADABLE,
        extensions=_each(one.extensions, names.oid),
        critical=_each(one.critical, names.oid),
        policies=_each(one.policies, names.oid),
        self_signed=_told(one.self_signed),
        kind=one.kind,
        malformed=tuple(
            replace(each, part=_part(each.part, names), reason="left out") for each in one.malformed
        ),
    )


def _named(
    subject: str | Unreadable, common_name: str | None | Unreadable, names: Pseudonyms
) -> tuple[str | Unreadable, str | None | Unreadable]:
    """A subject or an issuer with its common name alone, and that common name."""
    known = common_name if isinstance(common_name, str) else None
    if isinstance(subject, Unreadable):
        return _UNREADABLE, names.subject(known, known) if known is not None else _told(common_name)
    shown = names.subject(subject, known)
    return f"CN={shown}", shown if known is not None else _told(common_name)


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


def _oids(value: str | Unreadable, names: Pseudonyms) -> str | Unreadable:
    return names.oid(value) if isinstance(value, str) else _UNREADABLE


def _part(part: str, names: Pseudonyms) -> str:
    """What part it is: a word of ours, or an extension's OID."""
    return names.oid(part) if part[:1].isdigit() else part


def _each(
    values: tuple[str, ...] | Unreadable, replaced: Callable[[str], str]
) -> tuple[str, ...] | Unreadable:
    return _UNREADABLE if isinstance(values, Unreadable) else tuple(map(replaced, values))


def _told(value: T | Unreadable) -> T | Unreadable:
    """A value as it is; the reason why a field could not be read may cite the certificate."""
    return _UNREADABLE if isinstance(value, Unreadable) else value
