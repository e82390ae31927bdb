"""How wide text is in the face of the report, IBM Plex Sans, in small letters of it.

The widths are those of the font's own table, gathered into groups.
"""

from typing import Final

from certlib.report.blocks.paper import LETTER
from certlib.report.blocks.text import split_word

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
