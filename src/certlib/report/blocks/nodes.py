"""What the PDF is made of, as plain data: kinds of blocks and text, nothing that could be source.

Inline content is a list of strings and `{"k": kind, "c": inlines, ...}`; blocks are `{"k": kind, ...}`.
"""

from collections.abc import Iterator
from typing import Any

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
