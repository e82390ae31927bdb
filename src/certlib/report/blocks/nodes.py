"""What is done to blocks before they are printed: places, depth, and what stays together."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

from certlib.report.tree import HEADINGS, Element

Node = dict[str, Any]


class UnknownTag(Exception):
    """A tag that has no form in the PDF."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag

    def __str__(self) -> str:
        return f"<{self.tag}> has no form in the PDF; use one of the tags that the report knows"


def iterate_nodes(value: Any) -> Iterator[Node]:
    """All nodes in a flow, in the order of the text."""
    if isinstance(value, list):
        for item in value:
            yield from iterate_nodes(item)
    elif isinstance(value, dict):
        if "k" in value:
            yield value
        for item in value.values():
            yield from iterate_nodes(item)


def split_places(flow: list[Any]) -> tuple[list[Node], list[Any]]:
    """The places in a text and the text without them.

    A link's text can't hold a place, and a heading's text stands in the contents and the running head too.
    """
    places = [node for node in iterate_nodes(flow) if node["k"] == "anchor"]
    return places, _drop_places(flow, places)


def _drop_places(value: Any, taken: list[Node]) -> Any:
    if isinstance(value, list):
        return [_drop_places(item, taken) for item in value if item not in taken]
    if isinstance(value, dict):
        return {key: _drop_places(item, taken) for key, item in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Places:
    """The ids that are linked to; `same` leads from a place that begins with a heading to that heading."""

    linked: frozenset[str]
    same: dict[str, str]

    def anchor(self, element: Element) -> list[Node]:
        """The mark of an element that something links to."""
        name = element.attrs.get("id", "")
        return [{"k": "anchor", "id": name}] if name in self.linked else []

    def target(self, href: str) -> str:
        """Where a link within the report leads."""
        return self.same.get(href[1:], href[1:])


def find_places(root: Element) -> Places:
    """The places of a report."""
    same = {
        e.attrs["id"]: first.attrs["id"]
        for e in root.walk()
        if e.tag in ("div", "section") and "id" in e.attrs
        for first in e.children[:1]
        if isinstance(first, Element) and first.tag in HEADINGS
    }
    linked = (e.attrs["href"][1:] for e in root.walk() if e.attrs.get("href", "").startswith("#"))
    return Places(frozenset(same.get(name, name) for name in linked), same)


def settle_places(flow: list[Node]) -> None:
    """Mark each place once, best by its heading, and let no link lead where the PDF has nothing."""
    all_nodes = list(iterate_nodes(flow))
    marked = {node["id"] for node in all_nodes if node["k"] == "heading"}
    for node in all_nodes:
        if node["k"] == "anchor" and node["id"] in marked:
            node["k"], node["c"] = "span", []
        elif "id" in node:
            marked.add(node["id"])
    for node in all_nodes:
        if node["k"] == "link" and node["to"] not in marked:  # a place that only HTML has, such as a row
            node["k"] = "span"


DEEPEST = 5  # no report of ours goes deeper


def flatten_flow(flow: list[Node], left: int = DEEPEST) -> list[Node]:
    """A flow no deeper than that: what stands deeper follows as it would without its frame, text by text."""
    made: list[Node] = []
    for block in flow:
        parts = _list_parts(block)
        for part in parts:
            part[:] = flatten_flow(part, max(0, left - 1))
        made += [block] if left or not parts else _drop_frame(block, parts)
    return made


def _list_parts(block: Node) -> list[list[Any]]:
    """The flows that a block holds; those that have no frame around them, none."""
    match block["k"]:
        case "box" | "whole" | "landscape":
            return [block["c"]]
        case "ul" | "ol":
            return list(block["c"])
        case "table":
            return [cell["c"] for cell in block["c"]]
        case "terms":
            return [pair["c"] for pair in block["c"]]
    return []


def _drop_frame(block: Node, parts: list[list[Any]]) -> list[Node]:
    """What a block holds, with the caption of a table and the terms before what is said of them."""
    heads = [pair["t"] for pair in block["c"]] if block["k"] == "terms" else [block.get("caption", [])]
    made: list[Node] = []
    head: list[Any]
    part: list[Node]
    for head, part in zip_longest(heads, parts, fillvalue=[]):
        made += [{"k": "p", "c": head}, *part] if head else part
    return made


LEAD_IN = 4  # paragraphs between a heading and a table that go with the table
LOWEST = 9  # below all headings: a line in bold letters
_OPENS = ("heading", "summary", "whole")
_SHOWN = ("table", "terms", "ul", "ol", "pre", "box", "image")


def keep_together(flow: list[Node]) -> list[Node]:
    """A flow in which commands that follow each other share a box, and a lead-in keeps to what follows."""
    made: list[Node] = []
    commands = False  # whether the last block is one of single commands
    for block in flow:
        if commands and _is_command(block):
            made[-1]["t"] += "\n" + block["t"]
            continue
        made.append(block)
        commands = _is_command(block)
    _keep(made)
    return made


def _keep(made: list[Node]) -> None:
    """Mark the paragraphs that keep to what follows them."""
    for lead, led in pairwise(made):
        if lead["k"] == "p" and led["k"] in ("pre", "table"):
            lead["keeps"] = True
    start: int | None = None
    for index, block in enumerate(made):
        if block["k"] in _OPENS:
            if start is not None and _get_level(made[start]) < _get_level(block):
                between = [one for one in made[start + 1 : index] if one["k"] != "anchor"]
                for one in between if len(between) == 1 else []:  # between a heading and one below it
                    one["keeps"] = True
            start = index
        elif start is not None and block["k"] in _SHOWN:
            between = [one for one in made[start:index] if one["k"] == "p"]
            for one in between if len(between) <= LEAD_IN else []:
                one["keeps"] = True
            start = None
        elif block["k"] not in ("p", "anchor"):
            start = None


def _get_level(heading: Node) -> int:
    return int(heading.get("level", LOWEST))


def _is_command(block: Node) -> bool:
    return block["k"] == "pre" and not block["pieces"] and "\n" not in block["t"]
