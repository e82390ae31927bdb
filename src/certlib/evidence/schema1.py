"""Evidence of schema 1: English prose stood where schema 2 has codes and fields."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from string import Formatter
from typing import Any, Final

from certlib.reasons import DETAIL_TEXTS, OTHER, Detail

# Which fields of which rows hold prose.
_PROSE: Final = {
    "presentations": ("detail",),
    "elsewhere": ("detail",),
    "hsts": ("failure", "not_followed"),
    "names": ("failure",),
}


def upgrade(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a file of schema 1 in the form of schema 2; what has not its form is left as it is."""
    content = {**raw, "schema": 2}
    for part, keys in _PROSE.items():
        if isinstance(rows := content.get(part), list):
            content[part] = [_upgrade_row(row, keys) for row in rows]
    return content


def _upgrade_row(row: object, keys: tuple[str, ...]) -> object:
    if not isinstance(row, dict):
        return row
    texts = {key: row[key] for key in keys if isinstance(row.get(key), str)}
    return {**row, **{key: [asdict(detail) for detail in read_prose(text)] for key, text in texts.items()}}


def read_prose(text: str) -> tuple[Detail, ...]:
    """What a text says, part by part: the first code whose English text fits; else it stays as it is."""
    return tuple(_read_part(part) for part in text.split("; ")) if text else ()


def _read_part(part: str) -> Detail:
    for code, pattern in _make_patterns():
        if match := pattern.fullmatch(part):
            return Detail(code, match.groupdict())
    return Detail(OTHER, {"text": part})


@cache
def _make_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What each text looks like when its fields are filled in."""
    return tuple(
        (code, re.compile("".join(_find_shape(*part) for part in Formatter().parse(text))))
        for code, text in DETAIL_TEXTS.items()
    )


def _find_shape(literal: str, field: str | None, *_: object) -> str:
    return re.escape(literal) + (f"(?P<{field}>.+?)" if field else "")
