"""A notebook is run by our own interpreter and signed, whatever a machine has set up for Jupyter."""

import json
import os
import sqlite3
import sys
from ast import literal_eval
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from certlib import jupyter

WHO = "import sys, certlib\n(sys.executable, certlib.__file__, x)"


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    cells = [new_code_cell("x: str = ''", metadata={"tags": ["parameters"]}), new_code_cell(WHO)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "who.ipynb")
    return tmp_path / "who.ipynb"


def run(notebook: Path) -> NotebookNode:
    (private := notebook.parent / "private").mkdir()
    target = notebook.parent / "done.ipynb"
    return jupyter.run_notebook(notebook, target, parameters={"x": "given"}, private=private)


def test_neither_other_kernels_nor_settings_nor_start_files_of_a_user_have_a_say(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    foreign = {"argv": ["false", "{connection_file}"], "display_name": "Python 3", "language": "python"}
    (kernel := tmp_path / "path" / "kernels" / "python3").mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps(foreign))
    (profile := tmp_path / "ipython" / "profile_default" / "startup").mkdir(parents=True)
    (profile / "00.py").write_text("raise SystemExit('start-up file')")
    (profile.parent / "ipython_config.py").write_text(
        "get_config().InteractiveShell.ast_node_interactivity = 'none'"
    )
    (tmp_path / "start.py").write_text("print('PYTHONSTARTUP'); raise SystemExit(3)")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "path"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "path"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "start.py"))
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "no-such-provisioner")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/dev/null/runtime")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/dev/null/config")
    monkeypatch.setenv("PYTHONPATH", os.path.relpath(Path(jupyter.__file__).parent.parent))
    (output,) = run(notebook).cells[-1].outputs
    here = jupyter.__file__.replace("jupyter", "__init__")
    assert literal_eval(output.data["text/plain"]) == (sys.executable, here, "given")
    assert capfd.readouterr() == ("", "")


def test_of_a_kernel_that_cannot_be_started_its_own_last_words_are_told(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken := tmp_path / "python").write_text("#!/bin/sh\necho 'no module named zmq' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(jupyter.NotebookFailed) as caught:
        run(notebook)
    assert str(caught.value) == (
        f"the notebook's kernel, {broken}, could not be started: no module named zmq"
    )


def test_a_notebook_is_signed_in_the_users_store(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "new" / "data"))
    assert jupyter.sign(nbformat.read(notebook, as_version=4)) == ""
    with closing(sqlite3.connect(tmp_path / "new" / "data" / "nbsignatures.db")) as store:
        assert store.execute("select count(*) from nbsignatures").fetchone() == (1,)


FAULTS = {
    "locked": "database is locked",
    "corrupt": "file is not a database",
    "read-only": "attempt to write a readonly database",
    "no folder": "Not a directory",
    "secret is a folder": "Is a directory",
    "no home": "RuntimeError",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_store_of_signatures_that_cannot_be_used_is_told_and_left_as_it_is(
    fault: str, notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jupyter, "LOCKED_SECONDS", 0.1)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    store = tmp_path / "data" / "nbsignatures.db"
    signed = nbformat.read(notebook, as_version=4)
    with closing(sqlite3.connect(store)) as other:
        if fault == "locked":
            other.execute("begin exclusive")
        elif fault == "corrupt":
            store.write_bytes(b"no database at all " * 100)
        elif fault == "read-only":
            assert jupyter.sign(signed) == ""
            opened = sqlite3.connect
            monkeypatch.setattr(  # as if it belonged to somebody else; root may write everywhere
                sqlite3,
                "connect",
                lambda file, **options: opened(f"file:{file}?mode=ro", uri=True, **options),
            )
        elif fault == "no folder":
            monkeypatch.setenv("JUPYTER_DATA_DIR", "/dev/null/data")
        elif fault == "no home":
            monkeypatch.setattr(Path, "home", _no_home)
            monkeypatch.setattr(Path, "expanduser", _no_home)
            monkeypatch.delenv("JUPYTER_DATA_DIR")
        else:
            (tmp_path / "data" / "notebook_secret").mkdir()
        assert jupyter.sign(signed) == FAULTS[fault]
    assert store.exists()
    assert [path.name for path in store.parent.iterdir() if path.suffix == ".bak"] == []


def _no_home(*_: object) -> Path:
    raise RuntimeError("Could not determine home directory.")
