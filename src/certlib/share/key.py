"""The key by which a site's names become pseudonyms: beside its evidence, never in what is shared."""

import os
import re
import secrets
from pathlib import Path

from certlib.assess.proof import Proof
from certlib.errors import CannotWrite, InvalidInput, Problem
from certlib.evidence import Evidence
from certlib.evidence import read as read_evidence
from certlib.share.evidence import shared

KEY_FILE = "share.key"
_KEY = re.compile(r"[0-9a-f]{64}")


def read_shared(path: Path) -> tuple[Evidence, Proof]:
    """The evidence of a file in its shared form, and the proof that the assessment of it needs.

    The key lies beside the file and is made when there is none. Raises InvalidInput, CannotWrite.
    """
    return shared(read_evidence(path), key=key_beside(path))


def key_beside(path: Path) -> bytes:
    """The key beside an evidence file, made when there is none. Raises InvalidInput, CannotWrite."""
    file = path.parent / KEY_FILE
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as cause:
        raise CannotWrite(file, cause) from cause
    else:
        with os.fdopen(handle, "w", encoding="ascii") as written:
            written.write(f"{secrets.token_hex(32)}\n")
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not _KEY.fullmatch(text):
        wrong, instead = "holds no key of 64 hexadecimal digits.", "Delete it; a new one is made then."
        raise InvalidInput((Problem(str(file), None, "", wrong, instead),))
    return bytes.fromhex(text)
