"""The summary of a quarter (汇总表): each township's sums with state and timeliness, in the shape in which it is forwarded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum
from django.utils import timezone

from common.templatetags.figures import MISSING, count, rate
from papers.document import Layout, Paper, PaperColumn, PaperTable, Paragraph, Signatures, day_written
from returns.checks import RATES
from returns.figures import FIGURES, NAMES
from returns.models import ReturnLine, ReturnStatus, Round
from returns.rounds.pages import Timeliness, townships

BASES = {"approved": "已审核", "reported": "含已报送"}
"""Which lines are added up: approved ones, or also those that were reported."""
SIGNATURES = ("填表人", "审核人", "负责人")


@dataclass(frozen=True)
class SummaryLine:
    """A township: villages that must report and that have, the five sums (None: nothing to add up), and how it stands."""

    name: str
    villages: int
    reported: int
    figures: Mapping[str, int | None]
    state: str
    reported_at: datetime | None
    timeliness: str

    @property
    def rates(self) -> list[tuple[int | None, int | None]]:
        """Coverage and penetration as numerator and denominator."""
        return [(self.figures[part], self.figures[whole]) for _, _, part, whole in RATES]

    @property
    def shown_rates(self) -> list[str]:
        return [rate(part, whole) for part, whole in self.rates]

    @property
    def shown_figures(self) -> list[str]:
        return [count(self.figures[name]) for name in NAMES]

    @property
    def submitted(self) -> str:
        return f"{timezone.localtime(self.reported_at):%Y-%m-%d %H:%M}" if self.reported_at else MISSING


@dataclass(frozen=True)
class Summary:
    """A quarter of a district on a basis, as it stood ``on`` a day."""

    district: str
    round: Round
    basis: str
    on: date
    lines: tuple[SummaryLine, ...]

    @property
    def title(self) -> str:
        return f"{self.district}{self.round.quarter.label}全光网城市建设情况汇总表"

    @property
    def maker(self) -> str:
        return f"{self.district}经济和信息化局"

    @property
    def total(self) -> SummaryLine:
        return SummaryLine(
            "合计",
            sum(line.villages for line in self.lines),
            sum(line.reported for line in self.lines),
            {name: _sum([line.figures[name] for line in self.lines]) for name in NAMES},
            "",
            None,
            self._in_time,
        )

    @property
    def _in_time(self) -> str:
        """How many of those whose time is known, and due, reported in time."""
        settled = (Timeliness.ON_TIME.label, Timeliness.LATE.label, Timeliness.OVERDUE.label)
        known = [line.timeliness for line in self.lines if line.timeliness in settled]
        return f"按时 {known.count(Timeliness.ON_TIME.label)}/{len(known)}" if known else MISSING

    @property
    def note(self) -> str:
        """What is added up, and how the rates are worked out."""
        return (
            f"说明：口径为“{BASES[self.basis]}”，截止日 {day_written(self.round.quarter.last_day)}，"
            f"填报截止 {day_written(self.round.due)}。光网络覆盖率＝光网覆盖户数÷宽带覆盖户数，"
            "光网用户渗透率＝光网用户数÷宽带用户数，截取到千分位，不进位。"
        )


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def summary(user, round_: Round, basis: str, on: date) -> Summary:
    """The townships in the user's scope; three queries. KeyError for a basis that is not there."""
    BASES[basis]
    sums = _sums(round_, basis)
    nothing = {"reported": 0, **dict.fromkeys(NAMES)}
    lines = tuple(
        SummaryLine(
            area.name,
            area.villages,
            found["reported"],
            {name: found[name] for name in NAMES},
            ReturnStatus(area.standing).label,
            area.reported_at,
            Timeliness(area.timeliness).label,
        )
        for area in townships(user, round_, on).order_by("code")
        for found in [sums.get(area.code, nothing)]
    )
    return Summary(user.area.name if len(user.area_id) == 6 else user.area.parent.name, round_, basis, on, lines)


def _sums(round_: Round, basis: str) -> dict[str, dict]:
    lines = ReturnLine.objects.usable(basis).filter(county=round_.county, period=round_.period)
    added = (
        lines.order_by()
        .values("quarterly_return__township_id")
        .annotate(reported=Count("area_id", distinct=True), **{f"sum_{name}": Sum(name) for name in NAMES})
    )
    return {
        row["quarterly_return__township_id"]: {
            "reported": row["reported"],
            **{name: row[f"sum_{name}"] for name in NAMES},
        }
        for row in added
    }


_COLUMNS = (
    PaperColumn("序号", 0.55),
    PaperColumn("街镇", 1.2, "left"),
    PaperColumn("应报村居", 0.75, "right"),
    PaperColumn("已报村居", 0.75, "right"),
    *(PaperColumn(figure.label, 1.05, "right") for figure in FIGURES),
    *(PaperColumn(label, 1.05, "right") for _, label, _, _ in RATES),
    PaperColumn("状态", 0.9),
    PaperColumn("报送时间", 1.5),
    PaperColumn("是否按时", 1.65),
)


def summary_paper(data: Summary) -> Paper:
    """The summary as a form, A4 landscape."""
    rows = [_cells(str(place), line) for place, line in enumerate(data.lines, start=1)]
    total = _cells("", data.total)
    return Paper(
        title=data.title,
        layout=Layout.SHEET,
        is_landscape=True,
        headline=(f"填报单位：{data.maker}（盖章）", f"填表日期：{day_written(data.on)}", "单位：户"),
        body=(
            PaperTable(_COLUMNS, (*rows, total), totals=1, size=9),
            Paragraph(data.note, align="left"),
            Signatures(SIGNATURES),
        ),
    )


def _cells(place: str, line: SummaryLine) -> tuple[str, ...]:
    counts = (count(line.villages), count(line.reported))
    ends = (line.state, line.submitted if place else "", line.timeliness)
    return (place, line.name, *counts, *line.shown_figures, *line.shown_rates, *ends)
