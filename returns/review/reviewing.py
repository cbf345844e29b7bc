"""A return as its reviewer reads it: each figure beside last quarter's, last year's, the registry's and the operators'.

Only what asks for a look stands open: what is odd, and on a second reading what changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse

from areas.models import Area, Operator
from entry.discussion import text_of
from entry.models import CellThread
from entry.talk import SaidComment, said_in
from entry.threads import open_threads
from returns.checks import ODDITIES, FigureProblem, terms
from returns.figures import BY_NAME, FIGURES, Figures
from returns.models import COUNTED, OperatorCount
from returns.review.history import Event, ReturnHistory
from returns.review.pictures import CoursePicture, picture
from returns.sheet import NOTHING, ReturnSheet, SheetCell, SheetRate, SheetRow, rates
from returns.surroundings import A_YEAR
from returns.surveying import ReturnSurvey

SHOWN_EVENTS = 4
"""How many of the last events of a figure stand on the page; the others are one link away."""


@dataclass(frozen=True)
class FigureReading:
    """A figure with all that it can be held against. ``counted`` is the operators' sum; ``uncounted`` names who is missing in it."""

    cell: SheetCell
    year_ago: int | None
    registered: int | None
    counted: int | None
    uncounted: str
    events: list[Event]

    @property
    def has_counts(self) -> bool:
        return self.cell.figure.name in COUNTED

    @property
    def origin(self) -> Event | None:
        """Where the figure comes from: the last event that changed it; without one the last of all."""
        changes = [event for event in self.events if event.is_change]
        return (changes or self.events or [None])[-1]


@dataclass(frozen=True)
class OpenThread:
    """What is said about a figure, or about the row (blank), and not settled."""

    column: str
    label: str
    said: list[SaidComment]


@dataclass(frozen=True)
class RateReading:
    """A rate now, last quarter and a year ago."""

    rate: SheetRate
    year_ago: SheetRate
    is_like: bool = True
    """Whether the same villages stand in it this quarter and last."""

    @property
    def change_text(self) -> str:
        return self.rate.change_text if self.is_like else ""


@dataclass
class Reviewed:
    """A village's row with its readings; ``points`` say how odd it is at most, ``pictures`` are of the figures concerned."""

    row: SheetRow
    readings: list[FigureReading]
    rates: list[RateReading]
    late: list[FigureProblem] = field(default_factory=list)
    only_changed: bool = False
    threads: list[OpenThread] = field(default_factory=list)
    points: int = 0
    pictures: list[CoursePicture] = field(default_factory=list)

    @property
    def area(self) -> Area:
        return self.row.area

    @property
    def back(self) -> str:
        """Where the page of what is said about a figure leads back to."""
        return (
            f"{reverse('returns:review', args=[self.row.line.quarterly_return_id])}#v-{self.area.code}"
            if self.row.line
            else ""
        )

    @property
    def is_open(self) -> bool:
        return bool(self.row.problems or self.threads) or self.row.is_changed

    @property
    def problems(self) -> list[FigureProblem]:
        """What is wrong or odd, what stands out first."""
        return sorted(self.row.problems, key=lambda each: each.code != ODDITIES)

    @property
    def stands_out(self) -> bool:
        """Whether it is odd from the bound on."""
        return any(each.code == ODDITIES for each in self.row.problems)

    @property
    def shown(self) -> list[FigureReading]:
        """The figures to be read: on a second reading those that changed, or stand as they were though sent back."""
        changed = [each for each in self.readings if each.cell.is_changed or each.cell.objection]
        return changed if self.only_changed and changed else self.readings


