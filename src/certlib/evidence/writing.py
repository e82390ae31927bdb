"""An evidence file and the certificates beside it, written whole or not at all."""

import dataclasses
import hashlib
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

from certlib import x509
from certlib.errors import CannotWrite, InvalidInput, Problem
from certlib.evidence.model import Evidence, list_newest_answers

SCHEMA_VERSION = 2


def write(evidence: Evidence, path: Path) -> None:
    """Write evidence as JSON: beside its place first, then renamed, so that a file is whole or not there.

    The same evidence gives the same bytes. Raises CannotWrite.
    """
    site = evidence.site
    content = {
        "schema": SCHEMA_VERSION,
        "collector": evidence.collector,
        "collected": evidence.collected,
        "finished": evidence.finished,
        "site": site,
        "presentations": list_newest_answers(evidence.presentations, site),
        "certificates": {
            sha256: x509.write_pem(certificate)
            for sha256, certificate in sorted(evidence.certificates.items())
        },
        "hsts": sorted(evidence.hsts, key=lambda answer: answer.endpoint),
        "names": sorted(evidence.names, key=lambda look_up: look_up.name),
        "elsewhere": list_newest_answers(evidence.elsewhere, site, by="address"),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_make_plain) + "\n"
    # A lone surrogate, which UTF-8 has not, is written as a question mark.
    _replace(path, text.encode("utf-8", errors="replace"))


def save_certificates(evidence: Evidence, folder: Path) -> tuple[Path, ...]:
    """Write every certificate into a folder, as `<sha256>.pem`. Raises CannotWrite."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from error
    paths = []
    for _, certificate in sorted(evidence.certificates.items()):
        path = folder / f"{certificate.sha256}.pem"
        _replace(path, x509.write_pem(certificate).encode("ascii"))
        paths.append(path)
    return tuple(paths)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def newest(folder: Path) -> Path:
    """The evidence of the newest finished run below a folder of reports.

    Raises InvalidInput when there is none.
    """
    files = sorted(folder.glob("*/*/evidence.json"), key=lambda path: path.parent.name)
    finished = [path for path in files if not path.parent.name.endswith(".unfinished")]
    if not finished:
        wrong, instead = "holds no finished run.", "Name an evidence.json, or make a run first: make report"
        raise InvalidInput((Problem(str(folder), None, "", wrong, instead),))
    return finished[-1]


def _make_plain(value: object) -> object:
    """Records and dates for JSON; moments in UTC."""
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(path, error) from error
