"""The field sheet (现场核查表): a page to be filled by hand where no phone can be used, with places to sign."""

from django.utils import timezone

from inspection.spotcheck.models import FindingOutcome
from inspection.spotcheck.results import MemberRow, SampleResult
from papers.document import Layout, Paper, PaperColumn, PaperTable, Signatures, day_written

_COLUMNS = (
    PaperColumn("序号", 0.5),
    PaperColumn("对象", 2.4, "left"),
    PaperColumn("编号", 1.6),
    PaperColumn("登记坐标", 1.7),
    PaperColumn("下行速率（Mbps）", 1),
    PaperColumn("到接入点（米）", 1),
    PaperColumn("实测坐标", 1.6),
    PaperColumn("结果", 1),
    PaperColumn("备注（照片编号）", 2, "left"),
)
SIGNATURES = ("核查人", "被核查单位", "审核员")


def field_sheet(result: SampleResult) -> Paper:
    """What was drawn, in the order of drawing, with what was entered already; the rest is blank."""
    sample = result.sample
    return Paper(
        title=f"{sample.township.name}{sample.quarter.label}现场核查表",
        layout=Layout.SHEET,
        is_landscape=True,
        headline=(
            f"抽查对象：{sample.get_frame_display()}",
            f"总体 {result.whole} 个，抽取 {sample.size} 个",
            f"{day_written(timezone.localdate(sample.drawn_at))}抽取{'（报送之后）' if sample.is_late else ''}",
            f"种子 {sample.seed}",
        ),
        body=(PaperTable(_COLUMNS, tuple(map(_cells, result.rows)), size=9, row_height=9), Signatures(SIGNATURES)),
        note="结果填写：合格、不合格、无法核查；后两种须在备注中说明情况。",
    )


def _cells(row: MemberRow) -> tuple[str, ...]:
    item, found = row.item, row.finding
    place = item.site
    given = f"{place.lon:.5f}, {place.lat:.5f}" if place and place.lon is not None and place.lat is not None else ""
    if found is None:
        return (str(item.order), item.name, item.key, given, "", "", "", "", "")
    measured = f"{found.lon:.5f}, {found.lat:.5f}" if found.lon is not None and found.lat is not None else ""
    return (
        str(item.order), item.name, item.key, given, _number(found.mbps), _number(found.distance_m), measured,
        FindingOutcome(found.outcome).label, found.remark,
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
