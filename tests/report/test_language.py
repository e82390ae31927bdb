"""A report in the language that its inventory names: page, PDF, dates and the notebook's own cells."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from certlib import assess, show
from certlib import evidence as room
from certlib.inventory import Report
from certlib.report import Rendered, render
from loopback import site

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02-readiness.ipynb"
SHOWN = ("show.cover(", "show.expiry(", "show.signoff(")  # the cells whose displays this test makes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    evidence, _ = site("upgrade")
    named = replace(evidence.site, report=Report(language="de"), upgrade_date=date(2026, 12, 3))
    evidence = replace(evidence, site=named)
    file = tmp_path_factory.mktemp("de") / "evidence.json"
    room.write(evidence, file)
    assessment = assess(evidence)
    displays = (
        show.cover(assessment), show.expiry(evidence), show.signoff(assessment, source=file),
    )  # fmt: skip
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        for begin, display in zip(SHOWN, displays, strict=True):
            if cell.cell_type == "code" and begin in cell.source:
                data = display._repr_mimebundle_()
                cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        cell.source = cell.source.replace("### What to do", "### What we shall do")
    return render(notebook)


def test_the_page_says_its_language_and_speaks_it(made: Rendered) -> None:
    page = BeautifulSoup(made.html, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "de"
    heads = [head.get_text() for head in page.select(".chapter h2")]
    assert "1 Zusammenfassung" in heads
    assert "3 Knoten für Knoten" in heads
    facts = {one.dt.get_text(): one.dd.get_text() for one in page.select(".facts div") if one.dt and one.dd}
    assert facts["Upgrade geplant für"] == "3. Dezember 2026"
    assert "Zeilen filtern" in str(page.body and page.body["data-words"])
    assert "Dieser Teil fehlt." in page.get_text()
    assert "Die Tage zählen ab dem 3. Dezember 2026" in page.get_text()


def test_a_cell_that_was_changed_stays_as_it_was_written(made: Rendered) -> None:
    page = BeautifulSoup(made.html, "html.parser")
    assert "1.1 What we shall do" in [head.get_text() for head in page.select("h3")]


def test_the_pdf_says_its_language_and_speaks_it(made: Rendered) -> None:
    paper = PdfReader(BytesIO(made.pdf))
    told = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    assert str(paper.trailer["/Root"]["/Lang"]).startswith("de")
    for words in ("3. Dezember 2026", "Inhalt", "Seite 2 von", "1 Zusammenfassung", "Übergabe"):
        assert words in told
    for words in ("Contents", "planned for", "December"):
        assert words not in told
