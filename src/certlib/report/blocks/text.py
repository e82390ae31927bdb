"""Text and what stands within a line: emphasis, links, states, pictures, words too long for their place."""

import re
from base64 import b64decode
from typing import Any
from urllib.parse import unquote

from certlib.report.blocks.caps import cap_text
from certlib.report.blocks.nodes import Node, Places, UnknownTag, split_places
from certlib.report.page import group_fingerprint
from certlib.report.tree import PIXELS, TAGS, Element

INLINE = frozenset({"strong", "em", "del", "sup", "sub", "code", "br", "a", "span", "img"})
LONG = {"text": 48, "cell": 18}  # characters without a space after which a break must be possible
# a word can be broken after a mark, and before a character that is spelled out
_JOINTS = re.compile(r"\\u\{[0-9A-F]+\}|(?:(?!\\u\{)[^./:@_=,;|\\+-])*[./:@_=,;|+-]+|\\|[^./:@_=,;|\\+-]+")
_PIECE = 12
# of a state, what no line ends within: its symbol with a word, and words with a hyphen
_JOINED = re.compile(r"(^\W [^\s-]{1,16}(?!\S)|(?<!\S)[^\s-]+(?:-[^\s-]+)+)")


def make_inlines(children: list[Element | str], place: str, places: Places) -> list[Any]:
    """Text and what is in it; white space runs together as in HTML."""
    made: list[Any] = []
    for child in children:
        if isinstance(child, str):
            shown, rest = cap_text(re.sub(r"\s+", " ", child))
            made += [*break_words(shown, LONG[place]), *rest]
        else:
            made += _make_inline(child, place, places)
    if made and isinstance(made[0], str):
        made[0] = made[0].lstrip() if len(made) == 1 else made[0]
    return made


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
    return describe_picture(alt)


def describe_picture(alt: str) -> str:
    """What stands in the place of a picture that can't be shown."""
    return f"[{alt}]"


def make_raw(e: Element) -> str:
    """The text of a command or listing, line by line."""
    return "".join(c if isinstance(c, str) else "\n" if c.tag == "br" else make_raw(c) for c in e.children)


def break_words(text: str, longest: int) -> list[Any]:
    """Text whose long words can be broken at their joints, without a character that copying brings along."""
    if len(text) <= longest:
        return [text] if text else []
    made: list[Any] = []
    for part in re.split(rf"(\S{{{longest + 1},}})", text):
        if len(part) <= longest or " " in part:
            made.append(part)
            continue
        made.append({"k": "pieces", "c": split_word(part)})
    return [part for part in made if part != ""]


def split_word(word: str) -> list[str]:
    """The parts of a long word between which a line may end."""
    return [joint[i : i + _PIECE] for joint in _JOINTS.findall(word) for i in range(0, len(joint), _PIECE)]


def _make_inline(e: Element, place: str, places: Places) -> list[Any]:
    anchor = places.anchor(e)
    if e.tag == "br":
        return [{"k": "br"}]
    if e.tag == "img":
        return [make_picture(e)]
    if e.tag == "code" and "fingerprint" in e.classes:
        return [*anchor, {"k": "code", "c": [{"k": "pieces", "c": group_fingerprint(e.text())}]}]
    inner = make_inlines(e.children, "cell" if e.tag == "code" else place, places)
    if e.tag == "a":
        return [*anchor, *_link(e, inner, places)]
    if e.tag == "span":
        named = next((c for c in e.classes if c.startswith(("state-", "basis-"))), "")
        kind, _, name = named.partition("-")
        if kind == "state":
            return [*anchor, {"k": "state", "s": name, "c": _join_texts(inner)}]
        return [*anchor, {"k": "basis", "s": name, "c": inner}] if kind else [*anchor, *inner]
    if e.tag in ("strong", "em", "del", "sup", "sub", "code"):
        return [*anchor, {"k": e.tag, "c": inner}]
    if e.tag in TAGS:  # a block within a line
        return [*anchor, " ", *inner, " "]
    raise UnknownTag(e.tag)


def _join_texts(inner: list[Any]) -> list[Any]:
    made: list[Any] = []
    for part in inner:
        for word in _JOINED.split(part) if isinstance(part, str) else [part]:
            joined = isinstance(word, str) and len(word) <= LONG["cell"] and _JOINED.fullmatch(word)
            made.append({"k": "pieces", "c": [word]} if joined else word)
    return [part for part in made if part != ""]


def _link(e: Element, inner: list[Any], places: Places) -> list[Any]:
    """A link within the report; one that leads out is told, as paper has no links."""
    href = e.attrs.get("href", "")
    if href.startswith("#"):
        marks, text = split_places(inner)
        return [*marks, {"k": "link", "to": places.target(href), "paged": "paged" in e.classes, "c": text}]
    if not href:
        return inner
    told = inner if href == e.text() else break_words(href, LONG["cell"])
    url = {"k": "url", "to": href, "c": told}
    return [url] if told is inner else [*inner, " (", url, ")"]
