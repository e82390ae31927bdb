"""A certificate as facts: every field read on its own, and the reason in its place where that fails."""

from certlib.x509.bundle import BEGIN, END, NONE, Block, read_blocks, read_file, read_pem, write_pem
from certlib.x509.facts import read
from certlib.x509.mend import assemble_with_extension
from certlib.x509.model import Certificate, KeyType, Kind, Malformed, SignatureKey, Unreadable
from certlib.x509.opened import (
    Opened,
    is_signed_by,
    open_certificate,
    read_name,
    read_public_key,
    silence_parser,
)

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
    "assemble_with_extension",
    "is_signed_by",
    "open_certificate",
    "read",
    "read_blocks",
    "read_file",
    "read_name",
    "read_pem",
    "read_public_key",
    "silence_parser",
    "write_pem",
]
