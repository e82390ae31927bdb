"""The colours by name, of a light and a dark scheme: one file for page, PDF, spreadsheet and drawings."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache
def load_tokens() -> Mapping[str, Mapping[str, str]]:
    """The named colours as `#rrggbb`, by scheme."""
    text = (files("certlib") / "report" / "tokens.json").read_text(encoding="utf-8")
    read: Mapping[str, Mapping[str, str]] = json.loads(text)
    return read
