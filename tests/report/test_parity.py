"""Nothing that stands in the HTML is missing in the PDF, whatever the report is about."""

import io
import re
import unicodedata

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from certlib.report import render
from certlib.report.inlines import ITEMS, LETTERS
from certlib.report.tables import ROWS
from report.sample import code, full, hostile, long, notebook, text

TEXTS = "main :is(h2,h3,h4,p,li,dt,dd,th,td,caption,pre,summary)"
INNER = ["p", "li", "ul", "ol", "table", "pre"]
LACKING = re.compile("[\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7af\U0001f000-\U0001ffff]")
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u06ff]+")


def spelled(text):
    return LACKING.sub(lambda found: f"\\u{{{ord(found[0]):04X}}}", text)


def plain(text):
    """Without white space, and without the words from right to left, which readers order differently."""
    return re.sub(r"\s+", "", RIGHT_TO_LEFT.sub("", unicodedata.normalize("NFKC", spelled(text))))


def right_to_left(text):
    """The words that are written from right to left, each by its letters."""
    return {"".join(sorted(word)) for word in RIGHT_TO_LEFT.findall(unicodedata.normalize("NFKC", text))}


def blocks_of(page):
    """The innermost texts of a page, of each list as many as paper shows."""
    beyond = {
        id(item) for some in page(["ul", "ol"]) for item in some.find_all("li", recursive=False)[ITEMS:]
    }
    return [b for b in page.select(TEXTS) if not b.find(INNER) and id(b) not in beyond]


class Printed:
    """The text of a PDF."""

    def __init__(self, data):
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
        self.text = "".join(map(plain, texts))
        self.right_to_left = set().union(*map(right_to_left, texts))

    def __contains__(self, text):
        return plain(text) in self.text and right_to_left(text) <= self.right_to_left


@pytest.mark.parametrize("notebook", [full, hostile], ids=["sample", "hostile"])
def test_every_text_of_the_html_is_in_the_pdf(notebook):
    made = render(notebook())
    printed = Printed(made.pdf)
    texts = [block.get_text() for block in blocks_of(BeautifulSoup(made.html, "html.parser"))]
    assert len(texts) > 200
    assert [text for text in texts if text not in printed] == []


def test_of_a_long_list_the_pdf_has_the_first_items_and_says_where_the_others_are():
    items = "".join(f"<li>item-{number}.</li>" for number in range(10_000))
    printed = Printed(render(notebook(text("## A"), code(f"<ul>{items}</ul>"))).pdf)
    assert f"item-{ITEMS - 1}." in printed
    assert f"item-{ITEMS}." not in printed
    assert f"and {10_000 - ITEMS:,} more; all of them are in the HTML report" in printed


@pytest.mark.parametrize(
    "form", ["<p>{}</p>", "<dl><dt>Names</dt><dd>{}</dd></dl>", "<table><tr><td>{}</td></tr></table>"]
)
def test_of_many_names_in_a_text_the_pdf_has_the_first_and_says_how_many_more_there_are(form):
    names = [f"n{number}.example" for number in range(10_000)]
    printed = Printed(render(notebook(text("## A"), code(form.format(", ".join(names))))).pdf)
    assert names[ITEMS - 1] in printed
    assert names[ITEMS] not in printed
    assert f"and {10_000 - ITEMS:,} more; all of them are in the HTML report" in printed


def test_of_a_very_long_text_the_pdf_has_the_beginning_and_says_how_much_more_there_is():
    made = render(notebook(text("## A"), code(f"<p>{'word ' * 40_000}</p>")))
    assert len(PdfReader(io.BytesIO(made.pdf)).pages) < 6
    printed = Printed(made.pdf)
    assert printed.text.count("word") == pytest.approx(LETTERS / len("word "), rel=0.01)
    assert "more characters are in the HTML report" in printed


@pytest.mark.slow
def test_of_a_long_table_the_pdf_has_the_worst_rows_and_says_where_the_others_are():
    count = 2000
    made = render(long(count))
    printed = Printed(made.pdf)
    assert f"These are the worst {ROWS} of {count:,} rows. All of them are in the HTML report." in printed
    page = BeautifulSoup(made.html, "html.parser")
    rows = page.select("table.findings")[-1].select("tbody tr")
    assert len(rows) == count
    members = set(map(id, rows))
    assert [row.get_text() for row in rows[:ROWS] if row.get_text() not in printed] == []
    assert rows[ROWS].get_text() not in printed
    others = [block.get_text() for block in blocks_of(page) if id(block.find_parent("tr")) not in members]
    assert len(others) > 600
    assert [text for text in others if text not in printed] == []
