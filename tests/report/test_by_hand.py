"""What a consultant adds to a notebook by hand is in the report: text, tables, pictures, output of a cell."""

import base64
import io
from urllib.parse import quote

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat import v4
from pypdf import PdfReader

from certlib.report import render
from inventory.pictures import OPEN, PATH, png
from report.sample import code, notebook, text

JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1R"
    "V19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
    "Y2NjY2NjY2NjY2NjY2P/wAARCAACAAIDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAA"
    "AAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABQb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCKALXj/9k="
)
GIF = "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="
WEBP = "UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoCAAIAAgA0JaACdLoB+AADsAD+8MQL/yC5YXXI1/8gP+QH/ID/+PIAAAA="
PNG = base64.b64encode(png(3, 2, colour=2)).decode()


def both(*cells):
    """The page's content and the PDF's text, without white space at the ends of lines."""
    made = render(notebook(text("# T"), text("## Chapter"), *cells))
    pages = PdfReader(io.BytesIO(made.pdf)).pages
    assert made.notes == ()
    return BeautifulSoup(made.html, "html.parser").main, "".join(page.extract_text() for page in pages)


def result(**data):
    return code(v4.new_output("execute_result", data={k.replace("_", "/"): v for k, v in data.items()}))


def printed(what, name="stdout"):
    return code(v4.new_output("stream", name=name, text=what))


def test_a_remark_and_a_table_in_a_text_cell():
    page, paper = both(text("We asked **the CA**.\n\n| Node | Ready |\n|---|---|\n| uccx1 | no |\n"))
    assert page.table.get_text(" ", strip=True) == "Node Ready uccx1 no"
    assert page.strong.get_text() == "the CA"
    assert "We asked the CA." in paper
    assert "uccx1" in paper


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/png", PNG),
        ("image/png", [f"{PNG[:20]}\n", PNG[20:]]),
        ("image/jpeg", JPEG),
        ("image/gif", GIF),
        ("image/webp", WEBP),
        ("image/svg+xml", base64.b64encode(f"{OPEN}{PATH}</svg>".encode()).decode()),
    ],
)
@pytest.mark.parametrize("name", ["image.png", "my picture (1).png"])
def test_a_picture_dropped_into_a_text_cell(kind, data, name):
    cell = text(f"![the rack](attachment:{quote(name)})")
    cell.attachments = {name: {kind: data}}
    page, _ = both(cell)
    assert page.img["alt"] == "the rack"
    assert page.img["src"].startswith(f"data:{kind};base64,")


@pytest.mark.parametrize(
    ("kind", "data"), [("image/png", PNG), ("image/jpeg", JPEG), ("image/svg+xml", f"{OPEN}{PATH}</svg>")]
)
def test_a_picture_that_a_cell_draws(kind, data):
    drawn = code(v4.new_output("display_data", data={kind: data, "text/plain": "<Figure size 640x480>"}))
    page, paper = both(drawn)
    assert page.img["src"].startswith(f"data:{kind}")
    assert "Figure size" not in paper


def test_what_a_cell_prints_and_what_it_ends_with():
    page, paper = both(
        printed("first\n  second <b>\x1b[31m red\x1b[0m\n"), result(text_plain="{'answer': 42}")
    )
    assert [pre.get_text() for pre in page("pre")] == ["first\n  second <b> red", "{'answer': 42}"]
    assert "second <b> red" in paper
    assert "{'answer': 42}" in paper


def test_a_data_frame_is_a_table_with_its_heads():
    frame = pd.DataFrame({"node": ["uccx1", "<b>uccx2"], "days": [12, 40]})
    page, paper = both(result(text_html=frame.to_html(), text_plain=str(frame)))
    assert [head.get_text() for head in page.select("thead th[scope=col]")] == ["", "node", "days"]
    assert page.select_one("tbody").get_text(" ", strip=True) == "0 uccx1 12 1 <b>uccx2 40"
    assert "<b>uccx2" in paper
    assert page.style is None


def test_markdown_from_a_cell_is_narrative():
    page, paper = both(result(text_markdown="a *remark* <script>alert(1)</script>", text_plain="<Markdown>"))
    assert page.em.get_text() == "remark"
    assert page.script is None
    assert "<Markdown>" not in paper


def test_warnings_controls_and_code_are_for_who_runs_the_notebook():
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Slider(1)"}
    page, paper = both(
        printed("deprecated", "stderr"), code(v4.new_output("display_data", data=widget), source="secret()")
    )
    for part in ("deprecated", "Slider", "secret"):
        assert part not in page.get_text()
        assert part not in paper


def test_what_a_cell_prints_is_never_markup():
    page, paper = both(
        printed('<script>alert(1)</script> #read("x") </pre><h2>x</h2>'), result(text_plain="</pre><img>")
    )
    assert [tag for tag in page.find_all(True) if tag.name in ("script", "img")] == []
    assert len(page("h2")) == 1
    assert '#read("x") </pre><h2>x</h2>' in paper
