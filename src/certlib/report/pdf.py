"""A document as one tagged PDF (PDF/UA-1 and PDF/A-3a) that carries its data as files, made by Typst.

Text reaches Typst as JSON, never as source. Bytes are the same for the same document: the date is the
report's, the fonts are ours. A character that our fonts lack is spelled out; it never stops a report.
"""

import json
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from certlib.report.attachments import Attachment
from certlib.report.blocks import Node
from certlib.report.content import content, files, pictures, source
from certlib.report.document import Document

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
    carried = files(attachments, document.cover.say)
    spelled: set[str] = set()
    undrawable: set[str | bytes] = set()
    for _ in range(TRIES):
        data = content(document, attachments, spelled=spelled, undrawable=undrawable)
        try:
            return Made(_compile(data, carried, strict=True), _notes(spelled, undrawable))
        except typst.TypstError as error:
            lacking = _lacking(error.diagnostic) - spelled
            bad = {source(one) for one in pictures(data["body"]) if not _drawable(one)}
            failure = error.message
            if not lacking and not bad:
                break
            spelled |= lacking
            undrawable |= bad
    data = content(document, attachments, spelled=spelled, undrawable=undrawable)
    made = _compile(data, carried, strict=False)
    return Made(made, (f"The PDF does not keep to PDF/UA and PDF/A: {failure}", *_notes(spelled, undrawable)))


def _drawable(picture: Node) -> bool:
    try:
        typst.Compiler(_PICTURE, root=_HERE, sys_inputs={"picture": json.dumps(picture)}).compile(
            format="pdf"
        )
    except typst.TypstError:
        return False
    return True


def _notes(spelled: AbstractSet[str], undrawable: AbstractSet[str | bytes]) -> tuple[str, ...]:
    notes = []
    if undrawable:
        notes.append(
            f"{len(undrawable)} pictures could not be drawn in the PDF; their descriptions stand there"
        )
    if spelled:
        codes = ", ".join(f"U+{ord(char):04X}" for char in sorted(spelled)[:20])
        more = f" and {len(spelled) - 20} more" if len(spelled) > 20 else ""
        notes.append(f"The PDF's fonts lack {len(spelled)} characters, which are spelled out: {codes}{more}")
    return tuple(notes)


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
