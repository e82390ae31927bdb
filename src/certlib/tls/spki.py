"""Which kind of key a certificate holds, read from its bytes alone.

Only the frame down to the key's algorithm is walked, so it works for certificates that a stricter reader
refuses, and costs a few microseconds.
"""

_SEQUENCE, _OBJECT_IDENTIFIER, _VERSION = 0x30, 0x06, 0xA0
_FIELDS_BEFORE_KEY = 5  # serial number, signature algorithm, issuer, validity, subject

_KINDS = {
    bytes.fromhex("2a864886f70d010101"): "rsa",  # rsaEncryption
    bytes.fromhex("2a864886f70d01010a"): "rsa",  # id-RSASSA-PSS
    bytes.fromhex("2a864886f70d010107"): "rsa",  # id-RSAES-OAEP
    bytes.fromhex("2a8648ce3d0201"): "ec",
    bytes.fromhex("2a8648ce380401"): "dsa",
    bytes.fromhex("2b6570"): "ed25519",
    bytes.fromhex("2b6571"): "ed448",
    bytes.fromhex("608648016503040311"): "ml-dsa",
    bytes.fromhex("608648016503040312"): "ml-dsa",
    bytes.fromhex("608648016503040313"): "ml-dsa",
}


def _read_element(der: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, start and stop of the element at `at`; ValueError if it does not lie within `end`."""
    if at + 2 > end:
        raise ValueError(at)
    tag, length, start = der[at], der[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError(at)
        start += size
        length = int.from_bytes(der[at + 2 : start], "big")
    if start + length > end:
        raise ValueError(at)
    return tag, start, start + length


def _enter(der: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    found, start, stop = _read_element(der, at, end)
    if found != tag:
        raise ValueError(at)
    return start, stop


def read_key_type(der: bytes) -> str | None:
    """`rsa`, `ec`, `dsa`, `ed25519`, `ed448`, `ml-dsa` or `other`; None if the bytes are no certificate."""
    try:
        at, end = _enter(der, 0, len(der), _SEQUENCE)
        at, end = _enter(der, at, end, _SEQUENCE)
        tag, _, stop = _read_element(der, at, end)
        if tag == _VERSION:
            at = stop
        for _ in range(_FIELDS_BEFORE_KEY):
            _, _, at = _read_element(der, at, end)
        at, end = _enter(der, at, end, _SEQUENCE)
        at, end = _enter(der, at, end, _SEQUENCE)
        at, end = _enter(der, at, end, _OBJECT_IDENTIFIER)
    except ValueError:
        return None
    return _KINDS.get(der[at:end], "other")
