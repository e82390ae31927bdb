"""The tree of a report as plain data for the PDF: kinds of blocks and text, nothing that could be source.

A tag that is not known here raises `UnknownTag`, so that nothing can vanish from the PDF in silence.
Inline content is a list of strings and `{"k": kind, "c": inlines, ...}`; blocks are `{"k": kind, ...}`.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from certlib.report.page import groups
from certlib.report.tree import HEADINGS, TAGS, Element

Node = dict[str, Any]

INLINE = frozenset({"strong", "em", "del", "sup", "sub", "code", "br", "a", "span", "img"})
WIDE = 6  # columns of a matrix above which it gets a landscape page
SPLITS = 1200  # characters in a cell above which its row may go over two pages
TOGETHER = 16  # rows up to which a table stays on one page
SHORT = 17  # characters of a text that is not broken over lines: a state, a port, a name
GAP = 2  # characters between columns
ROOM = {False: 105, True: 165}  # characters in a line of a table on an upright and on a turned page
TERM = 23  # characters that the column of terms has room for
LEAD_IN = 4  # paragraphs between a heading and a wide table that go with the table
COLUMNS = 60  # no table on paper has more; colspan beyond it is cut
_LONG = {"text": 48, "cell": 18}  # characters without a space after which a break must be possible
_JOINTS = re.compile(r"[^./:@_=,;|\\+-]*[./:@_=,;|\\+-]+|[^./:@_=,;|\\+-]+")
_PIECE = 12
_BOXES = ("verdict", "callout", "failure")


class UnknownTag(Exception):
    """A tag that has no form in the PDF."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag

    def __str__(self) -> str:
        return f"<{self.tag}> has no form in the PDF; use one of the tags that the report knows"


def blocks(root: Element) -> list[Node]:
    """A report's body as blocks, wide tables on landscape pages together with their heading."""
    flow = _turn(_Converter(root).flow(root))
    nodes = list(_nodes(flow))
    places = {node["id"] for node in nodes if node["k"] == "heading"}
    for node in nodes:
        if node["k"] == "anchor" and node["id"] in places:  # a place is marked once, best by its heading
            node["k"], node["c"] = "span", []
        elif "id" in node:
            places.add(node["id"])
    for node in nodes:
        if node["k"] == "link" and node["to"] not in places:  # a place that only HTML has, such as a row
            node["k"] = "span"
    return flow


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, dict):
        if "k" in value:
            yield value
        for item in value.values():
            yield from _nodes(item)


def _apart(flow: list[Any]) -> tuple[list[Node], list[Any]]:
    """The places in a text and the text without them.

    A link's text can't hold a place, and a heading's text stands in the contents and the running head too.
    """
    places = [node for node in _nodes(flow) if node["k"] == "anchor"]
    return places, _without(flow, places)


def _without(value: Any, taken: list[Node]) -> Any:
    if isinstance(value, list):
        return [_without(item, taken) for item in value if item not in taken]
    if isinstance(value, dict):
        return {key: _without(item, taken) for key, item in value.items()}
    return value


def _turn(flow: list[Node]) -> list[Node]:
    """Wide tables turned; those that follow each other share their pages."""
    turned: list[Node] = []
    for block in flow:
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
        if (
            turned
            and turned[-1]["k"] == "landscape"
            and not any(b["k"] == "heading" and b["level"] == 1 for b in lead)
        ):
            turned[-1]["c"] += [*lead, block]
        else:
            turned.append({"k": "landscape", "c": [*lead, block]})
    return turned


