"""The files that travel within the PDF: those that the notebook names, unchanged, from beside it."""

import hashlib
import io
import os
from inspect import signature

import pytest
from nbconvert.exporters import get_exporter
from nbformat import v4, write
from pypdf import PdfReader

from certlib import show
from certlib.report import render
from certlib.report.attachments import KINDS, MIMETYPE
from report.sample import code, notebook, text

CONTENT = {
    "evidence.json": b'{"schema": 1, "name": "\xc3\xa4 \xe6\xbc\xa2"}\n',
    "findings.csv": b"id,state\r\n1,pass\r\n",
    "report.xlsx": b"PK\x03\x04\x00\xff\xfe",
}


def naming(sums):
    return notebook(text("# T"), text("## A"), code(v4.new_output("display_data", data={MIMETYPE: sums})))


def sums(content):
    return {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}


def carried(data):
    return {name: found[0] for name, found in PdfReader(io.BytesIO(data)).attachments.items()}


@pytest.fixture
def folder(tmp_path):
    for name, data in CONTENT.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_the_pdf_carries_the_files_that_the_notebook_names_byte_for_byte(folder):
    made = render(naming(sums(CONTENT)), folder=folder)
    assert carried(made.pdf) == CONTENT
    assert made.notes == ()
    reader = PdfReader(io.BytesIO(made.pdf))
    kinds = {
        one.get_object()["/F"]: one.get_object()["/AFRelationship"] for one in reader.trailer["/Root"]["/AF"]
    }
    assert kinds == {"evidence.json": "/Source", "findings.csv": "/Data", "report.xlsx": "/Data"}
    listed = reader.pages[-1].extract_text()
    assert "Attached to this PDF" in listed
    assert all(name in listed for name in CONTENT)


def test_the_same_files_give_the_same_bytes(folder):
    assert (
        render(naming(sums(CONTENT)), folder=folder).pdf == render(naming(sums(CONTENT)), folder=folder).pdf
    )


def test_a_file_that_the_notebook_does_not_name_stays_out(folder):
    made = render(naming(sums({"findings.csv": CONTENT["findings.csv"]})), folder=folder)
    assert list(carried(made.pdf)) == ["findings.csv"]
    assert carried(render(notebook(text("# T")), folder=folder).pdf) == {}


def test_a_file_that_was_changed_or_is_gone_stays_out_and_the_notes_say_so(folder):
    (folder / "evidence.json").write_bytes(b"{}")
    (folder / "report.xlsx").unlink()
    made = render(naming(sums(CONTENT)), folder=folder)
    assert list(carried(made.pdf)) == ["findings.csv"]
    assert made.notes == (
        "evidence.json is not attached to the PDF: it is not the file that the notebook names",
        "report.xlsx is not attached to the PDF: it does not lie beside the notebook",
    )


def test_a_strange_notebook_gets_no_other_file_of_this_machine(folder):
    secret = folder.parent / "secret.txt"
    secret.write_bytes(b"secret")
    (folder / "findings.json").symlink_to(secret)
    digest = hashlib.sha256(b"secret").hexdigest()
    wanted = dict.fromkeys(["../secret.txt", str(secret), "findings.json", "run.json"], digest)
    made = render(naming(wanted), folder=folder)
    assert carried(made.pdf) == {}
    assert carried(render(naming(["evidence.json"]), folder=folder).pdf) == {}
    assert carried(render(naming({"evidence.json": None, "findings.csv": 7}), folder=folder).pdf) == {}


def test_the_export_from_a_file_carries_what_lies_beside_the_notebook(folder):
    write(naming(sums(CONTENT)), folder / "readiness.ipynb")
    made, _ = get_exporter("readiness_pdf")().from_filename(os.fspath(folder / "readiness.ipynb"))
    assert carried(made) == CONTENT


def test_the_last_cell_names_files_as_the_exporter_reads_them(folder):
    from certlib.show.cover import FILES

    assert FILES == MIMETYPE
    assert set(CONTENT) < set(KINDS)
    assert "files" in signature(show.end).parameters