class Review:
    """All rows of a sheet with what stands beside them; eleven queries at most, however many villages."""

    def __init__(self, sheet: ReturnSheet, survey: ReturnSurvey) -> None:
        self.sheet, self.quarterly_return, self._survey = sheet, sheet.quarterly_return, survey

    @cached_property
    def rows(self) -> list[Reviewed]:
        """The oddest first; then what else is to be looked at, and what is not, in the order of the villages' codes."""
        found = [self._reviewed(row) for row in self.sheet.shown]
        return sorted(found, key=lambda each: (not each.is_open, not each.stands_out, -each.points * each.stands_out))

    @property
    def opened(self) -> list[Reviewed]:
        """The rows in which there is something to look at."""
        return [each for each in self.rows if each.is_open]

    @property
    def closed(self) -> list[Reviewed]:
        return [each for each in self.rows if not each.is_open]

    @property
    def odd(self) -> list[Reviewed]:
        """The rows about which something asks for an explanation, or is wrong."""
        return [each for each in self.rows if each.row.problems]

    @cached_property
    def total(self) -> Reviewed:
        """The sums beside the operators' sums of the whole township."""
        row = self.sheet.total
        year_ago = _sums([each.beside.earlier[A_YEAR - 1] for each in self.sheet.rows])
        return self._with(row, self.quarterly_return.township_id, year_ago, None, None)

    def _reviewed(self, row: SheetRow) -> Reviewed:
        registered = row.beside.registered.households if row.beside.registered else None
        year_ago = row.beside.earlier[A_YEAR - 1]
        found = self._with(row, row.area.code, year_ago, registered, self._history)
        found.late = [problem for problem in row.problems if self._is_late(row.area.code, problem)]
        found.only_changed = self.sheet.only_changed
        found.threads = [_open_thread(thread, row) for thread in self._threads if thread.code == row.area.code]
        odd = self._survey.of(row.area.code)
        found.points = odd[0].points if odd else 0
        found.pictures = self._pictures(row, is_whole=any(not each.figure for each in odd))
        return found

    def _pictures(self, row: SheetRow, *, is_whole: bool) -> list[CoursePicture]:
        """The courses of the figures about which there is something to say; of all where the whole row is odd."""
        course = self._survey.courses.get(row.area.code, ())
        told = {each.figure for each in row.problems if not each.is_error}
        return [
            picture(
                row.area.code,
                figure,
                self.quarterly_return.quarter,
                row.figures[figure.name],
                course,
                self._survey.ranges.get((row.area.code, figure.name)),
            )
            for figure in FIGURES
            if course and told and (is_whole or figure.name in told)
        ]

    def _with(
        self, row: SheetRow, code: str, year_ago: Figures | None, registered: int | None, history: ReturnHistory | None
    ) -> Reviewed:
        readings = [
            FigureReading(
                cell,
                (year_ago or NOTHING)[cell.figure.name],
                registered if cell.figure.name == "households" else None,
                self._sum(code, cell.figure.name),
                self._uncounted(code),
                history.of(code, cell.figure.name)[-SHOWN_EVENTS:] if history else [],
            )
            for cell in row.cells
        ]
        pairs = zip(row.rates, rates(year_ago or NOTHING, None), strict=True)
        is_like = all(cell.is_like for cell in row.cells)
        return Reviewed(row, readings, [RateReading(now, then, is_like) for now, then in pairs])

    @cached_property
    def _history(self) -> ReturnHistory:
        return ReturnHistory(self.quarterly_return)

    @cached_property
    def _threads(self) -> list[CellThread]:
        return open_threads("return", str(self.quarterly_return.pk))

    @cached_property
    def _operators(self) -> Mapping[str, str]:
        return dict(Operator.objects.values_list("code", "name"))

    @cached_property
    def _counts(self) -> Mapping[str, Mapping[str, OperatorCount]]:
        """What each operator counts, by area and operator."""
        found: dict[str, dict[str, OperatorCount]] = {}
        counts = OperatorCount.objects.filter(
            area__code__startswith=self.quarterly_return.township_id, period=self.quarterly_return.period
        )
        for count in counts:
            found.setdefault(count.area_id, {})[count.operator_id] = count
        return found

    def _sum(self, code: str, name: str) -> int | None:
        """The operators' sum, None while one of them has not counted: it is never taken for 0."""
        counts = self._counts.get(code, {})
        is_whole = name in COUNTED and counts and counts.keys() == self._operators.keys()
        return sum(getattr(count, name) for count in counts.values()) if is_whole else None

    def _uncounted(self, code: str) -> str:
        """Who has not counted, where somebody has; blank otherwise."""
        counts = self._counts.get(code, {})
        missing = [name for operator, name in self._operators.items() if operator not in counts]
        return "、".join(missing) if counts else ""

    @cached_property
    def _kept(self) -> Collection[tuple[str, str, str]] | None:
        """What was found when it was submitted: area, figure and check; None where nothing was kept."""
        kept = terms.kept_of(self.quarterly_return) if not self.quarterly_return.is_with_township else None
        return {(each["area"], each["figure"], each["code"]) for each in kept.found} if kept else None

    def _is_late(self, code: str, problem: FigureProblem) -> bool:
        """Whether it became odd only after the township had submitted, so that nobody was asked about it."""
        return self._kept is not None and (code, problem.figure, problem.code) not in self._kept


def _open_thread(thread: CellThread, row: SheetRow) -> OpenThread:
    now = row.explanation if thread.column == "explanation" else row.figures.get(thread.column)
    label = BY_NAME[thread.column].label if thread.column in BY_NAME else "说明" if thread.column else ""
    return OpenThread(thread.column, label, said_in(thread, text_of(now)))


def review_of(sheet: ReturnSheet, survey: ReturnSurvey) -> Review:
    """The sheet as its reviewer reads it; call ``surveying.lay`` and ``objections.compare`` first."""
    return Review(sheet, survey)


def _sums(many: list[Figures | None]) -> Figures | None:
    """The sums of the lines that are known; None when there are none."""
    known = [figures for figures in many if figures]
    if not known:
        return None
    return {name: sum(values) if (values := _there(known, name)) else None for name in NOTHING}


def _there(known: list[Figures], name: str) -> list[int]:
    return [figures[name] for figures in known if figures[name] is not None]
