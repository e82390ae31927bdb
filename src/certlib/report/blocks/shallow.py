"""How deep boxes, lists, terms and tables stand within each other on paper: Typst has a limit of its own."""

from itertools import zip_longest
from typing import Any

from certlib.report.blocks.nodes import Node

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
