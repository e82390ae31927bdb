"""The exporters where people meet them: nbconvert's list and JupyterLab's export menu."""

import json
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
    for _ in range(120):
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
