"""Take in what waited on a device: each thing once, however often it is sent; and give it what it takes along."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from common.exceptions import Refused
from offline.models import Delivery

LARGEST_ENTRY = 64 * 1024
"""Bytes of an entry without its files; what a person types in one go has two or three thousand."""
LONGEST_TEXT = 4_000

Answer = dict[str, Any]


class Differs(Refused):
    """What was seen on the device is no longer what stands; ``conflicts`` are its places, each with both values."""

    def __init__(self, sentence: str, conflicts: list[dict[str, str]]) -> None:
        super().__init__(sentence)
        self.conflicts = conflicts


def entry_of(request: HttpRequest) -> tuple[uuid.UUID, dict[str, str]]:
    """The number and the fields of what was sent as the field ``entry`` of a form; Refused when it is none.

    Flat on purpose: texts by name. What is nested is nobody's entry.
    """
    text = request.POST.get("entry", "")
    if len(text.encode("utf-8", "replace")) > LARGEST_ENTRY:
        raise Refused(f"一条记录的文字不能超过 {LARGEST_ENTRY // 1024} KB，请缩短后再发送。")
    try:
        said = json.loads(text)
        number = uuid.UUID(said.pop("id"))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise Refused("记录无法识别，未接收。请刷新页面后重新发送。") from None
    return number, {str(name): _text(value) for name, value in said.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int | float | bool):
        raise Refused("记录无法识别，未接收。请刷新页面后重新发送。")
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"一项文字不能超过 {LONGEST_TEXT} 字，请缩短后再发送。")
    return text


@transaction.atomic
def once(*, number: uuid.UUID, kind: str, by, deed: Callable[[], Answer]) -> Answer:
    """The answer of ``deed``, which is done in the same transaction; of what has arrived before the answer of that time.

    What ``deed`` refuses is not kept: it may come again, corrected, under its number.
    """
    delivery, is_new = Delivery.objects.get_or_create(by=by, number=number, defaults={"kind": kind})
    if is_new:
        delivery.answer = deed()
        delivery.save(update_fields=["answer"])
    return delivery.answer


def answered(deed: Callable[[], Answer]) -> JsonResponse:
    """What ``deed`` answers, as the device reads it: 200, 409 with both values, or 422 with the reason."""
    try:
        return told(deed())
    except Differs as conflict:
        return told({"fate": "conflict", "message": str(conflict), "conflicts": conflict.conflicts}, 409)
    except Refused as refusal:
        return told({"fate": "refused", "message": str(refusal)}, 422)


def told(said: Answer, status: int = 200) -> JsonResponse:
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})


def pack_answer(request: HttpRequest, pack: dict[str, Any]) -> HttpResponse:
    """What a device takes along, packed; 304 while nothing has changed."""
    content = json.dumps(pack, ensure_ascii=False, separators=(",", ":")).encode()
    tag = hashlib.sha256(content).hexdigest()[:32]
    is_known = tag in request.headers.get("If-None-Match", "")
    answer = HttpResponse(status=304) if is_known else HttpResponse(content, content_type="application/json")
    answer["ETag"] = f'"{tag}"'
    return answer
