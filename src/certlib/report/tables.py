"""Tables on paper: a grid without gaps, columns as wide as their text needs, the worst of very many rows."""

from collections.abc import Callable
from typing import Any

from certlib.language import format_number, mark, say
from certlib.report.columns import Extent, find_widths, get_room, measure_extent
from certlib.report.inlines import Node, Setting
from certlib.report.tree import Element

ROWS = 500  # of a table on paper; all are in the HTML
COLUMNS = 60  # no table on paper has more; what is beyond joins the last cell
CELLS = 5000  # of a table on paper: one with many columns has fewer rows
PARTS = 100  # blocks of one cell on paper, such as paragraphs
HEADS = 8  # rows at the head of a table, which stand again on each page
WIDE = 6  # columns of a matrix above which it gets a landscape page
TOGETHER = 16  # rows up to which a table stays on one page
SPLITS = 1200  # characters in a cell above which its row may go over two pages
NAME = 36  # characters up to which one word is a name that should not be broken
STATE = 26  # characters up to which a state should not be broken
BREAKS = frozenset({"li", "p", "div", "br", "dt", "dd", "pre"})  # what begins a line within a cell
INDENT = "– "  # what a list's mark takes of a line
SHOWN = {  # by which rows are shown, and whether the PDF carries all of them
    ("worst", False): mark("These are the worst {rows} of {all} rows. All of them are in the HTML report."),
    ("first", False): mark("These are the first {rows} of {all} rows. All of them are in the HTML report."),
    ("worst", True): mark(
        "These are the worst {rows} of {all} rows. All of them are in the HTML report and the files attached "
        "to this PDF."
    ),
    ("first", True): mark(
        "These are the first {rows} of {all} rows. All of them are in the HTML report and the files attached "
        "to this PDF."
    ),
}
_WORST_FIRST = ("state-bad", "state-warn", "state-open")


def make_table(
    e: Element, setting: Setting, *, caption: list[Any], fill: Callable[[Element], list[Node]]
) -> list[Node]:
    """A table, or its caption where it has no cells; `fill` makes what a cell holds."""
    head, body = _list_rows(e)
    shown, note = _choose_worst(body, attached=setting.attached)
    cells, extents, columns = _make_grid([*head, *shown], setting, fill)
    if not cells:
        return [{"k": "p", "c": caption}] if caption else []
    for cell in cells:  # a row that names a group of rows and is as wide as the table heads the rows below it
        cell["group"] = cell["group"] and cell["y"] >= len(head) and cell["across"] == columns
    wide = columns > WIDE and ("matrix" in e.classes or columns > WIDE + 3)
    dense = columns > WIDE or "close" in e.classes
    if "signoff" in e.classes:
        widths = [1.0, *[2.0] * (columns - 1)]
    else:
        room = get_room(setting.paper, turned=wide, dense=dense)
        spread = any(cell["across"] > 1 for cell in cells)
        widths = find_widths(extents, columns=columns, room=room, spread=spread)
    return [
        {
            "k": "table",
            "columns": widths,
            "head": len(head),
            "caption": caption,
            "note": note,
            "wide": wide,
            "dense": dense,
            "close": "close" in e.classes,  # its rows stand close to each other
            "signs": "signoff" in e.classes,  # its rows leave room to write
            "together": len(shown) <= TOGETHER and sum(extent.length for extent in extents) < 2 * SPLITS,
            "c": cells,
        }
    ]


def keep_only(parent: Element, *tags: str) -> list[Element]:
    """The parts of a list or table; what else a writer put there becomes a part."""
    parts = []
    for child in parent.children:
        if isinstance(child, Element) and child.tag in tags:
            parts.append(child)
        elif isinstance(child, Element) or child.strip():
            parts.append(Element(tags[0], {}, [child]))
    return parts


def _list_rows(e: Element) -> tuple[list[Element], list[Element]]:
    head: list[Element] = []
    body: list[Element] = []
    for part in keep_only(e, "tr", "thead", "tbody", "tfoot", "caption"):
        if part.tag == "thead":
            head += keep_only(part, "tr")
        elif part.tag == "tr":
            body.append(part)
        elif part.tag != "caption":
            body += keep_only(part, "tr")
    return head[:HEADS], head[HEADS:] + body


