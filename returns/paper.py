"""A return on paper (A4 landscape), to be signed and sealed: the same as its page, for PDF and Word."""

from common.templatetags.figures import count, rate
from papers.document import Layout, Paper, PaperColumn, PaperTable, Signatures, day_written
from returns.figures import FIGURES
from returns.models import ReturnMove
from returns.sheet import RATES, ReturnSheet, SheetRow
from returns.sources.vocabulary import MARK, MARK_MEANS

TITLE = "全光网城市建设季报表"
SIGNATURES = ("填表人", "审核人", "负责人", "盖章")
_COLUMNS = (
    PaperColumn("序号", 0.6),
    PaperColumn("村居", 1.6, "left"),
    *(PaperColumn(figure.label, 1.2, "right") for figure in FIGURES),
    *(PaperColumn(label, 1.4, "right") for _, label, _, _ in RATES),
    PaperColumn("说明", 2.4, "left"),
)


def return_paper(sheet: ReturnSheet, submitted: ReturnMove | None) -> Paper:
    """The sheet with its unit, quarter, revision, state and, once submitted, the number of its receipt."""
    quarterly_return, places = sheet.quarterly_return, enumerate(sheet.rows, start=1)
    receipt = f" · 回执 {submitted.receipt_number}" if submitted else ""
    rows = [_cells(str(place), row) for place, row in places]
    return Paper(
        title=f"{quarterly_return.township.name}{quarterly_return.quarter.label}{TITLE}",
        layout=Layout.SHEET,
        is_landscape=True,
        headline=(
            f"填报单位：{quarterly_return.township.name}（盖章）",
            f"截止日：{day_written(quarterly_return.quarter.last_day)}",
            f"第 {quarterly_return.revision} 版 · {quarterly_return.status.label}{receipt}",
            f"单位：户{f'；{MARK_MEANS}' if sheet.has_taken else ''}",
        ),
        body=(PaperTable(_COLUMNS, (*rows, _cells("", sheet.total)), totals=1, size=9), Signatures(SIGNATURES)),
    )


def _cells(place: str, row: SheetRow) -> tuple[str, ...]:
    figures = (count(cell.value) + (MARK if cell.source else "") for cell in row.cells)
    rates = (rate(each.numerator, each.denominator) for each in row.rates)
    return (place, row.area.name, *figures, *rates, row.account)
