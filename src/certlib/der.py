"""The parts of a certificate's bytes, also where a library refuses the whole for one of them."""

from dataclasses import dataclass

BOOLEAN, INTEGER, OCTETS, OBJECT, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x06, 0x30, 0x31
_VERSION, _EXTENSIONS = 0xA0, 0xA3


@dataclass(frozen=True, slots=True)
class Item:
    """One tagged value."""

    tag: int
    body: bytes
    whole: bytes  # with tag and length


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as it stands there; `value` is what it wraps."""

    oid: str
    critical: bool
    value: bytes
    whole: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """A certificate taken apart."""

    version: int  # as written: 0 is version 1
    issuer: Item
    validity: tuple[Item, ...]
    subject: Item
    extensions: tuple[Extension, ...]
    head: bytes  # what stands before the extensions
    tail: bytes  # algorithm and signature

    def alone(self, extension: Extension) -> bytes:
        """The certificate as if this were its only extension, for a parser; its signature holds no more."""
        wrapped = wrap(_EXTENSIONS, wrap(SEQUENCE, extension.whole))
        return wrap(SEQUENCE, wrap(SEQUENCE, self.head, wrapped), self.tail)


def wrap(tag: int, *parts: bytes) -> bytes:
    """A tagged value from its parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def items(data: bytes) -> tuple[Item, ...]:
    """The values that follow each other in some bytes. Raises ValueError when they are not DER."""
    found, at = [], 0
    while at < len(data):
        start, tag = at, data[at]
        if tag & 0x1F == 0x1F or at + 2 > len(data):
            raise ValueError("not DER")
        size, at = data[at + 1], at + 2
        if size >= 0x80:
            digits = size & 0x7F
            if not 0 < digits <= 4 or at + digits > len(data):
                raise ValueError("not DER")
            size, at = int.from_bytes(data[at : at + digits], "big"), at + digits
        if at + size > len(data):
            raise ValueError("short data")
        found.append(Item(tag, data[at : at + size], data[start : at + size]))
        at += size
    return tuple(found)


def inside(data: bytes, tag: int) -> tuple[Item, ...]:
    """The values inside the one value that some bytes are. Raises ValueError when they are not that."""
    outer = items(data)
    if len(outer) != 1 or outer[0].tag != tag:
        raise ValueError("not the value that stands here")
    return items(outer[0].body)


def dotted(body: bytes) -> str:
    """An object identifier in figures. Raises ValueError when it is none."""
    arcs, value = [], 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs or body[-1] & 0x80:
        raise ValueError("no object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - first * 40, *arcs[1:])))


def parts(der: bytes) -> Parts:
    """A certificate taken apart. Raises ValueError when its bytes are no certificate."""
    whole = inside(der, SEQUENCE)
    if len(whole) != 3 or whole[0].tag != SEQUENCE:
        raise ValueError("no certificate")
    signed = items(whole[0].body)
    has_version = bool(signed) and signed[0].tag == _VERSION
    fields = signed[1:] if has_version else signed
    if len(fields) < 6:
        raise ValueError("no certificate")
    version = int.from_bytes(items(signed[0].body)[0].body, "big", signed=True) if has_version else 0
    return Parts(
        version=version,
        issuer=fields[2],
        validity=items(fields[3].body),
        subject=fields[4],
        extensions=tuple(
            _extension(one)
            for field in fields[6:]
            if field.tag == _EXTENSIONS
            for one in inside(field.body, SEQUENCE)
        ),
        head=b"".join(one.whole for one in signed if one.tag != _EXTENSIONS),
        tail=whole[1].whole + whole[2].whole,
    )


def strings(name: Item) -> tuple[Item, ...]:
    """The values of a subject's or issuer's attributes, whatever kind of string each is."""
    pairs = (items(one.body) for group in items(name.body) for one in items(group.body))
    return tuple(pair[1] for pair in pairs if len(pair) == 2)


def _extension(item: Item) -> Extension:
    fields = items(item.body)
    if not fields or fields[0].tag != OBJECT or fields[-1].tag != OCTETS:
        raise ValueError("no extension")
    critical = any(one.tag == BOOLEAN and one.body != b"\x00" for one in fields[1:-1])
    return Extension(dotted(fields[0].body), critical, fields[-1].body, item.whole)
