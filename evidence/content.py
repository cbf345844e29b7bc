"""What a file of evidence is, by its content and not by its name: JPEG, PNG or PDF, and nothing else.

``judge`` reads it in the child (``gate.child``); so this module needs no Django.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Any

from common.exceptions import Refused
from evidence import pdfs
from evidence.decoders import MOST_PIXELS, READERS, camera, written_anew
from evidence.looks import look_of

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
ENDINGS = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
PICTURES = (JPEG, PNG)

LEAST_SIDE = 200
"""Pixels of the shorter side: on less nobody recognises anything."""
LONGEST_NAME = 100
_END_OF_JPEG = b"\xff\xd9"


@dataclass(frozen=True)
class Content:
    """The media type of a file; of a picture also the one written anew, how that looks, and what the camera wrote."""

    media_type: str
    shown: bytes = b""
    look: str = ""
    camera: Mapping[str, Any] = field(default_factory=dict)


def judge(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Judge: what the bytes are, and the picture written anew."""
    found = content_of(data)
    return {"media_type": found.media_type, "look": found.look, "camera": found.camera}, found.shown


def content_of(data: bytes) -> Content:
    """What the bytes are; Refused with a sentence when they are none of the three, broken, or a picture of nothing."""
    for begins, read in _READERS.items():
        if data.startswith(begins):
            return read(data)
    raise Refused("文件既不是 JPEG、PNG 图片，也不是 PDF（看的是内容，不是扩展名）。请转换格式后上传。")


def _picture(media_type: str, data: bytes) -> Content:
    """A picture, unpacked whole, but only when its header does not make it a bomb."""
    reader = READERS[media_type]
    try:
        image = reader(data)
        image.verify()
    except Exception as broken:  # A file made to break its reader decides what is raised.
        raise Refused(_broken(media_type)) from broken
    if media_type == JPEG and _END_OF_JPEG not in data[-1024:]:
        raise Refused("图片不完整：文件可能没有传完，请重新上传。")
    if image.width * image.height > MOST_PIXELS[media_type]:
        raise Refused(f"图片过大（{image.width}×{image.height} 像素），请缩小后上传。")
    if min(image.size) < LEAST_SIDE:
        raise Refused(
            f"图片过小（{image.width}×{image.height} 像素），内容无法辨认：长和宽均至少为 {LEAST_SIDE} 像素，请上传原图。"
        )
    try:
        shown = written_anew(data, media_type)
    except MemoryError:
        raise
    except Exception as broken:
        raise Refused(_broken(media_type)) from broken
    return Content(media_type, shown, look_of(shown), camera(data))


def _broken(media_type: str) -> str:
    return f"该 {media_type.removeprefix('image/').upper()} 图片不完整或已损坏，请重新导出后上传。"


def _pdf(data: bytes) -> Content:
    if b"%%EOF" not in data[-2048:]:
        raise Refused("PDF 不完整：文件可能没有传完，请重新上传。")
    pdfs.require_passive(data)
    return Content(PDF)


_READERS: dict[bytes, Callable[[bytes], Content]] = {
    b"\xff\xd8\xff": partial(_picture, JPEG),
    b"\x89PNG\r\n\x1a\n": partial(_picture, PNG),
    b"%PDF-": _pdf,
}


def safe_name(name: str, media_type: str) -> str:
    """The file's own name without path and control characters, ending as its content says."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(sign for sign in stem if sign.isprintable() and sign not in '<>:"|?*/').strip(" .")
    return f"{kept[: LONGEST_NAME - 5] or '佐证材料'}{ENDINGS[media_type]}"