class _Converter:
    def __init__(self, root: Element) -> None:
        self.linked = {e.attrs["href"][1:] for e in root.walk() if e.attrs.get("href", "").startswith("#")}
        # a place that begins with a heading is that heading: both are on one page
        self.same = {
            e.attrs["id"]: first.attrs["id"]
            for e in root.walk()
            if e.tag in ("div", "section") and "id" in e.attrs
            for first in e.children[:1]
            if isinstance(first, Element) and first.tag in HEADINGS
        }
        self.linked = {self.same.get(name, name) for name in self.linked}

    def flow(self, parent: Element, place: str = "text") -> list[Node]:
        """What a container holds; text between blocks becomes paragraphs."""
        made: list[Node] = []
        line: list[Element | str] = []
        for child in [*parent.children, None]:
            if isinstance(child, str) or (child is not None and child.tag in INLINE and child.tag != "img"):
                line.append(child)
                continue
            if any(not isinstance(c, str) or c.strip() for c in line):
                made.append({"k": "p", "c": self.inlines(line, place)})
            line = []
            if child is not None:
                made.extend(self._anchor(child) if child.tag not in HEADINGS else [])
                made.extend(self._block(child, place))
        return made

    def _anchor(self, element: Element) -> list[Node]:
        name = element.attrs.get("id", "")
        return [{"k": "anchor", "id": name}] if name in self.linked else []

    def _block(self, e: Element, place: str) -> list[Node]:  # noqa: C901, PLR0912 - a case for each tag
        match e.tag:
            case "p":
                parts = [c for c in e.children if not isinstance(c, str) or c.strip()]
                pictures = [c for c in parts if isinstance(c, Element) and c.tag == "img"]
                if len(pictures) == len(parts):  # pictures alone, or nothing at all
                    return [part for picture in pictures for part in self._figure(picture)]
                alone = len(parts) == 1 and isinstance(parts[0], Element) and parts[0].tag == "strong"
                kind = "lead" if "lead" in e.classes else "summary" if alone and place == "text" else "p"
                return [{"k": kind, "c": self.inlines(e.children, place)}]
            case "h2" | "h3" | "h4":
                return self._heading(e)
            case "div" | "section" | "details":
                return self._container(e, place)
            case "summary" | "figcaption":
                return [{"k": "summary", "c": self.inlines(e.children, place)}]
            case "figure" | "li" | "dt" | "dd":  # the last three where no list is around them
                return self.flow(e, place)
            case "blockquote":
                return [{"k": "box", "style": "quote", "c": self.flow(e, place)}]
            case "ul" | "ol":
                items = [self._anchor(c) + self.flow(c, place) for c in self._only(e, "li")]
                start = int(e.attrs.get("start", "1"))
                return (
                    [{"k": e.tag, "c": items, "start": start, "steps": "steps" in e.classes}] if items else []
                )
            case "dl":
                return self._terms(e, place)
            case "table":
                return self._table(e)
            case "pre":
                return [{"k": "pre", "t": _raw(e).strip("\n")}]
            case "img":
                return self._figure(e)
            case "hr":
                return [{"k": "hr"}]
        raise UnknownTag(e.tag)

    def _only(self, parent: Element, *tags: str) -> list[Element]:
        """The parts of a list or table; what else a writer put there becomes a part."""
        kept = []
        for child in parent.children:
            if isinstance(child, Element) and child.tag in tags:
                kept.append(child)
            elif isinstance(child, Element) or child.strip():
                kept.append(Element(tags[0], {}, [child]))
        return kept

    def _heading(self, e: Element) -> list[Node]:
        places, text = _apart(self.inlines(e.children, "text"))
        for node in _nodes(text):  # the running head, where this text stands again, may not hold a link
            if node["k"] == "link":
                node["k"] = "span"
        level, number = int(e.tag[1]) - 1, e.attrs.get("data-number", "")
        return [*places, {"k": "heading", "level": level, "number": number, "id": e.attrs["id"], "c": text}]

    def _container(self, e: Element, place: str) -> list[Node]:
        inner = self.flow(e, place)
        style = next((s for s in _BOXES if s in e.classes), "")
        if style == "verdict":
            style = next((c for c in e.classes if c.startswith("verdict-")), "verdict-none")
        return [{"k": "box", "style": style, "c": inner}] if style and inner else inner

    def _terms(self, e: Element, place: str) -> list[Node]:
        pairs: list[Node] = []
        parts = [
            part
            for child in self._only(e, "dd", "dt", "div")
            for part in (self._only(child, "dd", "dt") if child.tag == "div" else [child])
        ]
        for part in parts:
            if part.tag == "dt":
                long = len(part.text()) > TERM
                pairs.append({"t": self.inlines(part.children, place), "long": long, "c": []})
            elif pairs:
                pairs[-1]["c"] += self._anchor(part) + self.flow(part, place)
            else:
                pairs.append({"t": [], "long": False, "c": self.flow(part, place)})
        for pair in pairs:
            pair["c"] = _lines(pair["c"])
        together = len(pairs) <= TOGETHER and len(e.text()) < 2 * SPLITS
        return [{"k": "terms", "together": together, "c": pairs}] if pairs else []

    def _figure(self, e: Element) -> list[Node]:
        picture = self._image(e)
        return [{"k": "p", "c": [picture]} if isinstance(picture, str) else picture]

    def _image(self, e: Element) -> Node | str:
        """A picture, or its description where there is none that can be read."""
        alt = e.attrs.get("alt", "").strip() or "Picture without description"
        head, _, data = e.attrs.get("src", "").partition(",")
        try:
            if head.startswith("data:image/png"):
                return {"k": "image", "format": "png", "bytes": list(b64decode(data)), "alt": alt}
            if head.startswith("data:image/svg"):
                svg = b64decode(data).decode() if head.endswith(";base64") else unquote(data)
                return {"k": "image", "format": "svg", "text": svg, "alt": alt}
        except ValueError:
            pass  # not base64, not UTF-8
        return described(alt)

    # tables

    def _table(self, e: Element) -> list[Node]:
        head: list[Element] = []
        body: list[Element] = []
        caption: list[Any] = []
        for part in self._only(e, "tr", "thead", "tbody", "tfoot", "caption"):
            match part.tag:
                case "caption":
                    caption = self.inlines(part.children, "text")
                case "thead":
                    head += self._only(part, "tr")
                case "tr":
                    body.append(part)
                case _:
                    body += self._only(part, "tr")
        cells, columns = self._grid([*head, *body])
        if not cells:
            return [{"k": "p", "c": caption}] if caption else []
        short = len(body) <= TOGETHER and sum(cell["n"] for cell in cells) < 2 * SPLITS
        wide = columns > WIDE and ("matrix" in e.classes or columns > WIDE + 3)
        return [
            {
                "k": "table",
                "columns": _widths(cells, columns, len(head), ROOM[wide]),
                "head": len(head),
                "caption": caption,
                "wide": wide,
                "dense": columns > WIDE,
                "kv": "kv" in e.classes,
                "together": short,
                "c": cells,
            }
        ]

    def _grid(self, rows: list[Element]) -> tuple[list[Node], int]:
        """Each cell with its column and row; what spans leave over is filled with empty cells."""
        taken: set[tuple[int, int]] = set()
        cells: list[Node] = []
        for y, row in enumerate(rows):
            x = 0
            for cell in self._only(row, "td", "th"):
                while (x, y) in taken:
                    x += 1
                if x >= COLUMNS:  # nothing is lost: it joins the last cell
                    cells[-1]["c"] += self._cell(cell)
                    continue
                across = min(int(cell.attrs.get("colspan", "1")), COLUMNS - x)
                down = min(int(cell.attrs.get("rowspan", "1")), len(rows) - y)
                taken.update((x + i, y + j) for i in range(across) for j in range(down))
                text = cell.text()
                cells.append(
                    {
                        "x": x,
                        "y": y,
                        "across": across,
                        "down": down,
                        "th": cell.tag == "th",
                        "splits": len(text) > SPLITS,
                        "n": len(text) * 6 // 5 if any(c.tag == "code" for c in cell.walk()) else len(text),
                        "word": max(map(len, text.split()), default=0),
                        "c": self._cell(cell),
                    }
                )
                x += across
        columns = max((x for x, _ in taken), default=-1) + 1
        cells += [
            {
                "x": x,
                "y": y,
                "across": 1,
                "down": 1,
                "th": False,
                "splits": False,
                "n": 0,
                "word": 0,
                "c": [],
            }
            for y in range(len(rows))
            for x in range(columns)
            if (x, y) not in taken
        ]
        return cells, columns

    def _cell(self, cell: Element) -> list[Node]:
        return self._anchor(cell) + self.flow(cell, "cell")

    # inline

    def inlines(self, children: list[Element | str], place: str) -> list[Any]:
        """Text and what is in it; white space runs together as in HTML."""
        made: list[Any] = []
        for child in children:
            if isinstance(child, str):
                made += _broken(re.sub(r"\s+", " ", child), _LONG[place])
            else:
                made += self._inline(child, place)
        if made and isinstance(made[0], str):
            made[0] = made[0].lstrip() if len(made) == 1 else made[0]
        return made

    def _inline(self, e: Element, place: str) -> list[Any]:
        anchor = self._anchor(e)
        if e.tag == "br":
            return [{"k": "br"}]
        if e.tag == "img":
            return [self._image(e)]
        if e.tag == "code" and "fingerprint" in e.classes:
            return [*anchor, {"k": "code", "c": [{"k": "pieces", "c": groups(e.text())}]}]
        inner = self.inlines(e.children, "cell" if e.tag == "code" else place)
        if e.tag == "a":
            href = e.attrs.get("href", "")
            if href.startswith("#"):
                places, inner = _apart(inner)
                return [*anchor, *places, {"k": "link", "to": self.same.get(href[1:], href[1:]), "c": inner}]
            url = [] if href in ("", e.text()) else [" (", *_broken(href, _LONG["cell"]), ")"]
            return [*anchor, *inner, *url]
        if e.tag == "span":
            named = next((c for c in e.classes if c.startswith(("state-", "basis-"))), "")
            kind, _, name = named.partition("-")
            if kind == "state":
                return [*anchor, {"k": "state", "s": name, "c": inner}]
            return [*anchor, {"k": "basis", "s": name, "c": inner}] if kind else [*anchor, *inner]
        if e.tag in ("strong", "em", "del", "sup", "sub", "code"):
            return [*anchor, {"k": e.tag, "c": inner}]
        if e.tag in TAGS:  # a block within a line
            return [*anchor, " ", *inner, " "]
        raise UnknownTag(e.tag)


