"""The report's data beside it, for machines and spreadsheets: JSON, CSV and a workbook of the same tables."""

from pathlib import Path

from certlib import frames
from certlib.assess import Assessment
from certlib.errors import CannotWrite
from certlib.evidence import Evidence
from certlib.export.tables import render_csv, render_findings_json
from certlib.export.workbook import render_workbook
from certlib.language import use_language

__all__ = ["render_csv", "render_findings_json", "render_workbook", "write"]


def write(
    *, assessment: Assessment, evidence: Evidence, folder: Path, earlier: Assessment | None = None
) -> tuple[Path, ...]:
    """Write `findings.json`, `findings.csv`, `matrix.csv` and `report.xlsx` into an existing folder.

    `earlier`: of an earlier run; `changes.csv` tells what changed since then, and so does the workbook.
    Raises CannotWrite.
    """
    with use_language(assessment.site.report.language):
        return _write_tables(assessment, evidence, folder, earlier)


def _write_tables(
    assessment: Assessment, evidence: Evidence, folder: Path, earlier: Assessment | None
) -> tuple[Path, ...]:
    findings, matrix = frames.findings(assessment), frames.matrix(assessment)
    changes: tuple[Path, ...] = ()
    if earlier:
        changes = (_write(folder / "changes.csv", render_csv(frames.since(assessment, earlier)).encode()),)
    return (
        _write(folder / "findings.json", render_findings_json(findings, assessment).encode()),
        _write(folder / "findings.csv", render_csv(findings).encode()),
        _write(folder / "matrix.csv", render_csv(matrix).encode()),
        *changes,
        _write(
            folder / "report.xlsx", render_workbook(assessment=assessment, evidence=evidence, earlier=earlier)
        ),
    )


def _write(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as cause:
        raise CannotWrite(path, cause) from cause
    return path
