"""How wide columns are, by the letters of their words."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from certlib.report.blocks.paper import LETTER
from certlib.report.blocks.text import LONG, split_word

Line = tuple[tuple[float, float], ...]  # of each word: the space before it and its own width

_GROUPS: Final = {
    0.27: "',.ijl!:;[]f|",
    0.36: '()rt{}·-/I\\"',
    0.5: "*z?JLcsvxy",
    0.56: "FT_aeghknouäöü",
    0.6: "$+0123456789<=>CEPSVXYZ^`bdpq~–≠",
    0.68: "ABDKRß#&GHNOQU",
    0.8: "wM→✕▲",
    0.92: "m@W✓%★",
}
_OTHER: Final = 0.62
_WIDTHS: Final = {letter: width / LETTER for width, letters in _GROUPS.items() for letter in letters}
SPACE: Final = 0.26 / LETTER
BOLD: Final = 1.05  # how much wider bold text and code run


def measure_words(text: str, *, wide: bool, longest: int) -> Line:
    """The words of one line, `wide` when bold or code; those of over `longest` characters in pieces."""
    made: list[tuple[float, float]] = []
    parts = text.split()
    if len(parts) > 1 and len(parts[0]) == 1 and not parts[0].isalnum():  # a symbol stays with its word
        parts[:2] = [" ".join(parts[:2])]
    for part in parts:
        for index, piece in enumerate(split_word(part) if len(part) > longest else [part]):
            made.append((0.0 if index or not made else SPACE, _measure_width(piece, wide=wide)))
    return tuple(made)


def _measure_width(piece: str, *, wide: bool) -> float:
    natural = sum(SPACE if letter == " " else _WIDTHS.get(letter, _OTHER / LETTER) for letter in piece)
    return natural * BOLD if wide else natural


GAP = 2  # between columns
SAMPLE = 480  # cells of a long table that are looked at
TEXT = 2000  # characters of a cell that are looked at
MOVES = (16, 8, 5, 3, 2, 1)  # how much is moved at a time
SPREAD = 8  # up to which several columns give what one takes
_SHORT = 0.6  # of the room: a table below it is as wide as its text
_FLAT = 0.1  # what a line counts in a cell that doesn't make its row higher
_TORN = {
    True: 2.5,
    False: 0.5,
}  # what each further line counts in a name or state, and in other cells of few words
_FEW = 26
Cost = Callable[[list[int]], float]


@dataclass(frozen=True, slots=True)
class Extent:
    """What a cell of one column needs: its lines, each the widths of its words."""

    column: int
    row: int
    lines: tuple[Line, ...]
    least: int
    length: int  # of its longest line
    torn: float  # what a break within one of its lines counts
    rows: int  # over which it stands


def measure_extent(
    *, column: int, row: int, lines: Sequence[str], wide: bool, name: bool, rows: int = 1
) -> Extent:
    """The extent of a cell's lines, `wide` when bold or code, a `name` when it should not be broken."""
    measured, left = [], TEXT
    for line in lines:
        measured.append(measure_words(line[:left], wide=wide, longest=LONG["cell"]))
        left = max(0, left - len(line))
    least = math.ceil(max((width for line in measured for _, width in line), default=1))
    length = math.ceil(max((sum(gap + width for gap, width in line) for line in measured), default=0))
    torn = _TORN[True] if name else _TORN[False] if length <= _FEW else 0.0
    return Extent(column, row, tuple(measured), max(1, least), length, torn, rows)


def find_widths(extents: Sequence[Extent], *, columns: int, room: int, spread: bool) -> list[float]:
    """Shares of the table's width; all 0 where each column can be as wide as its text.

    `spread`: a cell runs over several columns, so the table needs the full width.
    """
    least, most = [1] * columns, [1] * columns
    for extent in extents:
        least[extent.column] = max(least[extent.column], extent.least)
        most[extent.column] = max(most[extent.column], extent.length)
    room -= columns * GAP
    if sum(most) < room * _SHORT and not spread:
        return [0.0] * columns
    if sum(least) >= room:
        return [float(width + GAP) for width in least]
    if sum(most) <= room:
        return [float(width + GAP) for width in most]
    return [float(width + GAP) for width in _find_lowest(_choose_rows(extents), least, most, room)]


def _choose_rows(extents: Iterable[Extent]) -> list[list[Extent]]:
    """The rows that are looked at, spread over the table."""
    by_row: dict[int, list[Extent]] = {}
    for extent in extents:
        by_row.setdefault(extent.row, []).append(extent)
    rows = list(by_row.values())
    return rows[:: -(-sum(map(len, rows)) // SAMPLE)]


def _find_lowest(rows: list[list[Extent]], least: list[int], most: list[int], room: int) -> list[int]:
    found = list(least)
    free = room - sum(found)
    while free > 0:  # a fair start: in turn to each column that has text left
        growing = [x for x in range(len(found)) if found[x] < most[x]]
        for x in growing[:free]:
            found[x] += 1
        free -= len(growing)
    memory: dict[tuple[int, int, int], int] = {}

    def cost(tried: list[int]) -> float:
        return _cost(rows, tried, memory)

    for step in MOVES:
        while (better := _find_better(found, least, step, cost)) is not None:
            found = better
    return found


def _find_better(found: list[int], least: list[int], step: int, cost: Cost) -> list[int] | None:
    """Widths that make the table lower, with one column wider at the cost of another or of several."""
    now = cost(found) - 1e-9
    for giver, taker in permutations(range(len(found)), 2):
        if found[giver] - step >= least[giver]:
            moved = list(found)
            moved[giver] -= step
            moved[taker] += step
            if cost(moved) < now:
                return moved
    for taker in range(len(found)) if 1 < step <= SPREAD else ():
        moved = list(found)
        moved[taker] += step
        for _ in range(step):
            givers = [x for x in range(len(found)) if x != taker and moved[x] > least[x]]
            if not givers:
                break
            giver = min(givers, key=lambda x: cost([*moved[:x], moved[x] - 1, *moved[x + 1 :]]))
            moved[giver] -= 1
        if sum(moved) == sum(found) and cost(moved) < now:
            return moved
    return None


def _cost(rows: list[list[Extent]], found: list[int], memory: dict[tuple[int, int, int], int]) -> float:
    """The height of the table in lines; among equals, the one with the fewest lines in all."""
    cost = 0.0
    for row in rows:
        highest = total = 0
        for one in row:
            key = (one.row, one.column, found[one.column])
            lines = memory.get(key)
            if lines is None:
                lines = memory[key] = sum(_count_lines(line, found[one.column]) for line in one.lines)
            highest, total = max(highest, -(-lines // one.rows)), total + lines
            cost += one.torn * (lines - len(one.lines))
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
