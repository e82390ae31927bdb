"""What validators say: the PDF keeps to PDF/UA-1 and PDF/A-3a, the page is HTML without an error."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from nbformat import v4

from certlib.report import render
from certlib.report.attachments import MIMETYPE
from report.sample import code, full, hostile, long, notebook, text
from report.validators import broken_rules, nu_errors

pytestmark = pytest.mark.slow

REPORTS = {"sample": full, "hostile": hostile, "long": long}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Each report as a PDF and a page; the sample with a file in it, the long one with its tables cut."""
    folder = tmp_path_factory.mktemp("reports")
    csv = b"id,state\r\n1,pass\r\n"
    (folder / "findings.csv").write_bytes(csv)
    named = v4.new_output("display_data", data={MIMETYPE: {"findings.csv": sha256(csv).hexdigest()}})
    for name, cells in {**REPORTS, "sample": lambda: notebook(*full().cells, code(named))}.items():
        made = render(cells(), folder=folder)
        (folder / f"{name}.pdf").write_bytes(made.pdf)
        (folder / f"{name}.html").write_text(made.html, "utf-8")
    return folder


def test_the_pdf_is_accessible_and_can_be_archived(files):
    found = broken_rules(*sorted(files.glob("*.pdf")))
    assert found == {str(file): {"ua1": [], "3a": []} for file in files.glob("*.pdf")}
    assert len(found) == 3


def test_the_validator_finds_what_a_plain_pdf_lacks(tmp_path):
    import typst

    file = tmp_path / "plain.pdf"
    file.write_bytes(typst.Compiler(b"= Title").compile(format="pdf"))
    rules = broken_rules(file)[str(file)]
    assert any("PDF/UA" in rule for rule in rules["ua1"])
    assert any("PDF/A" in rule for rule in rules["3a"])


def test_the_packages_of_the_validators_are_locked_with_hashes_and_no_address():
    lock = (Path(__file__).parents[1] / "node" / "package-lock.json").read_text("utf-8")
    packages = {name: one for name, one in json.loads(lock)["packages"].items() if name}
    assert len(packages) >= 3
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert "://" not in lock


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_html_without_an_error(files, name):
    assert nu_errors(files / f"{name}.html") == []


def test_what_a_consultant_adds_is_html_without_an_error_too(tmp_path):
    remark = (
        "### Remark\n\nSeen with **the CA**: see [findings](#findings), [nothing](#nowhere), <https://example.com>.\n\n"
        "1. one\n   - two\n\n> said\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n    indented\n\n![far](http://x/y.png)\n\n---\n"
    )
    page = tmp_path / "page.html"
    page.write_text(render(notebook(*full().cells, text(remark), text("##### deep"))).html, "utf-8")
    assert nu_errors(page) == []
