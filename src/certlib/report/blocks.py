"""The tree of a report as plain data for the PDF: kinds of blocks and text, nothing that could be source.

A tag that is not known here raises `UnknownTag`, so that nothing can vanish from the PDF in silence.
"""

import re
from dataclasses import replace

from certlib.report.inlines import (
    INLINE,
    ITEMS,
    Node,
    Setting,
    UnknownTag,
    iterate_nodes,
    make_inlines,
    make_picture,
    make_raw,
    take_anchors,
)
from certlib.report.tables import SPLITS, TOGETHER, keep_only, make_table
from certlib.report.tree import HEADINGS, Element

LINES = 200  # of one listing on paper
TERM = 23  # characters that the column of terms has room for
LINE = 80  # characters of a command that a line has room for
LEAD_IN = 4  # paragraphs between a heading and a table that go with the table
LOWEST = 9  # the level of a line in bold letters, below all headings
_PIECES = re.compile(r"\s*\S{1,40}")
_BOXES = ("verdict", "callout", "failure")
_OPENS = ("heading", "summary", "whole")
_SHOWN = ("table", "terms", "ul", "ol", "pre", "box", "image")


def make_blocks(root: Element, *, paper: str = "a4", attached: bool = False) -> list[Node]:
    """A report's body as blocks for a paper, wide tables on landscape pages together with their heading.

    `attached`: whether the PDF carries files that have all that paper shows a part of.
    """
    blocks = _turn_wide_tables(_make_flow(root, _find_setting(root, paper, attached=attached)))
    _settle_anchors(blocks)
    return blocks


def _find_setting(root: Element, paper: str, *, attached: bool) -> Setting:
    same = {
        e.attrs["id"]: first.attrs["id"]
        for e in root.walk()
        if e.tag in ("div", "section") and "id" in e.attrs
        for first in e.children[:1]
        if isinstance(first, Element) and first.tag in HEADINGS
    }
    linked = (e.attrs["href"][1:] for e in root.walk() if e.attrs.get("href", "").startswith("#"))
    return Setting(frozenset(same.get(name, name) for name in linked), same, paper, attached)


def _make_flow(parent: Element, setting: Setting) -> list[Node]:
    """What a container holds; text between blocks becomes paragraphs."""
    blocks: list[Node] = []
    line: list[Element | str] = []
    for child in [*parent.children, None]:
        if isinstance(child, str) or (child is not None and child.tag in INLINE and child.tag != "img"):
            line.append(child)
            continue
        if any(not isinstance(part, str) or part.strip() for part in line):
            blocks.append({"k": "p", "c": make_inlines(line, setting)})
        line = []
        if child is not None:
            blocks += [] if child.tag in HEADINGS else setting.make_anchor(child)
            blocks += _make_block(child, setting)
    return _keep_together(blocks) if setting.place == "text" else blocks


def _make_block(e: Element, setting: Setting) -> list[Node]:  # noqa: C901 - a case for each tag
    match e.tag:
        case "p":
            return _make_paragraph(e, setting)
        case "h2" | "h3" | "h4":
            return _make_heading(e, setting)
        case "div" | "section" | "details":
            return _make_container(e, setting)
        case "summary" | "figcaption":
            return [{"k": "summary", "c": make_inlines(e.children, setting)}]
        case "figure" | "li" | "dt" | "dd":  # the last three where no list is around them
            return _make_flow(e, setting)
        case "blockquote":
            return [{"k": "box", "style": "quote", "c": _make_flow(e, setting)}]
        case "ul" | "ol":
            return _make_list(e, setting)
        case "dl":
            return _make_terms(e, setting)
        case "table":
            cell = replace(setting, place="cell")
            captions = (c for c in e.children if isinstance(c, Element) and c.tag == "caption")
            caption = make_inlines([child for caption in captions for child in caption.children], setting)
            return make_table(e, setting, caption=caption, fill=lambda part: _make_part(part, cell))
        case "pre":
            return _make_listing(make_raw(e).strip("\n"), setting)
        case "img":
            return _make_figure(e)
        case "hr":
            return [{"k": "hr"}]
    raise UnknownTag(e.tag)


def _make_part(e: Element, setting: Setting) -> list[Node]:
    """What an item of a list, a term's text or a cell holds, with its anchor."""
    return setting.make_anchor(e) + _make_flow(e, setting)


def _make_paragraph(e: Element, setting: Setting) -> list[Node]:
    parts = [c for c in e.children if not isinstance(c, str) or c.strip()]
    pictures = [c for c in parts if isinstance(c, Element) and c.tag == "img"]
    if len(pictures) == len(parts):  # pictures alone, or nothing at all
        return [part for picture in pictures for part in _make_figure(picture)]
    alone = len(parts) == 1 and isinstance(parts[0], Element) and parts[0].tag == "strong"
    kind = "lead" if "lead" in e.classes else "summary" if alone and setting.place == "text" else "p"
    return [{"k": kind, "c": make_inlines(e.children, setting)}]


