"""Tables on paper: nothing leaves an A4 or Letter page, heads and groups come again, the worst rows stay."""

import io
import re
import shutil
import subprocess

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from certlib.report import render
from certlib.report.blocks import make_blocks
from certlib.report.columns import GAP, find_widths, get_room, measure_extent
from certlib.report.inlines import iterate_nodes
from certlib.report.tables import CELLS, COLUMNS, HEADS, PARTS, ROWS
from certlib.report.tree import clean, parse
from report.sample import COVER, code, cover, full, hostile, notebook, text

MILLIMETRE = 72 / 25.4
SIZES = {"a4": (210, 297), "letter": (215.9, 279.4)}


def only_table(markup):
    return next(block for block in make_blocks(parse(clean(markup))) if block["k"] == "table")


def table(rows, attributes=""):
    return (
        f"<table {attributes}><thead><tr><th>State<th>Name</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def row(number, state="ok"):
    return f'<tr><th><span class="state state-{state}">s</span></th><td>row-{number}</td></tr>'


def names(block):
    return re.findall(r"row-(\d+)", str(block["c"]))


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("cells", [full, hostile], ids=["sample", "hostile"])
def test_nothing_leaves_the_page(paper, cells, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine")
    made = notebook(*cells().cells[:1], cover({**COVER, "paper": paper}), *cells().cells[2:])
    file = tmp_path / "report.pdf"
    file.write_bytes(render(made).pdf)
    for page in PdfReader(file).pages:
        assert sorted(round(float(side) / MILLIMETRE) for side in page.mediabox[2:]) == list(
            map(round, SIZES[paper])
        )
    said = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True).stdout
    found = BeautifulSoup(said, "html.parser").select("page")
    assert len(found) > 5
    for page in found:
        edge = float(page["width"]) - 19 * MILLIMETRE
        outside = [
            w.get_text() for w in page.select("word") if float(w["xmax"]) > edge or float(w["xmin"]) < 0
        ]
        assert outside == []


def test_a_long_table_shows_its_worst_rows_in_their_order():
    rows = [row(i) for i in range(ROWS)] + [row(ROWS, "open"), row(ROWS + 1, "bad"), row(ROWS + 2, "warn")]
    block = only_table(table(rows))
    assert names(block) == [str(i) for i in [*range(ROWS - 3), ROWS, ROWS + 1, ROWS + 2]]
    assert block["note"].startswith(f"These are the worst {ROWS} of {ROWS + 3} rows.")


def test_a_long_table_without_states_shows_its_first_rows():
    block = only_table(table([row(i, "none") for i in range(ROWS + 1)]))
    assert names(block) == [str(i) for i in range(ROWS)]
    assert block["note"].startswith(f"These are the first {ROWS} of {ROWS + 1} rows.")


def test_a_table_that_paper_has_room_for_is_whole():
    block = only_table(table([row(i) for i in range(ROWS)]))
    assert len(names(block)) == ROWS
    assert block["note"] == ""


def test_a_table_with_many_columns_has_fewer_rows_and_its_last_cells_hold_a_part_of_what_is_beyond():
    wide = f"<tr>{''.join(f'<td><p>c-{number}</p></td>' for number in range(400))}</tr>"
    made = make_blocks(parse(clean(f"<table><thead>{wide}</thead><tbody>{wide * 200}</tbody></table>")))
    block = next(node for node in iterate_nodes(made) if node["k"] == "table")
    assert len(block["columns"]) == COLUMNS
    assert block["note"].startswith(f"These are the first {CELLS // (COLUMNS + PARTS)} of 200 rows.")
    last = [cell for cell in block["c"] if cell["x"] == COLUMNS - 1]
    assert {len(cell["c"]) for cell in last} == {PARTS + 1}
    assert last[0]["c"][-1]["c"][0].startswith(f"and {400 - COLUMNS + 1 - PARTS} more")


def test_a_head_of_very_many_rows_goes_on_in_the_body():
    rows = "".join(f"<tr><th>row-{number}</th></tr>" for number in range(HEADS + 5))
    block = only_table(f"<table><thead>{rows}</thead><tbody><tr><td>row-x</td></tr></tbody></table>")
    assert block["head"] == HEADS
    assert len(block["c"]) == HEADS + 6


def test_a_group_stays_with_the_rows_that_are_shown():
    groups = [f'<tr><th scope="rowgroup" colspan="2">group-{g}</th></tr>' for g in "ab"]
    rows = [groups[0], *map(row, range(ROWS)), groups[1], *(row(i, "bad") for i in range(ROWS))]
    block = only_table(table(rows))
    assert "group-b" in str(block["c"])
    assert "group-a" not in str(block["c"])
    assert [cell["group"] for cell in block["c"]].count(True) == 1


def test_the_name_of_a_group_comes_again_on_the_next_page():
    groups = [f'<tr><th scope="rowgroup" colspan="2">group-{g}</th></tr>' for g in "ab"]
    rows = [groups[0], *map(row, range(60)), groups[1], *map(row, range(60, 120))]
    made = render(notebook(text("# T"), text("## A"), code(table(rows))))
    for page in PdfReader(io.BytesIO(made.pdf)).pages:
        shown = page.extract_text()
        numbers = [int(n) for n in re.findall(r"row-(\d+)", shown)]
        assert ("group-a" in shown) == any(n < 60 for n in numbers)
        assert ("group-b" in shown) == any(n >= 60 for n in numbers)


def test_a_rowspan_of_a_stranger_does_not_mix_up_the_rows_that_are_shown():
    rows = [
        f'<tr><td rowspan="2">row-{2 * i}</td><td>x</td></tr><tr><td>row-{2 * i + 1}</td></tr>'
        for i in range(ROWS)
    ]
    block = only_table(table(rows))
    assert names(block) == [str(i) for i in range(ROWS)]


def test_room_goes_to_the_column_that_makes_rows_low():
    rows = [("open", "word " * 30, "443"), ("open", "word " * 40, "8443")]
    extents = [
        measure_extent(column=x, row=y, lines=[cell], wide=False, name=False)
        for y, cells in enumerate(rows)
        for x, cell in enumerate(cells)
    ]
    found = find_widths(extents, columns=3, room=80, spread=False)
    assert sum(found) == 80
    assert found[1] > 60


def test_a_state_of_a_few_words_is_not_torn_for_a_long_text_beside_it():
    rows = [("cannot be accepted", "word " * 60)] * 3
    extents = [
        measure_extent(column=x, row=y, lines=[cell], wide=False, name=x == 0)
        for y, cells in enumerate(rows)
        for x, cell in enumerate(cells)
    ]
    assert find_widths(extents, columns=2, room=100, spread=False)[0] - GAP >= extents[0].length


def share(markup, column, paper="a4"):
    block = next(one for one in make_blocks(parse(clean(markup)), paper=paper) if one["k"] == "table")
    return block["columns"][column] - GAP


def test_the_name_of_a_node_is_not_broken_where_other_columns_have_room():
    name = "socialminer.northwind.example"
    rows = [
        f"<tr><th>{name}</th><td>{'a task of words ' * 3}</td><td>{'what it interrupts ' * 5}</td></tr>"
    ] * 6
    wide = measure_extent(column=0, row=0, lines=[name], wide=True, name=True)
    assert share(f"<table><tbody>{''.join(rows)}</tbody></table>", 0) >= wide.length


def test_the_lines_of_a_cell_are_measured_one_by_one():
    cell = "<br>".join(f"Gadget {number}: works" for number in range(5))
    row = f"<tr><td>{cell}</td><td>{'a longer text of many words ' * 12}</td></tr>"
    line = measure_extent(column=0, row=0, lines=["Gadget 4: works"], wide=False, name=False)
    found = share(f"<table><tbody>{row}</tbody></table>", 0)
    assert line.length <= found < 3 * line.length


def test_the_room_of_a_table_is_that_of_its_paper_and_of_how_the_page_lies():
    assert get_room("letter", turned=True, dense=True) < get_room("a4", turned=True, dense=True)
    assert get_room("letter", turned=False, dense=False) > get_room("a4", turned=False, dense=False)


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=1, max_size=8), min_size=1, max_size=6),
    st.integers(20, 190),
    st.booleans(),
)
def test_columns_are_never_narrower_than_their_words_nor_wider_than_the_page_asks(rows, room, spread):
    extents = [
        measure_extent(column=x, row=y, lines=[cell], wide=False, name=False)
        for y, cells in enumerate(rows)
        for x, cell in enumerate(cells)
    ]
    columns = max(map(len, rows))
    found = find_widths(extents, columns=columns, room=room, spread=spread)
    assert len(found) == columns
    least = [max((e.least for e in extents if e.column == x), default=1) + GAP for x in range(columns)]
    if any(found):
        assert all(width >= needed for width, needed in zip(found, least, strict=True))
        assert sum(found) <= max(room, sum(least))
