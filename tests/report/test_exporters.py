"""The exporters where people meet them: nbconvert's list and JupyterLab's export menu."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from urllib.request import Request, urlopen

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert.exporters import get_export_names, get_exporter
from pypdf import PdfReader

from certlib import evidence
from certlib.report import render
from certlib.report.exporters import UnreadableNotebook
from certlib.run import NOTEBOOKS, READINESS
from inventory.pictures import png
from loopback import site
from report.sample import full, notebook, text


@pytest.mark.parametrize("name", ["readiness_html", "readiness_pdf"])
def test_nbconvert_finds_the_exporters_by_a_name_that_jupyterlab_can_ask_for(name):
    assert name in get_export_names()
    assert re.fullmatch(r"\w+", name)
    made, resources = get_exporter(name)().from_notebook_node(full(), {"metadata": {"name": "02-readiness"}})
    assert resources["output_extension"] == {"readiness_html": ".html", "readiness_pdf": ".pdf"}[name]
    assert made.startswith("<!DOCTYPE html>" if name == "readiness_html" else b"%PDF")


def test_a_notebook_without_a_title_has_its_files_name():
    made, _ = get_exporter("readiness_html")().from_notebook_node(
        notebook(text("hello")), {"metadata": {"name": "<i>remarks</i>"}}
    )
    assert "<h1>&lt;i&gt;remarks&lt;/i&gt;</h1>" in made


def test_nbconvert_as_a_user_has_set_it_up_makes_the_same_page_and_tells_a_broken_notebook_in_words(tmp_path):
    settings = {
        "Exporter": {"enabled": False, "preprocessors": ["no.such.preprocessor"]},
        "TemplateExporter": {"template_name": "mine", "exclude_markdown": True, "exclude_output": True},
        "ReadinessHTML": {"file_extension": ".txt", "template_name": "mine"},
        "ClearOutputPreprocessor": {"enabled": True},
        "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": ["parameters"]},
    }
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_nbconvert_config.json").write_text(json.dumps(settings))
    for name in ("readiness", "base", "mine"):
        (folder := tmp_path / "data" / "nbconvert" / "templates" / name).mkdir(parents=True)
        for file in ("index.html.j2", "page.html.j2", "null.j2"):
            (folder / file).write_text("the user's own")
    nbformat.write(full(), tmp_path / "a.ipynb")
    (tmp_path / "b.ipynb").write_text('{"cells": [')
    ended = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "readiness_html", "a.ipynb", "b.ipynb"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120,
        env=os.environ | {f"JUPYTER_{n.upper()}_DIR": str(tmp_path / n) for n in ("config", "data")},
    )  # fmt: skip
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == render(full()).html
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert ended.stderr.splitlines()[-1].endswith(
        "b.ipynb: this is no notebook that can be read: Notebook does not appear to be JSON: "
        "'{\"cells\": ['; run the notebook again to make it anew."
    )


UNREADABLE = {
    "": "does not appear to be JSON",
    "[]": "it has not the form of one",
    "[" * 100_000: "it has not the form of one",
    '{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}': "Unsupported nbformat version 5",
    '{"metadata": {}, "cells": [7]}': "could not be converted from version 1",
}


@pytest.mark.parametrize("held", UNREADABLE, ids=[key[:9] for key in UNREADABLE])
def test_a_file_that_is_no_notebook_is_a_clear_error(held, tmp_path):
    (file := tmp_path / "readiness.ipynb").write_text(held)
    with pytest.raises(UnreadableNotebook) as caught:
        get_exporter("readiness_pdf")().from_filename(str(file))
    assert str(caught.value).startswith(f"{file}: this is no notebook that can be read: ")
    assert UNREADABLE[held] in str(caught.value)
    with pytest.raises(UnreadableNotebook, match="No such file"):
        get_exporter("readiness_pdf")().from_filename(str(tmp_path / "none.ipynb"))


@contextmanager
def jupyter(folder):
    """A Jupyter server of the folder: what asks it for a path."""
    pytest.importorskip("jupyter_server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=t", "--allow-root",
         f"--ServerApp.root_dir={folder}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        yield partial(_ask, server, port)
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.slow
def test_jupyterlab_lists_and_runs_both_exporters(tmp_path):
    nbformat.write(full(), tmp_path / "readiness.ipynb")
    with jupyter(tmp_path) as ask:
        listed = json.loads(ask("api/nbconvert"))
        assert listed["readiness_html"]["output_mimetype"] == "text/html"
        assert listed["readiness_pdf"]["output_mimetype"] == "application/pdf"
        assert b"NOT READY" in ask("nbconvert/readiness_html/readiness.ipynb?download=true")
        assert ask("nbconvert/readiness_pdf/readiness.ipynb").startswith(b"%PDF")


@pytest.mark.slow
def test_a_notebook_that_was_opened_changed_and_run_by_hand_is_exported_with_all_that_was_added(tmp_path):
    evidence.write(site("upgrade")[0], tmp_path / "evidence.json")
    opened = nbformat.read(NOTEBOOKS / READINESS, as_version=4)
    parameters = next(cell for cell in opened.cells if "parameters" in cell.metadata.get("tags", ()))
    parameters.source = 'evidence = "evidence.json"\noutput = "."\nshare = False\nearlier = ""'
    remark = text(
        "### A remark\n\nThe CA confirmed on Friday.\n\n| Who | When |\n|---|---|\n| PKI team | 2 days |\n\n"
        "![rack](attachment:rack.png)"
    )
    remark.attachments = {"rack.png": {"image/png": b64encode(png(40, 20, colour=2)).decode()}}
    opened.cells[3:3] = [
        text("## For this customer"),
        remark,
        nbformat.v4.new_code_cell("print('checked by hand', 6 * 7)"),
        nbformat.v4.new_code_cell("import pandas as pd\npd.DataFrame({'gate': ['north'], 'badge': [17]})"),
    ]
    NotebookClient(opened, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.write(opened, tmp_path / "readiness.ipynb")
    with jupyter(tmp_path) as ask:
        page = BeautifulSoup(ask("nbconvert/readiness_html/readiness.ipynb"), "html.parser")
        paper = PdfReader(BytesIO(ask("nbconvert/readiness_pdf/readiness.ipynb")))
    chapter = page.select_one("section[aria-labelledby=for-this-customer]")
    assert chapter.img["alt"] == "rack"
    told = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    for words in ("The CA confirmed on Friday.", "PKI team", "checked by hand 42", "north", "badge"):
        assert words in chapter.get_text(" ")
        assert words in told
    assert any(one.images for one in paper.pages)
    assert "evidence.json" in paper.attachments


def _ask(server, port, path):
    request = Request(f"http://127.0.0.1:{port}/{path}", headers={"Authorization": "token t"})
    for _ in range(480):
        assert server.poll() is None, "the server ended"
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
                return answer.read()
        except ConnectionError:
            pass
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
        time.sleep(0.25)
    raise TimeoutError(path)
