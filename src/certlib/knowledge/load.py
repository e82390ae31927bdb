"""Reads the knowledge files and checks that they fit together."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from certlib.errors import InvalidInput, Problem
from certlib.knowledge.model import (
    Basis,
    Check,
    Cop,
    Defect,
    Gadget,
    Option,
    Procedure,
    Question,
    ReasonText,
    Release,
    Row,
    Rule,
    Source,
    WebServer,
)
from certlib.reasons import Reason


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All knowledge, each kind by id, in the order of its file."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # holds for every entry: an unknown key is a mistake

    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    releases: Mapping[str, Release]
    web_servers: Mapping[str, WebServer]
    rows: Mapping[str, Row]
    gadgets: Mapping[str, Gadget]
    cops: Mapping[str, Cop]
    defects: Mapping[str, Defect]
    options: Mapping[str, Option]
    procedures: Mapping[str, Procedure]
    questions: Mapping[str, Question]
    reasons: Mapping[str, ReasonText]
    checks: Mapping[str, Check]


# The file of each kind; an entry's key in the file is its id.
FILES = {
    "sources": "sources.yaml",
    "rules": "rules.yaml",
    "releases": "releases.yaml",
    "web_servers": "web_servers.yaml",
    "rows": "table.yaml",
    "gadgets": "gadgets.yaml",
    "cops": "cops.yaml",
    "defects": "defects.yaml",
    "options": "options.yaml",
    "procedures": "procedures.yaml",
    "questions": "faq.yaml",
    "reasons": "reasons.yaml",
    "checks": "checks.yaml",
}

# Which fields name entries of other files: kind, path of fields ("*" stands for each item of a list), kind named.
REFERENCES = (
    ("web_servers", "like", "web_servers"),
    ("web_servers", "since", "releases"),
    ("web_servers", "until", "releases"),
    ("rows", "releases.*", "releases"),
    ("rows", "cells.*.web_server", "web_servers"),
    ("rows", "experience.*.gadget", "gadgets"),
    ("rows", "advice.*", "options"),
    ("rows", "defects.*", "defects"),
    ("gadgets", "web_servers.*", "web_servers"),
    ("cops", "web_servers.*", "web_servers"),
    ("cops", "undone_by", "cops"),
    ("cops", "releases.*", "releases"),
    ("defects", "releases.*", "releases"),
    ("options", "installs.*", "cops"),
    ("options", "procedures.*", "procedures"),
    ("questions", "options.*", "options"),
    ("questions", "procedures.*", "procedures"),
    ("checks", "procedures.*", "procedures"),
)

_Path = tuple[str | int, ...]  # kind, id, then keys and list positions


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C parser, where PyYAML has it
    """Plain YAML, in which a key given twice is a mistake instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            twice = next(key for key, count in Counter(keys).items() if count > 1)
            again = [key for key, _ in node.value if key.value == twice][1]
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice} stands here twice", again.start_mark)
        return dict(super().construct_mapping(node, deep))


@cache
def load() -> Knowledge:
    """All knowledge files, read once for each process.

    Raises InvalidInput, naming file and key, when an entry does not fit.
    """
    return read(folder=files("certlib.knowledge"))


def read(*, folder: Traversable) -> Knowledge:
    """The knowledge files of a folder, checked one by one and against each other.

    Raises InvalidInput, naming file, line and key of every mistake, when an entry does not fit.
    """
    texts: dict[str, str] = {}
    raw: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for kind, name in FILES.items():
        try:
            texts[kind] = (folder / name).read_text(encoding="utf-8")
            raw[kind] = _entries(texts[kind], name)
        except InvalidInput as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(name, None, "", f"cannot be read ({error}).", "Give the file as UTF-8 text."))
    if problems:
        raise InvalidInput(tuple(problems))
    try:
        knowledge = TypeAdapter(Knowledge).validate_python(raw)
    except ValidationError as error:
        mistakes = [(tuple(e["loc"]), *_said(e["type"], e["msg"])) for e in error.errors(include_url=False)]
    else:
        mistakes = [*_wrong_bases(knowledge), *_wrong_references(knowledge), *_gaps(knowledge)]
        if not mistakes:
            return knowledge
    raise InvalidInput(tuple(_problem(texts, *mistake) for mistake in mistakes))


def _entries(text: str, name: str) -> dict[str, Any]:
    """A file's entries, each with its key as `id`."""
    try:
        raw = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InvalidInput((Problem(name, line, "", f"is not valid YAML: {error.problem}.", "Correct it."),)) from error
    if not isinstance(raw, dict):
        raise InvalidInput((Problem(name, 1, "", "holds no entries.", "Write `id:` and its keys below it."),))
    problems = tuple(
        Problem(name, None, f"{key}", "is not an entry.", "Write `id:` and its keys below it, without a key `id`.")
        for key, body in raw.items()
        if not isinstance(key, str) or not isinstance(body, dict) or "id" in body
    )
    if problems:
        raise InvalidInput(problems)
    return {key: {"id": key, **body} for key, body in raw.items()}


