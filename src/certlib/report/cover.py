"""What the cover, the running heads and the document's properties say, as a cell of the notebook shows it.

The cell's output has a MIME type of its own, so that it is invisible in JupyterLab and survives every way of
exporting. Its values come from inventories and are not trusted: each is text, made visible and cut.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from certlib.inventory import logo
from certlib.language import LANGUAGES, format_day, format_moment, say
from certlib.report.cells import iterate_outputs
from certlib.terms import VERDICTS, find_state
from certlib.text import cut, make_visible

MIMETYPE = "application/vnd.certlib.cover+json"
LIMIT = 400  # characters of one value
FIRST = 1970  # the first year that a PDF's date can have
KNOWN = {"language": LANGUAGES, "paper": ("a4", "letter")}  # the first is taken for what is not known
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
    verdict: str = ""
    verdict_sentence: str = ""
    rule: str = ""
    author: str = ""
    organisation: str = ""
    confidentiality: str = ""
    reference: str = ""
    version: str = ""
    made_with: str = ""
    language: str = "en"
    paper: str = "a4"
    accent: str = ""
    band: str = ""
    logo: str = ""  # a data: address of a PNG or SVG as `certlib.inventory.logo` makes it
    footer: str = ""

    @property
    def state(self) -> str:
        """The verdict's state: ok, warn, bad, open; none when there is no verdict that we know."""
        return VERDICTS.get(self.verdict.lower(), ("none", ""))[0]

    @property
    def verdict_text(self) -> str:
        """The verdict with its symbol: never by colour alone."""
        if self.verdict.lower() not in VERDICTS:
            return self.verdict
        return f"{find_state(VERDICTS, self.verdict.lower())}"

    @property
    def dated(self) -> datetime | None:
        """The report's date: that of its evidence (UTC), as ISO 8601 or as `23 November 2026, 09:41 UTC`.

        A report follows from its evidence alone, so the same evidence gives the same report, whenever it is
        made; when that was stands in the run's manifest.
        """
        return parse_moment(self.evidence_date)

    @property
    def logo_text(self) -> str:
        """What the logo is, for those who can't see it."""
        if not self.organisation:
            return say("Logo")
        return say("Logo of {organisation}", organisation=self.organisation)


def parse_moment(text: str) -> datetime | None:
    """A date and time (UTC unless it says otherwise) or None when it can't be read or is none of our time."""
    found = _read_written(text) or _format_spoken(text)
    return found if found and found.year >= FIRST else None


def _read_written(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that its offset moves out of the calendar
        return None


def _format_spoken(text: str) -> datetime | None:
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


def format_spoken(text: str) -> str:
    """A date, or a date and time in UTC, as people write it; any other text as it is."""
    found = parse_moment(text)
    if found is None:
        return text
    return format_moment(found) if ":" in text or "T" in text else format_day(found)


def find(notebook: object) -> Cover:
    """The cover that a cell of the notebook shows; an empty one if none does."""
    for data in iterate_outputs(notebook):
        value = data.get(MIMETYPE)
        if isinstance(value, Mapping):
            said = {f.name: _read_text(value.get(f.name)) for f in fields(Cover)}
            return Cover(
                **said | {key: _read_known(key, said[key]) for key in KNOWN} | {"logo": _read_logo(value)}
            )
    return Cover()


def _read_text(value: object) -> str:
    if value is None or isinstance(value, bool | Mapping | list):
        return ""
    return cut(make_visible(" ".join(str(value).split())), LIMIT)


def _read_known(key: str, value: str) -> str:
    return value if value in KNOWN[key] else KNOWN[key][0]


def _read_logo(value: Mapping[str, object]) -> str:
    """The logo, if it is one that certlib has written."""
    address = value.get("logo")
    with suppress(ValueError):
        return logo.check_logo(address) if isinstance(address, str) else ""
    return ""