def _make_heading(e: Element, setting: Setting) -> list[Node]:
    text = make_inlines(e.children, replace(setting, place="text"))
    anchors = take_anchors(text)
    for node in iterate_nodes(text):  # the running head, where this text stands again, may not hold a link
        if node["k"] in ("link", "url"):
            node["k"] = "span"
    level, number = int(e.tag[1]) - 1, e.attrs.get("data-number", "")
    return [*anchors, {"k": "heading", "level": level, "number": number, "id": e.attrs["id"], "c": text}]


def _make_container(e: Element, setting: Setting) -> list[Node]:
    inner = _make_flow(e, setting)
    if "whole" in e.classes and inner:
        return [{"k": "whole", "c": inner}]
    style = next((style for style in _BOXES if style in e.classes), "")
    if style == "verdict":
        style = next((name for name in e.classes if name.startswith("verdict-")), "verdict-none")
    return [{"k": "box", "style": style, "c": inner}] if style and inner else inner


def _make_list(e: Element, setting: Setting) -> list[Node]:
    parts = keep_only(e, "li")
    items = [_make_part(part, setting) for part in parts[:ITEMS]]
    if len(parts) > ITEMS:
        items.append([{"k": "p", "c": [setting.describe_rest("items", len(parts) - ITEMS)]}])
    start = int(e.attrs.get("start", "1"))
    return [{"k": e.tag, "c": items, "start": start, "steps": "steps" in e.classes}] if items else []


def _make_terms(e: Element, setting: Setting) -> list[Node]:
    pairs: list[Node] = []
    for child in keep_only(e, "dd", "dt", "div"):
        for part in keep_only(child, "dd", "dt") if child.tag == "div" else [child]:
            if part.tag == "dt":
                term = make_inlines(part.children, setting)
                pairs.append({"t": term, "long": len(part.text()) > TERM, "c": []})
            elif pairs:
                pairs[-1]["c"] += _make_part(part, setting)
            else:
                pairs.append({"t": [], "long": False, "c": _make_flow(part, setting)})
    for pair in pairs:
        pair["c"] = _make_lines(pair["c"])
    together = "tears" not in e.classes and len(pairs) <= TOGETHER and len(e.text()) < 2 * SPLITS
    return [{"k": "terms", "together": together, "c": pairs}] if pairs else []


def _make_lines(inner: list[Node]) -> list[Node]:
    """A plain list that is all a term has to say, as lines without marks."""
    if [block["k"] for block in inner] != ["ul"]:
        return inner
    items = inner[0]["c"]
    if any([block["k"] for block in item] != ["p"] for item in items):
        return inner
    return [{"k": "p", "c": [part for item in items for part in [{"k": "br"}, *item[0]["c"]]][1:]}]


def _make_listing(text: str, setting: Setting) -> list[Node]:
    """A command or listing; one with words wider than the page in pieces that fit."""
    lines = text.split("\n")
    shown = lines[:LINES]
    short = max((len(word) for line in shown for word in line.split()), default=0) <= LINE
    pieces = [] if short else [_PIECES.findall(line) for line in shown]
    blocks: list[Node] = [{"k": "pre", "t": "\n".join(shown), "pieces": pieces}]
    if len(lines) > LINES:
        blocks.append({"k": "p", "c": [setting.describe_rest("lines", len(lines) - LINES)]})
    return blocks


def _make_figure(e: Element) -> list[Node]:
    picture = make_picture(e)
    return [{"k": "p", "c": [picture]} if isinstance(picture, str) else picture]


def _keep_together(flow: list[Node]) -> list[Node]:
    """A flow in which commands that follow each other share a box, and a lead-in keeps to what follows."""
    blocks: list[Node] = []
    commands = False  # whether the last block is one of single commands
    for block in flow:
        command = block["k"] == "pre" and not block["pieces"] and "\n" not in block["t"]
        if commands and command:
            blocks[-1]["t"] += "\n" + block["t"]
            continue
        blocks.append(block)
        commands = command
    _mark_lead_ins(blocks)
    return blocks


def _mark_lead_ins(blocks: list[Node]) -> None:
    """Mark the paragraphs that keep to what follows them."""
    for index, block in enumerate(blocks):
        if block["k"] not in _OPENS + _SHOWN:
            continue
        start = index
        while start and blocks[start - 1]["k"] in ("p", "anchor"):
            start -= 1
        lead = [part for part in blocks[start:index] if part["k"] == "p"]
        opener = blocks[start - 1] if start and blocks[start - 1]["k"] in _OPENS else None
        if block["k"] in _OPENS:  # between a heading and one below it
            together = opener is not None and len(lead) == 1 and _get_level(opener) < _get_level(block)
        else:
            together = opener is not None and len(lead) <= LEAD_IN
        if not together and block["k"] in ("pre", "table") and blocks[index - 1]["k"] == "p":
            lead, together = lead[-1:], True
        for part in lead if together else []:
            part["keeps"] = True


def _get_level(heading: Node) -> int:
    return int(heading.get("level", LOWEST))


def _turn_wide_tables(upright: list[Node]) -> list[Node]:
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
        chapter = any(part["k"] == "heading" and part["level"] == 1 for part in lead)
        if turned and turned[-1]["k"] == "landscape" and not chapter:
            turned[-1]["c"] += [*lead, block]
        else:
            turned.append({"k": "landscape", "c": [*lead, block]})
    return turned


def _settle_anchors(flow: list[Node]) -> None:
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
