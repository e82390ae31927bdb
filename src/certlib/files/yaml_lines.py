"""YAML with the lines of its keys and values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from certlib.errors import InvalidInput, Problem
from certlib.files.mistakes import Location, format_location
from certlib.text import list_oddities, make_visible, name_of, quote

DEPTH = 20  # what people write needs four
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # PyYAML may come without its C part
# What YAML does not allow in a text.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_INDENTATION = "Check the indentation of this line and of the one above; use spaces."
# Part of PyYAML's message: what to do.
_HINTS = {
    "mapping values are not allowed": 'Put a text that holds ": " into quotes, and check the indentation.',
    "cannot start any token": "Indent with spaces, not tabs; put a text that begins with @ or ` into quotes.",
    "could not find expected ':'": 'Write "key: value", with a blank after the colon.',
    "expected <block end>": _INDENTATION,
    "did not find expected key": _INDENTATION,
    "did not find expected '-' indicator": _INDENTATION,
    "unexpected end of stream": "Close the quotes or brackets that this line opens.",
    "undefined alias": "Put a text that begins with * into quotes; anchors are not used here.",
}


@dataclass(slots=True)
class Tree:
    """What a YAML file says: dicts, lists and text; the line of each key and list entry; mistakes of form."""

    value: Any = None  # None: the file says nothing
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    content: Any
    location: Location
    key: str | None = None  # the mapping's key whose value comes next


def parse(text: str, *, file: str, anchors: bool = False) -> Tree:
    """The tree of a YAML text. Keys without a value are left out of it, but their lines are known.

    `anchors`: they are allowed; what refers to one is left out of the tree, too.

    Raises InvalidInput where the text is no YAML, or nests too deeply.
    """
    tree = Tree()
    unfit = _UNFIT.search(text)
    if unfit:
        where = text.count("\n", 0, unfit.start()) + 1
        raise InvalidInput(
            (Problem(file, where, "", f"holds {make_visible(unfit[0])}, {name_of(unfit[0])}.", "Remove it."),)
        )
    try:
        _build(tree, yaml.parse(text, Loader=_LOADER), file, anchors=anchors)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or "it can't be read"
        hint = next(
            (hint for part, hint in _HINTS.items() if part in said), "Check quotes, brackets and indentation."
        )
        at = mark.line + 1 if mark else None
        odd = _find_oddities(text, mark.line) if mark else ""
        wrong = f"This is not YAML: {make_visible(said)}."
        if odd:
            wrong, hint = f"{wrong} Near it stands {odd}.", "Write plain blanks, quotes and dashes there."
        tree.problems.append(Problem(file, at, "", wrong, hint))
        raise InvalidInput(tuple(tree.problems)) from None
    return tree


def _find_oddities(text: str, line: int) -> str:
    """Characters that look like others in a line, counted from 0, or the one above, which may be at fault."""
    return list_oddities("".join(text.split("\n")[max(0, line - 1) : line + 1]))


def _get_line(event: yaml.Event) -> int:
    """The line, counted from 1, in which an event begins."""
    return event.start_mark.line + 1 if event.start_mark else 1


def _build(tree: Tree, events: Iterator[yaml.Event], file: str, *, anchors: bool) -> None:
    stack: list[_Open] = []
    documents = 0
    for event in events:
        where = _get_line(event)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                tree.problems.append(
                    Problem(
                        file,
                        where,
                        "",
                        "A second document begins here.",
                        "Remove the line ---; one file says one thing.",
                    )
                )
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            location = _find_place(tree, stack, event, file)
            _forbid(tree, event, location, file, anchors=anchors)
            value = _read_value(event)
            _attach(tree, stack, value, location)
            if isinstance(value, dict | list):
                stack.append(_Open(value, location))
                if len(stack) > DEPTH:
                    tree.problems.append(Problem(file, where, "", "nests too deeply.", "Write it flatter."))
                    raise InvalidInput(tuple(tree.problems))


def _read_value(event: yaml.NodeEvent) -> Any:
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if isinstance(event, yaml.ScalarEvent) and (event.value or event.style):
        return event.value
    return None  # nothing stands there


def _find_place(tree: Tree, stack: list[_Open], event: yaml.NodeEvent, file: str) -> Location:
    """Where a value belongs; of a key, where its value will."""
    if not stack:
        return ()
    top, where = stack[-1], _get_line(event)
    if isinstance(top.content, list):
        location: Location = (*top.location, len(top.content))
        tree.lines[location] = where
        return location
    if top.key is not None:
        return (*top.location, top.key)
    if not isinstance(event, yaml.ScalarEvent):
        tree.problems.append(
            Problem(
                file,
                where,
                format_location(top.location),
                "has a key that is no plain word.",
                "Write a word before the colon.",
            )
        )
        raise InvalidInput(tuple(tree.problems))
    location = (*top.location, str(event.value))
    if location in tree.lines:
        first = tree.lines[location]
        tree.problems.append(
            Problem(
                file,
                where,
                format_location(location),
                f"stands here again; it stands in line {first} already.",
                "Keep one.",
            )
        )
    tree.lines[location] = where
    return location


def _forbid(tree: Tree, event: yaml.NodeEvent, location: Location, file: str, *, anchors: bool) -> None:
    """Anchors, aliases and tags: a file says everything where it belongs."""
    tag = getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent) and not anchors:
        found, instead = f"refers to the anchor {quote(event.anchor)}.", "Write the value itself."
    elif event.anchor is not None and not anchors:
        found, instead = (
            f"sets the anchor {quote(event.anchor)}.",
            "Remove it; put a text that begins with & into quotes.",
        )
    elif tag is not None:
        found, instead = (
            f"has the tag {quote(tag)}.",
            "Remove it; put a text that begins with ! into quotes.",
        )
    else:
        return
    tree.problems.append(Problem(file, _get_line(event), format_location(location), found, instead))


def _attach(tree: Tree, stack: list[_Open], value: Any, location: Location) -> None:
    if not stack:
        tree.value = value
        return
    top = stack[-1]
    if isinstance(top.content, list):
        top.content.append(value)
    elif top.key is None:
        top.key = str(location[-1])
    else:
        if value is not None:
            top.content[top.key] = value
        top.key = None
