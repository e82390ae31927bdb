"""From what pydantic and our own checks object to, to what a person has to write instead."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from certlib.errors import InvalidInput, Problem
from certlib.text import cut, list_oddities, make_visible, quote

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Location = tuple[str | int, ...]  # keys and list positions from the file's top
Mistake = tuple[Location, str, str]  # where, what is wrong, what to write instead
KeysAt = Callable[
    [Location], Mapping[str, str | None]
]  # the keys that belong to a location, each with an example

_BOMS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
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


def read_bytes(path: Path, *, limit: int, instead: str) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Raises InvalidInput; `instead` says what to do when there is no such file.
    """
    try:
        if path.is_dir():
            raise _refuse_unusable(path, "is a folder.", "Name a file in it.")
        if path.exists() and not path.is_file():
            raise _refuse_unusable(path, "is no regular file.", "Name a file.")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise _refuse_unusable(path, "does not exist.", instead) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _refuse_unusable(
            path, f"cannot be read ({reason}).", "Check its name and who may read it."
        ) from None
    if len(content) > limit:
        raise _refuse_unusable(path, f"is larger than {limit:,} bytes.", "Name the right file.")
    return content


def find_encoding(content: bytes) -> str | None:
    """The encoding that a file's first bytes tell, where that is not UTF-8."""
    told = next((name for mark, name in _BOMS.items() if content.startswith(mark)), None)
    return told or ("UTF-16 or UTF-32" if b"\0" in content[:4] else None)


def decode_text(content: bytes, *, file: str) -> str:
    """The file's text. Raises InvalidInput when it is not UTF-8."""
    instead = "Save it as UTF-8."
    encoding = find_encoding(content)
    if encoding:
        raise InvalidInput(
            (Problem(make_visible(file), None, "", f"The encoding is {encoding}, not UTF-8.", instead),)
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong = f"The encoding is not UTF-8: byte 0x{error.object[error.start]:02X} can't stand here."
        raise InvalidInput((Problem(make_visible(file), line, "", wrong, instead),)) from None


def _refuse_unusable(path: Path, wrong: str, instead: str) -> InvalidInput:
    return InvalidInput((Problem(make_visible(str(path)), None, "", wrong, instead),))


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
