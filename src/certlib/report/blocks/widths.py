"""How wide the columns of a table on paper are: as wide as keeps its rows low.

Widths are in small letters of the text face. The rows' heights are worked out for one set of widths
after another, each with some room moved from one column to another, as long as that makes the table lower.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

GAP = 2  # between columns
SAMPLE = 480  # cells of a long table that are looked at
PIECE = 4  # how finely a word too long for its column is thought to break
TEXT = 2000  # characters of a cell that are looked at
MOVES = (16, 8, 5, 3, 2, 1)  # how much is moved at a time
HIGH = 1.28  # how much wider capitals and digits are than small letters
MARK = 0.75  # how wide dots, dashes and the like are
SPACE = 0.5
BOLD = 1.05  # how much wider bold text and code run
_SHORT = 0.6  # of the room: a table below it is as wide as its text
_FLAT = 0.1  # what a line counts in a cell that doesn't make its row higher
_TORN = 0.5  # what each further line counts in a cell of few words: a state, a name
_FEW = 22


@dataclass(frozen=True, slots=True)
class Extent:
    """What a cell of one column needs: the widths of its words."""

    column: int
    row: int
    words: tuple[float, ...]
    least: int
    length: int  # in one line


def extent(*, column: int, row: int, text: str, wide: bool, longest: int) -> Extent:
    """The extent of a text, `wide` when bold or code; words of over `longest` characters may be broken."""
    factor = BOLD if wide else 1.0
    words: list[float] = []
    least = 1
    for word in text[:TEXT].split():
        length = factor * sum(map(_width, word))
        least = max(least, min(math.ceil(length), longest))
        whole, rest = divmod(length, PIECE) if length > longest else (0, length)
        words += [PIECE - SPACE] * int(whole) + ([rest] if rest else [])
    whole_length = math.ceil(sum(words) + SPACE * max(0, len(words) - 1))
    return Extent(column, row, tuple(words), least, whole_length)


def _width(letter: str) -> float:
    return 1.0 if letter.islower() else HIGH if letter.isalnum() else MARK


def widths(extents: Sequence[Extent], *, columns: int, room: int, spread: bool) -> list[float]:
    """Shares of the table's width; all 0 where each column can be as wide as its text.

    `spread`: a cell runs over several columns, so the table needs the full width.
    """
    least, most = [1] * columns, [1] * columns
    for one in extents:
        least[one.column] = max(least[one.column], one.least)
        most[one.column] = max(most[one.column], one.length)
    room -= columns * GAP
    if sum(most) < room * _SHORT and not spread:
        return [0.0] * columns
    if sum(least) >= room:
        return [float(width + GAP) for width in least]
    if sum(most) <= room:
        return [float(width + GAP) for width in most]
    return [float(width + GAP) for width in _lowest(_rows(extents), least, most, room)]


def _rows(extents: Iterable[Extent]) -> list[list[Extent]]:
    """The rows that are looked at, spread over the table."""
    by_row: dict[int, list[Extent]] = {}
    for one in extents:
        by_row.setdefault(one.row, []).append(one)
    rows = list(by_row.values())
    return rows[:: -(-sum(map(len, rows)) // SAMPLE)]


def _lowest(rows: list[list[Extent]], least: list[int], most: list[int], room: int) -> list[int]:
    found = list(least)
    free = room - sum(found)
    while free > 0:  # a fair start: in turn to each column that has text left
        growing = [x for x in range(len(found)) if found[x] < most[x]]
        for x in growing[:free]:
            found[x] += 1
        free -= len(growing)
    memory: dict[tuple[int, int, int], int] = {}
    cost = _cost(rows, found, memory)
    for step in MOVES:
        better = True
        while better:
            better = False
            for giver, taker in permutations(range(len(found)), 2):
                if found[giver] - step < least[giver]:
                    continue
                moved = list(found)
                moved[giver] -= step
                moved[taker] += step
                if (lower := _cost(rows, moved, memory)) < cost - 1e-9:
                    found, cost, better = moved, lower, True
    return found


def _cost(rows: list[list[Extent]], found: list[int], memory: dict[tuple[int, int, int], int]) -> float:
    """The height of the table in lines; among equals, the one with the fewest lines in all."""
    cost = 0.0
    for row in rows:
        highest = total = 0
        for one in row:
            key = (one.row, one.column, found[one.column])
            lines = memory.get(key)
            if lines is None:
                lines = memory[key] = _lines(one.words, found[one.column])
            highest, total = max(highest, lines), total + lines
            if one.length <= _FEW:
                cost += _TORN * (lines - 1)
        cost += highest + _FLAT * total
    return cost


def _lines(words: tuple[float, ...], width: int) -> int:
    lines, used = 1, 0.0
    for word in words:
        needed = word if used == 0 else used + SPACE + word
        if needed > width and used:
            lines, used = lines + 1, word
        else:
            used = needed
    return lines
