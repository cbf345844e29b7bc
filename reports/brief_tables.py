"""The tables of a brief: tasks by township with lights and gaps, the course of the headline shares, the open items."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest

from acceptance.models import Verdict
from acceptance.verdicts.marks import FALLEN
from acceptance.wording import number
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.periods import Quarter
from common.templatetags.figures import MISSING, rate, share
from papers.document import PaperColumn, PaperTable, Paragraph, close_up
from reports.lights import Light
from reports.matrix import MatrixBlock, MemberLacking, matrix
from reports.open_items import BriefItem, short_title
from reports.progress import MilestoneShown, ProgressPage
from reports.situation import YEAR
from reports.sums import Sums

SIZE = 9
QUARTERS = 9
"""How many quarters stand side by side."""
MOST_MEMBERS = 24
"""How many villages and compounds a township's brief names."""
_SIGNS = {"met": "●", "met_late": "◎", "missed": "▲", "pending": "○", "undetermined": "◇", "not_applicable": "—"}
_FALLEN = "■"
LEGEND = Paragraph("●已达到　◎逾期达到　■达到后回落　▲未达到　◇待定　○未到期　—不适用；符号后的数字为差额。", "left")


def sign(light: Light) -> str:
    """▲17: the light, and what is missing."""
    mark = _FALLEN if light.mark.tone == FALLEN else _SIGNS[light.row.status]
    is_open = not light.row.held and light.row.status != "not_applicable"
    return f"{mark}{number(light.row.missing)}" if is_open and light.row.missing else mark


def matrix_tables(page: ProgressPage) -> list[PaperTable]:
    """The tasks of the district, those of its streets and those of its towns; of one township besides what lacks its title in it."""
    blocks = matrix(page)
    tables = [_district(block) if block.rows[0].mark is None else _townships(block) for block in blocks]
    rows = [row for block in blocks for row in block.rows]
    return [*tables, *_lacking(rows[0].lacking)] if len(rows) == 1 else tables


def _lacking(members: Sequence[MemberLacking]) -> list[PaperTable]:
    """The villages and compounds without their title, the largest gap first, two in a line; of many how many more there are."""
    cells = [(each.area.name, f"差{number(each.missing)}个{each.noun}" if each.missing else "待定") for each in members]
    if len(cells) > MOST_MEMBERS:
        cells = [*cells[: MOST_MEMBERS - 1], (f"另有{number(len(cells) - MOST_MEMBERS + 1)}个", "见门户")]
    half = (len(cells) + 1) // 2
    rows = [(*left, *right) for left, right in zip_longest(cells[:half], cells[half:], fillvalue=("", ""))]
    columns = (PaperColumn("未达标的行政村、小区", 30, "left"), PaperColumn("差距", 18)) * 2
    return [PaperTable(columns, tuple(rows), size=SIZE)] if rows else []


def _district(block: MatrixBlock) -> PaperTable:
    """The district has one row: its tasks stand beneath each other, two in a line."""
    cells = [(_task(shown), sign(shown.lights[0])) for shown in block.tasks]
    half = (len(cells) + 1) // 2
    rows = [(*left, *right) for left, right in zip_longest(cells[:half], cells[half:], fillvalue=("", ""))]
    columns = (PaperColumn("", 40, "left"), PaperColumn("", 8)) * 2
    return PaperTable(columns, tuple(rows), size=SIZE)


def _townships(block: MatrixBlock) -> PaperTable:
    columns = (PaperColumn(block.name, 11, "left"), *(PaperColumn(_task(shown), 22) for shown in block.tasks))
    rows = tuple((row.area.name, *(sign(cell.light) if cell else "" for cell in row.cells)) for row in block.rows)
    return PaperTable(columns, rows, size=SIZE)


def _task(shown: MilestoneShown) -> str:
    """What is asked, and until when."""
    due = shown.milestone.due.last_day
    return f"{close_up(short_title(shown.milestone))}（{due.year}年{due.month}月）"


