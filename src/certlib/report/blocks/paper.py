"""How much a line of a table holds on a sheet of paper: its size, its margins and the size of its text."""

from typing import Final

from certlib.palette import load_tokens

SIZES: Final = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # width and height in millimetres
MARGIN: Final = 20.0  # at the left and right of a page's text, in millimetres
BODY: Final = 9.5  # the size of the text, in points; every other size is a share of it
LETTER: Final = 0.495  # a small letter of IBM Plex Sans, as a share of its size, in the mean of English text
POINTS: Final = 72 / 25.4  # in a millimetre


def get_size(name: str) -> float:
    """A size of the scale of type that the page has too, in points."""
    return BODY * float(load_tokens()["type"][name])


def get_room(paper: str, *, turned: bool, dense: bool) -> int:
    """Small letters in a line of a table, on a page that may be turned on its side."""
    side = SIZES[paper][1 if turned else 0] - 2 * MARGIN
    return int(side * POINTS / (LETTER * get_size("note" if dense else "table")))
