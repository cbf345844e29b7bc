"""A township's whole history as a workbook: every quarter, every revision, line by line, with their states."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from areas.models import Area
from common.exports import for_paper
from returns.explanations import account_of
from returns.figures import FIGURES, NAMES
from returns.models import Return, ReturnLine, ReturnState
from returns.sheet import LINE_OF_STATE
from workbooks.styling import AUTHOR, COUNT, TEXT, CellStyle, plain

LINES, RETURNS, NOTES = "历年数字", "各季版次", "说明"
_LINE_HEADS = ("季度", "版次", "编码", "村居", *(f"{figure.label}（户）" for figure in FIGURES), "行状态", "说明")
_LINE_WIDTHS = (10, 7, 16, 20, *[14] * len(FIGURES), 10, 40)
_RETURN_HEADS = ("季度", "版次", "状态", "最近报送", "行数", *(f"{figure.label}合计" for figure in FIGURES), "更正原因")
_RETURN_WIDTHS = (10, 7, 20, 18, 8, *[14] * len(FIGURES), 40)


def write(township: Area, quarterly_returns: Sequence[Return], *, by: str, at: datetime) -> bytes:
    """The workbook; ``quarterly_returns`` are the returns with their lines and villages, in the order in which they are to stand."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = f"{township.name}历年季报", AUTHOR
    _sheet(book, LINES, _LINE_HEADS, _LINE_WIDTHS, _lines(quarterly_returns), frozen="E2")
    _sheet(book, RETURNS, _RETURN_HEADS, _RETURN_WIDTHS, map(_return, quarterly_returns), frozen="C2")
    _notes(book, township, quarterly_returns, by, at)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def returns_of(township: Area) -> list[Return]:
    """All returns of a township, the newest quarter and revision first, with what the workbook shows of them."""
    lines = Prefetch("lines", ReturnLine.objects.select_related("area").order_by("area_id"))
    quarterly_returns = Return.objects.filter(township=township).with_submission().with_status().prefetch_related(lines)
    return list(quarterly_returns.order_by("-period", "-revision"))


def _lines(quarterly_returns: Iterable[Return]) -> Iterator[list[Any]]:
    for quarterly_return in quarterly_returns:
        for line in quarterly_return.lines.all():
            figures = [getattr(line, name) for name in NAMES]
            about = [quarterly_return.period, quarterly_return.revision, line.area_id, line.area.name]
            yield [*about, *figures, _status(quarterly_return, line), account_of(line) or None]


def _status(quarterly_return: Return, line: ReturnLine) -> str:
    """The word of its return; its own where a line is not what those of such a return usually are."""
    is_usual = line.status == LINE_OF_STATE[ReturnState(quarterly_return.state)]
    return quarterly_return.status.label if is_usual else line.get_status_display()


def _return(quarterly_return: Return) -> list[Any]:
    lines = list(quarterly_return.lines.all())
    submitted = (
        timezone.localtime(quarterly_return.submitted_at).replace(tzinfo=None)
        if quarterly_return.submitted_at
        else None
    )
    about = [quarterly_return.period, quarterly_return.revision, quarterly_return.status.label, submitted, len(lines)]
    return [
        *about,
        *(_total([getattr(line, name) for line in lines]) for name in NAMES),
        quarterly_return.reason or None,
    ]


def _total(figures: Sequence[int | None]) -> int | None:
    """The sum; None as soon as one is missing, for a part is no total."""
    return None if not figures or None in figures else sum(figure or 0 for figure in figures)


def _sheet(book: Workbook, title: str, heads, widths, rows: Iterable[list[Any]], *, frozen: str) -> None:
    page = book.create_sheet(title)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = frozen
    for_paper(page, widths)
    head = CellStyle(page, head=True)
    text, count, moment = (CellStyle(page, number=form, locked=False) for form in (TEXT, COUNT, "yyyy-mm-dd hh:mm"))
    page.append([head.cell(label) for label in heads])
    last = 1
    for last, row in enumerate(rows, start=2):  # noqa: B007 — the number of the last row is what the filter needs
        page.append([_style(value, text, count, moment).cell(value) for value in row])
    page.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{last}"


def _style(value: Any, text: CellStyle, count: CellStyle, moment: CellStyle) -> CellStyle:
    return count if isinstance(value, int) else moment if isinstance(value, datetime) else text


def _notes(book: Workbook, township: Area, quarterly_returns: Sequence[Return], by: str, at: datetime) -> None:
    page = book.create_sheet(NOTES)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 14, 90
    notes = [
        ("内容", f"{township.name}（{township.code}）历年季报：每个季度、每一版、每个村居的五项数字"),
        (
            "范围",
            f"{len(quarterly_returns)} 份季报，自 {quarterly_returns[-1].period} 至 {quarterly_returns[0].period}"
            if quarterly_returns
            else "尚无季报",
        ),
        (
            "说明",
            "同一季度有几版的，版次大的在前；已被更正的版次仍列出，以“行状态”为准；更正审核通过之前旧版仍有效。空白表示没有填报，不是 0。",
        ),
        ("导出时间", f"{at:%Y-%m-%d %H:%M}"),
        ("导出人", by),
    ]
    if settings.DEMONSTRATION:
        notes.append(("性质", "演示数据：系统生成，不代表实际情况"))
    for label, said in notes:
        page.append([plain(page, label, bold=True), plain(page, said)])
