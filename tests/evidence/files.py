"""Small files that are what they say, and pictures with whatever a camera, or somebody who means ill, may put into them."""

import struct
import zlib
from io import BytesIO
from random import Random

from PIL import ExifTags, Image, ImageDraw


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int = 200, height: int = 200, shade: int = 128) -> bytes:
    """A grey picture; another ``shade`` is another file."""
    rows = (b"\0" + bytes([shade]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


PNG = png()


def headed(width: int, height: int) -> bytes:
    """A PNG that says it is as large as that."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG[:8] + _chunk(b"IHDR", header) + PNG[33:]


def photo(width: int = 240, height: int = 200, shade: int = 120, exif: Image.Exif | None = None) -> bytes:
    """A JPEG of a red house at the left under a sky: one sees which way is up."""
    image = Image.new("RGB", (width, height), (shade, 180, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 3 // 4, width, height), fill=(60, 120, 60))
    draw.rectangle((0, height // 2, width // 4, height * 3 // 4), fill=(200, 0, 0))
    return saved(image, exif=exif)


def distinct(number: int, width: int = 240, height: int = 200, exif: Image.Exif | None = None) -> bytes:
    """A JPEG unlike that of every other number, even where it is saved anew, scaled, trimmed or stamped."""
    return saved(patchwork(number, width, height), exif=exif)


def patchwork(number: int, width: int = 240, height: int = 200) -> Image.Image:
    """Light and dark without edges, as clouds and hedges are."""
    grains = Random(number)
    small = Image.frombytes("L", (9, 8), bytes(grains.randrange(256) for _ in range(72)))
    return small.resize((width, height), Image.Resampling.BICUBIC).convert("RGB")


def saved(image: Image.Image, quality: int = 85, exif: Image.Exif | None = None) -> bytes:
    """The picture as a JPEG."""
    target = BytesIO()
    image.save(target, "JPEG", quality=quality, **({} if exif is None else {"exif": exif}))
    return target.getvalue()


def exif(at: str = "", offset: str = "", place: dict[str, object] | None = None, **tags) -> Image.Exif:
    """What a camera writes; ``place`` and ``tags`` by their names in Pillow."""
    made = Image.Exif()
    for name, value in tags.items():
        made[ExifTags.Base[name]] = value
    if at:
        made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = at
    if offset:
        made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = offset
    made.get_ifd(ExifTags.IFD.GPSInfo).update({ExifTags.GPS[name]: value for name, value in (place or {}).items()})
    return made


JPEG = photo()


def pdf(*more: str, pages: int = 1, root: str = "") -> bytes:
    """A PDF of empty pages; ``root`` stands in its catalogue, ``more`` are objects from number 10 on."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
    objects = {1: f"<</Type/Catalog/Pages 2 0 R{root}>>", 2: f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"}
    objects |= dict.fromkeys(range(3, 3 + pages), page) | dict(enumerate(more, start=10))
    made, table = b"%PDF-1.4\n", {}
    for number, text in objects.items():
        table[number] = len(made)
        made += f"{number} 0 obj{text}endobj\n".encode("latin-1")
    lines = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in table.items())
    trailer = f"xref\n0 1\n0000000000 65535 f \n{lines}trailer<</Root 1 0 R/Size {max(objects) + 1}>>\n"
    return made + trailer.encode() + f"startxref\n{len(made)}\n%%EOF\n".encode()


PDF = pdf()
