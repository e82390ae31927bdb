"""A certificate as facts: every field read on its own, and the reason in its place where that fails."""

from certlib.x509.bundle import BEGIN, END, NONE, Block, blocks, from_file, from_pem, pem
from certlib.x509.facts import read
from certlib.x509.mend import with_extension
from certlib.x509.model import Certificate, KeyType, Kind, Malformed, SignatureKey, Unreadable
from certlib.x509.opened import Opened, open_certificate, quietly
from certlib.x509.signature import named, public_key, verifies

__all__ = [
    "BEGIN",
    "END",
    "NONE",
    "Block",
    "Certificate",
    "KeyType",
    "Kind",
    "Malformed",
    "Opened",
    "SignatureKey",
    "Unreadable",
    "blocks",
    "from_file",
    "from_pem",
    "named",
    "open_certificate",
    "pem",
    "public_key",
    "quietly",
    "read",
    "verifies",
    "with_extension",
]
