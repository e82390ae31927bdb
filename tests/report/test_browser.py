"""The page in a real browser: no request, no message, no barrier, nothing wider than the window."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from certlib.report import render
from report.sample import COVER, HOSTILE, code, cover, full, notebook, text
from report.validators import node_packages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCRIPT = Path(__file__).with_name("browser.mjs")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def modules():
    """The folder with playwright-core and axe-core."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    return node_packages()


def opened(modules, tmp_path, made):
    page = tmp_path / "report.html"
    page.write_text(made.html, "utf-8")
    done = subprocess.run(
        ["node", str(SCRIPT), str(modules), str(page), CHROMIUM],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_opens_without_request_message_or_barrier(modules, tmp_path):
    seen = opened(modules, tmp_path, render(full()))
    assert seen["requests"] == []
    assert seen["messages"] == []
    assert seen["violations"] == {"light": [], "dark": []}
    assert seen["wide"] == []
    assert seen["controlsWithoutScript"] == 0
    assert 0 < seen["filtered"] < seen["rows"]
    assert seen["remembered"]


def test_hostile_names_bring_no_script_and_no_request_into_the_page(modules, tmp_path):
    cells = [code(f"<h3>{name}</h3><p>{name}</p><table><tr><td>{name}</td></tr></table>") for name in HOSTILE]
    values = {**COVER, "customer": "".join(HOSTILE), "title": HOSTILE[1], "accent": HOSTILE[5]}
    seen = opened(
        modules, tmp_path, render(notebook(cover(values), text("## A"), *cells, *map(text, HOSTILE)))
    )
    assert seen["requests"] == []
    assert seen["dialogs"] == []
    assert seen["messages"] == []
    assert seen["wide"] == []


def test_a_report_with_failures_is_without_barriers_too(modules, tmp_path):
    from nbformat import v4

    failed = code(v4.new_output("error", ename="ValueError", evalue="no", traceback=[]))
    seen = opened(modules, tmp_path, render(notebook(text("# T"), text("## A"), failed)))
    assert seen["violations"] == {"light": [], "dark": []}
