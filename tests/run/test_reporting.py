"""One site through its notebooks: what lies in the folder, and what is kept when something fails."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import jsonschema
import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output

from certlib import inventory, jupyter, run
from certlib.errors import CannotWrite, InvalidInput, RunFailed
from certlib.report import Rendered, render
from certlib.run import folder as folder_of_run
from certlib.run import reporting
from certlib.show import END_MARK
from certlib.version import VERSION

SECRET = "hunter2-Zu8Kq0"
FILES = {
    "run.json",
    "evidence.json",
    "findings.json",
    "findings.csv",
    "matrix.csv",
    "report.xlsx",
    "report.html",
    "report.pdf",
    "collect.ipynb",
    "readiness.ipynb",
    "SHA256SUMS",
}


def schema(name: str) -> dict[str, object]:
    text = (files("certlib") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


class Made(NamedTuple):
    """A whole run of the loopback site, and what stood on the disk at each word of progress."""

    run: run.Run
    seen: dict[str, tuple[set[str], str]]  # words: files in the folder, state in run.json

    def facts(self) -> dict[str, object]:
        return json.loads((self.run.folder / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    output = tmp_path_factory.mktemp("reports") / 'it\'s {a} "place" & {0} more\\'
    seen = {}

    def progress(words: str) -> None:
        for folder in output.glob("*/*.unfinished"):
            state = json.loads((folder / "run.json").read_text(encoding="utf-8"))["state"]
            seen[words] = {path.name for path in folder.iterdir()}, state

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CERTLIB_TEST_PASSWORD", SECRET)
        yield Made(run.report(inventory=None, output=output, progress=progress), seen)


def test_a_run_leaves_report_data_evidence_and_notebooks_in_its_folder(made: Made) -> None:
    assert {path.name for path in made.run.folder.iterdir()} == FILES | {"certificates"}
    assert (made.run.folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (made.run.folder / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_the_folder_is_named_for_the_site_and_the_moment_it_began(made: Made) -> None:
    assert made.run.folder.parent.name == "hamburg"
    began = datetime.strptime(made.run.folder.name, "%Y%m%dT%H%M%S%z")
    assert began == datetime.fromisoformat(made.facts()["started"])


def test_every_certificate_lies_beside_the_evidence_under_its_own_hash(made: Made) -> None:
    evidence = json.loads((made.run.folder / "evidence.json").read_text(encoding="utf-8"))
    saved = {path.stem: path.read_text() for path in (made.run.folder / "certificates").iterdir()}
    assert saved == evidence["certificates"]
    assert len(saved) > 2


def test_the_sums_verify_and_leave_no_file_out(made: Made) -> None:
    folder = made.run.folder
    sums = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    checked = subprocess.run(sums, cwd=folder, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    summed = {line.partition("  ")[2] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert summed == files - {"SHA256SUMS"}


def test_every_json_file_of_a_run_says_its_version_and_is_held_by_its_schema(made: Made) -> None:
    found = sorted(made.run.folder.glob("*.json"))
    assert [path.name for path in found] == ["evidence.json", "findings.json", "run.json"]
    for path in found:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content.get("schema_version", content.get("schema"))
        assert version == (2 if path.stem == "evidence" else 1)
        jsonschema.validate(content, schema(path.stem))


def test_the_manifest_is_the_first_file_of_the_run(made: Made) -> None:
    assert made.seen["starting"] == ({"run.json"}, "running")


def test_until_a_run_is_whole_its_folder_says_so_and_its_manifest_too(made: Made) -> None:
    files, state = made.seen["writing the report"]
    assert state == "running"
    assert {"evidence.json", "collect.ipynb", "readiness.ipynb", "findings.csv"} <= files
    assert "SHA256SUMS" not in files
    assert not list(made.run.folder.parent.glob("*.unfinished"))


def test_the_closed_manifest_tells_state_verdict_versions_and_where_the_time_went(made: Made) -> None:
    facts = made.facts()
    assert (facts["schema_version"], facts["state"], facts["failure"]) == (1, "complete", None)
    assert (facts["verdict"], facts["rule"]) == ("not ready", "verdict-gadget-blocked")
    assert facts["verdict"] == made.run.verdict
    assert list(facts["seconds"]) == ["import", "collect", "assess", "report"]
    began, ended = (datetime.fromisoformat(facts[name]) for name in ("started", "finished"))
    # Both times are cut to whole seconds.
    assert timedelta(seconds=sum(facts["seconds"].values())) < ended - began + timedelta(seconds=1)
    assert facts["versions"]["certlib"] == VERSION
    assert {"python", "papermill", "nbconvert", "pandas", "cryptography", "typst"} < facts["versions"].keys()


def test_a_run_tells_verdict_and_matrix_as_text(made: Made) -> None:
    assert "NOT READY" in made.run.text
    assert re.search(r"uccx1\.northwind\.example +\S.*SocketIO.* ECDSA · self-signed", made.run.text)


def test_the_notebooks_of_a_run_are_signed_so_that_jupyterlab_shows_their_styles(made: Made) -> None:
    for name in ("collect.ipynb", "readiness.ipynb"):
        notebook = nbformat.read(made.run.folder / name, as_version=4)
        assert NotebookNotary().check_signature(notebook)


def test_the_loopback_site_is_gone_after_its_run(made: Made) -> None:
    evidence = json.loads((made.run.folder / "evidence.json").read_text(encoding="utf-8"))
    places = [(node["address"], port) for node in evidence["site"]["nodes"] for _, port in node["ports"]]
    assert len(places) == 12
    for place in places:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place, timeout=5)


def test_nothing_of_the_environment_gets_into_the_folder(made: Made) -> None:
    for path in made.run.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET.encode() not in content, path
            assert b"CERTLIB_TEST_PASSWORD" not in content, path


# From here on the notebooks are small ones of the test's own, as what they say does not matter.

MARK = "from IPython.display import display\ndisplay({'%s': %r}, raw=True)"
HERE = "from pathlib import Path\nassert evidence == 'evidence.json' and Path(output, 'run.json').exists()\n"
COLLECTED = MARK % (END_MARK, {"endpoints": 1})
ASSESSED = MARK % (END_MARK, {"verdict": "ready", "rule": "r", "text": "t"})
PARAMETERS = "site: str = ''\nevidence: str = ''\noutput: str = ''"
Notebooks = Callable[..., Path]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "hamburg.yaml"
    path.write_text(inventory.template(), encoding="utf-8")
    return path


@pytest.fixture
def notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notebooks:
    """Puts notebooks of one cell each in the place of the real ones, and renders nothing."""

    def put(*, collect: str = COLLECTED, assess: str = ASSESSED) -> Path:
        folder = tmp_path / "notebooks {of} {0}"
        folder.mkdir()
        for name, source in ((run.COLLECT, collect), (run.READINESS, assess)):
            parameters = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
            cells = [parameters, new_code_cell("print('before')"), new_code_cell(source)]
            kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
            nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / name)
        monkeypatch.setattr(reporting, "NOTEBOOKS", folder)
        monkeypatch.setattr(
            "certlib.report.render", lambda *_, **__: Rendered("<p>", b"%PDF", ("a note",), ())
        )
        return folder

    return put


def only(folder: Path) -> tuple[Path, dict[str, object]]:
    """The one run below a folder of reports, with its manifest."""
    (found,) = folder.glob("*/*")
    facts = json.loads((found / "run.json").read_text(encoding="utf-8"))
    jsonschema.validate(facts, schema("run"))
    return found, facts


def quiet(_: str) -> None:
    pass


def test_how_to_ask_reaches_the_notebook_that_collects_and_a_long_pause_its_time(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_notebook(
        _: Path, target: Path, *, parameters: dict[str, object], seconds: int, **__: object
    ) -> None:
        asked = f"{parameters['patience']} {parameters['pause']} {seconds > 3600}"
        raise RunFailed(target.parent, target.name, asked)

    monkeypatch.setattr(jupyter, "run_notebook", run_notebook)
    with pytest.raises(RunFailed, match=r"20\.0 30\.0 True"):
        run.report(inventory=site, output=tmp_path, progress=quiet, patience="20", pause=30)
    with pytest.raises(InvalidInput, match="pause"):
        run.report(inventory=site, output=tmp_path / "other", progress=quiet, pause=-1)
    assert not (tmp_path / "other").exists()


FAILURES = {
    "a cell raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "a cell raises in colour": ("raise ValueError('\\x1b[31mred\\n\\nblue')", "ValueError: red; blue;"),
    "the kernel is killed": ("import os; os.kill(os.getpid(), 9)", "Kernel died"),
    "the interpreter ends": ("import os; os._exit(0)", "Kernel died"),
    "a cell says exit": ("exit()", "ended before its last cell"),
    "a cell says sys.exit(0)": ("import sys; sys.exit(0)", "ended before its last cell"),
    "the last cell leaves no mark": ("print('done')", "ended before its last cell"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_notebook_that_does_not_come_to_its_end_fails_the_run_and_is_kept(
    failure: str, notebooks: Notebooks, site: Path, tmp_path: Path
) -> None:
    cell, cause = FAILURES[failure]
    notebooks(collect=cell)
    with pytest.raises(RunFailed) as caught:
        run.report(inventory=site, output=tmp_path / "out", progress=quiet)
    folder, facts = only(tmp_path / "out")
    assert folder.name.endswith(".unfinished")
    assert (facts["state"], facts["verdict"]) == ("failed", None)
    assert facts["finished"] is not None
    assert facts["failure"] == str(caught.value)
    assert facts["failure"].startswith("01-collect failed: ")
    assert cause in facts["failure"]
    assert str(folder) in facts["failure"]
    assert "\x1b" not in facts["failure"]
    assert "before" in (folder / "collect.ipynb").read_text(encoding="utf-8")
    assert not (folder / "SHA256SUMS").exists()


def test_what_was_collected_outlives_a_second_notebook_that_fails_and_is_reported_as_incomplete(
    notebooks: Notebooks, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = "from pathlib import Path; Path(output, 'evidence.json').write_text('{}')\n"
    notebooks(collect=keep + COLLECTED, assess="raise LookupError(evidence)")
    monkeypatch.setattr("certlib.report.render", render)
    with pytest.raises(RunFailed, match="02-readiness failed: LookupError: "):
        run.report(inventory=site, output=tmp_path / "out", progress=quiet)
    folder, facts = only(tmp_path / "out")
    assert {path.name for path in folder.iterdir()} == {
        "run.json",
        "evidence.json",
        "collect.ipynb",
        "readiness.ipynb",
        "report.html",
        "report.pdf",
    }
    assert list(facts["seconds"]) == ["import", "collect"]
    assert "LookupError: evidence.json" in facts["failure"]
    assert "INCOMPLETE REPORT" in (folder / "report.html").read_text(encoding="utf-8")
    assert "LookupError" in "".join(facts["notes"])


def test_a_fault_of_our_own_leaves_its_traceback_in_the_folder(
    notebooks: Notebooks, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebooks()
    monkeypatch.setattr("certlib.report.render", lambda *_, **__: 1 / 0)
    with pytest.raises(RunFailed, match=r"the run failed: ZeroDivisionError, see failure\.txt"):
        run.report(inventory=site, output=tmp_path / "out", progress=quiet)
    folder, facts = only(tmp_path / "out")
    assert facts["state"] == "failed"
    assert (folder / "failure.txt").read_text(encoding="utf-8").startswith("Traceback")
    assert folder.name.endswith(".unfinished")


def test_paths_may_be_relative_long_and_hold_braces_and_a_home_need_not_be_writable(
    notebooks: Notebooks, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Parameters name files of the run's folder, where the kernel works: the notebook can be run again there.
    assert "{" in str(notebooks(assess=HERE + ASSESSED))
    (long := tmp_path / ("long" * 30)).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))  # longer than a path of a socket may be
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/dev/null/nowhere")
    monkeypatch.chdir(tmp_path)
    done = run.report(inventory=Path(site.name), output=Path("out"), progress=quiet)
    assert done.folder.parts[:2] == ("out", "hamburg")
    assert only(tmp_path / "out")[1]["state"] == "complete"


def test_a_store_of_signatures_that_cannot_be_written_costs_no_report_and_the_run_says_so(
    notebooks: Notebooks,
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    notebooks()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nbsignatures.db").write_bytes(b"no database at all " * 100)
    run.report(inventory=site, output=tmp_path / "out", progress=quiet)
    folder, facts = only(tmp_path / "out")
    assert facts["state"] == "complete"
    unsigned, note = facts["notes"]
    assert unsigned.startswith(
        "The notebooks are not signed: Jupyter's store of signatures cannot be used (file is not a database)."
    )
    assert note == "a note"
    assert caplog.messages.count(unsigned) == 1
    assert (folder / "report.pdf").exists()


def test_a_kernel_that_cannot_be_started_fails_the_run_in_words(
    notebooks: Notebooks, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebooks()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(
        RunFailed, match=r"01-collect failed: the notebook's kernel, .*gone, could not be started"
    ):
        run.report(inventory=site, output=tmp_path / "out", progress=quiet)
    assert only(tmp_path / "out")[1]["state"] == "failed"


def test_what_was_done_to_characters_of_the_report_is_noted_in_the_manifest(
    notebooks: Notebooks, site: Path, tmp_path: Path
) -> None:
    notebooks()
    run.report(inventory=site, output=tmp_path / "out", progress=quiet)
    assert only(tmp_path / "out")[1]["notes"] == ["a note"]


def test_runs_of_one_site_that_start_in_the_same_second_get_folders_of_their_own(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 12, 12, 9, 41, tzinfo=tz)

    monkeypatch.setattr(folder_of_run, "datetime", Stopped)
    end = new_output("display_data", data={END_MARK: {"verdict": "ready", "rule": "r", "text": "t"}})
    executed = new_notebook(cells=[new_code_cell(outputs=[end])])
    monkeypatch.setattr(jupyter, "run_notebook", lambda *_, **__: executed)
    monkeypatch.setattr(jupyter, "sign", lambda _: "")
    monkeypatch.setattr("certlib.report.render", lambda *_, **__: Rendered("<p>", b"%PDF", (), ()))

    def whole(_: int) -> Path:
        return run.report(inventory=site, output=tmp_path, progress=quiet).folder

    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(whole, range(40)))
    assert len(folders) == 40
    assert {folder.parent for folder in folders} == {tmp_path / "hamburg"}
    assert {"20261212T094100Z", "20261212T094100Z-2", "20261212T094100Z-40"} <= {one.name for one in folders}
    assert all((folder / "SHA256SUMS").exists() for folder in folders)


@pytest.mark.parametrize("place", ["output", "site"])
def test_a_folder_that_cannot_be_written_is_an_error_before_anything_is_contacted(
    place: str, site: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    if place == "site":
        output.mkdir()
    (output if place == "output" else output / "hamburg").write_text("a file in the way")
    said: list[str] = []
    with pytest.raises(CannotWrite, match=r"out/hamburg: cannot be written \("):
        run.report(inventory=site, output=output, progress=said.append)
    assert said == []


def test_a_wrong_inventory_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("schema: 1\n")
    with pytest.raises(InvalidInput):
        run.report(inventory=tmp_path / "x.yaml", output=tmp_path / "out", progress=quiet)
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_the_run_as_failed_keeps_its_folder_and_leaves_no_kernel(
    notebooks: Notebooks, site: Path, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    cell = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    folder = notebooks(collect=cell)
    program = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from certlib import cli
        from certlib.run import reporting
        reporting.NOTEBOOKS = Path({str(folder)!r})
        sys.exit(cli.main(["report", {str(site)!r}, "--output", {str(tmp_path / "out")!r}]))
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
    try:
        while not (pid.exists() and pid.read_text()):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, said) == (130, "interrupted\n")
    folder, facts = only(tmp_path / "out")
    assert folder.name.endswith(".unfinished")
    assert (facts["state"], facts["failure"]) == ("failed", "KeyboardInterrupt")
    with suppress(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
        pytest.fail("the kernel still runs")
