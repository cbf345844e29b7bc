"""A sheet surveyed: what is odd about its figures beside the approved quarters, the register and the operators.

It reads twenty-odd queries, however many villages, and is asked where somebody is about to vouch for the figures: when a return is
handed up, signed, reviewed. Nothing is stored besides what a submission keeps of its problems (``Checking.found``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from areas.models import Area
from common.periods import Quarter
from returns.checks import ODDITIES, FigureProblem
from returns.courses import CoursePoint, courses
from returns.figures import NAMES
from returns.hooks import SOURCES
from returns.models import COUNTED, OperatorCount
from returns.oddities import Oddity, ReturnContext, VillageContext, detect
from returns.oddities.readings import ReturnReading
from returns.sheet import ReturnSheet, SheetRow
from returns.sources import own
from returns.sources.vocabulary import FigureSource

REGISTERED = (FigureSource.REGISTER, FigureSource.COMPUTED)
"""The sources by which the register speaks: households of natural villages, and what access points reach of them."""

_HEARD_ALREADY = (own.operators, own.last)

Said = Mapping[str, Mapping[str, int | None]]
"""What sources say, by village and figure."""


@dataclass(frozen=True)
class ReturnSurvey:
    """What was found on a sheet, and the courses and expected ranges that make the pictures of it."""

    oddities: list[Oddity] = field(default_factory=list)
    courses: Mapping[str, tuple[CoursePoint, ...]] = field(default_factory=dict)
    ranges: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def of(self, code: str) -> tuple[Oddity, ...]:
        """What is odd about a village, the oddest first; of the return where ``code`` is blank."""
        return tuple(each for each in self.oddities if each.code == code)


def lay(sheet: ReturnSheet, *, complete: bool = False) -> ReturnSurvey:
    """ReturnSurvey a whole sheet and check it again with what was found."""
    if not sheet.using.terms[ODDITIES].bound:
        return ReturnSurvey()
    found = survey(sheet)
    for row in sheet.rows:
        if odd := found.of(row.area.code):
            row.beside = replace(row.beside, odd=odd)
            row.check(complete=complete)
    sheet.odd = tuple(_problems(sheet, found.of("")))
    return found


def _problems(sheet: ReturnSheet, odd: tuple[Oddity, ...]) -> Iterator[FigureProblem]:
    """What is odd about the whole return, as the check says it."""
    using = sheet.using
    row = SheetRow(sheet.quarterly_return.township, None, dict.fromkeys(NAMES), using=using)
    row.beside = replace(row.beside, odd=odd)
    return (each for each in row.found(row.figures) if each.code == ODDITIES)


def survey(sheet: ReturnSheet) -> ReturnSurvey:
    """What is odd about a sheet as its figures stand."""
    areas = [row.area for row in sheet.rows if row.is_in_force]
    found = courses(areas, sheet.quarterly_return.quarter)
    context = _context(sheet, areas, found)
    figures = {row.area.code: row.figures for row in sheet.rows if row.is_in_force}
    reading = ReturnReading(figures, context)
    ranges = {
        (village.context.code, name): expected
        for village in reading.villages
        for name in NAMES
        if (expected := reading.usual_range(village, name))
    }
    return ReturnSurvey(detect(figures, context), found, ranges)


def _context(sheet: ReturnSheet, areas: list[Area], found: Mapping[str, tuple[CoursePoint, ...]]) -> ReturnContext:
    township, quarter = sheet.quarterly_return.township_id, sheet.quarterly_return.quarter
    before = _usual_last(found)
    register, counted = _registered(township, quarter, areas), {r.area.code: r.beside.counted for r in sheet.rows}
    register_before = _registered(township, Quarter.parse(before), areas) if before else {}
    counted_before = _counted(township, before) if before else {}
    villages = []
    for area in areas:
        course = found[area.code]
        is_then = bool(course) and course[-1].period == before
        villages.append(
            VillageContext(
                area.code,
                area.name,
                area.kind,
                tuple((point.period, point.figures) for point in course),
                counted.get(area.code),
                counted_before.get(area.code) if is_then else None,
                register.get(area.code),
                register_before.get(area.code) if is_then else None,
            )
        )
    return ReturnContext(township, str(quarter), tuple(villages), sheet.beside_total.counted)


def _usual_last(found: Mapping[str, tuple[CoursePoint, ...]]) -> str:
    """The quarter that most villages were last approved for; blank where none was."""
    last = Counter(course[-1].period for course in found.values() if course)
    return last.most_common(1)[0][0] if last else ""


def _registered(township: str, quarter: Quarter, areas: list[Area]) -> Said:
    found: dict[str, dict[str, int | None]] = {}
    for source in SOURCES:
        if source not in _HEARD_ALREADY:
            for each in source(township, quarter, areas):
                if each.source in REGISTERED:
                    found.setdefault(each.code, {})[each.figure] = each.value
    return found


def _counted(township: str, period: str) -> Said:
    sums = OperatorCount.objects.filter(area__code__startswith=township, period=period).sums()
    return {code: {name: row[name] for name in COUNTED} for code, row in sums.items()}
