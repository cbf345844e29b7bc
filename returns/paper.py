"""A return on paper (A4 landscape), to be signed and sealed: the same as its page, for PDF and Word."""

from common.templatetags.figures import count, rate
from papers.document import Column, Layout, Paper, Signatures, Table
from returns.figures import FIGURES
from returns.models import Move
from returns.sheet import RATES, Row, Sheet

TITLE = "全光网城市建设季报表"
SIGNATURES = ("填表人", "审核人", "负责人", "盖章")
_COLUMNS = (
    Column("序号", 0.6),
    Column("村居", 1.6, "left"),
    *(Column(figure.label, 1.2, "right") for figure in FIGURES),
    *(Column(label, 1.4, "right") for _, label, _, _ in RATES),
    Column("说明", 2.4, "left"),
)


def return_paper(sheet: Sheet, submitted: Move | None) -> Paper:
    """The sheet with its unit, quarter, revision, state and, once submitted, the number of its receipt."""
    owner, places = sheet.owner, enumerate(sheet.rows, start=1)
    receipt = f" · 回执 {submitted.receipt_number}" if submitted else ""
    rows = [_cells(str(place), row) for place, row in places]
    return Paper(
        title=f"{owner.township.name}{owner.quarter.label}{TITLE}",
        layout=Layout.SHEET,
        is_landscape=True,
        headline=(
            f"填报单位：{owner.township.name}（盖章）",
            f"截止日：{owner.quarter.last_day:%Y-%m-%d}",
            f"第 {owner.revision} 版 · {owner.status.label}{receipt}",
            "单位：户",
        ),
        body=(Table(_COLUMNS, (*rows, _cells("", sheet.total)), totals=1, size=9), Signatures(SIGNATURES)),
    )


def _cells(place: str, row: Row) -> tuple[str, ...]:
    figures = (count(cell.value) for cell in row.cells)
    rates = (rate(each.numerator, each.denominator) for each in row.rates)
    return (place, row.area.name, *figures, *rates, row.explanation)
