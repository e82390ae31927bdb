"""The evidence of a run: what was asked of every endpoint, what came back, the certificates as sent.

The file is JSON and whole in itself: the site, every answer, every certificate's own bytes by their SHA-256.
"""

from certlib.evidence.model import (
    DifferentSites,
    Evidence,
    Hsts,
    LookUp,
    Presentation,
    is_of_another_site,
    is_same_customer,
    list_presented,
    merge,
)
from certlib.evidence.reading import read, schema
from certlib.evidence.writing import SCHEMA_VERSION, newest, save_certificates, sha256, write

__all__ = [
    "SCHEMA_VERSION",
    "DifferentSites",
    "Evidence",
    "Hsts",
    "LookUp",
    "Presentation",
    "is_of_another_site",
    "is_same_customer",
    "list_presented",
    "merge",
    "newest",
    "read",
    "save_certificates",
    "schema",
    "sha256",
    "write",
]
