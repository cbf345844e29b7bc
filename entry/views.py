"""JSON endpoints of the entry grid: save cells, check rows, tell who is logged in.

Keeping and checking are two questions, so that a cell is kept as fast as it can be.
"""

import json
from collections.abc import Collection

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST, require_safe

from common.clock import now
from common.exceptions import Refused
from entry import company
from entry.cells import Fate, MalformedMessage, Settled, read_message, save_cells
from entry.forms import EntryForm
from entry.hooks import FORMS
from entry.threads import marks_of


def cells(request: HttpRequest, kind: str, name: str) -> JsonResponse:
    """GET: how the form stands now. POST: keep the cells of the message.

    200 when all were kept; 409 when somebody else was faster somewhere, or a cell or the whole form
    is locked; 422 when a text cannot be read; 403 when another user has logged in since the page was made.
    """
    form = FORMS.of(kind).opened(request.user, name)
    if request.method != "POST":
        return JsonResponse(_standing(request, form))
    try:
        # The body of a form was read before its view; it is no message.
        message = read_message(b"" if request.content_type == "multipart/form-data" else request.body, form)
    except MalformedMessage as reason:
        return JsonResponse({"detail": str(reason)}, status=400)
    if message.user != request.user.pk:
        return JsonResponse({"detail": f"现在登录的是{request.user.name}。"}, status=403)
    try:
        settled = save_cells(form, message.cells)
    except Refused as reason:
        return JsonResponse({"detail": str(reason)}, status=409)
    kept = {"at": f"{now():%H:%M}", "number": form.number, "cells": [_settled(each) for each in settled]}
    return JsonResponse(kept, status=_status({each.fate for each in settled}))


def _status(fates: Collection[Fate]) -> int:
    if Fate.CONFLICT in fates or Fate.LOCKED in fates:
        return 409
    return 422 if Fate.UNREADABLE in fates else 200


def _settled(each: Settled) -> dict:
    return {
        "code": each.cell.code,
        "name": each.cell.name,
        "fate": each.fate,
        "value": each.value,
        "message": each.message,
        "by": each.by,
    }


def _standing(request: HttpRequest, form: EntryForm) -> dict:
    """Who is logged in, the token for the next message, and every figure as stored, in the order of the columns."""
    return {
        "user": request.user.pk,
        "name": request.user.name,
        "token": get_token(request),
        "open": form.is_open,
        "lines": _lines(form),
    }


def _lines(form: EntryForm) -> dict[str, list]:
    return {code: [row[each.name] for each in form.columns] for code, row in form.values().items()}


@require_POST
def since(request: HttpRequest, kind: str, name: str) -> JsonResponse:
    """A page says that it is open, for whom, in which ``row``, and up to which ``number`` it knows of changes.

    It is told who else is there, what is said about cells and, where something has changed, every figure with who typed it.
    """
    form = FORMS.of(kind).opened(request.user, name)
    said = _said(request)
    if said is None:
        return JsonResponse({"detail": "页面提交的内容无法识别，请刷新页面后再试。"}, status=400)
    if said["user"] != request.user.pk:
        return JsonResponse({"detail": f"现在登录的是{request.user.name}。"}, status=403)
    company.note(form, request.user, said["row"])
    talk = marks_of(form.kind, form.discussed).said
    answer = {"number": form.number, "people": company.others(form, request.user), "talk": talk}
    if answer["number"] != said["number"]:
        lines = _lines(form)
        hands = form.hands(lines.keys())
        answer |= {"lines": lines, "hands": [[*place, who] for place, who in hands.items()]}
    return JsonResponse(answer)


def _said(request: HttpRequest) -> dict | None:
    """User, row and number; None for a message that no page sends."""
    try:
        said = json.loads(request.body if request.content_type == "application/json" else b"")
        user, row, number = said["user"], said["row"], said["number"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    is_sound = type(user) is int and type(number) is int and isinstance(row, str) and len(row) <= 20 and row.isascii()
    return {"user": user, "row": row.replace("\0", ""), "number": number} if is_sound else None


@require_safe
def problems(request: HttpRequest, kind: str, name: str) -> JsonResponse:
    """The problems of the rows of ``?code=``, each given again (none: of every row), and the sums of all.

    With ``?check`` figures that are missing count as well.
    """
    form = FORMS.of(kind).opened(request.user, name)
    named = {code for code in request.GET.getlist("code") if code.isdecimal()} if "code" in request.GET else None
    return JsonResponse(form.problems(named, is_checking="check" in request.GET))
