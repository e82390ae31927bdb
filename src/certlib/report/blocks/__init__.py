"""The tree of a report as plain data for the PDF: kinds of blocks and text, nothing that could be source.

A tag that is not known here raises `UnknownTag`, so that nothing can vanish from the PDF in silence.
"""

from certlib.report.blocks.flow import make_flow
from certlib.report.blocks.nodes import (
    LEAD_IN,
    Node,
    UnknownTag,
    find_places,
    flatten_flow,
    iterate_nodes,
    settle_places,
)
from certlib.report.blocks.paper import get_room
from certlib.report.blocks.tables import Rows
from certlib.report.blocks.text import LONG, break_words, describe_picture, make_picture
from certlib.report.blocks.widths import find_widths
from certlib.report.tree import Element

__all__ = [
    "LONG",
    "Node",
    "Rows",
    "UnknownTag",
    "break_words",
    "describe_picture",
    "iterate_nodes",
    "make_blocks",
    "make_picture",
]


def make_blocks(root: Element, *, paper: str = "a4") -> list[Node]:
    """A report's body as blocks for a paper, wide tables on landscape pages together with their heading."""
    made = flatten_flow(make_flow(root, find_places(root)))
    _share_widths(made, paper)
    made = _turn(made)
    settle_places(made)
    return made


def _share_widths(made: list[Node], paper: str) -> None:
    """Give each table's columns their shares of the room that its page has."""
    for node in iterate_nodes(made):
        if node["k"] == "table" and (extents := node.pop("extents")):
            width = get_room(paper, turned=node["wide"], dense=node["dense"])
            node["columns"] = find_widths(
                extents, columns=len(node["columns"]), room=width, spread=node["spread"]
            )


def _turn(upright: list[Node]) -> list[Node]:
    """Wide tables turned; those that follow each other share their pages."""
    turned: list[Node] = []
    for block in upright:
        if not (block["k"] == "table" and block["wide"]):
            turned.append(block)
            continue
        start = len(turned)
        while start and len(turned) - start < LEAD_IN and turned[start - 1]["k"] == "p":
            start -= 1
        while start and turned[start - 1]["k"] == "heading":
            start -= 1
        if start < len(turned) and turned[start]["k"] != "heading":
            start = len(turned)
        lead = turned[start:]
        del turned[start:]
        chapter = any(one["k"] == "heading" and one["level"] == 1 for one in lead)
        if turned and turned[-1]["k"] == "landscape" and not chapter:
            turned[-1]["c"] += [*lead, block]
        else:
            turned.append({"k": "landscape", "c": [*lead, block]})
    return turned
