"""What a file of evidence is, by its content and not by its name: JPEG, PNG or PDF, and nothing else."""

import struct
from dataclasses import dataclass
from pathlib import PurePath

from common.exceptions import Refused

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
ENDINGS = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
PICTURES = (JPEG, PNG)

MOST_PIXELS = 100_000_000
"""A picture that unpacks to more is not a photo."""
LONGEST_NAME = 100
_NO_SIZE = frozenset({0x01, *range(0xD0, 0xDA)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Kind:
    """The media type of a file; of a picture also how large it is, in pixels."""

    media_type: str
    width: int = 0
    height: int = 0


def kind_of(data: bytes) -> Kind:
    """What the bytes are; Refused with a sentence when they are none of the three, or broken."""
    for begins, read in _READERS.items():
        if data.startswith(begins):
            kind = read(data)
            if kind.width * kind.height > MOST_PIXELS:
                raise Refused(f"图片太大（{kind.width}×{kind.height} 像素），请缩小后再传。")
            return kind
    raise Refused("文件既不是 JPEG、PNG 图片，也不是 PDF（看的是内容，不是扩展名）。请转换格式后再传。")


def _jpeg(data: bytes) -> Kind:
    """The segments up to the frame, which says how large the picture is."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _NO_SIZE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return _picture(JPEG, width, height, is_whole=b"\xff\xd9" in data[-1024:])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise Refused("这张 JPEG 图片不完整或已损坏，请重新导出后再传。")


def _png(data: bytes) -> Kind:
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise Refused("这张 PNG 图片不完整或已损坏，请重新导出后再传。")
    width, height = struct.unpack(">II", data[16:24])
    return _picture(PNG, width, height, is_whole=b"IEND" in data[-64:])


def _picture(media_type: str, width: int, height: int, *, is_whole: bool) -> Kind:
    if not (width and height and is_whole):
        raise Refused("图片不完整：文件可能没有传完，请重新上传。")
    return Kind(media_type, width, height)


def _pdf(data: bytes) -> Kind:
    if b"%%EOF" not in data[-2048:]:
        raise Refused("PDF 不完整：文件可能没有传完，请重新上传。")
    for word, said in _ACTIVE.items():
        if word in data:
            raise Refused(f"PDF 里有{said}，不能作为佐证材料；请打印为 PDF 后再传。")
    return Kind(PDF)


_ACTIVE = {b"/JavaScript": "脚本", b"/Launch": "启动程序的动作", b"/EmbeddedFile": "嵌入的文件"}
_READERS = {b"\xff\xd8\xff": _jpeg, b"\x89PNG\r\n\x1a\n": _png, b"%PDF-": _pdf}


def safe_name(name: str, media_type: str) -> str:
    """The file's own name without path and control characters, ending as its content says."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(sign for sign in stem if sign.isprintable() and sign not in '<>:"|?*/').strip(" .")
    return f"{kept[: LONGEST_NAME - 5] or '佐证材料'}{ENDINGS[media_type]}"
