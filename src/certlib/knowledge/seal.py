"""The seal of the knowledge files: whether they are as they were when they were last checked in full."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

SEAL = "seal.txt"


def compute_checksum(folder: Path, names: Iterable[str]) -> str:
    """A sum of the files' texts in hex, however their lines end. Raises OSError and UnicodeError."""
    total = hashlib.sha256()
    for name in sorted(names):
        text = (folder / name).read_text(encoding="utf-8").encode()
        total.update(f"{name} {len(text)}\n".encode() + text)
    return total.hexdigest()


def is_unchanged(folder: Path, names: Iterable[str]) -> bool:
    """Whether the files are those that were sealed."""
    try:
        return (folder / SEAL).read_text(encoding="ascii").strip() == compute_checksum(folder, names)
    except (OSError, UnicodeError):
        return False
