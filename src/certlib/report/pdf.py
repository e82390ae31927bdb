"""A document as one tagged PDF (PDF/UA-1 and PDF/A-3a) that carries its data as files, made by Typst.

Text reaches Typst as JSON, never as source. Bytes are the same for the same document: the date is the
report's, the fonts are ours. A character that our fonts lack is spelled out; it never stops a report.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from certlib.report.attachments import Attachment
from certlib.report.blocks import Node, blocks, described, nodes
from certlib.report.colours import schemes
from certlib.report.document import Document
from certlib.report.page import facts, footer

UNDATED = datetime(
    2000, 1, 1, tzinfo=UTC
)  # a report that doesn't say when: never the clock, for the same bytes
TRIES = 3
_HERE = Path(__file__).parent
_PICTURE = b"""#let picture = json(bytes(sys.inputs.picture))
#image(bytes(picture.at("bytes", default: picture.at("text", default: ""))), format: picture.format)"""
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF and what its reader should know about how it was made."""

    data: bytes
    notes: tuple[str, ...]


def pdf(document: Document, attachments: Sequence[Attachment] = ()) -> Made:
    """The PDF; notes say what was shown in another way, and if it had to do without the standards."""
    files = _files(attachments)
    data = _data(document, attachments)
    notes: list[str] = []
    spelled: set[str] = set()
    for _ in range(TRIES):
        try:
            return Made(_compile(data, files, strict=True), (*notes, *_spelled_note(spelled)))
        except typst.TypstError as error:
            lacking = _lacking(error.diagnostic) - spelled
            pictures = (node for node in nodes(data["body"]) if node["k"] == "image")
            bad = [picture for picture in pictures if not _drawable(picture)]
            if not lacking and not bad:
                notes.append(f"The PDF does not keep to PDF/UA and PDF/A: {error.message}")
                break
            if bad:
                notes.append(
                    f"{len(bad)} pictures could not be drawn in the PDF; their descriptions stand there"
                )
            for picture in bad:
                alt = picture["alt"]
                picture.clear()
                picture.update({"k": "p", "c": [described(alt)]})
            spelled |= lacking
            data = _spell(data, spelled)
    return Made(_compile(data, files, strict=False), (*notes, *_spelled_note(spelled)))


def _drawable(picture: dict[str, Any]) -> bool:
    try:
        typst.Compiler(_PICTURE, root=_HERE, sys_inputs={"picture": json.dumps(picture)}).compile(
            format="pdf"
        )
    except typst.TypstError:
        return False
    return True


def _spelled_note(spelled: set[str]) -> tuple[str, ...]:
    if not spelled:
        return ()
    codes = ", ".join(f"U+{ord(char):04X}" for char in sorted(spelled)[:20])
    more = f" and {len(spelled) - 20} more" if len(spelled) > 20 else ""
    return (f"The PDF's fonts lack {len(spelled)} characters, which are spelled out: {codes}{more}",)


def _files(attachments: Sequence[Attachment]) -> str:
    return json.dumps(
        [
            {
                "name": one.name,
                "data": _content(one.data),
                "mimetype": one.kind.mimetype,
                "relationship": one.kind.relationship,
                "what": one.kind.what,
            }
            for one in attachments
        ],
        ensure_ascii=False,
    )


def _content(data: bytes) -> str | list[int]:
    """Bytes as JSON: as text where they are text."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return list(data)


def _data(document: Document, attachments: Sequence[Attachment]) -> dict[str, Any]:
    cover = document.cover
    date = cover.dated or UNDATED
    return {
        "title": document.title,
        "author": cover.author or cover.organisation,
        "description": " · ".join(part for part in (document.place, cover.releases, cover.verdict) if part),
        "date": [date.year, date.month, date.day, date.hour, date.minute, date.second],
        "colours": schemes(cover.accent)["light"],
        "place": document.place,
        "releases": cover.releases,
        "state": cover.state,
        "verdict": cover.verdict_text,
        "sentence": cover.verdict_sentence,
        "rule": cover.rule,
        "organisation": cover.organisation,
        "confidentiality": cover.confidentiality,
        "footer": footer(document),
        "facts": facts(cover),
        "missing": [
            {"chapter": m.chapter or "Before the first chapter", "why": m.why} for m in document.missing
        ],
        "entries": len(document.contents),
        "body": _body(document, attachments),
    }


def _body(document: Document, attachments: Sequence[Attachment]) -> list[Node]:
    """The blocks; where paper shows a part of a table's rows, it says where all of them are."""
    body = blocks(document.body)
    all_rows = " and ".join(["the HTML report", *(["the files attached to this PDF"] if attachments else [])])
    for node in nodes(body):
        if node["k"] == "table" and node["note"]:
            node["note"] += f" All of them are in {all_rows}."
    return body


def _compile(data: dict[str, Any], files: str, *, strict: bool) -> bytes:
    compiler = typst.Compiler(
        _template(),
        root=_HERE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data, ensure_ascii=False), "files": files},
    )
    year, month, day, hour, minute, second = data["date"]
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    made: Any = compiler.compile(
        format="pdf", pdf_standards=["ua-1", "a-3a"] if strict else [], timestamp=moment
    )
    return bytes(made)


@lru_cache
def _template() -> bytes:
    return (_HERE / "report.typ").read_bytes()


@lru_cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )


def _lacking(diagnostic: str) -> set[str]:
    """The characters that Typst named because no font of ours has them."""
    named = "".join(_LACKING.findall(diagnostic))
    return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), named)) - set("\\")


def _spell(value: Any, characters: set[str]) -> Any:
    if isinstance(value, str):
        if characters.isdisjoint(value):
            return value
        return "".join(f"\\u{{{ord(char):04X}}}" if char in characters else char for char in value)
    if isinstance(value, list | tuple):
        return [_spell(item, characters) for item in value]
    if isinstance(value, dict):
        return {key: _spell(item, characters) for key, item in value.items()}
    return value
