"""The knowledge files, read and checked; unchanged files bear a checksum."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import yaml

from certlib.errors import InvalidInput, Problem
from certlib.knowledge.consistency import Mistake, find_mistakes
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

_Yaml: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is much faster


class _Loader(_Yaml):  # type: ignore[misc]
    """Plain YAML, in which a key given twice is a mistake instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  # as PyYAML calls it
        """The mapping of a node; raises ConstructorError for a key given twice."""
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len({key.value for key in keys}) < len(keys):
            counted = Counter(key.value for key in keys)
            again = next(key for key in reversed(keys) if counted[key.value] > 1)
            said = f"the key {again.value} stands here for the second time"
            raise yaml.constructor.ConstructorError(None, None, said, again.start_mark)
        return dict(super().construct_mapping(node, deep))


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
        return {key: _make_value(entry, body) for key, body in _translate_texts(raw).items()}


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

    texts: dict[str, str] = {}
    raw: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for kind, name in FILES.items():
        try:
            texts[kind] = (folder / name).read_text(encoding="utf-8")
            raw[kind] = _read_entries(texts[kind], name)
        except InvalidInput as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(name, None, "", f"cannot be read ({error}).", "Give it as UTF-8 text."))
    if problems:
        raise InvalidInput(tuple(problems))
    try:
        knowledge = TypeAdapter(Knowledge).validate_python(_translate_texts(raw))
    except ValidationError as error:
        found = [_make_mistake(each["loc"], each["type"], each["msg"]) for each in error.errors()]
    else:
        found = list(find_mistakes(knowledge, files=FILES))
        if not found:
            return knowledge
    raise InvalidInput(tuple(_locate_mistake(mistake, texts) for mistake in found))


def _read_entries(text: str, name: str) -> dict[str, Any]:
    """A file's entries, each with its key as `id`."""
    try:
        raw = yaml.load(text, _Loader)  # noqa: S506  # _Loader is a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = Problem(name, line, "", f"is not valid YAML: {error.problem}.", "Correct it.")
        raise InvalidInput((problem,)) from error
    except yaml.YAMLError as error:
        raise InvalidInput((Problem(name, None, "", "is not valid YAML.", "Correct it."),)) from error
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


def _translate_texts(value: Any, key: str = "") -> Any:
    """A raw value with every sentence and title replaced that has a translation; `key` is the value's own."""
    if key in NAMES:
        return value
    if isinstance(value, dict):
        return {name: _translate_texts(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_translate_texts(item, key) for item in value]
    return translate(value) if _is_text(value, key) else value


def read_texts(path: Path) -> Iterator[str]:
    """Every text of a knowledge file that a language translates."""
    yield from _list_texts(_read_entries(path.read_text(encoding="utf-8"), path.name))


def _list_texts(value: Any, key: str = "") -> Iterator[str]:
    if key in NAMES:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _list_texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _list_texts(item, key)
    elif _is_text(value, key):
        yield value


def _is_text(value: Any, key: str) -> bool:
    return isinstance(value, str) and (" " in value or key in WORDS)


def _make_mistake(path: tuple[str | int, ...], kind: str, message: str) -> Mistake:
    """Pydantic's message in the words of the other mistakes."""
    if kind == "unexpected_keyword_argument":
        return Mistake(path, "is no key of this kind of entry.", "Remove it or correct its spelling.")
    if kind == "missing":
        return Mistake(path, "is missing.", "Give it.")
    return Mistake(path, f"{message[:1].lower()}{message[1:]}.", "Correct it.")


def _locate_mistake(mistake: Mistake, texts: Mapping[str, str]) -> Problem:
    """A mistake with the line where it stands; looked up only now, as reading with lines is slow."""
    kind, *keys = mistake.path
    node, line = yaml.compose(texts[str(kind)], _Loader), None
    for key in keys:
        found: list[tuple[yaml.Node, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            found = [(name, value) for name, value in node.value if name.value == str(key)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            found = [(item, item) for item in node.value[key : key + 1]]
        if not found:
            break
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    place = ".".join(str(key) for key in keys)
    return Problem(FILES[str(kind)], line, place, mistake.wrong, mistake.instead)
