"""Certificates in files: PEM with whatever stands between, DER, PKCS#7."""

import base64
import re
from dataclasses import dataclass

from certlib.der import OBJECT, SEQUENCE, read_inside, read_items, read_leading
from certlib.x509.facts import read, read_facts
from certlib.x509.model import Certificate, Unreadable

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
NONE = "it is no certificate"
# OpenSSL writes the second and third, the last with the trust that it puts into the certificate behind it.
_LINE = re.compile(r"-----(BEGIN|END) ((?:X509 |TRUSTED )?CERTIFICATE|PKCS7|CMS)-----")
_WRAPPED = 0xA0
_BEGINNINGS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}


@dataclass(frozen=True, slots=True)
class Block:
    """What a file holds in a certificate's place."""

    certificate: Certificate
    fault: str = ""  # why it can't be read, or is not whole; NONE where the file holds no certificate


def write_pem(certificate: Certificate) -> str:
    """A certificate as PEM text; also when it can't be read, since its bytes are evidence."""
    text = base64.b64encode(certificate.der).decode("ascii")
    return "\n".join((BEGIN, *(text[at : at + 64] for at in range(0, len(text), 64)), END, ""))


def read_pem(text: str) -> tuple[Certificate, ...]:
    """Every certificate of a PEM text, in its order; keys and anything else between them are passed over.

    A block that is not whole, or not base64, is kept with its characters and can't be read.
    """
    return tuple(block.certificate for block in read_blocks(text))


def read_file(content: bytes) -> tuple[Block, ...]:
    """The certificates of a file: PEM in UTF-8 or UTF-16, DER, or PKCS#7.

    Never empty: a file without certificates gives one that can't be read, and says so.
    """
    encoding = next((name for begin, name in _BEGINNINGS.items() if content.startswith(begin)), "latin-1")
    if encoding == "latin-1" and b"\x00" in content[:2] and content[:1] != b"\x30":
        encoding = "utf-16-be" if content[:1] == b"\x00" else "utf-16-le"
    text = content.decode(encoding, errors="replace")
    if encoding.startswith("utf-16") or _LINE.search(text):
        return read_blocks(text) or (_make_unread(content, NONE),)
    return _read_bytes(content)


def read_blocks(text: str) -> tuple[Block, ...]:
    """Every block of a PEM text that holds a certificate, or should."""
    found: list[Block] = []
    label, start, before = "", 0, 0  # of the block that is open, and where the one before it ended
    for line in _LINE.finditer(text):
        begins, name = line[1] == "BEGIN", line[2]
        body = text[start if label else before : line.start()]
        if label and (begins or name != label):
            found.append(_make_unread(body.encode("utf-8", errors="replace"), "it has no END line"))
        elif label:
            found += _read_body(body, name)
        elif not begins:
            found.append(_make_unread(body.encode("utf-8", errors="replace"), "it has no BEGIN line"))
        label, start, before = name if begins else "", line.end(), line.end()
    if label:
        rest = text[start:].encode("utf-8", errors="replace")
        found.append(_make_unread(rest, "it has no END line (the file is cut off)"))
    return tuple(found)


def _read_body(body: str, label: str) -> tuple[Block, ...]:
    try:
        content = base64.b64decode("".join(body.split()), validate=True)
    except ValueError:
        return (_make_unread(body.encode("utf-8", errors="replace"), "it is not base64"),)
    if label in ("PKCS7", "CMS"):
        return _read_bytes(content)
    if label.startswith("TRUSTED"):
        content = next((one.whole for one in read_leading(content)[0]), content)
    return (_make_block(content),)


def _read_bytes(content: bytes) -> tuple[Block, ...]:
    """The certificates of DER or PKCS#7."""
    if inner := _read_pkcs7(content):
        return tuple(map(_make_block, inner))
    return (_make_block(content) if content[:1] == b"\x30" else _make_unread(content, NONE),)


def _read_pkcs7(content: bytes) -> tuple[bytes, ...]:
    """The certificates in PKCS#7, empty where it is none.

    Taken out by hand, as the library reads none of them when it dislikes one.
    """
    try:
        kind, wrapped = read_inside(content, SEQUENCE)
        listed = [one for one in read_inside(wrapped.body, SEQUENCE) if one.tag == wrapped.tag == _WRAPPED]
        return (
            tuple(one.whole for each in listed for one in read_items(each.body)) if kind.tag == OBJECT else ()
        )
    except ValueError:
        return ()


def _make_block(content: bytes) -> Block:
    certificate = read(content)
    if certificate.kind == "unreadable":
        why = (
            certificate.subject.reason
            if isinstance(certificate.subject, Unreadable)
            else "nobody can tell who signed it"
        )
        return Block(certificate, why)
    return Block(certificate)


def _make_unread(content: bytes, fault: str) -> Block:
    """A block that is kept, and not taken for a certificate even where its bytes are one."""
    return Block(read_facts(content, Unreadable(fault)), fault)
