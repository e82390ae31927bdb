"""Cleaned HTML as a tree: the one content from which both the page and the PDF are made.

What a notebook's cells carry is not trusted. `clean` keeps the tags and attributes of the list below and
takes everything else away; the tree then holds only what is on the list.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from certlib.language import format_number, mark, say
from certlib.text import make_visible

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
VOID = frozenset({"br", "hr", "img"})
TAGS = (
    HEADINGS
    | VOID
    | {"p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "div", "section"}
    | {"details", "summary", "figure", "figcaption"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"strong", "em", "b", "i", "del", "sup", "sub", "kbd", "code", "a", "span"}
)
ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_NUMBERS = re.compile(r"[1-9][0-9]{0,3}")
PIXELS = ("png", "jpeg", "gif", "webp")  # kinds of pictures, beside SVG
_IMAGE = re.compile(
    rf"data:image/(({'|'.join(PIXELS)});base64,[A-Za-z0-9+/=\s]+|svg\+xml(;charset=utf-8)?[;,].+)", re.DOTALL
)
_LINES = re.compile(r"[^\n\t]+")
_NAME = re.compile(r"[\w-]+( +[\w-]+)*")
_ALLOWED = {
    "href": re.compile(r"#\S+|https://\S+"),
    "src": _IMAGE,
    "colspan": _NUMBERS,
    "rowspan": _NUMBERS,
    "start": _NUMBERS,
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "class": _NAME,
    "id": re.compile(r"\S{1,200}"),
}


DEEPEST = 40  # elements within each other; what is made of them goes as deep, and ends not far above
UNCLOSED = 3000  # elements; the time that cleaning takes grows with their square
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class CannotBeShown(Exception):
    """What a notebook holds can't be shown; a text that says why, and its fields."""

    def __init__(self, why: str, **fields: str | int) -> None:
        super().__init__()
        self.why, self.fields = why, fields

    def __str__(self) -> str:
        """Why, for a reader."""
        shown = {
            name: format_number(value) if isinstance(value, int) else value
            for name, value in self.fields.items()
        }
        return say(self.why, **shown)


@dataclass(slots=True)
class Element:
    """One element; its children are elements and text."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """The names in its `class`."""
        return self.attrs.get("class", "").split()

    def walk(self) -> Iterator["Element"]:
        """Itself and all elements below, in the order of the text."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def text(self) -> str:
        """Its text with white space run together."""
        return " ".join("".join(_iterate_texts(self)).split())


def spell_hidden(text: str) -> str:
    """The text with hidden characters spelled out; the white space that HTML lives on stays."""
    return (
        text
        if text.isprintable()
        else _LINES.sub(lambda line: make_visible(line[0]), text.replace("\r\n", "\n"))
    )


def _iterate_texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag == "br":
            yield " "
        else:
            yield from _iterate_texts(child)


def _check_attribute(_tag: str, name: str, value: str) -> str | None:
    rule = _ALLOWED.get(name)
    return value if rule is None or rule.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "title",
        "textarea",
    },
    attributes={name: set(values) for name, values in ATTRIBUTES.items()},
    attribute_filter=_check_attribute,
    url_schemes={"https", "data"},
    link_rel=None,
)


def clean(html: str) -> str:
    """HTML with nothing in it but the allowed tags and attributes, every tag closed.

    Raises CannotBeShown for more open tags than can be closed in good time.
    """
    if _count_unclosed(html) > UNCLOSED:
        raise CannotBeShown(mark("it leaves more than {limit} elements open"), limit=UNCLOSED)
    return str(_CLEANER.clean(spell_hidden(html)))


def _count_unclosed(html: str) -> int:
    """How many elements are open at once, if none is closed but by its tag."""
    depth = deepest = 0
    opened = Counter[str]()
    for slash, tag in _TAG.findall(_COMMENT.sub("", html)):
        if not slash and tag.lower() not in VOID:
            opened[tag.lower()] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif slash and opened[tag.lower()]:
            opened[tag.lower()] -= 1
            depth -= 1
    return deepest


class _Builder(HTMLParser):
    """Cleaned HTML is well-formed: each tag but the void ones is closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: make_visible(value or "") for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)
        if len(self.open) > DEEPEST + 1:  # with the root
            raise CannotBeShown(mark("its elements are nested more than {limit} deep"), limit=DEEPEST)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(spell_hidden(data))


def parse(cleaned: str) -> Element:
    """The tree of cleaned HTML, below a root without meaning. Raises CannotBeShown for one too deep."""
    builder = _Builder()
    builder.feed(cleaned)
    builder.close()
    return builder.root