# ------------------------------------------------ course


_SHARES = (
    ("光网络覆盖率", "coverage", "denominator"),
    ("光网用户渗透率", "penetration", "denominator"),
)
INCOMPLETE = "○"
HOLLOW = f"{INCOMPLETE}缺季报，不可比。"


def course_table(page: ProgressPage, area: Area) -> tuple[PaperTable, bool, str]:
    """The headline shares quarter by quarter; whether one of them is incomplete and stands hollow; of the last what it may be.

    Two queries, two more where the last is incomplete.
    """
    standing = Verdict.objects.visible_to(page.user).standing().filter(county=page.county, basis=page.basis)
    standing = standing.filter(period__lte=str(page.quarter))
    verdicts = list(standing.filter(area=area).order_by("period"))[-QUARTERS:]
    rows = [(name, *(_share(each, key, whole) for each in verdicts)) for name, key, whole in _SHARES]
    if area.kind not in TOWNSHIPS:
        rows.append(("达标街镇（个）", *_achieved(standing, verdicts)))
    columns = (PaperColumn("指标", 24, "left"), *(PaperColumn(_quarter(each.quarter), 17) for each in verdicts))
    table = PaperTable(columns, tuple(rows), size=SIZE)
    is_partial = any(cell.startswith(INCOMPLETE) for row in rows for cell in row)
    is_open = bool(verdicts) and bool(verdicts[-1].figures.get("coverage", {}).get("returns_missing"))
    return table, is_partial, _partial(page, area) if is_open else ""


def _partial(page: ProgressPage, area: Area) -> str:
    """The number of villages of which the quarter's coverage is, and between what that of all lies."""
    quarters = [page.quarter.plus(-back) for back in range(YEAR + 1)]
    sums = Sums(page.user, area.code, page.basis, quarters)
    found = sums.partial(area.code, page.quarter, "fibre_covered_households", "broadband_covered_households")
    said = f"本季{number(found.reported)}/{number(found.members)}个村居报齐"
    if found.bounds is None:
        return f"{said}。"
    before, worst, best = (share(each) for each in (found.bounds.as_before, found.bounds.worst, found.bounds.best))
    return f"{said}，光网络覆盖率缺报的按上次数计{before}，最低{worst}，最高{best}。"


def _quarter(quarter: Quarter) -> str:
    """2018年1季."""
    return f"{quarter.year}年{quarter.number}季"


def _share(verdict: Verdict, key: str, whole: str) -> str:
    figures = verdict.figures.get(key) or {}
    said = rate(figures.get("numerator"), figures.get(whole))
    return f"{INCOMPLETE}{said}" if figures.get("returns_missing") and said != MISSING else said


def _achieved(standing, verdicts: list[Verdict]) -> list[str]:
    """How many of the streets and towns had their title in each quarter: 7/8."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = standing.filter(area__kind__in=TOWNSHIPS).exclude(outcome="not_applicable").order_by()
    for period, outcome in rows.values_list("period", "outcome"):
        counts[period][0] += outcome == "achieved"
        counts[period][1] += 1
    return ["/".join(map(number, counts[each.period])) for each in verdicts]


# ------------------------------------------------ open items


_ITEM_COLUMNS = (
    PaperColumn("任务", 47, "left"),
    PaperColumn("期限", 25),
    PaperColumn("状态和差额", 24, "left"),
    PaperColumn("原因", 44, "left"),
    PaperColumn("责任单位", 40, "left"),
    PaperColumn("建议", 44, "left"),
)


def item_table(items: list[BriefItem]) -> list[PaperTable]:
    """The open items as a table; nothing where there is room for none."""
    rows = tuple(
        tuple(map(close_up, (each.task, each.due, each.state, each.cause, each.unit, each.proposal))) for each in items
    )
    return [PaperTable(_ITEM_COLUMNS, rows, size=SIZE)] if rows else []
