"""A logo as data: PNG or SVG, told by its content, with nothing in it but the drawing.

It comes from a file that nobody has checked and travels in evidence and notebooks, so it is made anew from
what is allowed: of a PNG the chunks that draw, of an SVG shapes, gradients and plain colours. Script, links,
embedded documents, style imports, metadata and what any program has left in it are gone.
"""

import binascii
import struct
import zlib
from base64 import b64decode, b64encode
from typing import Annotated

from certlib.inventory.values import Checked, make_error

LIMIT = 200_000  # bytes, of the file and of what is kept of it
SIDE = 4_000  # pixels
PIXELS = 4_000_000
FLATTEST = 20  # times as wide as high, or as high as wide
PNG, SVG = "data:image/png;base64,", "data:image/svg+xml;base64,"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DRAWING = (b"IHDR", b"cHRM", b"gAMA", b"sRGB", b"PLTE", b"tRNS", b"IDAT", b"IEND")
# Colour type: bits of a sample that it may have, samples of a pixel.
_COLOURS = {
    0: ((1, 2, 4, 8, 16), 1),
    2: ((8, 16), 3),
    3: ((1, 2, 4, 8), 1),
    4: ((8, 16), 2),
    6: ((8, 16), 4),
}
# Beginnings of files that somebody may take for a logo.
_OTHERS = {
    b"\xff\xd8\xff": "a JPEG",
    b"GIF8": "a GIF",
    b"RIFF": "a WebP",
    b"%PDF": "a PDF",
    b"%!PS": "an EPS",
    b"\x1f\x8b": "compressed (SVGZ?)",
    b"BM": "a BMP",
}
_OTHER_FORM = "Save the logo as PNG or SVG."
_ANEW = "Export it anew as PNG."


def read_logo(content: bytes) -> str:
    """A logo file's drawing as a `data:` address.

    Raises the error of a value: what is wrong with it and what to do.
    """
    if len(content) > LIMIT:
        raise make_error(
            f"is larger than {LIMIT:,} bytes.", "Export it smaller; 600 pixels of width are plenty."
        )
    if content.startswith(_SIGNATURE):
        return PNG + b64encode(_clean_png(content)).decode()
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        from certlib.inventory import svg  # noqa: PLC0415 - most sites have no such logo

        drawing, width, height = svg.read_drawing(content)
        _check_shape(width, height)
        kept = drawing.encode()
        if len(kept) > LIMIT:
            raise make_error(f"is larger than {LIMIT:,} bytes.", "Simplify its paths.")
        return SVG + b64encode(kept).decode()
    found = next((name for start, name in _OTHERS.items() if content.startswith(start)), "something else")
    raise make_error(f"is neither PNG nor SVG, but {found}.", _OTHER_FORM)


def check_logo(address: str) -> str:
    """A logo's `data:` address as `data` makes it, or nothing. Raises the error of a value."""
    if not address:
        return ""
    start = next((start for start in (PNG, SVG) if address.startswith(start)), None)
    if start is None or len(address) > 2 * LIMIT:
        raise make_error("is no logo that certlib has written.", _OTHER_FORM)
    try:
        content = b64decode(address.removeprefix(start), validate=True)
    except binascii.Error:
        raise make_error("is no logo that certlib has written.", _OTHER_FORM) from None
    if read_logo(content) != address:
        raise make_error("is not as certlib has written it.", "Give the logo's file in the inventory.")
    return address


Logo = Annotated[str, Checked(check_logo)]


def _check_shape(width: float, height: float) -> None:
    if max(width, height) > FLATTEST * min(width, height):
        raise make_error(f"is {width:g} by {height:g}, a mere line.", "Cut it to the drawing.")


def _clean_png(content: bytes) -> bytes:
    """The PNG with its drawing chunks alone, every one with its sum, the pixels as many as it says."""
    chunks = _read_chunks(content)
    names = [name for name, _ in chunks]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or len(chunks[0][1]) != 13 or b"IDAT" not in names:
        raise make_error("is a PNG that lacks a part.", _ANEW)
    width, height, bits, colour, *_, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if not 0 < width <= SIDE or not 0 < height <= SIDE or width * height > PIXELS:
        raise make_error(
            f"has {width:,} by {height:,} pixels.", f"Make no side longer than {SIDE:,}, {PIXELS:,} in all."
        )
    _check_shape(width, height)
    allowed, samples = _COLOURS.get(colour, ((), 0))
    if bits not in allowed or interlaced not in (0, 1):
        raise make_error("is a PNG of an unknown kind.", _ANEW)
    pixels = b"".join(data for name, data in chunks if name == b"IDAT")
    _check_pixels(pixels, rows=height, row=1 + (width * bits * samples + 7) // 8, interlaced=bool(interlaced))
    kept = [(name, data) for name, data in chunks if name in _DRAWING]
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in kept
    )


def _read_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Name and content of every chunk up to the end mark; what follows it is no part of the picture."""
    found: list[tuple[bytes, bytes]] = []
    at = len(_SIGNATURE)
    while not found or found[-1][0] != b"IEND":
        if at + 12 > len(content):
            raise make_error("is a PNG without its end.", _ANEW)
        length = struct.unpack_from(">I", content, at)[0]
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if content[at + 8 + length : at + 12 + length] != struct.pack(">I", zlib.crc32(name + data)):
            raise make_error("is a damaged PNG.", _ANEW)
        found.append((name, data))
        at += 12 + length
    return found


def _check_pixels(pixels: bytes, *, rows: int, row: int, interlaced: bool) -> None:
    """Raises the error of a value where the pixels are not as many as the picture's size says."""
    most = rows * row + (8 * rows + 8 * row if interlaced else 0)
    unpacking = zlib.decompressobj()
    try:
        size = len(unpacking.decompress(pixels, most + 1))
    except zlib.error:
        raise make_error("is a damaged PNG.", _ANEW) from None
    if not rows * row <= size <= most or not (unpacking.eof or size == most):
        raise make_error("is a PNG whose pixels do not fit its size.", _ANEW)
