"""The operator's pages: which quarters it has counted, and the form of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused
from common.periods import Quarter
from returns.counts import counts, form, tasks
from returns.models import Round


@requires(Power.ENTER_COUNTS)
def index(request: HttpRequest) -> HttpResponse:
    """The quarters that the bureau has opened, each with how far the operator's own counts are."""
    context = {"progress": tasks.progress(request.user), "operator": request.user.operator, "today": today()}
    return render(request, "returns/counts/counts_index.html", context)


@requires(Power.ENTER_COUNTS)
def counts_(request: HttpRequest, county: str, quarter: Quarter) -> HttpResponse:
    """The form of a quarter: the townships, and villages where the operator has them."""
    round_ = get_object_or_404(Round, county=county, period=str(quarter))
    rows = form.rows_of(request.user, county, quarter)
    if request.method == "POST":
        return _save(request, round_, rows)
    return _form(request, round_, rows)


def _save(request: HttpRequest, round_: Round, rows: list[form.CountRow]) -> HttpResponse:
    given, is_sound = form.read(request.POST, rows)
    if not is_sound:
        return _form(request, round_, rows, "没有保存：有读不懂的数字，请改正标出的格子；填过的都还在。", 422)
    try:
        saved = counts.save(
            operator=request.user.operator, quarter=round_.quarter, rows=given, on=today(), by=request.user
        )
    except counts.Unsound as unsound:
        form.mark(rows, unsound)
        return _form(request, round_, rows, str(unsound), 422)
    except counts.CountsOvertaken as overtaken:
        form.contest(rows, overtaken.theirs)
        return _form(request, round_, rows, str(overtaken), 409)
    except Refused as refusal:
        return _form(request, round_, rows, str(refusal), 409)
    number = len(saved.changes)
    messages.success(request, f"已保存：{number} 行有改动。" if number else "没有改动。")
    return redirect("returns:counts", round_.county, round_.quarter)


def _form(request: HttpRequest, round_: Round, rows, alert: str = "", status: int = 200) -> HttpResponse:
    wrong = [(row, cell) for row in form.every(rows) for cell in row.cells if cell.error]
    faults = [
        {"text": f"{row.area.name}·{cell.figure.label}：{cell.error}", "href": f"#{cell.name}"} for row, cell in wrong
    ]
    context = {
        "operator": request.user.operator,
        "round": round_,
        "rows": rows,
        "counted": sum(row.stored is not None for row in rows),
        "alert": alert,
        "faults": faults,
        "today": today(),
    }
    return render(request, "returns/counts/counts.html", context, status=status)