def _choose_worst(body: list[Element], *, attached: bool) -> tuple[list[Element], str]:
    """The rows that paper shows, in their order, and what is to be said where these are not all.

    Rows are ranked by their worst state; a row that names a group stays if one of its rows does.
    """
    members = [index for index, row in enumerate(body) if not _is_group_name(row)]
    cells = max((sum(isinstance(child, Element) for child in row.children) for row in body), default=0)
    rows = min(ROWS, CELLS // min(max(cells, 1), COLUMNS + PARTS))
    if len(members) <= rows:
        return body, ""
    ranks = {index: _rank(body[index]) for index in members}
    ranked = len(set(ranks.values())) > 1 and not any(
        "rowspan" in e.attrs for row in body for e in row.walk()
    )
    chosen = set((sorted(members, key=ranks.__getitem__) if ranked else members)[:rows])
    shown: list[Element] = []
    group: list[Element] = []
    for index, row in enumerate(body):
        if index not in ranks:
            group = [row]
        elif index in chosen:
            shown += [*group, row]
            group = []
    text = SHOWN["worst" if ranked else "first", attached]
    return shown, say(text, rows=rows, all=format_number(len(members)))


def _is_group_name(row: Element) -> bool:
    parts = [child for child in row.children if isinstance(child, Element)]
    return len(parts) == 1 and parts[0].attrs.get("scope") == "rowgroup"


def _rank(row: Element) -> int:
    states = {name for element in row.walk() for name in element.classes}
    return next((rank for rank, name in enumerate(_WORST_FIRST) if name in states), len(_WORST_FIRST))


def _make_grid(
    rows: list[Element], setting: Setting, fill: Callable[[Element], list[Node]]
) -> tuple[list[Node], list[Extent], int]:
    """Each cell with its column and row, and the number of columns.

    What spans leave over is filled with empty cells.
    """
    taken: set[tuple[int, int]] = set()
    cells: list[Node] = []
    extents: list[Extent] = []
    for y, row in enumerate(rows):
        x = 0
        for cell in keep_only(row, "td", "th"):
            while (x, y) in taken:
                x += 1
            if x >= COLUMNS:  # nothing is lost: it joins the last cell
                cells[-1]["c"] += fill(cell)
                continue
            across = min(int(cell.attrs.get("colspan", "1")), COLUMNS - x)
            down = min(int(cell.attrs.get("rowspan", "1")), len(rows) - y)
            taken.update((x + i, y + j) for i in range(across) for j in range(down))
            text = cell.text()
            cells.append(
                {
                    **_make_cell(x, y, fill(cell)),
                    "across": across,
                    "down": down,
                    "th": cell.tag == "th",
                    "splits": len(text) > SPLITS,
                    "group": _is_group_name(row),
                }
            )
            if across == 1:
                extents.append(_measure_cell(cell, text, column=x, row=y, rows=down))
            x += across
    for node in cells:
        if beyond := node["c"][PARTS:]:
            node["c"][PARTS:] = [{"k": "p", "c": [setting.describe_rest("items", len(beyond))]}]
    columns = max((x for x, _ in taken), default=-1) + 1
    gaps = [(x, y) for y in range(len(rows)) for x in range(columns) if (x, y) not in taken]
    return [*cells, *(_make_cell(x, y, []) for x, y in gaps)], extents, columns


def _make_cell(x: int, y: int, inner: list[Node]) -> Node:
    flags = dict.fromkeys(("th", "splits", "group"), False)
    return {"x": x, "y": y, "across": 1, "down": 1, **flags, "c": inner}


def _measure_cell(cell: Element, text: str, *, column: int, row: int, rows: int) -> Extent:
    parts = list(cell.walk())
    state = any("state" in part.classes for part in parts)
    wide = state or any(part.tag in ("th", "code", "strong") for part in parts)
    name = (len(text) <= NAME and " " not in text) or (state and len(text) <= STATE)
    return measure_extent(column=column, row=row, lines=_list_lines(cell), wide=wide, name=name, rows=rows)


def _list_lines(cell: Element) -> list[str]:
    """The text of a cell by its lines: paragraphs, items of a list, what stands between breaks."""
    lines = [""]

    def read(e: Element) -> None:
        for child in e.children:
            if isinstance(child, str):
                lines[-1] += child
                continue
            if child.tag in BREAKS:
                lines.append(INDENT if child.tag == "li" else "")
            read(child)
            if child.tag in BREAKS:
                lines.append("")

    read(cell)
    return [line for line in lines if line.strip()] or [""]
