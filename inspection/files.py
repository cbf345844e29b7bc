"""What a file of evidence is, by its content and not by its name: JPEG, PNG or PDF, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePath

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from common.exceptions import Refused

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
ENDINGS = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
PICTURES = (JPEG, PNG)

MOST_PIXELS = 100_000_000
"""A picture that unpacks to more is not a photo."""
LONGEST_NAME = 100
_END_OF_JPEG = b"\xff\xd9"


@dataclass(frozen=True)
class MediaType:
    """The media type of a file; of a picture also how large it is, in pixels."""

    media_type: str
    width: int = 0
    height: int = 0


def kind_of(data: bytes) -> MediaType:
    """What the bytes are; Refused with a sentence when they are none of the three, or broken."""
    for begins, read in _READERS.items():
        if data.startswith(begins):
            return read(data)
    raise Refused("文件既不是 JPEG、PNG 图片，也不是 PDF（看的是内容，不是扩展名）。请转换格式后再传。")


def _picture(reader: type[ImageFile], data: bytes) -> MediaType:
    """A picture by its header and what holds it together; nothing of it is unpacked, so that none can be a bomb."""
    try:
        image = reader(BytesIO(data))
        image.verify()
    except Exception as broken:  # A file made to break its reader decides what is raised.
        raise Refused(f"这张 {reader.format} 图片不完整或已损坏，请重新导出后再传。") from broken
    if reader is JpegImageFile and _END_OF_JPEG not in data[-1024:]:
        raise Refused("图片不完整：文件可能没有传完，请重新上传。")
    if image.width * image.height > MOST_PIXELS:
        raise Refused(f"图片太大（{image.width}×{image.height} 像素），请缩小后再传。")
    return MediaType(image.get_format_mimetype(), image.width, image.height)


def _pdf(data: bytes) -> MediaType:
    if b"%%EOF" not in data[-2048:]:
        raise Refused("PDF 不完整：文件可能没有传完，请重新上传。")
    for word, said in _ACTIVE.items():
        if word in data:
            raise Refused(f"PDF 里有{said}，不能作为佐证材料；请打印为 PDF 后再传。")
    return MediaType(PDF)


_ACTIVE = {b"/JavaScript": "脚本", b"/Launch": "启动程序的动作", b"/EmbeddedFile": "嵌入的文件"}
_READERS: dict[bytes, Callable[[bytes], MediaType]] = {
    b"\xff\xd8\xff": partial(_picture, JpegImageFile),
    b"\x89PNG\r\n\x1a\n": partial(_picture, PngImageFile),
    b"%PDF-": _pdf,
}


def safe_name(name: str, media_type: str) -> str:
    """The file's own name without path and control characters, ending as its content says."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(sign for sign in stem if sign.isprintable() and sign not in '<>:"|?*/').strip(" .")
    return f"{kept[: LONGEST_NAME - 5] or '佐证材料'}{ENDINGS[media_type]}"
