"""Text on paper and what stands within a line: emphasis, links, states, pictures, words too long to fit."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from certlib.language import format_number, mark, say
from certlib.report.page import group_fingerprint
from certlib.report.tree import PIXELS, TAGS, Element

Node = dict[str, Any]
INLINE = frozenset({"strong", "em", "del", "sup", "sub", "code", "br", "a", "span", "img"})
LONG = {"text": 48, "cell": 18}  # characters without a space after which a break must be possible
ITEMS = 100  # of a list, and of names that a text lists, on paper
LETTERS = 4000  # of one text on paper
MORE = {  # what is said of the rest, and whether the PDF carries it in a file
    ("items", False): mark("and {more} more; all of them are in the HTML report"),
    ("items", True): mark(
        "and {more} more; all of them are in the HTML report and the files attached to this PDF"
    ),
    ("letters", False): mark("{more} more characters are in the HTML report"),
    ("letters", True): mark(
        "{more} more characters are in the HTML report and the files attached to this PDF"
    ),
    ("lines", False): mark("{more} more lines are in the HTML report"),
    ("lines", True): mark("{more} more lines are in the HTML report and the files attached to this PDF"),
}
# a word can be broken after a mark, and before a character that is spelled out
_JOINTS = re.compile(r"\\u\{[0-9A-F]+\}|(?:(?!\\u\{)[^./:@_=,;|\\+-])*[./:@_=,;|+-]+|\\|[^./:@_=,;|\\+-]+")
_PIECE = 12
# of a state, what no line ends within: its symbol with a word, and words with a hyphen
_JOINED = re.compile(r"(^\W [^\s-]{1,16}(?!\S)|(?<!\S)[^\s-]+(?:-[^\s-]+)+)")


class UnknownTag(Exception):
    """A tag that has no form in the PDF."""

    def __str__(self) -> str:
        return f"<{self.args[0]}> has no form in the PDF; use one of the tags that the report knows"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where an element stands on paper.

    `linked`: the ids that something links to; `same` leads from a place that begins with a heading to that
    heading; `attached`: whether the PDF carries files; `place`: "text" or "cell".
    """

    linked: frozenset[str]
    same: Mapping[str, str]
    paper: str
    attached: bool
    place: str = "text"

    def make_anchor(self, element: Element) -> list[Node]:
        """The mark of an element that something links to."""
        name = element.attrs.get("id", "")
        return [{"k": "anchor", "id": name}] if name in self.linked else []

    def describe_rest(self, what: str, count: int) -> str:
        """How many more items, letters or lines there are, and where."""
        return say(MORE[what, self.attached], more=format_number(count))


def iterate_nodes(value: Any) -> Iterator[Node]:
    """All nodes in a flow, in the order of the text."""
    if isinstance(value, list):
        for item in value:
            yield from iterate_nodes(item)
    elif isinstance(value, dict):
        if "k" in value:
            yield value
        for item in value.values():
            if isinstance(item, list):
                yield from iterate_nodes(item)


def make_inlines(children: list[Element | str], setting: Setting) -> list[Any]:
    """Text and what is in it; white space runs together as in HTML."""
    nodes: list[Any] = []
    for child in children:
        if isinstance(child, str):
            nodes += _make_text(re.sub(r"\s+", " ", child), setting)
        else:
            nodes += _make_inline(child, setting)
    if len(nodes) == 1 and isinstance(nodes[0], str):
        nodes[0] = nodes[0].lstrip()
    return nodes


def _make_text(text: str, setting: Setting) -> list[Any]:
    """As much of a text as paper shows, and what is to be said of the rest."""
    longest = LONG[setting.place]
    names = text.split(", ", ITEMS)
    if len(names) > ITEMS and len(shown := ", ".join(names[:ITEMS])) <= LETTERS:
        rest = setting.describe_rest("items", names[ITEMS].count(", ") + 1)
        return [*break_words(f"{shown} ", longest), rest]
    if len(text) <= LETTERS:
        return break_words(text, longest)
    shown = text[:LETTERS].rpartition(" ")[0] or text[:LETTERS]
    return [
        *break_words(f"{shown} … ", longest),
        setting.describe_rest("letters", len(text) - len(shown)),
    ]


