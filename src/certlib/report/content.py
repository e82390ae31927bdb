"""What the PDF's template gets of a document: plain data, in which nothing is source."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from certlib.language import mark, say, translate
from certlib.palette import load_tokens
from certlib.report.attachments import Attachment
from certlib.report.blocks import make_blocks
from certlib.report.columns import BODY, MARGIN
from certlib.report.cover import Cover
from certlib.report.document import Document
from certlib.report.inlines import LONG, Node, break_words, make_picture
from certlib.report.page import list_chapters, list_facts, make_footer
from certlib.report.stylesheet import make_schemes
from certlib.report.tree import Element
from certlib.text import cut

# a report that doesn't say when: never the clock, for the same bytes
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
PAPERS = {"a4": "a4", "letter": "us-letter"}  # as Typst calls them
TYPST_WORDS = {  # what the Typst template says itself; it fills in {page} and {pages}
    "page": mark("Page {page} of {pages}"),
    "at-page": mark("(page {page})"),
    "attached": mark("Attached to this PDF"),
    "incomplete": mark("? INCOMPLETE REPORT"),
    "incomplete-text": mark(
        "Parts of this report could not be made. What is printed stands; what is "
        "missing is marked in its place."
    ),
    "contents": mark("Contents"),
}
HEAD, FOOT = 120, 240  # characters of the lines around each page; the whole of them stands on the cover


def make_content(document: Document, *, attached: bool) -> dict[str, Any]:
    """The document's frame and blocks; `attached`: whether the PDF carries files."""
    body = make_blocks(document.body, paper=document.cover.paper, attached=attached)
    return {**_make_frame(document), "body": body}


def make_files(attachments: Sequence[Attachment]) -> str:
    """The files that the PDF carries, as JSON for the template."""
    files = [
        {
            "name": attachment.name,
            "data": _decode_or_list(attachment.data),
            "mimetype": attachment.kind.mimetype,
            "relationship": attachment.kind.relationship,
            "what": say(attachment.kind.what),
        }
        for attachment in attachments
    ]
    return json.dumps(files, ensure_ascii=False)


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
            {"chapter": part.chapter or say("Before the first chapter"), "why": part.why}
            for part in document.missing
        ],
        "contents": [
            {"id": chapter.id, "sections": [section.id for section in sections]}
            for chapter, sections in list_chapters(document.contents)
        ],
    }


def _make_breakable(text: str) -> list[Any]:
    return break_words(text, LONG["text"])


def _make_logo(cover: Cover) -> Node | None:
    logo = make_picture(Element("img", {"src": cover.logo, "alt": cover.logo_text}))
    return logo if isinstance(logo, dict) else None
