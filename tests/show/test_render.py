"""Chapters from templates: whatever a field says, it is text."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from markupsafe import Markup

from certlib.assess.model import Statement
from certlib.palette import load_tokens
from certlib.report.tree import clean
from certlib.show import Display
from certlib.show.render import make_environment
from certlib.show.style import make_style
from certlib.tables.cells import Cell, Line
from certlib.text import make_visible

HOSTILE = "</td><script>alert(1)</script>\" onload='x' &amp; {{7*7}} \u202e\x00"
TABLE = """
{% from "macros.html.j2" import row_of, table with context %}
{% call(row) table(caption, columns, rows, "matrix", "Nothing here.") %}{{ row_of(row) }}{% endcall %}
"""


def parse(template: str, **data: object) -> BeautifulSoup:
    return BeautifulSoup(make_environment().from_string(template).render(**data), "html.parser")


@given(st.text())
@example(HOSTILE)
def test_any_text_comes_out_as_text_and_nothing_hidden_stays_hidden(text: str) -> None:
    page = parse('<p title="{{ text }}">{{ text }}</p>', text=text)
    assert [element.name for element in page.find_all()] == ["p"]
    assert page.p is not None
    assert page.p.get_text() == make_visible(text)
    assert page.p.attrs == {"title": make_visible(text)}


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=3))
def test_any_texts_are_the_cells_of_a_table_and_no_more(rows: list[list[str]]) -> None:
    page = parse(TABLE, caption=HOSTILE, columns=["a", HOSTILE], rows=rows)
    assert page.caption is not None
    assert page.caption.get_text() == make_visible(HOSTILE)
    assert [head.get_text() for head in page.select("thead th")] == ["a", make_visible(HOSTILE)]
    cells = [[cell.get_text() for cell in line.find_all(["th", "td"])] for line in page.select("tbody tr")]
    assert cells == [[make_visible(text) for text in row] for row in rows]
    assert not page.find("script")


def test_the_first_cell_of_a_row_is_its_head() -> None:
    page = parse(TABLE, caption="c", columns=["a", "b"], rows=[["x", 1]])
    assert [(cell.name, cell.get("scope")) for cell in page.select("tbody tr > *")] == [
        ("th", "row"),
        ("td", None),
    ]


def test_a_table_without_rows_says_so_over_its_whole_width() -> None:
    page = parse(TABLE, caption="c", columns=["a", "b"], rows=[])
    (cell,) = page.select("tbody td")
    assert (cell.get_text(), cell["colspan"]) == ("Nothing here.", "2")


def test_a_cell_shows_each_line_with_its_state_its_basis_and_where_it_leads() -> None:
    lines = (Line(HOSTILE, "bad", Statement("", "observed")), Line("more", link="there"))
    page = parse(TABLE, caption="c", columns=["a"], rows=[[Cell("value", lines)]], knowledge=None)
    cell = page.select_one("tbody th")
    assert cell is not None
    state, basis, link = cell.select("span.state, span.basis, a")
    assert (state["class"], state.get_text()) == (["state", "state-bad"], make_visible(HOSTILE))
    assert (basis["class"], basis.get_text()) == (["basis", "basis-observed"], "observed")
    assert (link["href"], link.get_text()) == ("#there", "more")
    assert len(cell("br")) == 1


def test_a_name_that_a_template_misspells_is_an_error_and_not_empty() -> None:
    with pytest.raises(UndefinedError, match="custmer"):
        parse("<p>{{ custmer }}</p>")


@pytest.mark.parametrize(
    "template",
    [
        "{{ say.__globals__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ cell.lines.__class__ }}",
        "{{ table.rows.append(1) }}",
        "{% for n in range(10000000) %}{% endfor %}",
    ],
)
def test_a_template_reaches_nothing_but_its_data(template: str) -> None:
    with pytest.raises((SecurityError, UndefinedError, OverflowError)):
        parse(template, cell=Cell("x"), table={"rows": []})


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
