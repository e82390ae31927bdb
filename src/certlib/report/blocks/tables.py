"""Tables on paper: a grid without gaps, columns as wide as their text needs, the worst of very many rows."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from certlib.report.blocks.caps import make_more
from certlib.report.blocks.nodes import Node
from certlib.report.blocks.widths import Extent, measure_extent
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
_WORST_FIRST = ("state-bad", "state-warn", "state-open")


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a table paper shows, where it does not show all: the worst or the first."""

    which: str
    shown: int
    of: int


Cell = Callable[[Element], list[Node]]


def make_table(e: Element, *, caption: list[Any], cell: Cell) -> list[Node]:
    """A table, or its caption where it has no cells; `cell` makes what a cell holds."""
    head, body = _list_rows(e)
    kept, part = _choose_worst(body)
    cells, extents, columns = _make_grid([*head, *kept], len(head), cell)
    if not cells:
        return [{"k": "p", "c": caption}] if caption else []
    short = len(kept) <= TOGETHER and sum(extent.length for extent in extents) < 2 * SPLITS
    wide = columns > WIDE and ("matrix" in e.classes or columns > WIDE + 3)
    spread = any(one["across"] > 1 for one in cells)
    signs = "signoff" in e.classes
    return [
        {
            "k": "table",
            "columns": [1.0, *[2.0] * (columns - 1)] if signs else [0.0] * columns,
            "extents": [] if signs else extents,  # from which a later step gets the columns' widths
            "spread": spread,
            "head": len(head),
            "caption": caption,
            "rows": part,
            "wide": wide,
            "dense": columns > WIDE or "close" in e.classes,
            "close": "close" in e.classes,  # its rows stand close to each other
            "signs": signs,  # its rows leave room to write
            "together": short,
            "c": cells,
        }
    ]


def keep_only(parent: Element, *tags: str) -> list[Element]:
    """The parts of a list or table; what else a writer put there becomes a part."""
    kept = []
    for child in parent.children:
        if isinstance(child, Element) and child.tag in tags:
            kept.append(child)
        elif isinstance(child, Element) or child.strip():
            kept.append(Element(tags[0], {}, [child]))
    return kept


def find_caption(e: Element) -> list[Element | str]:
    """What the caption of a table holds."""
    captions = (c for c in e.children if isinstance(c, Element) and c.tag == "caption")
    return [child for caption in captions for child in caption.children]


def _list_rows(e: Element) -> tuple[list[Element], list[Element]]:
    head: list[Element] = []
    body: list[Element] = []
    for part in keep_only(e, "tr", "thead", "tbody", "tfoot", "caption"):
        match part.tag:
            case "caption":
                pass
            case "thead":
                head += keep_only(part, "tr")
            case "tr":
                body.append(part)
            case _:
                body += keep_only(part, "tr")
    return head[:HEADS], head[HEADS:] + body


def _choose_worst(body: list[Element]) -> tuple[list[Element], Rows | None]:
    """The rows that paper shows, in their order, and which of them these are.

    Rows are ranked by their worst state; a row that names a group stays if one of its rows does.
    """
    members = [index for index, row in enumerate(body) if not _is_group_name(row)]
    cells = max((sum(isinstance(child, Element) for child in row.children) for row in body), default=0)
    rows = min(ROWS, CELLS // min(max(cells, 1), COLUMNS + PARTS))
    if len(members) <= rows:
        return body, None
    ranks = {index: _rank(body[index]) for index in members}
    ranked = len(set(ranks.values())) > 1 and not any(
        "rowspan" in e.attrs for row in body for e in row.walk()
    )
    kept = set((sorted(members, key=ranks.__getitem__) if ranked else members)[:rows])
    shown: list[Element] = []
    group: Element | None = None
    for index, row in enumerate(body):
        if index not in ranks:
            group = row
        elif index in kept:
            shown += [row] if group is None else [group, row]
            group = None
    return shown, Rows("worst" if ranked else "first", rows, len(members))


def _is_group_name(row: Element) -> bool:
    parts = [child for child in row.children if isinstance(child, Element)]
    return len(parts) == 1 and parts[0].attrs.get("scope") == "rowgroup"


def _rank(row: Element) -> int:
    states = {name for element in row.walk() for name in element.classes}
    return next((rank for rank, name in enumerate(_WORST_FIRST) if name in states), len(_WORST_FIRST))


def _make_grid(rows: list[Element], heads: int, fill: Cell) -> tuple[list[Node], list[Extent], int]:
    """Each cell with its column and row, and the number of columns.

    What spans leave over is filled with empty cells.
    """
    taken: set[tuple[int, int]] = set()
    cells: list[Node] = []
    extents: list[Extent] = []
    beyond: defaultdict[int, list[Node]] = defaultdict(list)
    for y, row in enumerate(rows):
        x = 0
        for cell in keep_only(row, "td", "th"):
            while (x, y) in taken:
                x += 1
            if x >= COLUMNS:  # nothing is lost: it joins the last cell
                beyond[len(cells) - 1] += fill(cell)
                continue
            across = min(int(cell.attrs.get("colspan", "1")), COLUMNS - x)
            down = min(int(cell.attrs.get("rowspan", "1")), len(rows) - y)
            taken.update((x + i, y + j) for i in range(across) for j in range(down))
            text = cell.text()
            cells.append(
                _make_cell(x, y, across, down, th=cell.tag == "th", splits=len(text) > SPLITS, c=fill(cell))
            )
            if across == 1:
                extents.append(_measure_extent(x, y, down, cell, text))
            x += across
    for index, one in enumerate(cells):
        one["c"] = _keep_some([*one["c"], *beyond[index]])
    columns = max((x for x, _ in taken), default=-1) + 1
    for one in cells:  # a row that names a group of rows and is as wide as the table heads the rows below it
        one["group"] = heads <= one["y"] and _is_group_name(rows[one["y"]]) and one["across"] == columns
    cells += [
        _make_cell(x, y, 1, 1, th=False, splits=False, c=[])
        for y in range(len(rows))
        for x in range(columns)
        if (x, y) not in taken
    ]
    return cells, extents, columns


def _keep_some(parts: list[Node]) -> list[Node]:
    """As many blocks of a cell as paper shows."""
    if len(parts) <= PARTS:
        return parts
    return [*parts[:PARTS], {"k": "p", "c": [make_more("items", len(parts) - PARTS)]}]


def _measure_extent(x: int, y: int, down: int, cell: Element, text: str) -> Extent:
    parts = list(cell.walk())
    state = any("state" in part.classes for part in parts)
    wide = state or any(part.tag in ("th", "code", "strong") for part in parts)
    name = (len(text) <= NAME and " " not in text) or (state and len(text) <= STATE)
    return measure_extent(column=x, row=y, lines=_list_lines(cell), wide=wide, name=name, rows=down)


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


def _make_cell(x: int, y: int, across: int, down: int, *, th: bool, splits: bool, c: list[Node]) -> Node:
    return {
        "x": x,
        "y": y,
        "across": across,
        "down": down,
        "th": th,
        "splits": splits,
        "group": False,
        "c": c,
    }
