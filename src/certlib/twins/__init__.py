"""The report's data beside it, for machines and spreadsheets: JSON, CSV and a workbook of the same tables."""

from pathlib import Path

from certlib import frames
from certlib.assess import Assessment
from certlib.errors import CannotWrite
from certlib.evidence import Evidence
from certlib.language import use_language
from certlib.twins.findings import findings_json
from certlib.twins.tables import table_csv
from certlib.twins.workbook import workbook

__all__ = ["findings_json", "table_csv", "workbook", "write"]


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
        changes = (_write(folder / "changes.csv", table_csv(frames.since(assessment, earlier)).encode()),)
    return (
        _write(folder / "findings.json", findings_json(findings, assessment).encode()),
        _write(folder / "findings.csv", table_csv(findings).encode()),
        _write(folder / "matrix.csv", table_csv(matrix).encode()),
        *changes,
        _write(folder / "report.xlsx", workbook(assessment=assessment, evidence=evidence, earlier=earlier)),
    )


def _write(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as cause:
        raise CannotWrite(path, cause) from cause
    return path
