"""The blocks of a report, one after another: headings, paragraphs, lists, terms, boxes, tables, pictures."""

import re

from certlib.report.blocks.caps import ITEMS, LINES, make_more
from certlib.report.blocks.nodes import Node, Places, UnknownTag, iterate_nodes, keep_together, split_places
from certlib.report.blocks.tables import SPLITS, TOGETHER, find_caption, keep_only, make_table
from certlib.report.blocks.text import INLINE, make_inlines, make_picture, make_raw
from certlib.report.tree import HEADINGS, Element

TERM = 23  # characters that the column of terms has room for
LINE = 80  # characters of a command that a line has room for
_PIECES = re.compile(r"\s*\S{1,40}")
_BOXES = ("verdict", "callout", "failure")


def make_flow(parent: Element, places: Places, place: str = "text") -> list[Node]:
    """What a container holds; text between blocks becomes paragraphs. `place`: "text" or "cell"."""
    made: list[Node] = []
    line: list[Element | str] = []
    for child in [*parent.children, None]:
        if isinstance(child, str) or (child is not None and child.tag in INLINE and child.tag != "img"):
            line.append(child)
            continue
        if any(not isinstance(c, str) or c.strip() for c in line):
            made.append({"k": "p", "c": make_inlines(line, place, places)})
        line = []
        if child is not None:
            made.extend(places.anchor(child) if child.tag not in HEADINGS else [])
            made.extend(_make_block(child, places, place))
    return keep_together(made) if place == "text" else made


def _make_block(e: Element, places: Places, place: str) -> list[Node]:  # noqa: C901 - a case for each tag
    match e.tag:
        case "p":
            return _make_paragraph(e, places, place)
        case "h2" | "h3" | "h4":
            return _make_heading(e, places)
        case "div" | "section" | "details":
            return _make_container(e, places, place)
        case "summary" | "figcaption":
            return [{"k": "summary", "c": make_inlines(e.children, place, places)}]
        case "figure" | "li" | "dt" | "dd":  # the last three where no list is around them
            return make_flow(e, places, place)
        case "blockquote":
            return [{"k": "box", "style": "quote", "c": make_flow(e, places, place)}]
        case "ul" | "ol":
            return _list(e, places, place)
        case "dl":
            return _make_terms(e, places, place)
        case "table":
            return _make_table(e, places)
        case "pre":
            return _make_listing(make_raw(e).strip("\n"))
        case "img":
            return _make_figure(e)
        case "hr":
            return [{"k": "hr"}]
    raise UnknownTag(e.tag)


def _make_paragraph(e: Element, places: Places, place: str) -> list[Node]:
    parts = [c for c in e.children if not isinstance(c, str) or c.strip()]
    pictures = [c for c in parts if isinstance(c, Element) and c.tag == "img"]
    if len(pictures) == len(parts):  # pictures alone, or nothing at all
        return [part for picture in pictures for part in _make_figure(picture)]
    alone = len(parts) == 1 and isinstance(parts[0], Element) and parts[0].tag == "strong"
    kind = "lead" if "lead" in e.classes else "summary" if alone and place == "text" else "p"
    return [{"k": kind, "c": make_inlines(e.children, place, places)}]


def _make_heading(e: Element, places: Places) -> list[Node]:
    marks, text = split_places(make_inlines(e.children, "text", places))
    for node in iterate_nodes(text):  # the running head, where this text stands again, may not hold a link
        if node["k"] in ("link", "url"):
            node["k"] = "span"
    level, number = int(e.tag[1]) - 1, e.attrs.get("data-number", "")
    return [*marks, {"k": "heading", "level": level, "number": number, "id": e.attrs["id"], "c": text}]


def _make_container(e: Element, places: Places, place: str) -> list[Node]:
    inner = make_flow(e, places, place)
    if "whole" in e.classes and inner:
        return [{"k": "whole", "c": inner}]
    style = next((s for s in _BOXES if s in e.classes), "")
    if style == "verdict":
        style = next((c for c in e.classes if c.startswith("verdict-")), "verdict-none")
    return [{"k": "box", "style": style, "c": inner}] if style and inner else inner


def _list(e: Element, places: Places, place: str) -> list[Node]:
    parts = keep_only(e, "li")
    items = [places.anchor(c) + make_flow(c, places, place) for c in parts[:ITEMS]]
    if len(parts) > ITEMS:
        items.append([{"k": "p", "c": [make_more("items", len(parts) - ITEMS)]}])
    start = int(e.attrs.get("start", "1"))
    return [{"k": e.tag, "c": items, "start": start, "steps": "steps" in e.classes}] if items else []


def _make_terms(e: Element, places: Places, place: str) -> list[Node]:
    pairs: list[Node] = []
    parts = [
        part
        for child in keep_only(e, "dd", "dt", "div")
        for part in (keep_only(child, "dd", "dt") if child.tag == "div" else [child])
    ]
    for part in parts:
        if part.tag == "dt":
            long = len(part.text()) > TERM
            pairs.append({"t": make_inlines(part.children, place, places), "long": long, "c": []})
        elif pairs:
            pairs[-1]["c"] += places.anchor(part) + make_flow(part, places, place)
        else:
            pairs.append({"t": [], "long": False, "c": make_flow(part, places, place)})
    for pair in pairs:
        pair["c"] = _make_lines(pair["c"])
    together = "tears" not in e.classes and len(pairs) <= TOGETHER and len(e.text()) < 2 * SPLITS
    return [{"k": "terms", "together": together, "c": pairs}] if pairs else []


def _make_lines(inner: list[Node]) -> list[Node]:
    """A plain list that is all a term has to say, as lines without marks."""
    if (
        len(inner) != 1
        or inner[0]["k"] != "ul"
        or any([b["k"] for b in item] != ["p"] for item in inner[0]["c"])
    ):
        return inner
    texts = [item[0]["c"] for item in inner[0]["c"]]
    return [{"k": "p", "c": [part for text in texts for part in [{"k": "br"}, *text]][1:]}]


def _make_listing(text: str) -> list[Node]:
    """A command or listing; one with words wider than the page in pieces that fit."""
    lines = text.split("\n")
    shown = lines[:LINES]
    short = max((len(word) for line in shown for word in line.split()), default=0) <= LINE
    pieces = [] if short else [_PIECES.findall(line) for line in shown]
    made: list[Node] = [{"k": "pre", "t": "\n".join(shown), "pieces": pieces}]
    if len(lines) > LINES:
        made.append({"k": "p", "c": [make_more("lines", len(lines) - LINES)]})
    return made


def _make_figure(e: Element) -> list[Node]:
    shown = make_picture(e)
    return [{"k": "p", "c": [shown]} if isinstance(shown, str) else shown]


def _make_table(e: Element, places: Places) -> list[Node]:
    return make_table(
        e,
        caption=make_inlines(find_caption(e), "text", places),
        cell=lambda cell: places.anchor(cell) + make_flow(cell, places, "cell"),
    )
