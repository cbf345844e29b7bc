"""Taking what the sources agree on: one act under the name of whoever confirms it."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F

from accounts import audit
from common.exceptions import Refused
from returns.entry.saving import hold, lines_of, outdate
from returns.models import FigureEntry, Return, ReturnLine
from returns.sheet import sheet_of
from returns.sources.agreement import Cell, Suggestion
from returns.sources.suggesting import asked, open_suggestions


@transaction.atomic
def confirm(*, quarterly_return: Return, seen: Mapping[Cell, int], by, on: date | None = None) -> int:
    """Fill the cells with the suggestions that the page showed (``seen``, by village and column); how many were filled.

    A cell that somebody has filled meanwhile stays. Refused, and nothing is filled, where a source says another figure by
    now, the round is over ``on`` the day (None: today), or the return can no longer be changed.
    """
    hold(quarterly_return, by, on)
    sheet = sheet_of(quarterly_return)
    blank = {(row.area.code, name) for row in sheet.rows for name, value in row.figures.items() if value is None}
    suggestions = open_suggestions(sheet, asked(sheet))
    wanted = {cell: value for cell, value in seen.items() if cell in blank}
    if stale := [cell for cell, value in wanted.items() if cell not in suggestions or suggestions[cell].value != value]:
        raise Refused(f"未采用：页面打开之后，有 {len(stale)} 格的来源数字已有变化。请核对下面的建议数后再确认。")
    _fill(quarterly_return, {cell: suggestions[cell] for cell in wanted}, by)
    return len(wanted)


def _fill(quarterly_return: Return, taken: Mapping[Cell, Suggestion], by) -> None:
    if not taken:
        return
    lines = lines_of(quarterly_return, {code for code, _ in taken})
    for (code, name), each in taken.items():
        outdate(lines[code], {name: [None, each.value]})
        setattr(lines[code], name, each.value)
        lines[code].taken[name] = str(each.source)
    for line in lines.values():
        line.version += 1
    ReturnLine.objects.bulk_update(
        lines.values(), [*sorted({name for _, name in taken}), "taken", "explained", "version"]
    )
    FigureEntry.objects.bulk_create(
        FigureEntry(line=lines[code], figure=name, after=each.value, by=by, source=each.source)
        for (code, name), each in taken.items()
    )
    Return.objects.filter(pk=quarterly_return.pk).update(version=F("version") + 1)
    detail: dict = {"source": "、".join(sorted({each.source.label for each in taken.values()}))}
    for (code, name), each in taken.items():
        detail.setdefault(code, {})[name] = [None, each.value]
    audit.record(action="return.take_suggestions", by=by, subject=quarterly_return, detail=detail)
    quarterly_return.refresh_from_db(fields=["state", "version"])
