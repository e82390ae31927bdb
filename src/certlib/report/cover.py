"""What the cover, the running heads and the document's properties say, as a cell of the notebook shows it.

The cell's output has a MIME type of its own, so that it is invisible in JupyterLab and survives every way of
exporting. Its values come from inventories and are not trusted: each is text, made visible and cut.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from nbformat import NotebookNode

from certlib.text import cut, visible

MIMETYPE = "application/vnd.certlib.cover+json"
LIMIT = 400  # characters of one value
_SPOKEN = re.compile(r"(\d{1,2}) (\w+) (\d{4})(?:, (\d{2}):(\d{2}))?(?: UTC)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """All values are text and may be empty."""

    customer: str = ""
    site: str = ""
    title: str = ""
    releases: str = ""
    upgrade_date: str = ""
    evidence_date: str = ""
    generated: str = ""
    verdict: str = ""
    verdict_sentence: str = ""
    rule: str = ""
    author: str = ""
    organisation: str = ""
    confidentiality: str = ""
    reference: str = ""
    version: str = ""
    accent: str = ""
    footer: str = ""

    @property
    def state(self) -> str:
        """The verdict's state: ok, warn, bad, open; none when there is no verdict that we know."""
        return {"ready": "ok", "ready with actions": "warn", "not ready": "bad", "incomplete": "open"}.get(
            self.verdict.lower(), "none"
        )

    @property
    def verdict_text(self) -> str:
        """The verdict with its symbol: never by colour alone."""
        symbol = {"ok": "✓", "warn": "▲", "bad": "✕", "open": "?"}.get(self.state)
        return f"{symbol} {self.verdict.upper()}" if symbol else self.verdict

    @property
    def dated(self) -> datetime | None:
        """When the report was generated (UTC), as ISO 8601 or as `23 November 2026, 09:41 UTC`."""
        return moment(self.generated) or moment(self.evidence_date)


def moment(text: str) -> datetime | None:
    """A date and time (UTC unless it says otherwise) or None when it can't be read."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return _spoken(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _spoken(text: str) -> datetime | None:
    match = _SPOKEN.fullmatch(text.strip())
    if match is None:
        return None
    day, month, year, hour, minute = match.groups(default="0")
    try:
        return datetime.strptime(f"{day} {month} {year} {hour}:{minute}", "%d %B %Y %H:%M").replace(
            tzinfo=UTC
        )
    except ValueError:
        return None


def spoken(text: str) -> str:
    """A date, or a date and time in UTC, as people write it; any other text as it is."""
    found = moment(text)
    if found is None:
        return text
    day = f"{found.day} {found:%B %Y}"
    return f"{day}, {found:%H:%M} UTC" if ":" in text or "T" in text else day


def find(notebook: NotebookNode) -> Cover:
    """The cover that a cell of the notebook shows; an empty one if none does."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            value = output.get("data", {}).get(MIMETYPE)
            if isinstance(value, Mapping):
                return Cover(**{f.name: _text(value.get(f.name)) for f in fields(Cover)})
    return Cover()


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | Mapping | list):
        return ""
    return cut(visible(" ".join(str(value).split())), LIMIT)
