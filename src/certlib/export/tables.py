"""Tables as CSV that a spreadsheet can open without running anything."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")


def render_csv(frame: pd.DataFrame) -> str:
    """A table as CSV (RFC 4180, UTF-8).

    Text that begins as a formula does, with `=`, `+`, `-`, `@` (also the wide forms that East Asian keyboards
    give), a tab or the end of a line, gets an apostrophe in front, as spreadsheets themselves write it.
    Numbers stay as they are.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    columns: Sequence[str] = list(frame.columns)
    writer.writerow(map(_guard_cell, columns))
    writer.writerows([_guard_cell(record[column]) for column in columns] for record in list_records(frame))
    return written.getvalue()


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values, None where a cell has none."""
    plain = frame.astype(object)
    return [
        {str(key): value for key, value in row.items()}
        for row in plain.where(plain.notna(), None).to_dict("records")
    ]


def _guard_cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
