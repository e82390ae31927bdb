"""A time line as a picture: a row for each thing that ends, in groups, and marks for the days that count.

It is SVG that stands on its own: light or dark as its reader has it, and legible in grey, as each row says
its state. Its text is plain ASCII or certlib's own, as its fonts are not those of the page around it.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from certlib.palette import load_tokens

# In pixels; a phone shows the picture at about two thirds of its size.
WIDTH, EDGE, BEFORE, BEHIND = 560, 6, 84, 56
HEAD, GROUP, ROW, TEXT, BAR, THICK, ARROW = 46, 27, 42, 17, 27, 8, 8
APART = 38  # between two marks that both have their labels
FONT = "IBM Plex Sans, DejaVu Sans, Segoe UI, Roboto, Liberation Sans, Arial, sans-serif"
BOLD = f"IBM Plex Sans SmBld, {FONT}"  # the PDF's fonts have the weight as a family of its own
COLOURS = ("ink", "muted", "paper", "ok", "warn", "bad", "open", "none")


@dataclass(frozen=True, slots=True)
class Row:
    """Something that ends; what is not known is None."""

    text: str
    state: tuple[str, str, str]  # class, symbol, word
    begin: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together below a name."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Scale:
    """Which days a picture shows: some before `first`, all up to the last step after `day`, some beyond."""

    first: date
    day: date
    steps: tuple[int, ...]  # days after `day`

    def x(self, day: date, later: int = 0) -> float:
        """Where a day, or one so many days later, is; also when that is outside of the picture."""
        shown = (self.day - self.first).days + self.steps[-1]
        return BEFORE + ((day - self.first).days + later) * (WIDTH - BEFORE - BEHIND) / shown


def draw_timeline(groups: Sequence[Group], scale: Scale, *, first: str, day: str, last: str) -> str:
    """The picture as the address of an `<img>`; `first`, `day` and `last` label those days."""
    names, rows, height = _lay_out(groups)
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" font-size="14">',
        f"<style>@media screen and (prefers-color-scheme:dark){{{_make_dark()}}}</style>",
        _draw_shape("rect", "paper", width=WIDTH, height=height),
        *_draw_marks(scale, [top for top, _ in rows], first, day, last),
        *(_draw_text(name, "ink", EDGE, top + GROUP - 8, bold=True) for top, name in names),
        *(part for top, row in rows for part in _draw_row(row, top, scale)),
        "</svg>",
    )
    return f"data:image/svg+xml;base64,{b64encode(''.join(parts).encode()).decode()}"


def _lay_out(groups: Sequence[Group]) -> tuple[list[tuple[int, str]], list[tuple[int, Row]], int]:
    """Where each name and each row begins, and where the picture ends."""
    names, rows, top = list[tuple[int, str]](), list[tuple[int, Row]](), HEAD
    for group in groups:
        names.append((top, group.name))
        top += GROUP
        for row in group.rows:
            rows.append((top, row))
            top += ROW
    return names, rows, top + EDGE


def _draw_marks(scale: Scale, tops: Sequence[int], first: str, day: str, last: str) -> Iterator[str]:
    """The days that count, as lines behind the bars; labels that would touch another are left out."""
    labelled = scale.x(scale.day)
    for step in scale.steps:
        x = scale.x(scale.day, step)
        yield from _draw_lines("muted", x, tops, 1)
        if x - labelled >= APART or step == scale.steps[-1]:
            label = last if step == scale.steps[-1] else f"+{step}"
            yield _draw_text(label, "muted", x, 36, anchor="middle")
            labelled = x
    yield from _draw_lines("ink", scale.x(scale.first), tops, 1, head=6)
    yield _draw_text(first, "ink", scale.x(scale.first) - 4, 16, anchor="end")
    if scale.day != scale.first:
        yield from _draw_lines("ink", scale.x(scale.day), tops, 3, head=6)
        yield _draw_text(day, "ink", scale.x(scale.day) + 5, 16)


def _draw_row(row: Row, top: int, scale: Scale) -> Iterator[str]:
    name, symbol, word = row.state
    yield _draw_text(row.text, "ink", EDGE, top + TEXT)
    yield _draw_text(f"{symbol} {word}", name, WIDTH - EDGE, top + TEXT, anchor="end")
    if row.end is None:
        return
    low, high = EDGE, WIDTH - EDGE
    begin = scale.x(row.begin) if row.begin else low
    end = scale.x(row.end)
    before, beyond = end < low, end > high
    left, right = min(max(begin, low), high - ARROW), max(min(end, high), low + ARROW)
    middle, y = top + BAR + THICK / 2, top + BAR
    if beyond:
        yield _draw_arrow(name, high - ARROW, high, middle)
        right -= ARROW
    if before:
        yield _draw_arrow(name, low + ARROW, low, middle)
    elif right > left:
        yield _draw_shape("rect", name, x=left, y=y, width=right - left, height=THICK)


def _draw_arrow(name: str, base: float, tip: float, middle: float) -> str:
    points = f"{base:g},{middle - THICK:g} {tip:g},{middle:g} {base:g},{middle + THICK:g}"
    return _draw_shape("polygon", name, points=points)


def _draw_lines(name: str, x: float, tops: Sequence[int], width: int, *, head: int = 40) -> Iterator[str]:
    """A day's line in the head, and behind each row's bar, so that it crosses no text."""
    bars = (top + BAR - 5 for top in tops)
    for y, height in ((head, HEAD - head), *((y, THICK + 10) for y in bars)):
        yield _draw_shape("rect", name, x=x - width / 2, y=y, width=width, height=height)


def _draw_text(text: str, name: str, x: float, y: float, *, anchor: str = "start", bold: bool = False) -> str:
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    weight = f' font-family="{BOLD}" font-weight="600"' if bold else ""
    return f'<text class="{name}" {place}{weight} fill="{_make_light()[name]}">{escape(text)}</text>'


def _draw_shape(kind: str, name: str, **where: float | str) -> str:
    attributes = "".join(
        f' {key}="{value if isinstance(value, str) else format(value, "g")}"' for key, value in where.items()
    )
    return f'<{kind} class="{name}"{attributes} fill="{_make_light()[name]}"/>'


def _make_light() -> Mapping[str, str]:
    return load_tokens()["light"]


def _make_dark() -> str:
    return "".join(f".{name}{{fill:{load_tokens()['dark'][name]}}}" for name in COLOURS)
