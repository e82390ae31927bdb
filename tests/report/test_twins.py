"""The data beside the report: safe in a spreadsheet, held by a schema."""

import csv
import io
import json
from datetime import UTC, datetime
from importlib.resources import files

import jsonschema
import pandas as pd
import pytest

from certlib.errors import CannotWrite
from certlib.report import twins

SCHEMA = json.loads(files("certlib").joinpath("schemas/findings.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start):
    written = twins.table_csv(records=[{"a": f"{start}cmd|' /C calc'!A0"}], columns=["a"])
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[1][0].startswith(f"'{start}")


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell():
    written = twins.table_csv(records=[{"a": -5, "b": None, "c": 'quo"te'}], columns=["a", "b", "c"])
    assert written == 'a,b,c\r\n-5,,"quo""te"\r\n'


def test_columns_are_there_also_without_rows():
    assert twins.table_csv(records=[], columns=["a", "b"]) == "a,b\r\n"


def test_the_json_keeps_to_its_schema_and_loses_no_character():
    records = [{"check": "C1", "text": "<b>\u202e中", "days": 3, "node": None}]
    written = json.loads(
        twins.findings_json(records=records, columns=["check", "text", "days", "node"], about={"site": "x"})
    )
    jsonschema.validate(written, SCHEMA)
    assert written["findings"] == records


def test_frames_are_written_with_times_as_iso_and_gaps_as_nothing(tmp_path):
    moment = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
    findings = pd.DataFrame({"state": ["=1+1", None], "days": [1, 2], "seen": [moment, None]})
    matrix = pd.DataFrame(columns=["web server", "port"])
    twins.write(tmp_path, findings=findings, matrix=matrix, about={"site": "hamburg"})
    written = json.loads((tmp_path / "findings.json").read_text("utf-8"))
    jsonschema.validate(written, SCHEMA)
    assert written["findings"][0] == {"state": "=1+1", "days": 1, "seen": "2026-11-23T09:41:00+00:00"}
    assert written["findings"][1] == {"state": None, "days": 2, "seen": None}
    assert (tmp_path / "findings.csv").read_text("utf-8").splitlines()[1].startswith("'=1+1,1,")
    assert (tmp_path / "matrix.csv").read_text("utf-8").strip() == "web server,port"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CannotWrite, match=r"findings\.json"):
        twins.write(tmp_path / "gone", findings=pd.DataFrame(), matrix=pd.DataFrame())
