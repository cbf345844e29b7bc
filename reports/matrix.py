"""The matrix: streets and towns by tasks, each cell with its light, its gap and its small course; the rows open to villages."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from acceptance.models import Verdict
from acceptance.verdicts.marks import Mark, area_mark
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import RATES
from areas.dated import then
from areas.models import Area
from areas.vocabulary import AreaKind
from common.periods import Quarter
from figures.address import MemberPart, figure
from figures.rows import address
from reports.lights import Course, Light
from reports.progress import MilestoneShown, ProgressPage

SCOPES = {"district": "全区", "street": "街道", "town": "镇"}
"""The blocks of the matrix, in order, by what the plan asks its tasks of."""

WIDTH, HEIGHT, TOP = 64, 18, 3
"""A small course in units of its drawing; the line at ``TOP`` is the target."""


@dataclass(frozen=True)
class SmallCourse:
    """A light's measure against its target, quarter by quarter, as a line; ``dots`` are quarters with members that nobody could judge."""

    points: str
    dots: tuple[tuple[int, int], ...]
    end: tuple[int, int]
    words: str


@dataclass(frozen=True)
class MatrixCell:
    """A task in one scope: its light, how much is missing with the way to the members, and its course (None: too few quarters)."""

    light: Light
    url: str
    unit: str
    course: SmallCourse | None

    @property
    def missing(self) -> int:
        return self.light.row.missing


@dataclass(frozen=True)
class MemberLacking:
    """A village or compound without its title: ``missing`` of what it needs with the way to them, and the last quarter in which it had it.

    ``had`` is None where it never had it.
    """

    area: Area
    missing: int
    url: str
    noun: str
    had: Quarter | None


@dataclass(frozen=True)
class MatrixRow:
    """A street or town, or the district, with its title's mark; the cells stand under the block's tasks, None where none is asked."""

    area: Area
    mark: Mark | None
    cells: tuple[MatrixCell | None, ...]
    lacking: tuple[MemberLacking, ...] = ()


@dataclass(frozen=True)
class MatrixBlock:
    """The tasks that are asked of one kind of scope, and its rows."""

    name: str
    tasks: tuple[MilestoneShown, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def order(self) -> str:
        """By what the rows stand, in words."""
        return "按差距由大到小" if settings.LEAGUE_TABLE else "按区域编码"


def matrix(page: ProgressPage, by: str = "gap") -> list[MatrixBlock]:
    """The blocks that have tasks; two queries besides the page's own. Villages stand ``by`` gap or by time."""
    lacking = _lacking(page, by)
    marks = {each.area_id: area_mark(each.outcome, each.reference) for each in page.township_verdicts}
    found = []
    for scope, name in SCOPES.items():
        tasks = tuple(shown for shown in page.milestones if shown.milestone.scope == scope)
        areas = {light.area.code: light.area for shown in tasks for light in shown.lights}
        rows = [_row(areas[code], tasks, page, marks.get(code), lacking.get(code, ())) for code in sorted(areas)]
        if rows:
            found.append(MatrixBlock(name, tasks, tuple(_ordered(rows))))
    return found


def _ordered(rows: list[MatrixRow]) -> list[MatrixRow]:
    """By code; by what is missing most first where rankings are on."""
    if not settings.LEAGUE_TABLE:
        return rows
    return sorted(rows, key=lambda row: -max((cell.light.share for cell in row.cells if cell), default=0))


def _row(
    area: Area, tasks: tuple[MilestoneShown, ...], page: ProgressPage, mark: Mark | None, lacking: tuple
) -> MatrixRow:
    cells = (next((light for light in shown.lights if light.area.code == area.code), None) for shown in tasks)
    return MatrixRow(area, mark, tuple(_cell(light, page) if light else None for light in cells), lacking)


def _cell(light: Light, page: ProgressPage) -> MatrixCell:
    measure = light.milestone.measure
    part = MemberPart.LACKING if measure in RATES else MemberPart.GAP
    url = figure(light.milestone.key, area=light.row.area_id, quarter=page.quarter, basis=page.basis, part=part)
    return MatrixCell(light, url, MEASURES[measure].unit, small_course(light.course))


def small_course(course: Course) -> SmallCourse | None:
    """The course as a drawing: the target is a line, what is beyond it is cut off; None for fewer than two quarters."""
    seen = [each for each in course if each.needed]
    if len(seen) < 2:
        return None
    step = (WIDTH - 4) / (len(seen) - 1)
    at = [
        (2 + round(place * step), _height(each.passed, each.needed)) for place, each in enumerate(seen)
    ]  # fmt: skip
    dots = tuple(point for point, each in zip(at, seen, strict=True) if each.unknown)
    first, last = seen[0], seen[-1]
    words = (
        f"{first.quarter.label} {first.passed}/{first.needed}，{last.quarter.label} {last.passed}/{last.needed}"
    )  # fmt: skip
    return SmallCourse(" ".join(f"{x},{y}" for x, y in at), dots, at[-1], words)


def _height(passed: int, needed: int) -> int:
    """From the bottom (nothing) to the line of the target; cut down, so that only what reaches it touches it."""
    room = HEIGHT - TOP - 2
    return HEIGHT - 2 - min(room, room * passed // needed)


_MEMBERS = (AreaKind.VILLAGE, AreaKind.COMPOUND)


def _lacking(page: ProgressPage, by: str) -> Mapping[str, tuple[MemberLacking, ...]]:
    """By street or town the villages and compounds without their title; two queries."""
    standing = Verdict.objects.visible_to(page.user).standing().filter(county=page.county, basis=page.basis)
    now = standing.filter(period=str(page.quarter), area__kind__in=_MEMBERS).select_related("area").order_by("area_id")
    verdicts = list(now.filter(outcome__in=("not_achieved", "undetermined")))
    then((each.area for each in verdicts), page.quarter.last_day)
    codes = [each.area_id for each in verdicts]
    past = standing.filter(area_id__in=codes, outcome="achieved", period__lt=str(page.quarter)).order_by("period")
    had = {code: Quarter.parse(period) for code, period in past.values_list("area_id", "period")}
    found: dict[str, list[MemberLacking]] = defaultdict(list)
    for each in verdicts:
        hard: dict = next((row for row in each.criteria if row["role"] == "hard"), {})
        noun = MEASURES[page.plan.criteria[hard["key"]].measure].whole if hard else ""
        url = address(each, f"criterion.{hard['key']}", MemberPart.GAP) if hard else ""
        missing = hard.get("missing") or 0
        found[each.area_id[:9]].append(MemberLacking(each.area, missing, url, noun, had.get(each.area_id)))
    return {code: tuple(sorted(rows, key=_ORDERS[by])) for code, rows in found.items()}


_ORDERS = {
    "gap": lambda each: (-each.missing, each.area.code),
    "time": lambda each: (str(each.had or ""), each.area.code),
}
"""By the largest gap, or by how long it is without: never first, then the longest."""
