"""The operator's pages: which quarters it has counted, and the form of one."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused
from common.periods import Quarter
from entry.cells import Fate, Settled, save_cells
from entry.grid import EntryGrid, GridParts
from entry.plain import seen_text, typed_cells
from returns.counts import tasks
from returns.counts.count_form import CountForm
from returns.counts.form import CountRow, every, sums

PARTS = GridParts(
    head="returns/counts/_row_head.html",
    cell="returns/counts/_row_cell.html",
    heads="returns/counts/_row_heads.html",
    tail="returns/counts/_row_state.html",
    foot="returns/counts/_row_foot.html",
)


@requires(Power.ENTER_COUNTS)
def index(request: HttpRequest) -> HttpResponse:
    """The quarters that the bureau has opened, each with how far the operator's own counts are."""
    context = {"progress": tasks.progress(request.user), "operator": request.user.operator, "today": today()}
    return render(request, "returns/counts/counts_index.html", context)


@requires(Power.ENTER_COUNTS)
def counts_(request: HttpRequest, county: str, quarter: Quarter) -> HttpResponse:
    """The form of a quarter: the townships, and villages where the operator has them."""
    form = CountForm.opened(request.user, f"{county}-{quarter}")
    if request.method == "POST":
        return _save(request, form)
    return _form(request, form)


def _save(request: HttpRequest, form: CountForm) -> HttpResponse:
    """Keep every cell that can be kept; the others are shown as typed, with the reason."""
    cells = typed_cells(request.POST, form)
    try:
        settled = save_cells(form, cells)
    except Refused as refusal:
        return _form(request, form, [Settled(cell, Fate.LOCKED, None) for cell in cells], str(refusal), 409)
    left = [each for each in settled if each.fate != Fate.SAVED]
    if left:
        alert = f"{len(left)} 个数字未保存，请查看标出的格子；其余已保存。"
        return _form(request, form, left, alert, 422 if all(each.fate == Fate.UNREADABLE for each in left) else 409)
    messages.success(request, f"已保存：{len(settled)} 个数字有改动。" if settled else "没有改动。")
    return redirect("returns:counts", form.round.county, form.quarter)


def _lay(rows: Sequence[CountRow], left: Sequence[Settled]) -> None:
    """What could not be kept, as typed, into its cells, with the reason or the colleague's figure beside it."""
    cells = {(cell.code, cell.figure.name): cell for row in every(rows) for cell in row.cells}
    for each in left:
        if (cell := cells.get((each.cell.code, each.cell.name))) is None:
            continue
        cell.text, cell.error = each.cell.text, each.message
        if each.fate == Fate.CONFLICT:
            cell.is_contested, cell.theirs, cell.theirs_by = True, each.value, each.by


def _form(
    request: HttpRequest, form: CountForm, left: Sequence[Settled] = (), alert: str = "", status: int = 200
) -> HttpResponse:
    rows = form.rows()
    for row in every(rows):
        row.seen = seen_text(form, row.figures)
    _lay(rows, left)
    context = {
        "operator": form.operator,
        "round": form.round,
        "grid": _grid(form, rows),
        "alert": alert,
        "today": today(),
    }
    return render(request, "returns/counts/counts.html", context, status=status)


def _grid(form: CountForm, rows: list[CountRow]) -> EntryGrid:
    every_row, total = list(every(rows)), sums(rows)
    return EntryGrid(
        form=form,
        rows=every_row,
        address=reverse("returns:counts", args=[form.round.county, form.quarter]),
        caption="每个街镇一行，两项数字，单位户；所属村居可不填",
        corner="街镇、村居",
        counted="个街镇",
        parts=PARTS,
        complete=sum(row.is_complete for row in rows),
        faults=[fault for row in every_row for fault in row.faults],
        own={"total": [(column, total[column.name]) for column in form.columns]},
    )
