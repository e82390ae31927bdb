"""The report's data for machines: findings and matrix as JSON and CSV, as the report's tables show them."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from certlib import frames
from certlib.assess import Assessment
from certlib.errors import CannotWrite
from certlib.version import VERSION

SCHEMA_VERSION = 1
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")


def write(assessment: Assessment, folder: Path) -> tuple[Path, ...]:
    """Write `findings.json`, `findings.csv` and `matrix.csv` into an existing folder.

    Raises CannotWrite.
    """
    findings, matrix = frames.findings(assessment), frames.matrix(assessment)
    return (
        _write(folder / "findings.json", findings_json(findings, assessment)),
        _write(folder / "findings.csv", table_csv(findings)),
        _write(folder / "matrix.csv", table_csv(matrix)),
    )


def findings_json(findings: pd.DataFrame, assessment: Assessment) -> str:
    """The findings with the verdict they led to, held by `schemas/findings.schema.json`."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "about": {
            "customer": assessment.site.customer,
            "site": assessment.site.id,
            "collected": assessment.collected.isoformat(),
            "verdict": assessment.verdict.word,
            "rule": assessment.verdict.rule,
            "made_by": f"certlib {VERSION}",
        },
        "columns": list(findings.columns),
        "findings": _records(findings),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def table_csv(frame: pd.DataFrame) -> str:
    """A table as CSV (RFC 4180, UTF-8) that a spreadsheet can open without running anything.

    Text that begins as a formula does, with `=`, `+`, `-`, `@` (also the wide forms that East Asian keyboards
    give), a tab or the end of a line, gets an apostrophe in front, as spreadsheets themselves write it.
    Numbers stay as they are.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    columns: Sequence[str] = list(frame.columns)
    writer.writerow(map(_cell, columns))
    writer.writerows([_cell(record[column]) for column in columns] for record in _records(frame))
    return written.getvalue()


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object)
    return [
        {str(key): value for key, value in row.items()}
        for row in plain.where(plain.notna(), None).to_dict("records")
    ]


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write(path: Path, text: str) -> Path:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as cause:
        raise CannotWrite(path, cause) from cause
    return path
