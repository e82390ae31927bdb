"""The report before it has a form: chapters with numbers and marks to link to, and what is missing in it.

What the cells show becomes one tree: headings without a gap in their levels, unique ids, links that all
have a target, tables that say what their head cells are the head of, a box where a cell failed or was not
run.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from certlib.language import say
from certlib.report.cells import FAILURE, GAP
from certlib.report.cover import Cover
from certlib.report.tree import HEADINGS, Element

OWN_IDS = frozenset({"top", "contents", "content"})  # ids of the page around the content
OWN_CLASSES = frozenset({"failure", "lead"})  # only this module gives them
_LEVELS = 3  # chapter, section, and what is below
_SCOPES = {"thead": "col", "tbody": "row"}
_SYNONYMS = {"b": "strong", "i": "em", "kbd": "code"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents: level 1 is a chapter, 2 a section."""

    level: int
    number: str
    text: str
    id: str


class Missing(NamedTuple):
    """A part of the report that could not be made: in which chapter, and why."""

    chapter: str
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """One report; `place` is the customer and the site's name, `body` holds only what the list allows."""

    cover: Cover
    title: str
    place: str
    body: Element
    contents: tuple[Entry, ...]
    missing: tuple[Missing, ...]


def build(root: Element, *, cover: Cover, name: str) -> Document:
    """The report of what a notebook's cells show, which becomes its body.

    The first heading of level 1 is its title, else the cover's, else `name`. A cover's title that differs
    from the heading is the site's name.
    """
    _normalize_tags(root)
    heading = _take_title(root)
    _mend_headings(root)
    missing = _mark_missing(root)
    _mend_elements(root)
    ids = _make_ids_unique(root)
    entries = _number_headings(root, ids)
    _mend_links(root, ids)
    title = heading or cover.title or name
    site = cover.title if cover.title not in ("", title) else cover.site
    place = " · ".join(part for part in (cover.customer, site) if part)
    return Document(cover, title, place, root, entries, missing)


def _normalize_tags(root: Element) -> None:
    for element in root.walk():
        element.tag = _SYNONYMS.get(element.tag, element.tag)
        if "class" in element.attrs:
            element.attrs["class"] = " ".join(c for c in element.classes if c not in OWN_CLASSES)


def _take_title(root: Element) -> str:
    """The text of a first heading of level 1, which leaves the flow; it is the report's title."""
    for index, child in enumerate(root.children):
        if isinstance(child, Element) and child.tag in HEADINGS:
            if child.tag != "h1":
                return ""
            del root.children[index]
            return child.text()
    return ""


def _mend_headings(root: Element) -> None:
    """Levels from 2 to 4 without a gap, so that contents and screen readers can follow; empty ones go."""
    last = 1
    for element in list(root.walk()):
        element.children = [c for c in element.children if not _is_empty_heading(c)]
    for element in root.walk():
        if element.tag in HEADINGS:
            last = max(2, min(int(element.tag[1]), last + 1, _LEVELS + 1))
            element.tag = f"h{last}"


def _is_empty_heading(child: Element | str) -> bool:
    return isinstance(child, Element) and child.tag in HEADINGS and not child.text()


def _mark_missing(root: Element) -> tuple[Missing, ...]:
    """A box in the place of each failure, and one for cells without a run that stand together."""
    chapter, after_gap = "", False
    missing = list[Missing]()
    children = list[Element | str]()
    for child in root.children:
        if isinstance(child, str):
            if not child.strip():
                continue
        elif child.tag in (GAP, FAILURE):
            if child.tag == FAILURE or not after_gap:
                why = child.text() or say(
                    "The notebook stopped before this part was run, or it was never run."
                )
                missing.append(Missing(chapter, why))
                children.append(make_box(why))
            after_gap = child.tag == GAP
            continue
        else:
            chapter = next((e.text() for e in reversed(list(child.walk())) if e.tag == "h2"), chapter)
        children.append(child)
        after_gap = False
    root.children = children
    return tuple(missing)


def make_box(why: str) -> Element:
    """What stands in the place of a part that could not be made."""
    head = Element("p", {}, [Element("strong", {}, [say("This part is missing.")])])
    return Element("div", {"class": "failure"}, [head, Element("p", {}, [why])])


def _mend_elements(root: Element) -> None:
    """What a head cell is the head of, what a picture shows, and which paragraph of its box is a verdict."""
    for element in root.walk():
        if element.tag in _SCOPES:
            for cell in element.walk():
                if cell.tag == "th":
                    cell.attrs.setdefault("scope", _SCOPES[element.tag])
        elif element.tag == "img":
            element.attrs["alt"] = element.attrs.get("alt", "").strip() or say("Picture without description")
        elif element.tag in ("div", "section") and "verdict" in element.classes:
            first = next((child for child in element.children if isinstance(child, Element)), None)
            if first is not None and first.tag == "p":
                first.attrs["class"] = " ".join([*first.classes, "lead"])


def _make_ids_unique(root: Element) -> set[str]:
    ids = set(OWN_IDS)
    for element in root.walk():
        if "id" in element.attrs:
            element.attrs["id"] = _make_unique(element.attrs["id"], ids)
    return ids


def _make_unique(wanted: str, ids: set[str]) -> str:
    name, count = wanted, 1
    while name in ids:
        count += 1
        name = f"{wanted}-{count}"
    ids.add(name)
    return name


def _number_headings(root: Element, ids: set[str]) -> tuple[Entry, ...]:
    chapter = section = 0
    entries = []
    for element in root.walk():
        if element.tag == "h2":
            chapter, section = chapter + 1, 0
        elif element.tag == "h3":
            section += 1
        elif element.tag != "h4":
            continue
        text = element.text()
        name = element.attrs.setdefault("id", "") or _make_unique(_make_slug(text), ids)
        element.attrs["id"] = name
        if element.tag != "h4":
            number = f"{chapter}" if element.tag == "h2" else f"{chapter}.{section}"
            element.attrs["data-number"] = number
            entries.append(Entry(1 if element.tag == "h2" else 2, number, text, name))
    return tuple(entries)


def _make_slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60] or "part"


def _mend_links(root: Element, ids: set[str]) -> None:
    """A link to a place that is not in the report becomes plain text; `#A-Heading` finds its heading."""
    for element in root.walk():
        href = element.attrs.get("href", "")
        if element.tag != "a" or href.startswith("https:"):
            continue
        target = href[1:] if href[1:] in ids else _make_slug(href)
        if href and target in ids:
            element.attrs["href"] = f"#{target}"
        else:
            element.tag = "span"
            element.attrs.pop("href", None)
