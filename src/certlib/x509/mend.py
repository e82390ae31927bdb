"""Parts of a certificate in the form that a strict parser takes, each to stand alone among plain ones."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

from cryptography import x509

from certlib.der import INTEGER, OBJECT, SEQUENCE, SET, Item, format_oid, read_inside, read_items, wrap

_UTF8, _BMP, _UNIVERSAL, _UTC, _GENERALIZED = 0x0C, 0x1E, 0x1C, 0x17, 0x18
_TEXTS = {_UTF8, 0x12, 0x13, 0x14, 0x16, 0x19, 0x1A, 0x1B}  # strings of single characters
_NULL, _BITS = b"\x05\x00", 0x03
_SHA256_RSA = wrap(SEQUENCE, wrap(OBJECT, bytes.fromhex("2a864886f70d01010b")), _NULL)
_MOMENT = wrap(_UTC, b"000101000000Z")
_TIME = re.compile(rb"(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d{1,9})?(?:Z|([+-])(\d\d)(\d\d))")

PLAIN: Mapping[str, bytes] = {
    "version": wrap(0xA0, wrap(INTEGER, b"\x02")),
    "serial": wrap(INTEGER, b"\x01"),
    "algorithm": _SHA256_RSA,
    "issuer": wrap(SEQUENCE),
    "not_before": _MOMENT,
    "not_after": _MOMENT,
    "subject": wrap(SEQUENCE),
    "key": wrap(SEQUENCE, wrap(SEQUENCE, wrap(OBJECT, bytes.fromhex("2b6570"))), wrap(_BITS, bytes(33))),
    "extensions": b"",
    "signature_algorithm": _SHA256_RSA,
    "signature": wrap(_BITS, b"\x00"),
}


def assemble_certificate(one: Mapping[str, bytes]) -> bytes:
    """A certificate of these parts; `extensions` are those that follow each other."""
    head = (one["version"], one["serial"], one["algorithm"], one["issuer"])
    extensions = wrap(0xA3, wrap(SEQUENCE, one["extensions"])) if one["extensions"] else b""
    validity = wrap(SEQUENCE, one["not_before"], one["not_after"])
    signed = wrap(SEQUENCE, *head, validity, one["subject"], one["key"], extensions)
    return wrap(SEQUENCE, signed, one["signature_algorithm"], one["signature"])


def assemble_with_extension(oid: bytes, value: bytes) -> bytes:
    """A certificate with nothing but this extension; `oid` is the encoded object identifier."""
    return assemble_certificate({**PLAIN, "extensions": wrap(SEQUENCE, oid, wrap(0x04, value))})


def _name(own: bytes) -> bytes:
    """A subject or issuer with each text that can't be read as its kind says as UTF-8.

    An attribute without a type or a value is left out.
    """
    groups = []
    for group in read_inside(own, SEQUENCE):
        pairs = [read_items(item.body) for item in read_items(group.body)]
        attributes = [
            _mend_attribute(pair[0], pair[1]) for pair in pairs if len(pair) > 1 and _is_oid(pair[0])
        ]
        if attributes:
            groups.append(wrap(SET, *attributes))
    return wrap(SEQUENCE, *groups)


def _mend_attribute(kind: Item, value: Item) -> bytes:
    own = wrap(SEQUENCE, kind.whole, value.whole)
    try:
        alone = assemble_certificate({**PLAIN, "subject": wrap(SEQUENCE, wrap(SET, own))})
        x509.load_der_x509_certificate(alone).subject.rfc4514_string()
    except Exception:  # noqa: BLE001 - the parser raises in many ways
        return wrap(SEQUENCE, kind.whole, wrap(_UTF8, _mend_text(value).encode()))
    return own


def _is_oid(item: Item) -> bool:
    try:
        return item.tag == OBJECT and bool(format_oid(item.body))
    except ValueError:
        return False


def _mend_text(value: Item) -> str:
    """What a string says, whatever its kind allows; anything else in figures, as RFC 4514 writes it."""
    if value.tag == _BMP:
        return value.body.decode("utf-16-be", errors="backslashreplace")
    if value.tag == _UNIVERSAL:
        return value.body.decode("utf-32-be", errors="backslashreplace")
    if value.tag not in _TEXTS:
        return f"#{value.whole.hex()}"
    try:
        return value.body.decode("utf-8")
    except UnicodeDecodeError:
        return value.body.decode("latin-1")


def _mend_time(own: bytes) -> bytes:
    """A time without seconds, with fractions of them or an offset. Raises ValueError when it is none."""
    (item,) = read_items(own)
    found = _TIME.fullmatch(item.body)
    if found is None or len(found[1]) != {_UTC: 2, _GENERALIZED: 4}.get(item.tag):
        raise ValueError("no time")
    year = int(found[1])
    if item.tag == _UTC:
        year += 1900 if year >= 50 else 2000
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
    zone = timezone(-offset if found[7] == b"-" else offset)
    month, day, hour, minute, second = (int(found[at] or 0) for at in range(2, 7))
    moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    text = moment.astimezone(UTC).isoformat(timespec="seconds")[:19]
    return wrap(_GENERALIZED, re.sub("[-:T]", "", text).encode() + b"Z")


def _number(own: bytes) -> bytes:
    """A whole number without needless zeros. Raises ValueError when it is none."""
    (item,) = read_items(own)
    if item.tag != INTEGER or not item.body:
        raise ValueError("no whole number")
    value = int.from_bytes(item.body, "big", signed=True)
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return wrap(INTEGER, value.to_bytes(size, "big", signed=True))


def _mend_algorithm(own: bytes) -> bytes:
    """An algorithm with a null where it has no parameters, or without its parameters."""
    kind, *parameters = read_inside(own, SEQUENCE)
    return wrap(SEQUENCE, kind.whole, b"" if parameters else _NULL)


# How a part that the parser refuses is written anew. What is said of the version stands in no other field.
REWRITTEN: Mapping[str, Callable[[bytes], bytes]] = {
    "version": lambda _: PLAIN["version"],
    "algorithm": lambda _: PLAIN["algorithm"],
    "serial": _number,
    "issuer": _name,
    "not_before": _mend_time,
    "not_after": _mend_time,
    "subject": _name,
    "signature_algorithm": _mend_algorithm,
}
