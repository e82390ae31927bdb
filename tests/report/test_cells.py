"""A notebook that was edited by hand: what can't be shown is told in its place, and the rest is there."""

import copy
import io
import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v4
from pypdf import PdfReader

from certlib.report import cells, render
from certlib.report.tree import DEEPEST, UNCLOSED
from report.sample import COVER, code, cover, notebook, text

AGAIN = "Run the notebook again, or mend the"


def plain(cell):
    """A notebook as a file holds it: a cell between two others."""
    whole = notebook(
        text("# Title"), text("## Before\n\nfirst words"), text("x"), text("## After\n\nthe end")
    )
    made = json.loads(nbformat.writes(whole))
    made["cells"][2] = cell
    return made


def paper(made):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages).split())


def shown(**output):
    kept = {"output_type": "display_data", "metadata": {}, "data": {}} | output
    return {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 1, "outputs": [kept]}


MARKDOWN = {"cell_type": "markdown", "metadata": {}, "source": "fine"}
NO_TEXT = f"Output 1 of the notebook's cell 3 cannot be shown: its text is no text but {{}}. {AGAIN} output."
CELL = f"Cell 3 of the notebook cannot be shown: {{}}. {AGAIN} cell."
OUTPUT = f"Output 1 of the notebook's cell 3 cannot be shown: {{}}. {AGAIN} output."
WRONG = {
    "no cell": ("remark", CELL.format("it is no cell")),
    "cell is null": (None, CELL.format("it is no cell")),
    "kind": (MARKDOWN | {"cell_type": "heading"}, CELL.format("it is of an unknown kind, heading")),
    "no kind": ({"source": "x"}, CELL.format("it is of an unknown kind, None")),
    "source": (MARKDOWN | {"source": 7}, CELL.format("its text is no text but int")),
    "lines": (MARKDOWN | {"source": ["a", 7]}, CELL.format("its text is no text but list")),
    "long": (MARKDOWN | {"source": "|" * 300_000}, CELL.format("it has more than 200,000 characters")),
    "outputs": (shown() | {"outputs": {"a": 1}}, CELL.format("its outputs are no list")),
    "output": (shown() | {"outputs": ["x"]}, OUTPUT.format("it is no output")),
    "output's kind": (shown(output_type="picture"), OUTPUT.format("it is of an unknown kind, picture")),
    "data": (shown(data="x"), OUTPUT.format("it has no data")),
    "html": (shown(data={"text/html": {"a": 1}}), NO_TEXT.format("dict")),
    "picture": (shown(data={"image/png": 7}), NO_TEXT.format("int")),
    "printed": (shown(output_type="stream", name="stdout", text=3.5), NO_TEXT.format("float")),
    "error": (shown(output_type="error", ename=["E"], evalue=[[]]), NO_TEXT.format("list")),
    "deep": (
        shown(data={"text/html": "<div>" * 500 + "x"}),
        OUTPUT.format(f"its elements are nested more than {DEEPEST} deep"),
    ),
    "deep narrative": (
        MARKDOWN | {"source": "<blockquote>" * 99 + "x"},
        CELL.format(f"its elements are nested more than {DEEPEST} deep"),
    ),
    "open": (
        shown(data={"text/html": "<ul><li>" * 9999}),
        OUTPUT.format(f"it leaves more than {UNCLOSED:,} elements open"),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_shown_is_told_in_its_place_and_the_rest_is_there(wrong):
    cell, told = WRONG[wrong]
    made = render(plain(cell))
    assert made.missing == (("Before", told),)
    page = BeautifulSoup(made.html, "html.parser").main
    for form in (page.get_text(" "), paper(made)):
        assert "first words" in form
        assert "the end" in form
        assert " ".join(form.split()).count(told) == (1 if form is page else form.count(told))
    (box,) = page.select(".failure")
    assert told in box.get_text()


HARMLESS = {
    "no metadata": {"cell_type": "code", "source": "1", "execution_count": 1, "outputs": []},
    "tags": MARKDOWN | {"metadata": {"tags": 7}},
    "metadata": MARKDOWN | {"metadata": ["x"]},
    "no outputs": {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 1},
    "outputs are null": shown() | {"outputs": None},
    "no source": {"cell_type": "markdown", "metadata": {}},
    "source is null": MARKDOWN | {"source": None},
    "attachments": MARKDOWN | {"attachments": {"a.png": 7, "b.png": {"text/x": "y"}}},
    "attachments are a list": MARKDOWN | {"attachments": ["a.png"]},
    "ids": MARKDOWN | {"id": {"x": []}},
    "a broken picture": shown(data={"image/png": "no base64!"}),
    "half a surrogate": shown(data={"text/html": "<p>\ud800</p>", "text/plain": "\0"}),
    "an SVG with half a surrogate": shown(data={"image/svg+xml": "<svg>\ud800</svg>"}),
}


@pytest.mark.parametrize("odd", HARMLESS)
def test_what_is_odd_but_loses_nothing_is_no_fault(odd):
    made = render(plain(HARMLESS[odd]))
    assert made.missing == ()
    assert "the end" in made.html


@pytest.mark.parametrize("whole", [None, [], "x", {}, {"cells": None}, {"cells": {"a": 1}}])
def test_a_notebook_without_cells_is_told_so(whole):
    ((_, told),) = render(whole).missing
    assert told == "This notebook has no list of cells. Run it again to make it anew."


@pytest.mark.parametrize(
    "date",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01",
        "1 January 0001",
        "31 June 2026",
    ],
)
def test_a_date_of_the_cover_that_is_no_date_of_ours_stands_there_as_it_was_written(date):
    made = render(notebook(text("# T"), cover(COVER | {"evidence_date": date}), text("## A")))
    assert made.notes == made.missing == ()
    assert date in made.html
    assert PdfReader(io.BytesIO(made.pdf)).metadata.creation_date.year == 2000


SHAPES = ("<blockquote>", "<ul><li>", "<dl><dt>t<dd>", "<table><caption>c</caption><tr><td>", "<strong>",
          "<section class=whole>", "<div class=callout>", "<details><summary>s</summary>", "<ol><li>",
          "<figure>", "<pre>")  # fmt: skip


@given(st.lists(st.sampled_from(SHAPES), min_size=6, max_size=16))
@settings(max_examples=12)
def test_whatever_stands_within_each_other_is_on_paper_with_all_of_its_text(shapes):
    made = render(notebook(text("# T"), text("## A"), code("".join(shapes) + "innermost"), text("the end")))
    assert made.notes == ()
    assert made.missing == () or "nested" in made.missing[0][1]
    if not made.missing:
        assert "innermost" in paper(made)


def test_of_a_table_with_very_many_columns_paper_shows_a_part_and_says_so():
    wide = "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n" + "|b" * 3000 + "|\n"
    made = render(notebook(text("# T"), text(f"## A\n\n{wide}\n\nthe end")))
    assert made.notes == made.missing == ()
    assert "more; all of them are in the HTML report" in paper(made)
    assert "the end" in paper(made)
    assert BeautifulSoup(made.html, "html.parser").main.get_text().count("b") >= 3000


ODD = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.lists(st.none() | st.text(max_size=5), max_size=3)
    | st.dictionaries(st.text(max_size=5), st.none(), max_size=2)
    | st.sampled_from(["<div>" * 99, "> " * 200 + "q", "- " * 200 + "x", "[" * 999, "\ud800",
                       "![x](data:image/png;base64,!!)"])
)  # fmt: skip
WHOLE = json.loads(
    nbformat.writes(
        notebook(
            cover(),
            text("## A"),
            code("<p>shown</p>", v4.new_output("stream", name="stdout", text="printed")),
            code(v4.new_output("error", ename="E", evalue="v", traceback=[])),
            code(v4.new_output("display_data", data={"image/png": "aGFsbG8=", "text/plain": "x"})),
        )
    )
)


def places(value, path=()):
    """Each place in a notebook's JSON."""
    if path:
        yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


@given(st.lists(st.tuples(st.sampled_from([*places(WHOLE)]), ODD | st.just(...)), min_size=1, max_size=3))
@settings(max_examples=60)
def test_no_change_of_a_notebook_stops_its_report(changes):
    whole = copy.deepcopy(WHOLE)
    for (*way, last), value in changes:
        holder = whole
        try:
            for key in way:
                holder = holder[key]
            if value is ...:
                del holder[last]
            else:
                holder[last] = value
        except (LookupError, TypeError):  # an earlier change has taken the place away
            continue
    made = render(whole)
    assert made.html.startswith("<!DOCTYPE html>")
    assert made.pdf.startswith(b"%PDF")


def test_a_fault_that_nobody_has_foreseen_is_told_too(monkeypatch):
    clean = cells.clean
    monkeypatch.setattr(cells, "clean", lambda html: 1 / 0 if html == "<p>x</p>" else clean(html))
    made = render(notebook(text("## A"), code("<p>x</p>"), text("the end")))
    assert made.missing[0][1].startswith(
        "Output 1 of the notebook's cell 2 cannot be shown: it could not be read"
    )
    assert "the end" in made.html
