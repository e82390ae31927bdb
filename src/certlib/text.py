"""Text from certificates, servers and files made safe to look at: what the eye can't see is spelled out."""

import re
import unicodedata
from collections.abc import Sequence

ODDITIES = 3  # characters of one text that are named
LIMIT = 1000  # characters of a name that are kept; no honest name is longer


def make_visible(text: str) -> str:
    r"""The text on one line, with every character that hides or reorders others as `\u{202E}`.

    These are control, format (all that turn the direction), private-use, surrogate and unassigned characters,
    and the separators of lines and paragraphs. Applying it twice changes nothing more.
    """
    if text.isprintable():
        return text
    return "".join(f"\\u{{{ord(char):04X}}}" if is_hidden(char) else char for char in text)


def is_hidden(char: str) -> bool:
    """Whether a character can't be seen, or changes how others are seen."""
    category = unicodedata.category(char)
    return category.startswith("C") or category in ("Zl", "Zp")


def cut(text: str, limit: int = LIMIT) -> str:
    """The text's beginning, and when it is longer than `limit` characters a mark that says so."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def quote(value: object, limit: int = 60) -> str:
    """A value as a message cites it: short, visible, blanks other than the usual included."""
    shown = make_visible(cut(str(value), limit))
    shown = (
        shown if shown.isascii() else re.sub(r"[^\S ]", lambda found: f"\\u{{{ord(found[0]):04X}}}", shown)
    )
    return f'"{shown}"'


def cite_refused(value: object) -> str:
    """A value that is refused: as `quoted`, with the names of characters that look like others."""
    odd = list_oddities(str(value))
    return f"{quote(value)} (with {odd})" if odd else quote(value)


def list_oddities(text: str) -> str:
    """The characters that the eye can't see, or takes for plain ones, by code and name; "" where none is.

    These are blanks other than the usual one, what is hidden, dashes, quotes and digits of typography and of
    other scripts, and letters of scripts that have the shapes of Latin ones.
    """
    found = [*dict.fromkeys(char for char in text if not " " <= char <= "~" and _deceives(char))]
    more = f" and {len(found) - ODDITIES} more" if len(found) > ODDITIES else ""
    return ", ".join(map(name_of, found[:ODDITIES])) + more


def name_of(char: str) -> str:
    """A character by its code and name: U+00A0 (NO-BREAK SPACE)."""
    plain = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\0": "NULL"}
    unnamed = {"Cc": "CONTROL CHARACTER", "Cs": "HALF OF A CHARACTER", "Co": "PRIVATE CHARACTER"}
    other = plain.get(char) or unnamed.get(unicodedata.category(char), "NO CHARACTER")
    return f"U+{ord(char):04X} ({unicodedata.name(char, other)})"


def _deceives(char: str) -> bool:
    """Whether a character is not seen, or taken for one of ASCII."""
    category, plain = unicodedata.category(char), unicodedata.normalize("NFKC", char)
    return (
        is_hidden(char)
        or category in ("Zs", "Pd", "Pi", "Pf", "Nd", "Mn", "Me")
        or (plain != char and plain.isascii())
        or char
        in "\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{PRIME}\N{DOUBLE PRIME}"
        "\N{ACUTE ACCENT}\N{MINUS SIGN}\N{FRACTION SLASH}\N{DIVISION SLASH}\N{RATIO}\N{HYPHEN BULLET}"
        or unicodedata.name(char, "").startswith(("CYRILLIC ", "GREEK "))
    )


def align_columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equal length for a terminal: every column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
