"""Markup from facts: whatever a field says, it is text."""

from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from markupsafe import Markup

from certlib.palette import load_tokens
from certlib.report.tree import clean
from certlib.show import Display
from certlib.show.markup import join, make_style, make_table, make_tag, make_terms
from certlib.text import make_visible

HOSTILE = "</td><script>alert(1)</script>\" onload='x' &amp; {{7*7}} \u202e\x00"


def parsed(markup: Markup) -> BeautifulSoup:
    return BeautifulSoup(str(markup), "html.parser")


@given(st.text())
@example(HOSTILE)
def test_any_text_comes_out_as_text_and_nothing_hidden_stays_hidden(text: str) -> None:
    page = parsed(make_tag("p", text, title=text))
    assert [element.name for element in page.find_all()] == ["p"]
    assert page.p.get_text() == make_visible(text)
    assert page.p.attrs == {"title": make_visible(text)}


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=3))
def test_any_texts_are_the_cells_of_a_table_and_no_more(rows: list[list[str]]) -> None:
    page = parsed(make_table(caption=HOSTILE, columns=["a", HOSTILE], rows=rows, class_="matrix"))
    assert page.caption.get_text() == make_visible(HOSTILE)
    assert [head.get_text() for head in page.select("thead th")] == ["a", make_visible(HOSTILE)]
    found = [[cell.get_text() for cell in line.find_all(["th", "td"])] for line in page.select("tbody tr")]
    assert found == [[make_visible(text) for text in row] for row in rows]
    assert not page.find("script")


def test_the_first_cell_of_a_row_is_its_head() -> None:
    page = parsed(make_table(caption="c", columns=["a", "b"], rows=[["x", 1]], class_="matrix"))
    assert [(cell.name, cell.get("scope")) for cell in page.select("tbody tr > *")] == [
        ("th", "row"),
        ("td", None),
    ]


def test_a_table_without_rows_says_so_over_its_whole_width() -> None:
    page = parsed(make_table(caption="c", columns=["a", "b"], rows=[], class_="x", empty="Nothing here."))
    (cell,) = page.select("tbody td")
    assert (cell.get_text(), cell["colspan"]) == ("Nothing here.", "2")


def test_only_markup_is_taken_as_it_is_and_nothing_is_left_out() -> None:
    assert join("a<", Markup("<b>c</b>"), None, 5, ["<", None, Markup("<i>d</i>")]) == (
        "a&lt;<b>c</b>5&lt;<i>d</i>"
    )


def test_terms_are_pairs_of_a_description_list() -> None:
    page = parsed(make_terms([(HOSTILE, HOSTILE), ("b", Markup("<code>x</code>"))]))
    assert [term.get_text() for term in page("dt")] == [make_visible(HOSTILE), "b"]
    assert [value.get_text() for value in page("dd")] == [make_visible(HOSTILE), "x"]
    assert not page.find("script")


def test_a_notebook_gets_html_text_and_what_only_an_exporter_reads() -> None:
    display = Display(html=Markup("<p>x</p>"), text="x", private={"application/vnd.x+json": {"a": 1}})
    data, _ = DisplayFormatter().format(display)
    assert data.pop("text/html").endswith("</style><p>x</p>")
    assert data == {"text/plain": "x", "application/vnd.x+json": {"a": 1}}
    assert repr(display) == "x"


def test_what_shows_nothing_brings_no_style() -> None:
    data, _ = DisplayFormatter().format(Display(html=Markup(""), text=""))
    assert data["text/html"] == ""


def test_the_style_of_a_notebook_has_every_state_in_light_and_dark_and_stays_out_of_the_report() -> None:
    for scheme in ("light", "dark"):
        for state in ("ok", "warn", "bad", "open", "none"):
            assert f".state-{state}{{color:{load_tokens()[scheme][state]}}}" in make_style()
    assert len(make_style()) < 2_500
    assert clean(make_style() + "<p>x</p>") == "<p>x</p>"
