"""The knowledge files, read and checked; unchanged files bear a checksum."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import yaml

from certlib.errors import InvalidInput, Problem
from certlib.files import Location, decode_text, locate_mistakes, read_bytes, translate_mistakes, yaml_lines
from certlib.knowledge.consistency import find_mistakes
from certlib.knowledge.model import Knowledge
from certlib.language import current_language, translate, use_language

CHECKSUM = "checksum.txt"


def compute_checksum(folder: Path, names: Iterable[str]) -> str:
    """A sum of the files' texts in hex, however their lines end. Raises OSError and UnicodeError."""
    total = hashlib.sha256()
    for name in sorted(names):
        text = (folder / name).read_text(encoding="utf-8").encode()
        total.update(f"{name} {len(text)}\n".encode() + text)
    return total.hexdigest()


def is_unchanged(folder: Path, names: Iterable[str]) -> bool:
    """Whether the files are those of the checksum."""
    try:
        return (folder / CHECKSUM).read_text(encoding="ascii").strip() == compute_checksum(folder, names)
    except (OSError, UnicodeError):
        return False


T = TypeVar("T")

FOLDER = Path(__file__).parent

# The file of each kind; an entry's key in the file is its id.
FILES = {kind: f"{kind}.yaml" for kind in Knowledge.__dataclass_fields__}
FILES |= {"rows": "table.yaml", "questions": "faq.yaml"}

# What no language translates: names, addresses, commands and words that the code knows.
NAMES = frozenset(
    {"id", "aliases", "column", "command", "download", "files", "said", "service", "url", "verdict"}
)
# Where one word is a text too; elsewhere it is a name.
WORDS = frozenset({"fault", "interrupts", "section", "text", "title", "who"})

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is much faster
LIMIT = 1_000_000  # bytes of a file


def load() -> Knowledge:
    """All knowledge files in the language of the report, each read once for each process.

    Raises InvalidInput, naming file and key, when an entry of changed files does not fit.
    """
    return _load(current_language())


@cache
def _load(language: str) -> Knowledge:
    if not is_unchanged(FOLDER, FILES.values()):
        with use_language(language):
            return read(folder=FOLDER)
    kinds = {kind: _Later(partial(_read_unchanged, kind, language)) for kind in FILES}
    return Knowledge(**kinds)


class _Later(Mapping[str, T]):
    """A mapping that is read when it is first asked for."""

    def __init__(self, read: Callable[[], Mapping[str, T]]) -> None:
        self._read = cache(read)

    def __getitem__(self, key: str) -> T:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def _read_unchanged(kind: str, language: str) -> Mapping[str, Any]:
    """The entries of a file that fits the checksum."""
    name = FILES[kind]
    raw = _read_entries((FOLDER / name).read_text(encoding="utf-8"), name)
    _, entry = get_args(_hints(Knowledge)[kind])
    with use_language(language):
        return {key: _make_value(entry, body) for key, body in _replace_texts(raw, translate).items()}


def _make_value(kind: Any, value: Any) -> Any:
    """A raw value as its type says, without a check."""
    parts = get_args(kind)
    if NoneType in parts:
        return None if value is None else _make_value(parts[0], value)
    if isinstance(value, list):
        return tuple(_make_value(parts[0], each) for each in value)
    if isinstance(value, dict):
        return kind(**{key: _make_value(_hints(kind)[key], each) for key, each in value.items()})
    return value


_hints = cache(get_type_hints)


def read(*, folder: Path) -> Knowledge:
    """The knowledge files of a folder, checked one by one and against each other.

    Raises InvalidInput, naming file, line and key of every mistake, when an entry does not fit.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - slow, and unchanged files do without

    raw: dict[str, dict[str, Any]] = {}
    lines: dict[str, Mapping[Location, int]] = {}
    problems: list[Problem] = []
    for kind, name in FILES.items():
        try:
            content = read_bytes(folder / name, limit=LIMIT, instead="Put it back.")
            text = decode_text(content, file=name)
            tree = yaml_lines.parse(text, file=name, anchors=True)
            problems += tree.problems
            if not tree.problems:
                raw[kind], lines[kind] = _read_entries(text, name), tree.lines
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(tuple(problems))
    try:
        knowledge = TypeAdapter(Knowledge).validate_python(_replace_texts(raw, translate))
    except ValidationError as error:
        mistakes = list(translate_mistakes(error, lambda _: {}))
    else:
        mistakes = list(find_mistakes(knowledge, files=FILES))
        if not mistakes:
            return knowledge
    raise InvalidInput(
        tuple(
            problem
            for (kind, *location), wrong, instead in mistakes
            for problem in locate_mistakes(
                FILES[str(kind)], [(tuple(location), wrong, instead)], lines[str(kind)]
            )
        )
    )


def _read_entries(text: str, name: str) -> dict[str, Any]:
    """A file's entries, each with its key as `id`."""
    raw = yaml.load(text, _LOADER)  # noqa: S506 - a safe loader
    if not isinstance(raw, dict):
        raise InvalidInput((Problem(name, 1, "", "holds no entries.", "Write `id:` and its keys below it."),))
    instead = "Write `id:` and its keys below it, without a key `id`."
    problems = tuple(
        Problem(name, None, f"{key}", "is not an entry.", instead)
        for key, body in raw.items()
        if not isinstance(key, str) or not isinstance(body, dict) or "id" in body
    )
    if problems:
        raise InvalidInput(problems)
    return {key: {"id": key, **body} for key, body in raw.items()}


def read_texts(path: Path) -> list[str]:
    """Every text of a knowledge file that a language translates."""
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return text

    _replace_texts(_read_entries(path.read_text(encoding="utf-8"), path.name), collect)
    return texts


def _replace_texts(value: Any, replace: Callable[[str], str], key: str = "") -> Any:
    """A raw value with every sentence and title replaced; `key` is the value's own."""
    if key in NAMES:
        return value
    if isinstance(value, dict):
        return {name: _replace_texts(item, replace, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_replace_texts(item, replace, key) for item in value]
    is_text = isinstance(value, str) and (" " in value or key in WORDS)
    return replace(value) if is_text else value
