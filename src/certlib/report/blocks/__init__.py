"""The tree of a report as plain data for the PDF: kinds of blocks and text, nothing that could be source.

A tag that is not known here raises `UnknownTag`, so that nothing can vanish from the PDF in silence.
"""

from certlib.report.blocks.flow import flow
from certlib.report.blocks.keeping import LEAD_IN
from certlib.report.blocks.nodes import Node, UnknownTag, nodes
from certlib.report.blocks.paper import room
from certlib.report.blocks.places import places, settle
from certlib.report.blocks.shallow import shallow
from certlib.report.blocks.tables import Rows
from certlib.report.blocks.text import LONG, broken, described, picture
from certlib.report.blocks.widths import widths
from certlib.report.tree import Element

__all__ = ["LONG", "Node", "Rows", "UnknownTag", "blocks", "broken", "described", "nodes", "picture"]


def blocks(root: Element, *, paper: str = "a4") -> list[Node]:
    """A report's body as blocks for a paper, wide tables on landscape pages together with their heading."""
    made = shallow(flow(root, places(root)))
    _share(made, paper)
    made = _turn(made)
    settle(made)
    return made


def _share(made: list[Node], paper: str) -> None:
    """Give each table's columns their shares of the room that its page has."""
    for one in nodes(made):
        if one["k"] == "table" and (extents := one.pop("extents")):
            width = room(paper, turned=one["wide"], dense=one["dense"])
            one["columns"] = widths(extents, columns=len(one["columns"]), room=width, spread=one["spread"])


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
