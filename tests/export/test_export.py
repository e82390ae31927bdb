"""The files beside a report: named, held by a schema, saying the same."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from certlib import export
from certlib.assess import Assessment
from certlib.errors import CannotWrite
from certlib.evidence import Evidence
from loopback import site

SCHEMA = json.loads((files("certlib") / "schemas" / "findings.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def evidence() -> Evidence:
    return site("row-4")[0]


@pytest.fixture
def assessment() -> Assessment:
    return site("row-4")[1]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("preset", ["row-4", "upgrade", "mixed"])
def test_findings_are_written_as_json_that_its_schema_holds(preset: str, tmp_path: Path) -> None:
    evidence, assessment = site(preset)
    export.write(assessment=assessment, evidence=evidence, folder=tmp_path)
    content = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    assert content["about"]["verdict"] == assessment.verdict.word
    assert content["about"]["site"] == assessment.site.id
    assert datetime.fromisoformat(content["about"]["collected"]) == assessment.collected
    assert [one["state"] for one in content["findings"]] == [one.state for one in assessment.findings]
    assert all(list(one) == content["columns"] for one in content["findings"])


def test_the_schema_refuses_what_findings_are_not(
    assessment: Assessment, evidence: Evidence, tmp_path: Path
) -> None:
    export.write(assessment=assessment, evidence=evidence, folder=tmp_path)
    content = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for wrong in (
        {"schema_version": 2},
        {"more": 1},
        {"findings": [{"state": ["a list"]}]},
        {"columns": ["state", "state"]},
        {"about": {"site": 7}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content | wrong, SCHEMA)


def test_the_files_are_named_and_say_the_same(
    assessment: Assessment, evidence: Evidence, tmp_path: Path
) -> None:
    written = export.write(assessment=assessment, evidence=evidence, folder=tmp_path)
    assert [path.name for path in written] == [
        "findings.json",
        "findings.csv",
        "matrix.csv",
        "report.xlsx",
    ]
    assert sorted(tmp_path.iterdir()) == sorted(written)
    content = json.loads(written[0].read_text(encoding="utf-8"))
    head, *rows = read(written[1].read_bytes().decode())
    assert head == content["columns"]
    assert rows == [[one[column] for column in head] for one in content["findings"]]
    head, *rows = read(written[2].read_bytes().decode())
    assert len(rows) == 12
    assert "ECDSA · self-signed" in {row[head.index("browser_gets")] for row in rows}


def test_a_site_without_findings_has_files_with_their_columns(
    assessment: Assessment, evidence: Evidence, tmp_path: Path
) -> None:
    now = replace(assessment.now, endpoints=())
    nothing = replace(assessment, findings=(), scenarios=(now,))
    export.write(assessment=nothing, evidence=evidence, folder=tmp_path)
    content = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    assert content["findings"] == []
    assert read((tmp_path / "findings.csv").read_bytes().decode()) == [content["columns"]]
    assert len(read((tmp_path / "matrix.csv").read_bytes().decode())) == 1


def test_a_folder_that_is_not_there_is_named(
    assessment: Assessment, evidence: Evidence, tmp_path: Path
) -> None:
    with pytest.raises(CannotWrite, match=r"findings\.json: cannot be written"):
        export.write(assessment=assessment, evidence=evidence, folder=tmp_path / "missing")
