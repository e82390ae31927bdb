"""How a sheet of the workbook is written: text as text, states by symbol, word and colour, fit to print.

No cell holds a formula or a link, whatever a certificate says, and none becomes one when it is edited.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter

from certlib.palette import load_tokens
from certlib.text import make_visible

LONGEST = 32_767  # UTF-16 units in a cell of a workbook
FIRST_DAY = 1900  # the year before which a workbook knows no dates
A4 = 9
STATES = ("ok", "warn", "bad", "open", "none")
WIDTH = 18  # characters of a column that says nothing else
LINE, HIGHEST = 14, 400  # points; a workbook has no row above 409


@dataclass(frozen=True, slots=True)
class Stated:
    """A cell's state: class, symbol and word."""

    name: str
    text: str


Value = str | int | float | datetime | Stated | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A column to be filled in: what may be chosen, and in which state that is."""

    choices: Mapping[str, str]  # text: class of the state


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head and width; `choice` when it is to be filled in."""

    head: str
    width: int = WIDTH
    choice: Choice | None = None


@dataclass(slots=True)
class Book:
    """A workbook with its formats; the footer and `pages`, with &P and &N, stand on every printed page."""

    book: Any
    footer: str
    pages: str
    formats: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        light = load_tokens()["light"]
        text = {"text_wrap": True, "valign": "top", "align": "left", "quote_prefix": True, "font_size": 10}
        line = {"bottom": 1, "bottom_color": light["rule"]}
        made = {
            "plain": text | line,
            "date": text | line | {"num_format": "yyyy-mm-dd"},
            "head": text | {"bold": True, "bg_color": light["surface"], "bottom": 2, "valign": "bottom"},
            "title": {"bold": True, "font_size": 18, "quote_prefix": True},
            "part": {"bold": True, "font_size": 13, "quote_prefix": True},
            "label": text | line | {"font_color": light["muted"]},
        }
        for name in STATES:
            tone = {"font_color": light[name], "bg_color": light[f"{name}-tint"]}
            made[name] = text | line | tone
            made[f"lead-{name}"] = text | tone | {"bold": True, "font_size": 16, "valign": "vcenter"}
        self.formats = {name: self.book.add_format(values) for name, values in made.items()}

    def sheet(self, name: str) -> Any:
        """A new sheet that prints on as few pages as are legible, landscape, with page numbers."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(f"&L{make_plain(self.footer, 120).replace('&', '&&')}&C{name}&R{self.pages}")
        return sheet

    def write(self, sheet: Any, row: int, column: int, value: Value, style: str = "plain") -> None:
        """One cell: text as text, numbers as numbers, days as days."""
        match value:
            case Stated():
                sheet.write_string(row, column, make_plain(value.text), self.formats[value.name])
            case datetime() if value.year >= FIRST_DAY:
                sheet.write_datetime(row, column, value.replace(tzinfo=None), self.formats["date"])
            case int() | float():
                sheet.write_number(row, column, value, self.formats[style])
            case None:
                sheet.write_blank(row, column, None, self.formats[style])
            case _:
                sheet.write_string(row, column, make_plain(str(value)), self.formats[style])


def make_plain(text: str, most: int = LONGEST) -> str:
    """The text as a cell can hold it: visible, and where it is too long its beginning and a mark."""
    shown = make_visible(text)
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * most:
        return shown
    mark = f"… ({len(shown)} characters)"
    return units[: 2 * (most - len(mark))].decode("utf-16-le", errors="ignore") + mark


def write_table(
    book: Book,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    frozen: int,
) -> None:
    """A sheet with one table: head and first columns stay in view, each column can be filtered."""
    sheet = book.sheet(name)
    widths, last = [column.width for column in columns], 0
    for last, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            book.write(sheet, last, place, value)
        sheet.set_row(last, compute_height(zip(map(_get_text, row), widths, strict=True)))
    for place, column in enumerate(columns):
        book.write(sheet, 0, place, column.head, "head")
        sheet.set_column(place, place, column.width)
        if column.choice and last:
            _choose(book, sheet, place, last, column.choice)
    sheet.set_row(
        0, compute_height((column.head, column.width - 3) for column in columns)
    )  # less for the filter
    sheet.freeze_panes(1, frozen)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})


def compute_height(cells: Iterable[tuple[str, int]]) -> int:
    """The points that a row needs for its texts, each with the characters that its column has room for.

    Programs differ in whether they make rows fit when a workbook is opened, so it is said.
    """
    lines = max((len(text) * 11 // 10 // width + 1 for text, width in cells), default=1)
    return min(lines * LINE, HIGHEST)


def _get_text(value: Value) -> str:
    return value.text if isinstance(value, Stated) else value if isinstance(value, str) else ""


def _choose(book: Book, sheet: Any, column: int, last: int, choice: Choice) -> None:
    sheet.data_validation(1, column, last, column, {"validate": "list", "source": list(choice.choices)})
    for text, state in choice.choices.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": book.formats[state]}
        sheet.conditional_format(1, column, last, column, rule)


def open_book(target: Any, *, footer: str, pages: str) -> Book:
    """An empty workbook that is written to `target` when it is closed."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    return Book(xlsxwriter.Workbook(target, options), footer, pages)
