"""What stays together on paper: a heading with what it is about, commands that follow each other."""

from itertools import pairwise

from certlib.report.blocks.nodes import Node

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
