"""JSON endpoints of the entry grid: save cells, check rows, tell who is logged in.

Keeping and checking are two questions, so that a cell is kept as fast as it can be.
"""

from collections.abc import Collection

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.posts import Power
from common.clock import now, today
from common.exceptions import Refused
from returns.checks import Level
from returns.entry import sheet_form
from returns.entry.saving import EXPLANATION, Fate, MalformedMessage, Settled, read_message, save_cells, stored_in
from returns.figures import NAMES
from returns.models import Return
from returns.moves import ReturnAction, allows
from returns.pages import return_or_404
from returns.rounds import rounds
from returns.sheet import SheetRow, sheet_of


@requires(Power.ENTER_RETURNS)
def cells(request: HttpRequest, pk: int) -> JsonResponse:
    """GET: how the return stands now. POST: keep the cells of the message.

    200 when all were kept; 409 when somebody else was faster somewhere, or a cell or the whole return
    is locked; 422 when a text cannot be read; 403 when another user has logged in since the page was made.
    """
    quarterly_return = return_or_404(request, pk)
    if request.method != "POST":
        return JsonResponse(_standing(request, quarterly_return))
    try:
        # The body of a form was read before its view; it is no message.
        message = read_message(b"" if request.content_type == "multipart/form-data" else request.body)
    except MalformedMessage as reason:
        return JsonResponse({"detail": str(reason)}, status=400)
    if message.user != request.user.pk:
        return JsonResponse({"detail": f"现在登录的是{request.user.name}。"}, status=403)
    try:
        settled = save_cells(quarterly_return=quarterly_return, cells=message.cells, by=request.user)
    except Refused as reason:
        return JsonResponse({"detail": str(reason)}, status=409)
    kept = {"at": f"{now():%H:%M}", "cells": [_settled(each) for each in settled]}
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


def _standing(request: HttpRequest, quarterly_return: Return) -> dict:
    """Who is logged in, the token for the next message, and every figure as stored."""
    is_open = allows(ReturnAction.SAVE, quarterly_return, request.user) and not rounds.is_entry_locked(
        quarterly_return, today()
    )
    return {
        "user": request.user.pk,
        "name": request.user.name,
        "token": get_token(request),
        "open": is_open,
        "lines": {line.area_id: list(stored_in(line).values()) for line in quarterly_return.lines.all()},
    }


@requires(Power.ENTER_RETURNS)
@require_safe
def problems(request: HttpRequest, pk: int) -> JsonResponse:
    """The problems of the rows of ``?code=``, each given again (none: of every row), and the sums of all.

    With ``?check`` figures that are missing count as well.
    """
    quarterly_return = return_or_404(request, pk)
    named = request.GET.getlist("code")
    sheet = sheet_of(
        quarterly_return, complete=True, only={code for code in named if code.isdecimal()} if named else None
    )
    sheet_form.prepare(sheet, is_checking="check" in request.GET)
    return JsonResponse({"rows": [_row(row) for row in sheet.rows], **_sums(quarterly_return)})


def _row(row: SheetRow) -> dict:
    """The row as stored, and what the page shows of it besides its figures."""
    notes = {cell.figure.name: [[each.level, each.message, each.code] for each in cell.problems] for cell in row.cells}
    return {
        "code": row.area.code,
        "values": [*row.figures.values(), row.explanation],
        "notes": notes | {EXPLANATION: [[Level.ERROR, "还没有说明", "unexplained"]] if row.is_unexplained else []},
        "asks": bool(row.oddities),
        "faults": [{"text": fault.text, "href": fault.href} for fault in row.faults],
    }


def _sums(quarterly_return: Return) -> dict:
    """The sums of the columns, None where no village has a figure; and how many rows are complete."""
    complete = Count("pk", filter=Q(**{f"{name}__isnull": False for name in NAMES}))
    found = quarterly_return.lines.aggregate(complete=complete, **{f"sum_{name}": Sum(name) for name in NAMES})
    return {"total": {name: found[f"sum_{name}"] for name in NAMES}, "complete": found["complete"]}
