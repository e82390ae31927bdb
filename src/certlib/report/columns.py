"""How wide a table's columns are on paper, by the letters of their words: as wide as makes its rows low."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from certlib.palette import load_tokens
from certlib.report.inlines import LONG, split_word

SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # width and height in millimetres
MARGIN = 20.0  # at the left and right of a page's text, in millimetres
BODY = 9.5  # the size of the text, in points; every other size is a share of it
LETTER = 0.495  # a small letter of IBM Plex Sans, as a share of its size, in the mean of English text
_POINTS = 72 / 25.4  # in a millimetre
GAP = 2  # small letters between columns
SAMPLE = 480  # cells of a long table that are looked at
TEXT = 2000  # characters of a cell that are looked at
MOVES = (16, 8, 5, 3, 2, 1)  # small letters that one column takes from another at a time
_LETTERS = {
    0.27: "',.ijl!:;[]f|",
    0.36: '()rt{}·-/I\\"',
    0.5: "*z?JLcsvxy",
    0.56: "FT_aeghknouäöü",
    0.6: "$+0123456789<=>CEPSVXYZ^`bdpq~–≠",
    0.68: "ABDKRß#&GHNOQU",
    0.8: "wM→✕▲",
    0.92: "m@W✓%★",
}
_WIDTHS = {letter: width / LETTER for width, letters in _LETTERS.items() for letter in letters}
_OTHER = 0.62 / LETTER
_SPACE = 0.26 / LETTER
_BOLD = 1.05  # how much wider bold text and code run
_SHORT = 0.6  # of the room: a table below it is as wide as its text
_FLAT = 0.1  # what a line counts in a cell that doesn't make its row higher
_FEW = 26
_TORN_NAME, _TORN = (
    2.5,
    0.5,
)  # what each further line counts in a name or state, and in other cells of few words
Line = list[tuple[float, float]]  # of each word: the space before it and its own width


@dataclass(frozen=True, slots=True)
class Extent:
    """What a cell of one column needs, in small letters."""

    column: int
    row: int
    lines: list[Line]
    least: int  # for its longest word
    length: int  # of its longest line
    torn: float  # what a break within one of its lines counts
    rows: int  # over which it stands


def measure_extent(
    *, column: int, row: int, lines: Sequence[str], wide: bool, name: bool, rows: int = 1
) -> Extent:
    """The extent of a cell's lines, `wide` when bold or code, a `name` when it should not be broken."""
    measured, left = [], TEXT
    for line in lines:
        measured.append(_measure_words(line[:left], wide=wide))
        left = max(0, left - len(line))
    least = math.ceil(max((width for line in measured for _, width in line), default=1))
    length = math.ceil(max((sum(gap + width for gap, width in line) for line in measured), default=0))
    torn = _TORN_NAME if name else _TORN if length <= _FEW else 0.0
    return Extent(column, row, measured, max(1, least), length, torn, rows)


def _measure_words(text: str, *, wide: bool) -> Line:
    measured: Line = []
    words = text.split()
    if len(words) > 1 and len(words[0]) == 1 and not words[0].isalnum():  # a symbol stays with its word
        words[:2] = [" ".join(words[:2])]
    for word in words:
        for index, piece in enumerate(split_word(word) if len(word) > LONG["cell"] else [word]):
            width = sum(_SPACE if letter == " " else _WIDTHS.get(letter, _OTHER) for letter in piece)
            measured.append((0.0 if index or not measured else _SPACE, width * _BOLD if wide else width))
    return measured


def get_room(paper: str, *, turned: bool, dense: bool) -> int:
    """Small letters in a line of a table, on a page that may be turned on its side."""
    size = BODY * float(load_tokens()["type"]["note" if dense else "table"])
    side = SIZES[paper][1 if turned else 0] - 2 * MARGIN
    return int(side * _POINTS / (LETTER * size))


def find_widths(extents: Sequence[Extent], *, columns: int, room: int, spread: bool) -> list[float]:
    """Shares of the table's width; all 0 where each column can be as wide as its text.

    `room`: small letters in a line; `spread`: a cell runs over several columns, so the table needs the full
    width.
    """
    least, most = [1] * columns, [1] * columns
    rows: dict[int, list[Extent]] = {}
    for extent in extents:
        least[extent.column] = max(least[extent.column], extent.least)
        most[extent.column] = max(most[extent.column], extent.length)
        rows.setdefault(extent.row, []).append(extent)
    room -= columns * GAP
    if sum(most) < room * _SHORT and not spread:
        return [0.0] * columns
    if sum(least) >= room:
        widths = least
    elif sum(most) <= room:
        widths = most
    else:
        widths = _find_lowest([*rows.values()][:: -(-len(extents) // SAMPLE)], least, most, room)
    return [float(width + GAP) for width in widths]


def _find_lowest(rows: list[list[Extent]], least: list[int], most: list[int], room: int) -> list[int]:
    """The widths that make the table lowest, as far as one column taking from another leads there."""
    widths = list(least)
    free = room - sum(widths)
    while free > 0:  # a fair start: in turn to each column that has text left
        growing = [column for column in range(len(widths)) if widths[column] < most[column]]
        for column in growing[:free]:
            widths[column] += 1
        free -= len(growing)
    counted: dict[tuple[int, int, int], int] = {}
    lowest = _compute_cost(rows, widths, counted)
    for step in MOVES:
        before = None
        while before != widths:
            before = widths
            for giver, taker in permutations(range(len(widths)), 2):
                if widths[giver] - step < least[giver]:
                    continue
                moved = list(widths)
                moved[giver] -= step
                moved[taker] += step
                cost = _compute_cost(rows, moved, counted)
                if cost < lowest - 1e-9:
                    widths, lowest = moved, cost
    return widths


def _compute_cost(
    rows: list[list[Extent]], widths: list[int], counted: dict[tuple[int, int, int], int]
) -> float:
    """The height of the table in lines; among equals, the one with the fewest lines in all."""
    cost = 0.0
    for row in rows:
        highest = total = 0
        for extent in row:
            width = widths[extent.column]
            key = (extent.row, extent.column, width)
            lines = counted.get(key)
            if lines is None:
                lines = counted[key] = sum(_count_lines(line, width) for line in extent.lines)
            highest, total = max(highest, -(-lines // extent.rows)), total + lines
            cost += extent.torn * (lines - len(extent.lines))
        cost += highest + _FLAT * total
    return cost


def _count_lines(line: Line, width: int) -> int:
    lines, used = 1, 0.0
    for gap, word in line:
        needed = used + gap + word if used else word
        if needed > width and used:
            lines, used = lines + 1, word
        else:
            used = needed
    return lines