def described(alt: str) -> str:
    """What stands in the place of a picture that can't be shown."""
    return f"[{alt}]"


def _lines(flow: list[Node]) -> list[Node]:
    """A plain list that is all a term has to say, as lines without marks."""
    if (
        len(flow) != 1
        or flow[0]["k"] != "ul"
        or any([b["k"] for b in item] != ["p"] for item in flow[0]["c"])
    ):
        return flow
    texts = [item[0]["c"] for item in flow[0]["c"]]
    return [{"k": "p", "c": [part for text in texts for part in [{"k": "br"}, *text]][1:]}]


def _raw(e: Element) -> str:
    return "".join(c if isinstance(c, str) else "\n" if c.tag == "br" else _raw(c) for c in e.children)


def _broken(text: str, longest: int) -> list[Any]:
    """Text whose long words can be broken at their joints, without a character that copying brings along."""
    if len(text) <= longest:
        return [text] if text else []
    made: list[Any] = []
    for part in re.split(rf"(\S{{{longest + 1},}})", text):
        if len(part) <= longest or " " in part:
            made.append(part)
            continue
        pieces = [
            joint[i : i + _PIECE] for joint in _JOINTS.findall(part) for i in range(0, len(joint), _PIECE)
        ]
        made.append({"k": "pieces", "c": pieces})
    return [part for part in made if part != ""]