def _said(kind: str, message: str) -> tuple[str, str]:
    """Pydantic's message as what is wrong and what to do."""
    if kind == "unexpected_keyword_argument":
        return "is no key that this kind of entry has.", "Remove it or correct its spelling."
    if kind in ("missing", "missing_argument"):
        return "is missing.", "Give it."
    return f"{message[:1].lower()}{message[1:]}.", "Correct it."


def _problem(texts: Mapping[str, str], path: _Path, wrong: str, instead: str) -> Problem:
    """A mistake with the line where it stands; looked up only now, as reading with lines is slow."""
    kind = str(path[0])
    node, line = yaml.compose(texts[kind], _Loader), None
    for key in path[1:]:
        if isinstance(node, yaml.MappingNode):
            found = [(name, value) for name, value in node.value if name.value == str(key)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return Problem(FILES[kind], line, ".".join(str(key) for key in path[1:]), wrong, instead)


def _bases(value: object, path: _Path) -> Iterator[tuple[_Path, Basis]]:
    """Every basis inside an entry, however deep, with its path."""
    if isinstance(value, Basis):
        yield path, value
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _bases(item, (*path, position))
    elif is_dataclass(value):
        for item in fields(value):
            yield from _bases(getattr(value, item.name), (*path, item.name))


def _wrong_bases(knowledge: Knowledge) -> Iterator[tuple[_Path, str, str]]:
    """A documented or measured statement names its source, an inferred one its rule."""
    for kind in FILES:
        for key, entry in getattr(knowledge, kind).items():
            for path, basis in _bases(entry, (kind, key)):
                if basis.kind == "inferred" and basis.rule is None:
                    yield path, "is inferred and names no rule.", "Name a rule of rules.yaml."
                if basis.kind != "inferred" and basis.source is None:
                    yield path, f"is {basis.kind} and names no source.", "Name a source of sources.yaml."
                if basis.rule is not None and basis.rule not in knowledge.rules:
                    yield (*path, "rule"), f"no rule has the id {basis.rule}.", "Name a rule of rules.yaml."
                if basis.source is not None and basis.source not in knowledge.sources:
                    yield (*path, "source"), f"no source has the id {basis.source}.", "Name a source of sources.yaml."


def _values(value: object, keys: tuple[str, ...], path: _Path) -> Iterator[tuple[_Path, str]]:
    """The names that stand under a path of REFERENCES."""
    if value is None:
        return
    if not keys:
        yield path, str(value)
    elif keys[0] == "*" and isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _values(item, keys[1:], (*path, position))
    else:
        yield from _values(getattr(value, keys[0]), keys[1:], (*path, keys[0]))


def _wrong_references(knowledge: Knowledge) -> Iterator[tuple[_Path, str, str]]:
    """Every id that an entry names belongs to an entry."""
    for kind, keys, target in REFERENCES:
        for key, entry in getattr(knowledge, kind).items():
            for path, name in _values(entry, tuple(keys.split(".")), (kind, key)):
                if name not in getattr(knowledge, target):
                    yield path, f"no entry has the id {name}.", f"Name an entry of {FILES[target]}."


def _gaps(knowledge: Knowledge) -> Iterator[tuple[_Path, str, str]]:
    """What must be complete: the table, the reasons, and the basis of each assumption; spellings of releases differ."""
    columns = [server.id for server in knowledge.web_servers.values() if server.column]
    for row in knowledge.rows.values():
        if sorted(cell.web_server for cell in row.cells) != sorted(columns):
            yield ("rows", row.id, "cells"), "are not one for each column.", f"Give one each for {', '.join(columns)}."
        if sorted(said.gadget for said in row.experience) != sorted(knowledge.gadgets):
            gadgets = ", ".join(knowledge.gadgets)
            yield ("rows", row.id, "experience"), "is not one for each gadget.", f"Give one each for {gadgets}."
        if bool(row.assumption) != bool(row.assumption_basis):
            yield ("rows", row.id), "has an assumption without its basis, or a basis without it.", "Give both."
    for server in knowledge.web_servers.values():
        if (server.like is None) != (server.like_basis is None):
            yield ("web_servers", server.id), "has `like` without `like_basis`, or the reverse.", "Give both."
    reasons = {reason.value for reason in Reason}
    for missing in sorted(reasons - set(knowledge.reasons)):
        yield ("reasons", missing), "is a reason without a text.", "Give its sentence and hint."
    for unknown in sorted(set(knowledge.reasons) - reasons):
        yield ("reasons", unknown), "is no reason that an endpoint can have.", "Remove it."
    orders = Counter(release.order for release in knowledge.releases.values())
    names = Counter(spelling(name) for release in knowledge.releases.values() for name in (release.id, *release.aliases))
    for release in knowledge.releases.values():
        if orders[release.order] > 1:
            yield ("releases", release.id, "order"), "is the order of two releases.", "Give each its own number."
        for name in (release.id, *release.aliases):
            if names[spelling(name)] > 1:
                yield ("releases", release.id), f"shares the spelling {name} with another.", "Give each its own."


def spelling(name: str) -> str:
    """A release's name without what people write differently: case and blanks."""
    return "".join(name.split()).casefold()
