"""The subject alternative names, entry by entry where one is odd."""

import ipaddress

from cryptography import x509

from certlib.der import OBJECT, SEQUENCE, Item, read_leading, wrap
from certlib.text import cut, quote
from certlib.x509.extensions import Extensions, Lenient
from certlib.x509.mend import assemble_with_extension
from certlib.x509.model import Unreadable
from certlib.x509.opened import guard

_EMAIL, _DNS, _URI, _ADDRESS = 0x81, 0x82, 0x86, 0x87
_TEXTS = {_EMAIL, _DNS, _URI}
_MOST_NOTED = 20  # names of one certificate that are noted one by one
_MOST_TRIED = 1000  # odd ones; beyond them only DNS names and addresses are looked for
_NAMES = {
    _EMAIL: "rfc822Name",
    _DNS: "dNSName",
    _URI: "URI",
    _ADDRESS: "iPAddress",
    0x88: "registeredID",
    0xA0: "otherName",
    0xA3: "x400Address",
    0xA4: "directoryName",
    0xA5: "ediPartyName",
}

Names = tuple[tuple[str, ...], tuple[str, ...]]  # DNS names and IP addresses
_NO_NAMES: Names = ((), ())


def read_names(found: Extensions) -> Names:
    """The subject alternative names that are DNS names or IP addresses, entry by entry where one is odd."""
    return found.read(x509.SubjectAlternativeName, _read_names, _iterate_names, _NO_NAMES)


def _read_names(names: x509.SubjectAlternativeName) -> Names:
    addresses = names.get_values_for_type(x509.IPAddress)
    if not all(isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address) for address in addresses):
        raise ValueError("an address of the wrong length")
    return tuple(names.get_values_for_type(x509.DNSName)), tuple(map(str, addresses))


def _iterate_names(value: bytes) -> Lenient[Names]:
    outer, fault = read_leading(value)
    if not outer or outer[0].tag != SEQUENCE:
        raise ValueError("no list of names")
    odd = [f"bytes after the names ({fault or 'not empty'})"] if fault or len(outer) > 1 else []
    names: list[str] = []
    addresses: list[str] = []
    entries, fault = read_leading(outer[0].body)
    for entry in entries:
        if entry.tag == _DNS and entry.body.isascii():
            names.append(entry.body.decode("ascii"))
        elif entry.tag == _ADDRESS and len(entry.body) in (4, 16):
            addresses.append(str(ipaddress.ip_address(entry.body)))
        elif reason := _name_fault(entry) if len(odd) < _MOST_TRIED else "not tried":
            odd.append(
                f"{_NAMES.get(entry.tag, f'a name of tag 0x{entry.tag:02X}')} {_show_name(entry)}: {reason}"
            )
    if fault:
        odd.append(f"what follows the first {len(entries)} names: {fault}")
    if len(odd) > _MOST_NOTED:
        odd[_MOST_NOTED:] = [f"{len(odd) - _MOST_NOTED} more names"]
    return (tuple(names), tuple(addresses)), odd or None


def _show_name(item: Item) -> str:
    """A name that can't be read: a text with its odd bytes escaped, anything else in hex."""
    if item.tag in _TEXTS:
        return quote(item.body.decode("ascii", errors="backslashreplace"))
    return cut(item.body.hex() or "of no bytes", 60)


def _name_fault(item: Item) -> str:
    """Why the library does not read a name; empty where it does."""
    if item.tag in _TEXTS and not item.body.isascii():
        return "not ASCII"
    if item.tag == _ADDRESS:
        return f"an address of {len(item.body)} bytes"
    kind = wrap(OBJECT, bytes.fromhex("551d11"))
    data = assemble_with_extension(kind, wrap(SEQUENCE, item.whole))
    found = guard(lambda: x509.load_der_x509_certificate(data).extensions[0].value)
    return found.reason if isinstance(found, Unreadable) else ""
