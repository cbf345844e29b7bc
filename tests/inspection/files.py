"""The smallest files that are what they say."""

import struct
import zlib


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int = 2, height: int = 2) -> bytes:
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(min(height, 50)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


PNG = png()


def headed(width: int, height: int) -> bytes:
    """A PNG that says it is as large as that."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG[:8] + _chunk(b"IHDR", header) + PNG[33:]


_APP0 = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_FRAME = b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x02\x01\x01\x11\x00"
JPEG = (
    b"\xff\xd8"
    + _APP0
    + b"\xff\xdb\x00\x43\x00"
    + b"\x01" * 64
    + _FRAME
    + b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\xaa\xff\xd9"
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
