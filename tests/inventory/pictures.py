"""Pictures to try as logos."""

import struct
import zlib

OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 10">'
)
PATH = '<path d="M0 0h40v10z" fill="#005073"/>'


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width=40, height=10, *, colour=6, bits=8, pixels=None, more=b"", interlaced=0):
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    row = 1 + (width * bits * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 4) + 7) // 8
    packed = zlib.compress(bytes(row * height)) if pixels is None else pixels
    parts = chunk(b"IHDR", head) + more + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
