"""The key by which a site's names become pseudonyms: beside its evidence, never in what is shared."""

import json
import os
import re
import secrets
from pathlib import Path

from certlib.assess.proof import Proof
from certlib.errors import CannotWrite, InvalidInput, Problem
from certlib.evidence import Evidence, is_same_customer
from certlib.evidence import read as read_evidence
from certlib.pseudonyms.evidence import pseudonymize

KEY_FILE = "share.key"
_KEY = re.compile(r"[0-9a-f]{64}")


def read_pseudonymized(path: Path) -> tuple[Evidence, Proof]:
    """The evidence of a file in its shared form, and the proof that the assessment of it needs.

    The key lies beside the file and is made when there is none. Raises InvalidInput, CannotWrite.
    """
    return pseudonymize(read_evidence(path), key=find_key_beside(path))


def keep_key(folder: Path) -> None:
    """Lay into a run's folder the newest key of the same customer from the runs beside it, if there is one.

    Two customers may have a site of one id, whose runs lie side by side: what a key is for is what the
    evidence beside it tells, so that of a run without evidence is left alone. Raises CannotWrite.
    """
    file, customer = folder / KEY_FILE, _find_customer(folder)
    try:
        keys = sorted(folder.parent.glob(f"*/{KEY_FILE}"), key=lambda path: path.stat().st_mtime_ns)
    except OSError:
        return
    if customer is None or file in keys:
        return
    for key in reversed(keys):
        other = _find_customer(key.parent)
        if other is None or not is_same_customer(customer, other):
            continue
        try:
            text = key.read_bytes()
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as written:
                written.write(text)
        except OSError as cause:
            raise CannotWrite(file, cause) from cause
        return


def _find_customer(folder: Path) -> str | None:
    """Whose the evidence in a run's folder is; it need not be readable in all else."""
    try:
        content = (folder / "evidence.json").read_bytes()
        customer = json.loads(content.decode("utf-8-sig"))["site"]["customer"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return customer if isinstance(customer, str) else None


def find_key_beside(path: Path) -> bytes:
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
