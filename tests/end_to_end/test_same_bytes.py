"""One evidence, two runs at two times in two places: the same report, byte by byte."""

from pathlib import Path

import nbformat
import papermill
import pytest

from certlib import evidence, report, run
from loopback import site


def made(folder: Path) -> report.Rendered:
    folder.mkdir(parents=True)
    evidence.write(site("upgrade")[0], folder / "evidence.json")
    papermill.execute_notebook(
        str(run.NOTEBOOKS / run.READINESS),
        str(folder / "readiness.ipynb"),
        parameters={"evidence": "evidence.json", "output": "."},
        resources={"metadata": {"path": str(folder)}},
        kernel_name="python3",
        progress_bar=False,
    )
    return report.render(nbformat.read(folder / "readiness.ipynb", as_version=4), folder=folder)


@pytest.mark.slow
def test_two_runs_from_one_evidence_give_the_same_page_the_same_pdf_and_the_same_data(tmp_path: Path) -> None:
    first, second = made(tmp_path / "one"), made(tmp_path / "elsewhere" / "two")
    assert first.missing == second.missing == ()
    assert first.html == second.html
    assert first.pdf == second.pdf
    for file in sorted((tmp_path / "one").iterdir()):
        if file.is_file() and file.suffix != ".ipynb":
            assert file.read_bytes() == (tmp_path / "elsewhere" / "two" / file.name).read_bytes(), file.name
