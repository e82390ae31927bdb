"""Whether a logo can be seen on paper: it is drawn small on white, and its dots are looked at."""

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import typst

from certlib.report.inlines import make_picture
from certlib.report.stylesheet import compute_contrast
from certlib.report.tree import Element

WIDE, HIGH = 160, 80  # dots of the drawing
LEAST = 1.3  # contrast from which a dot is seen on white, such as of a light grey
SHARE = 0.002  # of the dots, which are to be seen
WHITE = "#ffffff"
UNSEEN = (
    "The logo can't be seen on white paper, and the report has no other: it is empty, white or nearly white. "
    "Give the one that is made for a light ground."
)
_DRAWN = f"""#set page(width: {WIDE}pt, height: {HIGH}pt, margin: 0pt, fill: white)
#let logo = json(bytes(sys.inputs.logo))
#let source = bytes(logo.at("bytes", default: logo.at("text", default: "")))
#image(source, format: logo.format, width: 100%, height: 100%, fit: "contain")"""


def describe_unseen(logo: str) -> tuple[str, ...]:
    """What is to be said of a logo, given as a `data:` address of certlib's, that can't be seen on white."""
    if not logo:
        return ()
    try:
        dots = [*_read_dots(_draw(logo))]
    except typst.TypstError:
        return ("The logo can't be drawn in the PDF; export it anew as PNG.",)
    seen = {colour: compute_contrast(f"#{colour.hex()}", WHITE) >= LEAST for colour in set(dots)}
    if sum(seen[dot] for dot in dots) >= SHARE * len(dots):
        return ()
    return (UNSEEN,)


def _draw(logo: str) -> bytes:
    """A PNG of the logo on white."""
    picture = json.dumps(make_picture(Element("img", {"src": logo})))
    compiler = typst.Compiler(_DRAWN.encode(), ignore_system_fonts=True, sys_inputs={"logo": picture})
    data: Any = compiler.compile(format="png", ppi=72)
    return bytes(data)


def _read_dots(png: bytes) -> Iterator[bytes]:
    """Red, green and blue of each dot of a PNG as Typst writes it: RGBA of eight bits, here without gaps.

    A row stands as differences from what lies left of it and above it (PNG specification, section 9).
    """
    width = struct.unpack_from(">I", png, 16)[0]
    above = bytearray(4 * width)
    rows = zlib.decompress(b"".join(_read_pixels(png)))
    for start in range(0, len(rows), 4 * width + 1):
        kind, row = rows[start], bytearray(rows[start + 1 : start + 4 * width + 1])
        for at, value in enumerate(row):
            left, corner = (row[at - 4], above[at - 4]) if at >= 4 else (0, 0)
            row[at] = (value + _predict_byte(kind, left, above[at], corner)) % 256
        yield from (bytes(row[at : at + 3]) for at in range(0, 4 * width, 4))
        above = row


def _read_pixels(png: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        if name == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length


def _predict_byte(kind: int, left: int, above: int, corner: int) -> int:
    """What a byte is expected to be by its neighbours."""
    if kind == 4:
        near = left + above - corner
        return min((left, above, corner), key=lambda byte: abs(near - byte))
    return (0, left, above, (left + above) // 2)[kind]
