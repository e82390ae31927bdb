"""The parts of a certificate's bytes, also where a library refuses the whole for one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

BOOLEAN, INTEGER, OCTETS, OBJECT, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x06, 0x30, 0x31
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_LONGEST_OID = 256  # bytes; no honest one has more than 30
_UNIQUE_IDS = {0x81, 0x82, 0xA1, 0xA2}  # of issuer and subject


@dataclass(frozen=True, slots=True)
class Item:
    """One tagged value."""

    tag: int  # its first byte
    body: bytes
    whole: bytes  # with tag and length


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as it stands there; `value` is what it wraps."""

    oid: str
    critical: bool
    value: bytes
    kind: bytes  # the object identifier as encoded
    whole: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """A certificate taken apart; what is missing is empty."""

    version: int  # as written: 0 is version 1
    issuer: Item
    validity: tuple[Item, ...]
    subject: Item
    key: Item
    extensions: tuple[Extension, ...]
    signed: bytes  # what the signature is made over
    named: Mapping[str, bytes]  # each part but the extensions, as it stands there
    odd: tuple[str, ...]  # what does not belong there


def wrap(tag: int, *parts: bytes) -> bytes:
    """A tagged value from its parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def read_items(data: bytes) -> tuple[Item, ...]:
    """The values that follow each other in some bytes. Raises ValueError when they are not DER."""
    return tuple(_iterate_items(data))


def read_leading(data: bytes) -> tuple[tuple[Item, ...], str]:
    """The values that follow each other in some bytes as far as they are DER, and why no further."""
    found: list[Item] = []
    try:
        found.extend(_iterate_items(data))
    except ValueError as error:
        return tuple(found), f"{error}"
    return tuple(found), ""


def _iterate_items(data: bytes) -> Iterator[Item]:
    at = 0
    while at < len(data):
        start, tag = at, data[at]
        if tag & 0x1F == 0x1F:  # the tag goes on
            at += 1
            while at < len(data) and data[at] & 0x80:
                at += 1
        if at + 2 > len(data):
            raise ValueError("not DER")
        size, at = data[at + 1], at + 2
        if size >= 0x80:
            digits = size & 0x7F
            if not 0 < digits <= 4 or at + digits > len(data):
                raise ValueError("not DER")
            size, at = int.from_bytes(data[at : at + digits], "big"), at + digits
        if at + size > len(data):
            raise ValueError("short data")
        yield Item(tag, data[at : at + size], data[start : at + size])
        at += size


def read_inside(data: bytes, tag: int) -> tuple[Item, ...]:
    """The values inside the one value that some bytes are. Raises ValueError when they are not that."""
    outer = read_items(data)
    if len(outer) != 1 or outer[0].tag != tag:
        raise ValueError("not the value that stands here")
    return read_items(outer[0].body)


def format_oid(body: bytes) -> str:
    """An object identifier in figures. Raises ValueError when it is none."""
    arcs, value = [], 0
    if len(body) > _LONGEST_OID:
        raise ValueError("too long for an object identifier")
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs or body[-1] & 0x80:
        raise ValueError("no object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - first * 40, *arcs[1:])))


def read_parts(der: bytes) -> Parts:
    """A certificate taken apart. Raises ValueError when its bytes are no certificate."""
    outer = _read_first(der)
    whole = read_items(outer.body)
    if outer.tag != SEQUENCE or len(whole) < 3 or whole[0].tag != SEQUENCE:
        raise ValueError("no certificate")
    signed = read_items(whole[0].body)
    has_version = bool(signed) and signed[0].tag == _VERSION
    fields = signed[1:] if has_version else signed
    if len(fields) < 6:
        raise ValueError("no certificate")
    serial, algorithm, issuer, validity, subject, key = fields[:6]
    if any(one.tag != SEQUENCE for one in (issuer, validity, subject, key)):
        raise ValueError("no certificate")  # a revocation list, for one
    times = read_leading(validity.body)[0]
    extensions, odd = _read_extensions(fields[6:])
    if len(outer.whole) < len(der):
        odd += ("bytes follow the certificate",)
    if len(whole) > 3:
        odd += ("values follow the signature",)
    moments = [time.whole for time in times[:2]] + [b""] * (2 - len(times))
    return Parts(
        version=_number(signed[0].body) if has_version else 0,
        issuer=issuer,
        validity=times,
        subject=subject,
        key=key,
        extensions=extensions,
        signed=whole[0].whole,
        named={
            "version": signed[0].whole if has_version else b"",
            "serial": serial.whole,
            "algorithm": algorithm.whole,
            "issuer": issuer.whole,
            "not_before": moments[0],
            "not_after": moments[1],
            "subject": subject.whole,
            "key": key.whole,
            "signature_algorithm": whole[1].whole,
            "signature": whole[2].whole,
        },
        odd=odd,
    )


def _number(data: bytes) -> int:
    (number,) = read_items(data)
    return int.from_bytes(number.body, "big", signed=True)


def _read_first(der: bytes) -> Item:
    """The value that some bytes begin with."""
    return next(_iterate_items(der), None) or Item(0, b"", b"")


def _read_extensions(fields: tuple[Item, ...]) -> tuple[tuple[Extension, ...], tuple[str, ...]]:
    """The extensions, and what stands beside them or is none."""
    found, odd = [], []
    for field in fields:
        if field.tag in _UNIQUE_IDS:
            continue
        if field.tag != _EXTENSIONS:
            odd.append(f"an unknown part (tag 0x{field.tag:02X})")
            continue
        listed = read_leading(field.body)[0]
        inner, fault = (
            read_leading(listed[0].body) if listed and listed[0].tag == SEQUENCE else ((), "no list")
        )
        if fault or len(listed) != 1:
            odd.append(f"its extensions: {fault or 'something follows their list'}")
        for one in inner:
            try:
                found.append(_read_extension(one))
            except ValueError as error:
                odd.append(f"an extension: {error}")
    return tuple(found), tuple(odd)


def read_strings(name: Item) -> tuple[Item, ...]:
    """The values of a subject's or issuer's attributes, whatever kind of string each is."""
    pairs = (read_items(one.body) for group in read_items(name.body) for one in read_items(group.body))
    return tuple(pair[1] for pair in pairs if len(pair) == 2)


def _read_extension(item: Item) -> Extension:
    fields = read_items(item.body)
    if not fields or fields[0].tag != OBJECT or fields[-1].tag != OCTETS:
        raise ValueError("no extension")
    critical = any(field.tag == BOOLEAN and field.body != b"\x00" for field in fields[1:-1])
    return Extension(format_oid(fields[0].body), critical, fields[-1].body, fields[0].whole, item.whole)