def _widths(cells: list[Node], columns: int, heads: int, room: int) -> list[float]:
    """Shares of the table's width, in characters; 0 for a column that is as wide as its text.

    Each column starts as wide as its longest word. The rest of the room goes, one by one, to the column whose
    long texts gain most by it: a row is as high as its highest cell, hence the third power.
    """
    longest, least, weight = [1] * columns, [1] * columns, [0] * columns
    for cell in cells:
        if cell["across"] == 1:
            x, length = cell["x"], cell["n"]
            least[x] = max(least[x], min(cell["word"], _LONG["cell"]))
            if cell["y"] >= heads:
                longest[x] = max(longest[x], length)
                weight[x] += min(length, 400) ** 3
            else:  # a head may have two lines
                least[x] = max(least[x], (length + 1) // 2)
    spread = any(cell["across"] > 1 for cell in cells)
    for cell in cells:
        del cell["n"], cell["word"]
    room -= columns * GAP
    if sum(map(max, longest, least)) < room * 0.6 and not spread:
        return [0.0] * columns
    widths = [max(word, text) if text <= SHORT else word for word, text in zip(least, longest, strict=True)]
    for _ in range(room - sum(widths)):
        gains = [
            weight[x] * (widths[x] ** -3 - (widths[x] + 1) ** -3) if widths[x] < longest[x] else 0.0
            for x in range(columns)
        ]
        widths[gains.index(max(gains))] += 1
    return [float(width + GAP) for width in widths]
