"""Tables as CSV that a spreadsheet can open without running anything, and the findings as JSON."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from certlib.assess import Assessment
from certlib.version import VERSION

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


SCHEMA_VERSION = 1


def render_findings_json(findings: pd.DataFrame, assessment: Assessment) -> str:
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
        "findings": list_records(findings),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