def take_anchors(nodes: list[Any]) -> list[Node]:
    """The anchors within a text, taken out of it.

    A link's text can't hold one, and a heading's text stands in the contents and the running head too.
    """
    anchors = [node for node in nodes if isinstance(node, dict) and node["k"] == "anchor"]
    nodes[:] = [node for node in nodes if node not in anchors]
    for node in nodes:
        if isinstance(node, dict):
            anchors += take_anchors(node.get("c", []))
    return anchors


def make_picture(e: Element) -> Node | str:
    """A picture, or its description where there is none that can be read."""
    alt = e.attrs.get("alt", "")
    head, _, data = e.attrs.get("src", "").partition(",")
    try:
        kind = head.removeprefix("data:image/").removesuffix(";base64")
        if kind in PIXELS:
            form = {"jpeg": "jpg"}.get(kind, kind)  # as Typst calls it
            return {"k": "image", "format": form, "bytes": list(b64decode(data)), "alt": alt}
        if head.startswith("data:image/svg"):
            svg = b64decode(data).decode() if head.endswith(";base64") else unquote(data)
            return {"k": "image", "format": "svg", "text": svg, "alt": alt}
    except ValueError:
        pass  # not base64, not UTF-8
    return f"[{alt}]"


def make_raw(e: Element) -> str:
    """The text of a command or listing, line by line."""
    return "".join(c if isinstance(c, str) else "\n" if c.tag == "br" else make_raw(c) for c in e.children)


def break_words(text: str, longest: int) -> list[Any]:
    """Text whose long words can be broken at their joints, without a character that copying brings along."""
    if len(text) <= longest:
        return [text] if text else []
    parts = re.split(rf"(\S{{{longest + 1},}})", text)
    return [
        {"k": "pieces", "c": split_word(part)} if index % 2 else part
        for index, part in enumerate(parts)
        if part
    ]


def split_word(word: str) -> list[str]:
    """The parts of a long word between which a line may end."""
    return [joint[i : i + _PIECE] for joint in _JOINTS.findall(word) for i in range(0, len(joint), _PIECE)]


def _make_inline(e: Element, setting: Setting) -> list[Any]:
    anchor = setting.make_anchor(e)
    if e.tag == "br":
        return [{"k": "br"}]
    if e.tag == "img":
        return [make_picture(e)]
    if e.tag == "code" and "fingerprint" in e.classes:
        return [*anchor, {"k": "code", "c": [{"k": "pieces", "c": group_fingerprint(e.text())}]}]
    inner = make_inlines(e.children, replace(setting, place="cell") if e.tag == "code" else setting)
    if e.tag == "a":
        return [*anchor, *_make_link(e, inner, setting)]
    if e.tag == "span":
        named = next((c for c in e.classes if c.startswith(("state-", "basis-"))), "")
        kind, _, name = named.partition("-")
        if kind == "state":
            return [*anchor, {"k": "state", "s": name, "c": _join_words(inner)}]
        return [*anchor, {"k": "basis", "s": name, "c": inner}] if kind else [*anchor, *inner]
    if e.tag in INLINE:
        return [*anchor, {"k": e.tag, "c": inner}]
    if e.tag in TAGS:  # a block within a line
        return [*anchor, " ", *inner, " "]
    raise UnknownTag(e.tag)


def _join_words(inner: list[Any]) -> list[Any]:
    nodes: list[Any] = []
    for part in inner:
        for word in _JOINED.split(part) if isinstance(part, str) else [part]:
            joined = isinstance(word, str) and len(word) <= LONG["cell"] and _JOINED.fullmatch(word)
            nodes.append({"k": "pieces", "c": [word]} if joined else word)
    return [node for node in nodes if node != ""]


def _make_link(e: Element, inner: list[Any], setting: Setting) -> list[Any]:
    """A link within the report; the address of one that leads out is printed, as paper has no links."""
    href = e.attrs.get("href", "")
    if href.startswith("#"):
        target = setting.same.get(href[1:], href[1:])
        anchors = take_anchors(inner)
        return [*anchors, {"k": "link", "to": target, "paged": "paged" in e.classes, "c": inner}]
    if not href:
        return inner
    if href == e.text():
        return [{"k": "url", "to": href, "c": inner}]
    return [*inner, " (", {"k": "url", "to": href, "c": break_words(href, LONG["cell"])}, ")"]
