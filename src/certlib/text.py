"""Text from certificates, servers and files made safe to look at: what the eye can't see is spelled out."""

import unicodedata
from collections.abc import Sequence

LIMIT = 1000  # characters of a name that are kept; no honest name is longer


def visible(text: str) -> str:
    r"""The text on one line, with every character that hides or reorders others as `\u{202E}`.

    These are control, format (all that turn the direction), private-use, surrogate and unassigned characters,
    and the separators of lines and paragraphs. Applying it twice changes nothing more.
    """
    if text.isprintable():
        return text
    return "".join(f"\\u{{{ord(char):04X}}}" if hidden(char) else char for char in text)


def hidden(char: str) -> bool:
    """Whether a character can't be seen, or changes how others are seen."""
    category = unicodedata.category(char)
    return category.startswith("C") or category in ("Zl", "Zp")


def cut(text: str, limit: int = LIMIT) -> str:
    """The text's beginning, and when it is longer than `limit` characters a mark that says so."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def quoted(value: object, limit: int = 60) -> str:
    """A value as a message cites it: short, visible, in quotation marks."""
    return f'"{visible(cut(str(value), limit))}"'


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equal length for a terminal: every column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
