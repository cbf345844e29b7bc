"""A PDF is read whole before it is kept: it may show something, and do nothing. It runs in the child (``gate.child``)."""

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from common.exceptions import Refused

MOST_OBJECTS = 100_000
_SCRIPT, _LAUNCH, _EMBEDDED = "脚本", "启动程序的动作", "嵌入的文件"
_KEYS = {
    "/JS": _SCRIPT,
    "/JavaScript": _SCRIPT,
    "/XFA": _SCRIPT,
    "/EmbeddedFiles": _EMBEDDED,
    "/EF": _EMBEDDED,
    "/RichMedia": _EMBEDDED,
}
_KINDS = {
    "/JavaScript": _SCRIPT,
    "/Launch": _LAUNCH,
    "/ImportData": _LAUNCH,
    "/SubmitForm": _LAUNCH,
    "/GoToE": _EMBEDDED,
    "/EmbeddedFile": _EMBEDDED,
    "/RichMedia": _EMBEDDED,
}
"""What a dictionary holds, by its keys, and by what it says that it is (type, subtype, kind of action)."""


def require_passive(data: bytes) -> None:
    """Refused with a sentence when it is locked or broken, has no page, or anything in it runs, opens or carries something."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            raise Refused("PDF 加了密码或限制，不能作为佐证材料；请取消密码，或打印为 PDF 后上传。")
        for each in _dictionaries(reader):
            if said := _active(each):
                raise Refused(f"PDF 里有{said}，不能作为佐证材料；请打印为 PDF 后上传。")
        pages = len(reader.pages)
    except (Refused, MemoryError):
        raise
    except Exception as broken:  # A file made to break its reader decides what is raised.
        raise Refused("PDF 不完整或已损坏，请重新导出后上传。") from broken
    if not pages:
        raise Refused("PDF 里没有页面，请重新导出后上传。")


def _active(found: DictionaryObject) -> str:
    """What of it is more than to be looked at; blank for nothing."""
    named = [_KEYS[key] for key in found if key in _KEYS]
    kinds = [found.raw_get(key) for key in ("/S", "/Type", "/Subtype") if key in found]
    return next(iter([*named, *(_KINDS[kind] for kind in kinds if isinstance(kind, str) and kind in _KINDS)]), "")


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, those that nothing refers to as well: the trailer, all objects, and what stands in them."""
    numbers = [*((number, generation) for generation, table in reader.xref.items() for number in table)]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise Refused(f"PDF 内部过于复杂（超过 {MOST_OBJECTS} 个对象），请打印为 PDF 后上传。")
    waiting: list[Any] = [reader.trailer]
    for number, generation in numbers:
        waiting.append(reader.get_object(IndirectObject(number, generation, reader)))
        while waiting:
            each = waiting.pop()
            if isinstance(each, DictionaryObject):
                yield each
                waiting += each.values()
            elif isinstance(each, list):
                waiting += each
