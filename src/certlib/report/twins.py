"""The report's data for machines: what the tables show, as JSON and CSV, from plain records.

A record is one row: column name to text, whole number or None. The columns fix the order and are there also
when there is no row.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from numbers import Integral
from pathlib import Path
from typing import Any, Protocol

from certlib.errors import CannotWrite

SCHEMA_VERSION = 1
Value = str | int | None
Record = Mapping[str, Value]


class Frame(Protocol):
    """A table with named columns, as pandas has it."""

    @property
    def columns(self) -> Iterable[Any]:
        """The names, in order."""

    def to_dict(self, *, orient: Any) -> Any:
        """Its rows, for the orient `records`."""


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def findings_json(*, records: Iterable[Record], columns: Sequence[str], about: Mapping[str, str]) -> str:
    """`findings.json`, held by `schemas/findings.schema.json`; `about` names site, verdict, times."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "about": dict(about),
        "columns": list(columns),
        "findings": [{column: record.get(column) for column in columns} for record in records],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def table_csv(*, records: Iterable[Record], columns: Sequence[str]) -> str:
    r"""A table as CSV (RFC 4180, UTF-8) that a spreadsheet can open without running anything.

    Text that begins with `=`, `+`, `-`, `@` (also in their wide forms), a tab, a carriage return or a line
    feed could be taken as a formula; it gets an apostrophe in front. Numbers stay as they are.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_cell(column) for column in columns])
    writer.writerows([_cell(record.get(column)) for column in columns] for record in records)
    return written.getvalue()


def write(folder: Path, *, findings: Frame, matrix: Frame, about: Mapping[str, str] | None = None) -> None:
    """Writes `findings.json`, `findings.csv` and `matrix.csv` into an existing folder; raises CannotWrite."""
    found, columns = records(findings), [str(column) for column in findings.columns]
    text = findings_json(records=found, columns=columns, about=about or {})
    _write(folder / "findings.json", text)
    _write(folder / "findings.csv", table_csv(records=found, columns=columns))
    columns = [str(column) for column in matrix.columns]
    _write(folder / "matrix.csv", table_csv(records=records(matrix), columns=columns))


def records(frame: Frame) -> list[Record]:
    """The rows of a frame as plain records: what is missing is None, times are ISO 8601, the rest is text."""
    rows = frame.to_dict(orient="records")
    return [{str(column): _plain(value) for column, value in row.items()} for row in rows]


def _plain(value: object) -> Value:
    if value is None or value != value:  # noqa: PLR0124 - a missing number or time is not equal to itself
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(item) for item in value)
    return str(value)


def _cell(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as cause:
        raise CannotWrite(path, cause) from cause
