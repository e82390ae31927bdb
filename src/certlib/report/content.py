r"""What the PDF's template gets of a document: plain data, in which nothing is source.

A character that the fonts lack is spelled out as `\\u{6F22}`, before lines and columns are laid out.
"""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from certlib.language import mark, say, translate
from certlib.palette import load_tokens
from certlib.report.attachments import Attachment
from certlib.report.blocks import make_blocks
from certlib.report.columns import BODY, MARGIN
from certlib.report.cover import Cover
from certlib.report.document import Document
from certlib.report.inlines import LONG, Node, break_words, iterate_nodes, make_picture
from certlib.report.page import list_facts, make_footer
from certlib.report.stylesheet import make_schemes
from certlib.report.tree import Element
from certlib.text import cut

ATTACHMENT_TEXTS = {
    "evidence.json": mark("every question, its answer and every certificate"),
    "findings.json": mark("every finding, for programs"),
    "findings.csv": mark("every finding, for a spreadsheet"),
    "changes.csv": mark("what changed since an earlier run, for a spreadsheet"),
    "matrix.csv": mark("each web server's certificates, for a spreadsheet"),
    "report.xlsx": mark("findings, certificates and steps as a workbook"),
}

# a report that doesn't say when: never the clock, for the same bytes
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
PAPERS = {"a4": "a4", "letter": "us-letter"}  # as Typst calls them
TYPST_WORDS = {  # what the Typst template says itself; it fills in {page} and {pages}
    "page": mark("Page {page} of {pages}"),
    "at-page": mark("(page {page})"),
    "attached": mark("Attached to this PDF"),
    "unset": mark("It could not be set on paper; it is in the HTML report."),
    "incomplete": mark("? INCOMPLETE REPORT"),
    "incomplete-text": mark(
        "Parts of this report could not be made. What is printed stands; what is "
        "missing is marked in its place."
    ),
    "contents": mark("Contents"),
}
HEAD, FOOT = 120, 240  # characters of the lines around each page; the whole of them stands on the cover


def make_content(
    document: Document,
    attachments: Sequence[Attachment],
    *,
    spelled: AbstractSet[str],
    undrawable: AbstractSet[str | bytes],
) -> dict[str, Any]:
    """The document without the characters `spelled` and with descriptions for the pictures `undrawable`."""
    body = make_blocks(
        _spell_element(document.body, spelled), paper=document.cover.paper, attached=bool(attachments)
    )
    for node in list_pictures(body):
        if get_source(node) in undrawable:
            alt = node["alt"]
            node.clear()
            node.update({"k": "p", "c": [f"[{alt}]"]})
    return {**_spell(_make_frame(document), spelled), "body": _spell(body, spelled)}


def list_pictures(body: list[Node]) -> list[Node]:
    """All pictures in it."""
    return [node for node in iterate_nodes(body) if node["k"] == "image"]


def get_source(picture: Node) -> str | bytes:
    """What a picture is drawn from."""
    return picture["text"] if "text" in picture else bytes(picture["bytes"])


def make_files(attachments: Sequence[Attachment]) -> str:
    """The files that the PDF carries, as JSON for the template."""
    made = [
        {
            "name": attachment.name,
            "data": _decode_or_list(attachment.data),
            "mimetype": attachment.kind.mimetype,
            "relationship": attachment.kind.relationship,
            "what": say(ATTACHMENT_TEXTS[attachment.name]),
        }
        for attachment in attachments
    ]
    return json.dumps(made, ensure_ascii=False)


def _decode_or_list(data: bytes) -> str | list[int]:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return list(data)


def _make_frame(document: Document) -> dict[str, Any]:
    """What stands on the cover, in running heads and in the PDF's properties."""
    cover = document.cover
    date = cover.dated or UNDATED
    return {
        "language": cover.language,
        "say": {key: translate(text) for key, text in TYPST_WORDS.items()},
        "title": document.title,
        "author": cover.author or cover.organisation,
        "description": " · ".join(part for part in (document.place, cover.releases, cover.verdict) if part),
        "date": [date.year, date.month, date.day, date.hour, date.minute, date.second],
        "colours": make_schemes(cover.accent, cover.band)["light"],
        "type": {name: BODY * float(share) for name, share in load_tokens()["type"].items()},  # in points
        "space": {name: BODY * float(share) for name, share in load_tokens()["space"].items()},
        "margin": MARGIN,
        "paper": PAPERS[cover.paper],
        "logo": _make_logo(cover),
        "place": _make_breakable(document.place),
        "releases": _make_breakable(cover.releases),
        "state": cover.state,
        "verdict": cover.verdict_text,
        "sentence": _make_breakable(cover.verdict_sentence),
        "rule": _make_breakable(say("Rule: {rule}", rule=cover.rule)) if cover.rule else [],
        "organisation": _make_breakable(cover.organisation),
        "confidentiality": _make_breakable(cover.confidentiality),
        "head": cut(document.place, HEAD),
        "foot": cut(make_footer(document), FOOT),
        "facts": [(name, break_words(value, LONG["cell"])) for name, value in list_facts(cover)],
        "missing": [
            {"chapter": m.chapter or say("Before the first chapter"), "why": m.why} for m in document.missing
        ],
        "contents": _list_contents(document),
    }


def _list_contents(document: Document) -> list[dict[str, Any]]:
    """Each chapter's id with those of its sections; sections before the first chapter stand like chapters."""
    chapters: list[dict[str, Any]] = []
    for entry in document.contents:
        if entry.level == 1 or not chapters:
            chapters.append({"id": entry.id, "sections": []})
        else:
            chapters[-1]["sections"].append(entry.id)
    return chapters


def _make_breakable(text: str) -> list[Any]:
    return break_words(text, LONG["text"])


def _make_logo(cover: Cover) -> Node | None:
    made = make_picture(Element("img", {"src": cover.logo, "alt": cover.logo_text}))
    return made if isinstance(made, dict) else None


def _spell_element(element: Element, characters: AbstractSet[str]) -> Element:
    if not characters:
        return element
    children = [
        _spell(child, characters) if isinstance(child, str) else _spell_element(child, characters)
        for child in element.children
    ]
    return Element(element.tag, element.attrs, children)


def _spell(value: Any, characters: AbstractSet[str]) -> Any:
    if isinstance(value, str):
        if characters.isdisjoint(value):
            return value
        return "".join(f"\\u{{{ord(char):04X}}}" if char in characters else char for char in value)
    if isinstance(value, list | tuple):
        return [_spell(item, characters) for item in value]
    if isinstance(value, dict):
        return {key: _spell(item, characters) for key, item in value.items()}
    return value
