"""The fixed text of reports, in the language of their reader: one file for each language.

`en.yaml` holds the fixed text by group and name. Any other language is one file of pairs, the English text
and its translation, both of the fixed text and of what the knowledge files say: a text without a pair stays
English, and a text that was changed has no pair any more, which a test names. Where one English text needs
another translation in one place, a pair names that place with `at: group.name`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

import yaml

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de")

_Yaml: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is much faster


@dataclass(frozen=True, slots=True)
class Phrases:
    """The fixed text of one language; `texts` by "group.name", each with its fields as `{field}`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with its fields filled in; a value is never read as a text with fields.

        Raises KeyError when there is no such text, or a field has no value.
        """
        return self.texts[key].format_map(values)

    def day(self, moment: date) -> str:
        """A day as people write it: `12 December 2026`."""
        return self("date.day", day=moment.day, month=self(f"month.m{moment.month}"), year=moment.year)

    def moment(self, moment: datetime) -> str:
        """A time in UTC as people write it: `12 December 2026, 09:41 UTC`."""
        return self("date.moment", day=self.day(moment), time=f"{moment:%H:%M}")

    def number(self, number: int) -> str:
        """A whole number as people write it: `31,536,000`."""
        return f"{number:,}".replace(",", self("number.thousands"))

    def listed(self, *parts: object, last: str = "and") -> str:
        """Parts as a list in a sentence: `a, b and c`; `last` is `and` or `or`."""
        *first, end = [str(part) for part in parts] or [""]
        return self(f"list.{last}", first=", ".join(first), end=end) if first else end


@cache
def phrases(language: str = ENGLISH) -> Phrases:
    """The fixed text in a language; what is not translated is English."""
    translate, here = translations(language), placed(language)
    return Phrases(
        language, {key: here.get(key) or translate.get(text, text) for key, text in _english().items()}
    )


def narrative(source: str, language: str) -> str:
    """A Markdown cell of our report's notebook in a language; any other cell as it is."""
    own = {text: key for key, text in _english().items() if key.startswith("notebook.")}
    return phrases(language).texts[own[source]] if source in own else source


@cache
def translations(language: str) -> Mapping[str, str]:
    """What each English text is in a language, wherever it stands; nothing for English."""
    return {pair["en"]: pair[language] for pair in _pairs(language) if "at" not in pair}


@cache
def placed(language: str) -> Mapping[str, str]:
    """What a fixed text is in a language at one place, by its "group.name", where it is not as elsewhere."""
    return {pair["at"]: pair[language] for pair in _pairs(language) if "at" in pair}


def fields_of(text: str) -> frozenset[str]:
    """The names of a text's fields."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@cache
def _english() -> Mapping[str, str]:
    return {
        f"{group}.{name}": text for group, texts in _read(ENGLISH).items() for name, text in texts.items()
    }


def _pairs(language: str) -> list[dict[str, str]]:
    return [] if language == ENGLISH else _read(language)


def _read(language: str) -> Any:
    text = Path(__file__).with_name(f"{language}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, _Yaml)  # noqa: S506  # a safe loader
