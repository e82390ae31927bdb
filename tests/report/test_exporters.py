"""The exporters where people meet them: nbconvert's list and JupyterLab's export menu."""

import json
import re
import socket
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import nbformat
import pytest
from nbconvert.exporters import get_export_names, get_exporter

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


@pytest.mark.slow
def test_jupyterlab_lists_and_runs_both_exporters(tmp_path):
    pytest.importorskip("jupyter_server")
    nbformat.write(full(), tmp_path / "readiness.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=t", "--allow-root",
         f"--ServerApp.root_dir={tmp_path}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path,
    )  # fmt: skip
    try:
        listed = json.loads(_ask(server, port, "api/nbconvert"))
        assert listed["readiness_html"]["output_mimetype"] == "text/html"
        assert listed["readiness_pdf"]["output_mimetype"] == "application/pdf"
        assert b"NOT READY" in _ask(server, port, "nbconvert/readiness_html/readiness.ipynb?download=true")
        assert _ask(server, port, "nbconvert/readiness_pdf/readiness.ipynb").startswith(b"%PDF")
    finally:
        server.terminate()
        server.wait(timeout=20)


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
