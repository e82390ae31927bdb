"""The notebooks: each runs by papermill alone and cell by cell, and does what its narrative says."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import papermill
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from nbclient import NotebookClient
from nbformat import NotebookNode
from papermill.cli import papermill as command
from papermill.exceptions import PapermillExecutionError

from certlib import evidence, frames
from certlib.show import END_MARK
from loopback import site

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
PARAMETERS = {
    "01-collect": {
        "site": "str",
        "output": "str",
        "gentle": "bool",
        "patience": "float",
        "pause": "float",
        "profiles": "list",
        "hsts": "bool",
    },
    "02-readiness": {"evidence": "str", "output": "str", "share": "bool", "earlier": "str"},
    "explore": {"evidence": "str"},
}
# Whoever opens a connection or asks for an address from Python is written down and refused. A kernel speaks
# to its client through a C library, which this does not concern.
NO_NETWORK = """
import os, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        with open(os.environ["CONNECTIONS"], "a") as log:
            print(event, arguments[1:], file=log)
        raise OSError("the network is off")
sys.addaudithook(refuse)
"""


@pytest.fixture
def no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that start now have no network; the file tells who wanted it."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(NO_NETWORK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hook"))
    monkeypatch.setenv("CONNECTIONS", str(tmp_path / "connections"))
    (tmp_path / "connections").touch()
    return tmp_path / "connections"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "evidence.json"
    path.parent.mkdir()
    evidence.write(site("row-4")[0], path)
    return path


def end(notebook: NotebookNode) -> dict[str, object]:
    """What the last cell says to the run."""
    (output,) = notebook.cells[-1].outputs
    return output.data[END_MARK]


@pytest.mark.parametrize("name", PARAMETERS)
def test_papermill_shows_the_typed_parameters_and_what_they_are_for(name: str) -> None:
    found = papermill.inspect_notebook(NOTEBOOKS / f"{name}.ipynb")
    assert {one: facts["inferred_type_name"] for one, facts in found.items()} == PARAMETERS[name]
    for facts in found.values():
        assert facts["default"] in {'""', "False", "[]", "None"}, "by default nothing is asked for"
        assert facts["default"] != "None" or "None:" in facts["help"]
        assert facts["default"] != '""' or "empty:" in facts["help"]
        assert facts["help"]
    said = CliRunner().invoke(command, ["--help-notebook", str(NOTEBOOKS / f"{name}.ipynb")])
    assert said.exit_code == 0
    for one, type_name in PARAMETERS[name].items():
        assert f"{one}: {type_name}" in said.output


def test_every_notebook_is_held_by_these_tests() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == PARAMETERS.keys()


def test_papermill_alone_makes_findings_from_saved_evidence_with_the_network_off(
    saved: Path, tmp_path: Path, no_network: Path
) -> None:
    (tmp_path / "out").mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "papermill", NOTEBOOKS / "02-readiness.ipynb", tmp_path / "done.ipynb",
         "-p", "evidence", saved, "-p", "output", tmp_path / "out", "--no-progress-bar"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert no_network.read_text() == ""
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "findings.json",
        "findings.csv",
        "matrix.csv",
        "report.xlsx",
    }
    done = nbformat.read(tmp_path / "done.ipynb", as_version=4)
    assert end(done)["verdict"] == "not ready"


def test_with_the_network_off_a_connection_would_have_been_seen(no_network: Path) -> None:
    program = "import socket; socket.create_connection(('127.0.0.1', 1))"
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "the network is off" in ended.stderr
    assert "socket.getaddrinfo" in no_network.read_text()


def test_papermill_collects_by_an_inventory_and_keeps_the_evidence(tmp_path: Path) -> None:
    inventory = tmp_path / "site.yaml"
    inventory.write_text(
        textwrap.dedent("""
            schema: 1
            customer: Northwind Logistics
            site: closed
            release: 11.5(1)
            nodes: [{role: socialminer, name: a.test, address: 127.0.0.1,
                     ports: {socialminer-tomcat: 1, socialminer-openfire: 1}}]
        """)
    )
    done = papermill.execute_notebook(
        NOTEBOOKS / "01-collect.ipynb",
        tmp_path / "done.ipynb",
        parameters={"site": str(inventory), "output": str(tmp_path)},
        kernel_name="python3",
        progress_bar=False,
    )
    assert end(done) == {"endpoints": 2}
    found = evidence.read(tmp_path / "evidence.json")
    assert found.site.id == "closed"
    assert {str(one.reason) for one in found.presentations} >= {"refused"}
    assert (tmp_path / "certificates").is_dir()


def test_a_broken_evidence_file_ends_the_notebook_with_what_is_wrong(tmp_path: Path) -> None:
    (broken := tmp_path / "evidence.json").write_text('{"schema": 1, "coll')
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            NOTEBOOKS / "02-readiness.ipynb",
            tmp_path / "done.ipynb",
            parameters={"evidence": str(broken), "output": str(tmp_path)},
            kernel_name="python3",
            progress_bar=False,
        )
    assert caught.value.ename == "InvalidInput"
    assert caught.value.evalue.startswith(f"{broken}: This is not JSON: ")
    assert not (tmp_path / "findings.json").exists()


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NotebookNode]:
    """Every notebook as a person runs it: cell by cell in its folder, with the parameters as they stand."""
    folder = shutil.copytree(NOTEBOOKS, tmp_path_factory.mktemp("project") / "notebooks")
    old, new, unfinished = (
        folder.parent / "reports" / place
        for place in ("b/20260101T000000Z", "a/20260102T000000Z", "a/20260103T000000Z.unfinished")
    )
    for place, preset in ((old, "row-3"), (new, "row-4"), (unfinished, "row-3")):
        place.mkdir(parents=True)
        evidence.write(site(preset)[0], place / "evidence.json")
    before = {path.name for path in folder.iterdir()}
    done = {}
    for name in PARAMETERS:
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        resources = {"metadata": {"path": str(folder)}}
        done[name] = NotebookClient(notebook, kernel_name="python3", resources=resources).execute()
    assert {path.name for path in folder.iterdir()} == before
    return done


def shown(notebook: NotebookNode, source: str) -> BeautifulSoup:
    """What the cell with this source shows."""
    (cell,) = [cell for cell in notebook.cells if cell.source.strip() == source]
    (output,) = [one for one in cell.outputs if "data" in one]
    return BeautifulSoup(output["data"]["text/html"], "html.parser")


def test_without_an_inventory_the_loopback_site_is_collected(by_hand: dict[str, NotebookNode]) -> None:
    assert end(by_hand["01-collect"]) == {"endpoints": 12}
    (cell,) = [cell for cell in by_hand["01-collect"].cells if "show.plan" in cell.source]
    plan = BeautifulSoup(cell.outputs[0]["data"]["text/html"], "html.parser")
    assert len(plan.select("tbody tr")) == 12


def test_without_a_file_the_newest_finished_run_is_assessed(by_hand: dict[str, NotebookNode]) -> None:
    assert end(by_hand["02-readiness"])["verdict"] == "not ready"


def test_a_run_by_hand_shows_no_error_and_every_call_shows_something(
    by_hand: dict[str, NotebookNode],
) -> None:
    for notebook in by_hand.values():
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            assert "error" not in {one.output_type for one in cell.outputs}
            assert "stderr" not in {one.get("name") for one in cell.outputs}
            if "show." in cell.source or "frames." in cell.source.replace("import", ""):
                assert [one for one in cell.outputs if "data" in one], cell.source


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("frames.signers(found)", frames.SIGNERS),
        ("frames.expiry(found)", frames.EXPIRY),
        ("frames.site_matrix(assessment)", frames.SITE_MATRIX),
        ("frames.matrix(assessment)", frames.MATRIX),
        ('frames.changes(assessment, "both-cops")', frames.CHANGES),
        ("frames.presentations(found)", frames.PRESENTATIONS),
        ("frames.findings(assessment)", frames.FINDINGS),
    ],
)
def test_a_question_of_the_exploring_notebook_is_answered_by_a_table_with_its_columns(
    source: str, columns: tuple[str, ...], by_hand: dict[str, NotebookNode]
) -> None:
    table = shown(by_hand["explore"], source)
    assert tuple(head.get_text() for head in table.select("thead th"))[1:] == columns
    assert table.select("tbody tr")


def test_the_exploring_notebook_tells_what_agents_meet_after_each_option(
    by_hand: dict[str, NotebookNode],
) -> None:
    (cell,) = [cell for cell in by_hand["explore"].cells if "pivot_table" in cell.source]
    table = BeautifulSoup(cell.outputs[0]["data"]["text/html"], "html.parser")
    text = table.get_text(" ")
    assert "both-cops" in text
    assert "Live Data" in text
    assert "cannot-be-accepted" in text
