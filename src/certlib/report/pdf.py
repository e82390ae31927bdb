"""A document as one tagged PDF (PDF/UA-1 and PDF/A-3a) that carries its data as files, made by Typst.

Text reaches Typst as JSON, never as source. Bytes are the same for the same document: the date is the
report's, the fonts are ours. A character that our fonts lack is spelled out; it never stops a report.
"""

import json
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from certlib.language import say
from certlib.report.attachments import Attachment
from certlib.report.content import get_source, list_pictures, make_content, make_files
from certlib.report.document import Document, make_box
from certlib.report.inlines import Node
from certlib.report.tree import Element

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


def render_pdf(document: Document, attachments: Sequence[Attachment] = ()) -> Made:
    """The PDF; notes say what was shown in another way, and if it had to do without the standards."""
    carried = make_files(attachments)
    spelled: set[str] = set()
    undrawable: set[str | bytes] = set()
    for _ in range(TRIES):
        data = make_content(document, attachments, spelled=spelled, undrawable=undrawable)
        try:
            return Made(_compile(data, carried, strict=True), _make_notes(spelled, undrawable))
        except BaseException as error:
            if not _has_typst_failed(error):
                raise
            lacking = _find_lacking(getattr(error, "diagnostic", "")) - spelled
            bad = {
                get_source(picture) for picture in list_pictures(data["body"]) if not _is_drawable(picture)
            }
            failure = getattr(error, "message", "") or str(error)
            if not lacking and not bad:
                break
            spelled |= lacking
            undrawable |= bad

    def compiled(some: Document) -> bytes:
        data = make_content(some, attachments, spelled=spelled, undrawable=undrawable)
        return _compile(data, carried, strict=False)

    notes = (f"The PDF does not keep to PDF/UA and PDF/A: {failure}", *_make_notes(spelled, undrawable))
    try:
        return Made(compiled(document), notes)
    except BaseException as error:
        if not _has_typst_failed(error):
            raise
    kept, count = _keep_settable(document.body.children, document, compiled)
    body = Element("root", {}, kept)
    left = {element.attrs.get("id") for element in body.walk()}
    contents = tuple(entry for entry in document.contents if entry.id in left)
    mended = replace(document, body=body, contents=contents)
    return Made(compiled(mended), (*notes, f"{count} parts could not be set in the PDF; the HTML has them"))


def _keep_settable(
    parts: list[Element | str], document: Document, compiled: Callable[[Document], bytes]
) -> tuple[list[Element | str], int]:
    """The parts of the body with a box in the place of each that can't be set on paper, and their number."""
    try:
        compiled(replace(document, body=Element("root", {}, parts), contents=()))
    except BaseException as error:
        if not _has_typst_failed(error):
            raise
    else:
        return parts, 0
    if len(parts) == 1:
        return [make_box(say("It could not be set on paper; it is in the HTML report."))], 1
    half = len(parts) // 2
    (first, some), (second, more) = (
        _keep_settable(part, document, compiled) for part in (parts[:half], parts[half:])
    )
    return first + second, some + more


def _has_typst_failed(error: BaseException) -> bool:
    """Whether Typst gave up: by an error of its own, or a panic, which is no Exception."""
    return isinstance(error, typst.TypstError) or type(error).__name__ == "PanicException"


def _is_drawable(picture: Node) -> bool:
    try:
        typst.Compiler(_PICTURE, root=_HERE, sys_inputs={"picture": json.dumps(picture)}).compile(
            format="pdf"
        )
    except BaseException as error:
        if not _has_typst_failed(error):
            raise
        return False
    return True


def _make_notes(spelled: AbstractSet[str], undrawable: AbstractSet[str | bytes]) -> tuple[str, ...]:
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
        _read_template(),
        root=_HERE,
        font_paths=_list_fonts(),
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
def _read_template() -> bytes:
    return (_HERE / "report.typ").read_bytes()


@lru_cache
def _list_fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )


def _find_lacking(diagnostic: str) -> set[str]:
    """The characters that Typst named because no font of ours has them."""
    named = "".join(_LACKING.findall(diagnostic))
    return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), named)) - set("\\")
