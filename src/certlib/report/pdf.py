r"""A document as one tagged PDF (PDF/UA-1 and PDF/A-3a) that carries its data as files, made by Typst.

Text reaches Typst as JSON, never as source. Bytes are the same for the same document: the date is the
report's, the fonts are ours. A character that our fonts lack is spelled out as `\\u{6F22}`; it never stops a
report.
"""

import json
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from certlib.language import say
from certlib.report.attachments import Attachment
from certlib.report.content import UNDATED, make_content, make_files
from certlib.report.document import Document, make_box
from certlib.report.inlines import make_picture
from certlib.report.tree import Element

TRIES = 3
_HERE = Path(__file__).parent
_PICTURE = b"""#let picture = json(bytes(sys.inputs.picture))
#image(bytes(picture.at("bytes", default: picture.at("text", default: ""))), format: picture.format)"""
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF and what its reader should know about how it was made."""

    data: bytes
    notes: tuple[str, ...]


class _TypstFailed(Exception):
    """Typst gave up: by an error of its own, or a panic, which is no Exception."""


def render_pdf(document: Document, attachments: Sequence[Attachment] = ()) -> PdfFile:
    """The PDF; notes say what was shown in another way, and if it had to do without the standards."""
    files = make_files(attachments)
    lacking: set[str] = set()  # characters that the fonts lack
    undrawable: set[str] = set()  # addresses of pictures
    boxes: list[Element] = []

    def compile_document(document: Document, *, strict: bool = False) -> bytes:
        spelled = {ord(char): f"\\u{{{ord(char):04X}}}" for char in lacking}
        body = _replace_unprintable(document.body, spelled, undrawable)
        content = make_content(replace(document, body=body), attached=bool(attachments))
        text = json.dumps(content, ensure_ascii=False)
        text = text.translate({code: json.dumps(name)[1:-1] for code, name in spelled.items()})
        standards = ["ua-1", "a-3a"] if strict else []
        moment = document.cover.dated or UNDATED
        inputs = {"document": text, "files": files}
        return _run_typst(_read_template(), inputs, pdf_standards=standards, timestamp=moment)

    def keep_settable(parts: list[Element | str]) -> list[Element | str]:
        """The parts of the body with a box in the place of each that can't be set on paper."""
        try:
            compile_document(replace(document, body=Element("root", {}, parts), contents=()))
        except _TypstFailed:
            if len(parts) > 1:
                half = len(parts) // 2
                return keep_settable(parts[:half]) + keep_settable(parts[half:])
            boxes.append(make_box(say("It could not be set on paper; it is in the HTML report.")))
            return [boxes[-1]]
        return parts

    for _ in range(TRIES):
        try:
            return PdfFile(compile_document(document, strict=True), _make_notes(lacking, undrawable))
        except _TypstFailed as error:
            failure, diagnostic = error.args
            found = _find_lacking(diagnostic) - lacking, _find_undrawable(document.body) - undrawable
            lacking |= found[0]
            undrawable |= found[1]
            if not any(found):
                break
    notes = (f"The PDF does not keep to PDF/UA and PDF/A: {failure}", *_make_notes(lacking, undrawable))
    try:
        return PdfFile(compile_document(document), notes)
    except _TypstFailed:
        body = Element("root", {}, keep_settable(document.body.children))
    left = {element.attrs.get("id") for element in body.walk()}
    contents = tuple(entry for entry in document.contents if entry.id in left)
    data = compile_document(replace(document, body=body, contents=contents))
    return PdfFile(data, (*notes, f"{len(boxes)} parts could not be set in the PDF; the HTML has them"))


def _replace_unprintable(
    element: Element, spelled: Mapping[int, str], undrawable: AbstractSet[str]
) -> Element:
    """An element with characters spelled out, and without the sources of the pictures `undrawable`."""
    if not spelled and not undrawable:
        return element
    attrs = {name: value for name, value in element.attrs.items() if name != "src" or value not in undrawable}
    children = [
        child.translate(spelled)
        if isinstance(child, str)
        else _replace_unprintable(child, spelled, undrawable)
        for child in element.children
    ]
    return Element(element.tag, attrs, children)


def _find_lacking(diagnostic: str) -> set[str]:
    """The characters that Typst named because no font of ours has them."""
    named = "".join(_LACKING.findall(diagnostic))
    return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), named)) - set("\\")


def _find_undrawable(body: Element) -> set[str]:
    """The addresses of the pictures that Typst can't draw."""
    undrawable = set()
    for element in body.walk():
        picture = make_picture(element) if element.tag == "img" else ""
        if isinstance(picture, dict):
            try:
                _run_typst(_PICTURE, {"picture": json.dumps(picture)})
            except _TypstFailed:
                undrawable.add(element.attrs["src"])
    return undrawable


def _make_notes(lacking: AbstractSet[str], undrawable: AbstractSet[str]) -> tuple[str, ...]:
    notes = []
    if undrawable:
        notes.append(
            f"{len(undrawable)} pictures could not be drawn in the PDF; their descriptions stand there"
        )
    if lacking:
        codes = ", ".join(f"U+{ord(char):04X}" for char in sorted(lacking)[:20])
        more = f" and {len(lacking) - 20} more" if len(lacking) > 20 else ""
        notes.append(f"The PDF's fonts lack {len(lacking)} characters, which are spelled out: {codes}{more}")
    return tuple(notes)


def _run_typst(source: bytes, inputs: dict[str, str], **options: Any) -> bytes:
    """A PDF of a template; raises _TypstFailed with Typst's message and all that it says of it."""
    try:
        compiler = typst.Compiler(
            source, root=_HERE, font_paths=_list_fonts(), ignore_system_fonts=True, sys_inputs=inputs
        )
        data: Any = compiler.compile(format="pdf", **options)
    except BaseException as error:
        if isinstance(error, typst.TypstError) or type(error).__name__ == "PanicException":
            message = getattr(error, "message", "") or str(error)
            raise _TypstFailed(message, getattr(error, "diagnostic", "")) from error
        raise
    return bytes(data)


@lru_cache
def _read_template() -> bytes:
    return (_HERE / "report.typ").read_bytes()


@lru_cache
def _list_fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )
