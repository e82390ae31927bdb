"""What each name, address, number and OID is replaced by: a keyed hash in the form of what it stands for."""

import hmac
import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address

from certlib.inventory.values import is_ip

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
        label, _, domain = _ascii(text).rstrip(".").partition(".")
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


def _ascii(text: str) -> str:
    """A name as DNS compares it."""
    try:
        return text.casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return text.casefold()
