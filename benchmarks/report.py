"""How long a report takes to make and how much memory, beside an empty notebook run in the same minute.

    python benchmarks/report.py [--rounds 5] [--rows 300 2000]

Each measurement is a process of its own, with its start: Python, imports, fonts. All run in turn, one round
is not counted, and medians are printed. The empty notebook goes through papermill and nbconvert's own HTML
exporter. The others: the sample's notebook run on the sample's evidence and rendered; and made-up notebooks
with so many rows of findings, executed already, as a page and as a page and a PDF.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
EVIDENCE = ROOT / "reports" / "sample" / "evidence.json"
READINESS = ROOT / "notebooks" / "02-readiness.ipynb"
EMPTY, BOTH, PAGE = "an empty notebook", "page and PDF", "page"


def empty(_: Path, folder: Path) -> None:
    """papermill and nbconvert with nothing to do."""
    import papermill
    from nbconvert import HTMLExporter

    source, made = folder / "empty.ipynb", folder / "run.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")]), source)
    papermill.execute_notebook(source, made, progress_bar=False, kernel_name="python3")
    (folder / "empty.html").write_text(HTMLExporter().from_filename(str(made))[0], encoding="utf-8")


def site(_: Path, folder: Path) -> None:
    """The sample site from its evidence to the report with all its files."""
    import papermill

    from certlib.report import render

    (folder / "evidence.json").write_bytes(EVIDENCE.read_bytes())
    notebook = papermill.execute_notebook(
        READINESS,
        folder / "readiness.ipynb",
        parameters={"evidence": "evidence.json", "output": "."},
        cwd=folder,
        progress_bar=False,
        kernel_name="python3",
    )
    _written(render(notebook, folder=folder), folder)


def both(notebook: Path, folder: Path) -> None:
    """A page and a PDF of an executed notebook."""
    from certlib.report import render

    _written(render(nbformat.read(notebook, as_version=4)), folder)


def page(notebook: Path, folder: Path) -> None:
    """The page alone, as the export menu makes it."""
    from certlib.report.exporters import ReadinessHTML

    made, _ = ReadinessHTML().from_filename(str(notebook))
    (folder / "report.html").write_text(made, encoding="utf-8")


def _written(rendered: object, folder: Path) -> None:
    (folder / "report.html").write_text(rendered.html, encoding="utf-8")
    (folder / "report.pdf").write_bytes(rendered.pdf)


TASKS: dict[str, Callable[[Path, Path], None]] = {"empty": empty, "site": site, "both": both, "page": page}


def measured(task: str, notebook: Path) -> tuple[float, float, list[int]]:
    """Wall seconds and peak memory (MiB) of a task in its own process; the sizes of page and PDF (KiB)."""
    with tempfile.TemporaryDirectory(prefix="certlib-bench-") as folder:
        command = [sys.executable, __file__, "--task", task, str(notebook), folder]
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{task} failed: run {' '.join(command)}")
        made = [Path(folder, f"report.{form}") for form in ("html", "pdf")]
        sizes = [file.stat().st_size // 1024 if file.exists() else 0 for file in made]
    return wall, used.ru_maxrss / 1024, sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, nargs="*", default=[300, 2000], help="rows of findings")
    asked = parser.parse_args()
    sys.path[0] = str(ROOT / "tests")  # in the place of this folder, where `report` would be this file
    from report.sample import code, findings, full, notebook, text

    with tempfile.TemporaryDirectory(prefix="certlib-bench-") as folder:
        plan: dict[str, tuple[str, Path]] = {
            EMPTY: ("empty", Path()),
            "the sample site, run and rendered": ("site", Path()),
        }
        for rows in asked.rows:
            file = Path(folder) / f"{rows}.ipynb"
            nbformat.write(notebook(*full().cells, text("## All findings"), code(findings(rows))), file)
            plan |= {
                f"{rows:,} rows: {what}": (task, file) for what, task in ((PAGE, "page"), (BOTH, "both"))
            }
        runs: dict[str, list[tuple[float, float, list[int]]]] = {name: [] for name in plan}
        for turn in range(asked.rounds + 1):
            for name, (task, file) in plan.items():
                run = measured(task, file)
                runs[name] += [run] if turn else []
    shown(runs)


def shown(runs: dict[str, list[tuple[float, float, list[int]]]]) -> None:
    """The medians as a table."""
    medians = {
        name: (statistics.median(r[0] for r in found), statistics.median(r[1] for r in found), found[-1][2])
        for name, found in runs.items()
    }
    floor = medians[EMPTY]
    print("| what | wall s | against empty | MiB | against empty | page KiB | PDF KiB |")
    print("|---|---|---|---|---|---|---|")
    for name, (wall, memory, sizes) in medians.items():
        times = f"{wall:.2f} | {wall / floor[0]:.2f} | {memory:.0f} | {memory / floor[1]:.2f}"
        print(f"| {name} | {times} | {' | '.join(f'{size:,}' if size else '' for size in sizes)} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        TASKS[sys.argv[2]](Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
