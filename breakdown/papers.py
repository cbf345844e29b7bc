"""The letter of responsibility (责任书) of a township: its targets, those of its villages and operators, who answers, who signs."""

from acceptance import plan as plans
from acceptance import wording
from areas.models import Area
from breakdown.models import BreakdownLine
from breakdown.pages import BreakdownPage
from papers.document import Layout, Paper, PaperColumn, PaperTable, Paragraph, Signatures

SIGNATURES = ("区经济和信息化局（盖章）", "街镇（盖章）", "责任人（签字）")


def letter(page: BreakdownPage, township: Area) -> Paper:
    """On A4, lying: a row a unit, a column a quarter; the version and its reason stand in the head."""
    breakdown, rows = page.breakdown, [row for row in page.rows if row.area_id.startswith(township.code)]
    columns = (
        PaperColumn("层级", 1.2),
        PaperColumn("单位", 2.4, "left"),
        PaperColumn("责任人", 1.3),
        PaperColumn(f"{page.base.label}数", 1.2),
        *(PaperColumn(quarter.label, 1.2) for quarter in breakdown.periods),
    )
    said = (
        f"为落实《{plans.current().name}》{page.title}的要求，{township.name}及有关单位按下表所列季度指标完成建设任务。"
    )
    notes = [Paragraph(said), Paragraph("指标为至该季度末的累计数；运营企业的指标为比基期新增数。")]
    if breakdown.reason:
        notes.append(Paragraph(f"本版调整原因：{breakdown.reason}"))
    return Paper(
        title=f"{township.name}目标责任书（{breakdown.milestone}）",
        layout=Layout.SHEET,
        is_landscape=True,
        headline=(f"第 {breakdown.number} 版", f"状态：{breakdown.get_state_display()}", f"单位：{page.unit}"),
        body=(*notes, PaperTable(columns, tuple(_row(row, page) for row in rows), size=9), Signatures(SIGNATURES)),
    )


def _row(row: BreakdownLine, page: BreakdownPage) -> tuple[str, ...]:
    targets = [row.targets.get(str(quarter)) for quarter in page.breakdown.periods]
    cells = (wording.number(target) if target is not None else "" for target in targets)
    return (row.get_level_display(), row.unit, row.person_name, wording.number(row.base), *cells)
