"""The files that a report carries within its PDF: the evidence and the findings as data.

The notebook says which files it was made from and has written, each with its SHA-256. Only a file that lies
beside the notebook, has one of the names below and the said SHA-256 is taken, so that neither a strange
notebook nor a file that was changed or is not meant for the reader gets into the PDF.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from certlib.language import mark
from certlib.report.cells import iterate_outputs

MIMETYPE = "application/vnd.certlib.files+json"
LIMIT = 32 * 1024 * 1024  # bytes of one file
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is; `relationship` in the words of PDF/A-3: what the report is made from, or its data."""

    mimetype: str
    relationship: str
    what: str


KINDS = {
    "evidence.json": Kind(
        "application/json", "source", mark("every question, its answer and every certificate")
    ),
    "findings.json": Kind("application/json", "data", mark("every finding, for programs")),
    "findings.csv": Kind("text/csv", "data", mark("every finding, for a spreadsheet")),
    "matrix.csv": Kind("text/csv", "data", mark("each web server's certificates, for a spreadsheet")),
    "changes.csv": Kind("text/csv", "data", mark("what changed since an earlier run, for a spreadsheet")),
    "report.xlsx": Kind(_SPREADSHEET, "data", mark("findings, certificates and steps as a workbook")),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file within the PDF."""

    name: str
    kind: Kind
    data: bytes


def find(notebook: object, folder: Path | None) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that the notebook names, from the folder where it lies; and why one of them is left out."""
    attachments: list[Attachment] = []
    left_out: list[str] = []
    sums = _list_named(notebook)
    for name, kind in KINDS.items():
        if name not in sums:
            continue
        try:
            data = _read(folder, name)
        except OSError as error:
            left_out.append(f"{name} is not attached to the PDF: {error.strerror or error}")
            continue
        if hashlib.sha256(data).hexdigest() == sums[name]:
            attachments.append(Attachment(name, kind, data))
        else:
            left_out.append(f"{name} is not attached to the PDF: it is not the file that the notebook names")
    return tuple(attachments), tuple(left_out)


def _list_named(notebook: object) -> Mapping[str, object]:
    """SHA-256 by file name, as the last output that says so has it."""
    named = [data[MIMETYPE] for data in iterate_outputs(notebook) if isinstance(data.get(MIMETYPE), Mapping)]
    return cast(Mapping[str, object], named[-1]) if named else {}


def _read(folder: Path | None, name: str) -> bytes:
    if folder is None:
        raise FileNotFoundError("it is not known where the notebook lies")
    file = folder / name
    if file.is_symlink() or not file.is_file():
        raise FileNotFoundError("it does not lie beside the notebook")
    if file.stat().st_size > LIMIT:
        raise OSError(f"it has more than {LIMIT // 1024**2} MiB")
    return file.read_bytes()
