"""Mistakes of a file: where, what is wrong, what to write instead; from pydantic's objections and our own."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from certlib.errors import Problem
from certlib.text import cut, list_oddities, make_visible, quote

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Location = tuple[str | int, ...]  # keys and list positions from the file's top
Mistake = tuple[Location, str, str]  # where, what is wrong, what to write instead
KeysAt = Callable[
    [Location], Mapping[str, str | None]
]  # the keys that belong to a location, each with an example

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
NO_SUCH_KEY = "There is no such key here."
SHOWN = 100  # mistakes that are told one by one


def format_location(location: Location) -> str:
    """A location as people write it: `nodes[1].ports.socketio`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = quote(part, 64)[1:-1]
            text += f".{name}" if text else name
    return text


def suggest_choice(text: str, choices: Sequence[str]) -> str:
    """The choices, with the one that was probably meant in front; without choices, to remove the text."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for who made a mistake

    if not choices:
        return "Remove it."
    near = get_close_matches(cut(text, 60).casefold(), choices, n=1, cutoff=0.6)
    meant = f'Did you mean "{near[0]}"? ' if near else ""
    return f"{meant}Choose from {', '.join(choices)}."


def translate_mistakes(error: "ValidationError", keys_at: KeysAt) -> Iterable[Mistake]:
    """Every objection of pydantic in our words."""
    for detail in error.errors(include_url=False):
        location = tuple(part for part in detail["loc"] if part != "[key]")
        said, instead = _describe_mistake(detail, location, keys_at)
        yield location, _add_oddities(said, detail, location), instead


def _add_oddities(said: str, detail: "ErrorDetails", location: Location) -> str:
    """What is wrong, and which characters of the key or the value look like others."""
    is_key = detail["type"] in _UNKNOWN_KEY and location
    given = location[-1] if is_key else detail["input"]
    odd = list_oddities(given) if isinstance(given, str) else ""
    return f"{said} It holds {odd}." if odd and "U+" not in said else said


def locate_mistakes(file: str, mistakes: Iterable[Mistake], lines: Mapping[Location, int]) -> list[Problem]:
    """Mistakes with the lines of their keys; where a key is missing, with the line of what it belongs to."""

    def line_of(location: Location) -> int | None:
        return next(
            (lines[part] for end in range(len(location), 0, -1) if (part := location[:end]) in lines), None
        )

    return [
        Problem(file, line_of(place), format_location(place), wrong, instead)
        for place, wrong, instead in mistakes
    ]


def limit_problems(problems: Iterable[Problem], *, file: str) -> tuple[Problem, ...]:
    """Problems in the order of the file, each once; beyond the first hundred only their number."""
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0)
    more = len(ordered) - SHOWN
    if more > 0:
        rest = Problem(file, None, "", f"{more} more mistakes follow.", "Correct these first.")
        return (*ordered[:SHOWN], rest)
    return tuple(ordered)


def _describe_mistake(detail: "ErrorDetails", location: Location, keys_at: KeysAt) -> tuple[str, str]:
    """What is wrong and what to write instead."""
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "wrong":
        return str(context["wrong"]), str(context["instead"])
    if kind in _UNKNOWN_KEY:
        return NO_SUCH_KEY, suggest_choice(str(location[-1]), [*keys_at(location[:-1])])
    if kind in ("missing", "missing_argument"):
        example = keys_at(location[:-1]).get(str(location[-1]))
        return "is missing.", f"Write it, for example {location[-1]}: {example}." if example else "Write it."
    if given is None:
        return "is empty.", "Write a value or remove it."
    if kind in ("literal_error", "enum"):
        choices = re.findall(r"'([^']*)'", str(context["expected"]))
        return f"{quote(given)} is not known here.", suggest_choice(str(given), choices)
    if kind in ("model_type", "model_attributes_type", "dataclass_type", "dict_type"):
        return "is not a mapping.", 'Write lines of the form "key: value" here.'
    if kind in ("list_type", "tuple_type"):
        return "is not a list.", 'Begin each entry with "- ".'
    if kind == "string_type":
        return "is not a text.", "Write one value."
    if kind == "too_short":
        return "is empty.", "Give at least one."
    return f"{make_visible(detail['msg'])}.", f"It reads {quote(given)}."
