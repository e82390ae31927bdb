"""The language of a report: English text in code, templates and knowledge files, translated by gettext.

English is written where it is said. `locale/<language>.po` holds the translations, `.mo` is what programs
read of it (`make translations` writes both). The language is set once, by the first public function that is
asked about a site, and all that is called from there speaks it. A text without a translation stays English.
"""

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, wraps
from pathlib import Path
from string import Formatter
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de")
_LOCALES: Final = {ENGLISH: "en_GB", "de": "de"}  # how each language writes days, numbers and lists
_LOCALE = Path(__file__).with_name("locale")
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)

Subject = TypeVar("Subject")
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak a language until the end of the block."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def current_language() -> str:
    """The language that is spoken now."""
    return _language.get()


def in_language_of_site(
    function: Callable[Concatenate[Subject, Parameters], Result],
) -> Callable[Concatenate[Subject, Parameters], Result]:
    """Let a function speak the language of the report of its first argument, a site or what has one."""

    @wraps(function)
    def speak(subject: Subject, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        site: Any = getattr(subject, "site", subject)
        with use_language(site.report.language):
            return function(subject, *args, **kwargs)

    return speak


def say(text: str, /, **fields: object) -> str:
    """A text in the language of the report with its `{fields}` filled in; values are never read for fields.

    Raises KeyError when a field has no value.
    """
    return translate(text).format_map(fields)


def say_in(context: str, text: str, /) -> str:
    """A text that needs another translation in one place than elsewhere; `context` names that place."""
    return _load_catalogue(_language.get()).pgettext(context, text)


def mark(text: str) -> str:
    """Mark a text for translation that is said elsewhere, by its name in a table."""
    return text


def translate(text: str) -> str:
    """A text in the language of the report as it stands, its fields not filled in."""
    return _load_catalogue(_language.get()).gettext(text) if text else text


def format_day(day: date) -> str:
    """A day as people write it: `12 December 2026`."""
    from babel.dates import format_date  # noqa: PLC0415 - slow, and most commands write no day

    return format_date(day, "long", locale=_LOCALES[_language.get()])


def format_moment(moment: datetime) -> str:
    """A time in UTC as people write it: `12 December 2026, 09:41 UTC`."""
    return f"{format_day(moment)}, {moment:%H:%M} UTC"


def format_number(number: int) -> str:
    """A whole number as people write it: `31,536,000`."""
    from babel.numbers import format_decimal  # noqa: PLC0415

    return format_decimal(number, locale=_LOCALES[_language.get()])


def join_list(*parts: object, last: str = "and") -> str:
    """Parts as a list in a sentence: `a, b and c`; `last` is `and` or `or`."""
    from babel.lists import format_list  # noqa: PLC0415

    texts = [str(part) for part in parts]
    return format_list(texts, "or" if last == "or" else "standard", locale=_LOCALES[_language.get()])


def list_fields(text: str) -> frozenset[str]:
    """The names of a text's fields."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@cache
def _load_catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (_LOCALE / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
