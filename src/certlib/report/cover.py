"""What the cover, the running heads and the document's properties say, as a cell of the notebook shows it.

The cell's output has a MIME type of its own, so that it is invisible in JupyterLab and survives every way of
exporting. Its values come from inventories and are not trusted: each is text, made visible and cut.
"""

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
_SPOKEN = ("%d %B %Y, %H:%M UTC", "%d %B %Y, %H:%M", "%d %B %Y UTC", "%d %B %Y")


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
    moment = _read_moment(text.strip())
    return moment if moment and moment.year >= FIRST else None


def _read_moment(text: str) -> datetime | None:
    with suppress(ValueError, OverflowError):  # no date, or one that its offset moves out of the calendar
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    for form in _SPOKEN:
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=UTC)
    return None


def format_spoken(text: str) -> str:
    """A date, or a date and time in UTC, as people write it; any other text as it is."""
    moment = parse_moment(text)
    if moment is None:
        return text
    return format_moment(moment) if ":" in text or "T" in text else format_day(moment)


def find(notebook: object) -> Cover:
    """The cover that a cell of the notebook shows; an empty one if none does."""
    for data in iterate_outputs(notebook):
        value = data.get(MIMETYPE)
        if isinstance(value, Mapping):
            values = {field.name: _read_text(value.get(field.name)) for field in fields(Cover)}
            for key, known in KNOWN.items():
                values[key] = values[key] if values[key] in known else known[0]
            return Cover(**values | {"logo": _read_logo(value)})
    return Cover()


def _read_text(value: object) -> str:
    if value is None or isinstance(value, bool | Mapping | list):
        return ""
    return cut(make_visible(" ".join(str(value).split())), LIMIT)


def _read_logo(value: Mapping[str, object]) -> str:
    """The logo, if it is one that certlib has written."""
    address = value.get("logo")
    with suppress(ValueError):
        return logo.check_logo(address) if isinstance(address, str) else ""
    return ""
