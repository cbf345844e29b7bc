"""A return as a sheet: a row for each village, with last quarter's figures and all problems beside."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from areas.models import Area
from areas.vocabulary import VILLAGE_LEVEL
from entry.threads import ThreadMarks, marks_of
from returns import checks, explanations
from returns.checks import AS_DECLARED, MISSING, NOTHING_BESIDE, OPERATORS, RATES, Beside, FigureProblem, Using, terms
from returns.figures import FIGURES, NAMES, Figure, Figures
from returns.models import LineStatus, Objection, Return, ReturnLine, ReturnState
from returns.sources.vocabulary import FigureSource
from returns.surroundings import ReturnSurroundings

LINE_OF_STATE = {
    ReturnState.DRAFT: LineStatus.DRAFT,
    ReturnState.SIGNING: LineStatus.DRAFT,
    ReturnState.RETURNED: LineStatus.DRAFT,
    ReturnState.SUBMITTED: LineStatus.SUBMITTED,
    ReturnState.REVIEWING: LineStatus.SUBMITTED,
    ReturnState.PASSED: LineStatus.SUBMITTED,
    ReturnState.APPROVED: LineStatus.APPROVED,
    ReturnState.SUPERSEDED: LineStatus.SUPERSEDED,
    ReturnState.DISCARDED: LineStatus.DISCARDED,
}
NAMED = 2
"""How many oddities of a row the list of problems says in full."""

NOTHING: Figures = dict.fromkeys(NAMES)


@dataclass
class SheetCell:
    """A figure of a row as it is shown: what stands in it, what stood there last quarter, what is wrong with it.

    ``text`` is what the clerk typed, ``error`` why that cannot be read, ``theirs`` (with ``theirs_by``)
    the figure that somebody else saved while she typed; ``was`` what stood there at the last reading
    (``is_changed``), ``objection`` why it was sent back.
    """

    code: str
    figure: Figure
    value: int | None
    before: int | None
    problems: list[FigureProblem] = field(default_factory=list)
    text: str = ""
    error: str = ""
    is_contested: bool = False
    theirs: int | None = None
    theirs_by: str = ""
    is_unsaved: bool = False
    stored: int | None = None
    is_locked: bool = False
    is_changed: bool = False
    was: int | None = None
    objection: Objection | None = None
    source: str = ""
    """What the figure was taken from, in words; blank where somebody typed it."""
    hint: str = ""
    """What may be filled in, in words; blank where nothing is suggested."""
    is_like: bool = True
    """Whether the same villages stand in a sum this quarter and last; else the two are not compared."""

    @property
    def place(self) -> str:
        """How a form names the cell: village and column."""
        return f"{self.code}-{self.figure.name}"

    @property
    def name(self) -> str:
        return f"f-{self.code}-{self.figure.name}"

    @property
    def change(self) -> int | None:
        """Against last quarter; None when either is missing, or not the same is added up."""
        is_known = self.is_like and self.value is not None and self.before is not None
        return self.value - self.before if is_known else None

    @property
    def change_text(self) -> str:
        """With its sign, blank when there is none."""
        return f"{self.change:+,}" if self.change else ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.error) or self.is_contested or any(problem.is_error for problem in self.problems)


@dataclass(frozen=True)
class SheetRate:
    """A rate with the figures it is made of, this quarter and last; None is missing."""

    key: str
    label: str
    numerator: int | None
    denominator: int | None
    numerator_before: int | None
    denominator_before: int | None

    @property
    def change_text(self) -> str:
        """In percentage points with its sign, cut towards zero after one decimal; blank when there is none or a figure is missing."""
        if (
            self.numerator is None
            or self.numerator_before is None
            or not (self.denominator and self.denominator_before)
        ):
            return ""
        moved = Fraction(self.numerator, self.denominator) - Fraction(self.numerator_before, self.denominator_before)
        tenths = int(moved * 1000)
        sign = "-" if tenths < 0 else "+"
        return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10} 个百分点" if tenths else ""


def rates(figures: Figures, previous: Figures | None) -> list[SheetRate]:
    """Coverage and penetration (S05, S06)."""
    before = previous or NOTHING
    return [
        SheetRate(key, label, figures[part], figures[whole], before[part], before[whole])
        for key, label, part, whole in RATES
    ]


@dataclass
class SheetRow:
    """A village's line. It need not be stored yet: a village that came into force later has blank figures."""

    area: Area
    line: ReturnLine | None
    figures: Figures
    beside: Beside = NOTHING_BESIDE
    using: Using = AS_DECLARED
    explanation: str = ""
    reason: str = ""
    explained: explanations.Explained = None
    is_locked: bool = False
    is_in_force: bool = True
    problems: list[FigureProblem] = field(default_factory=list)
    cells: list[SheetCell] = field(default_factory=list)
    is_checked: bool = False
    """Whether what is missing counts as well, figures and sentence, as on submission."""
    explanation_error: str = ""
    seen: str = ""
    within: str = ""
    """In the entry grid the villages of a return are folded under no other row."""

    @property
    def previous(self) -> Figures | None:
        return self.beside.previous

    @property
    def is_part(self) -> bool:
        """Whether the village was split off since last quarter: then nothing stands beside its figures."""
        return self.beside.is_part

    @property
    def oddities(self) -> list[FigureProblem]:
        """What asks for an explanation."""
        return [problem for problem in self.problems if problem.is_oddity]

    @property
    def is_asked(self) -> bool:
        """Whether an explanation is asked for: not as long as a figure is missing or wrong, for that comes first."""
        is_sound = None not in self.figures.values() and not any(cell.is_wrong for cell in self.cells)
        return is_sound and bool(self.oddities) and not self.is_locked

    @property
    def unexplained(self) -> str:
        """Why what is odd is not explained yet, as far as the row was checked for that; blank where it is."""
        if not self.is_checked or not self.is_asked:
            return ""
        return explanations.fault(self.explanation, self.reason, self.explained, self.figures, self.oddities)

    @property
    def outdated(self) -> str:
        """Which figures were changed after they were explained, in words; then the sentence explains nothing any more."""
        return explanations.changed(self.explained, self.figures, self.oddities) if self.explanation else ""

    @property
    def explained_json(self) -> str:
        """For which figures it was said, for the scripts."""
        return json.dumps(self.explained)

    @property
    def needless(self) -> str:
        """What the form says of a sentence that explains nothing any more, where none is asked for."""
        is_needless = self.outdated and not self.unexplained
        return explanations.NEEDLESS.format(changed=self.outdated) if is_needless else ""

    @property
    def account(self) -> str:
        """What the township says for the figures, with its reason; blank where they were changed after it was said."""
        return "" if self.outdated else explanations.account(self.explanation, self.reason)

    @property
    def explains(self) -> str:
        """For which figures it was said, in words."""
        return explanations.explained_in_words(self.explained) if self.explanation else ""

    def of(self, figure: str) -> list[FigureProblem]:
        """The problems that stand on a figure."""
        return [problem for problem in self.problems if problem.figure == figure]

    def found(self, figures: Figures, *, complete: bool = False) -> list[FigureProblem]:
        """What would be wrong or odd if these figures stood in the row."""
        return checks.line_problems(figures, self.beside, self.using, complete=complete)

    @property
    def rates(self) -> list[SheetRate]:
        return rates(self.figures, self.previous)

    @property
    def explanation_name(self) -> str:
        return f"e-{self.area.code}"

    @property
    def reason_name(self) -> str:
        return f"f-{self.area.code}-reason"

    @property
    def is_changed(self) -> bool:
        """Whether a figure differs from the last reading, or stands as it was though it was sent back."""
        return any(cell.is_changed or cell.objection for cell in self.cells)

    @property
    def wants_sentence(self) -> bool:
        """Whether the form shows the field for the explanation."""
        return bool(self.is_asked or self.explanation or self.explanation_error)

    @property
    def faults(self) -> list["SheetFault"]:
        """What blocks submission here, as far as the row has been checked."""
        return _faults(self)

    @property
    def is_blank(self) -> bool:
        return all(value is None for value in self.figures.values())

    def overlook_missing(self) -> None:
        """Say nothing yet of figures that are missing."""
        parts: tuple[SheetRow | SheetCell, ...] = (self, *self.cells)
        for each in parts:
            each.problems = [problem for problem in each.problems if problem.code != MISSING]

    def check(self, *, complete: bool) -> None:
        """Find the problems and lay them into the cells; a locked row was decided on before and blocks nothing."""
        every = self.found(self.figures, complete=complete)
        self.problems = [problem for problem in every if not (self.is_locked and problem.is_error)]
        self.is_checked = complete
        before = self.previous or NOTHING
        self.cells = [
            SheetCell(
                self.area.code,
                figure,
                self.figures[figure.name],
                before[figure.name],
                self.of(figure.name),
                _text(self.figures[figure.name]),
                stored=self.line.figures[figure.name] if self.line else None,
                source=_source(self.line, figure.name),
            )
            for figure in FIGURES
        ]


def _source(line: ReturnLine | None, name: str) -> str:
    taken = line.taken.get(name) if line else None
    return FigureSource(taken).label if taken else ""


@dataclass(frozen=True)
class SheetFault:
    """A problem that blocks submission: ``text`` with its place, ``href`` the cell on the page."""

    text: str
    href: str


@dataclass
class ReturnSheet:
    """All rows of a return in the order of the villages' codes."""

    quarterly_return: Return
    rows: list[SheetRow]
    using: Using = AS_DECLARED
    beside_total: Beside = NOTHING_BESIDE
    only_changed: bool = False
    odd: tuple[FigureProblem, ...] = ()
    """What is odd about the return as a whole, once it was surveyed (``returns.surveying``)."""

    @cached_property
    def marks(self) -> ThreadMarks:
        """Where something is said about a cell (entry.threads); one query."""
        return marks_of("return", str(self.quarterly_return.pk))

    @property
    def shown(self) -> list[SheetRow]:
        """The rows to be read: all of them, or those that changed since the last reading."""
        return [row for row in self.rows if row.is_changed or not self.only_changed]

    @property
    def faults(self) -> list[SheetFault]:
        """What blocks submission, as far as the sheet has been checked."""
        if not self.rows:
            return [SheetFault("本季末没有村或社区，无可报送的数字。", "#main")]
        return [fault for row in self.rows for fault in row.faults]

    @property
    def errors(self) -> list[SheetFault]:
        """What blocks whatever is said about it: the faults without those that a sentence would settle."""
        if not self.rows:
            return self.faults
        return [fault for row in self.rows for fault in _errors(row)]

    @property
    def total(self) -> SheetRow:
        """The sums of the figures that are there, as a row; a figure that no village has is missing."""
        area = Area(code="total", name="合计")
        previous = _sums([row.previous for row in self.rows if row.previous])
        sums = _sums([row.figures for row in self.rows])
        row = SheetRow(area, None, sums, Beside(previous), self.using, problems=self.total_problems)
        row.cells = [
            SheetCell(
                "total", each, sums[each.name], previous[each.name], row.of(each.name), is_like=self._is_like(each.name)
            )
            for each in FIGURES
        ]
        return row

    def _is_like(self, name: str) -> bool:
        pairs = [(row.figures[name], (row.previous or NOTHING)[name]) for row in self.rows]
        return all((now is None) == (before is None) for now, before in pairs)

    @property
    def total_problems(self) -> list[FigureProblem]:
        """What is odd about the whole, and how the sums contradict what the operators count together.

        The latter is asked only where some village cannot be compared with them by itself, and of a figure that no village lacks.
        """
        if all(row.beside.counted for row in self.rows):
            return [*self.odd]
        whole = {name: _whole_sum([row.figures[name] for row in self.rows]) for name in NAMES}
        found = checks.line_problems(whole, self.beside_total, self.using)
        found = [each for each in found if each.code == OPERATORS]
        told = {each.figure for each in found}
        return [*(each for each in self.odd if each.figure not in told), *found]

    @property
    def total_faults(self) -> list[SheetFault]:
        """That the sums are odd, as long as no sentence of substance says why; it stands on the page where the return is given."""
        asked = [each for each in self.total_problems if each.is_oddity]
        said = self.quarterly_return.explanation
        if not asked or (said and not explanations.is_hollow(said, [each.message for each in asked])):
            return []
        what = "整份季报" if asked[0] in self.odd else "合计"
        if said:
            return [SheetFault(f"对{what}的{explanations.HOLLOW}。", "#explanation")]
        return [SheetFault(f"{self.quarterly_return.township.name}{what}：{asked[0].message}", "#explanation")]

    @property
    def found(self) -> list[dict]:
        """Every problem with its place, ready to be kept (``Checking.found``)."""
        placed = [(row.area.code, each) for row in self.rows for each in row.problems]
        placed += [(self.quarterly_return.township_id, each) for each in self.total_problems]
        return [{"area": code} | vars(each) for code, each in placed]

    @property
    def line_status(self) -> str:
        """What a line of this return usually is; another status is marked on its row."""
        return LINE_OF_STATE[ReturnState(self.quarterly_return.state)]

    @property
    def has_taken(self) -> bool:
        """Whether any figure was taken from a source."""
        return any(cell.source for row in self.rows for cell in row.cells)

    @property
    def rows_complete(self) -> int:
        return sum(None not in row.figures.values() for row in self.rows)

    @property
    def odd_rows(self) -> list[SheetRow]:
        return [row for row in self.rows if row.oddities]


def sheet_of(quarterly_return: Return, *, complete: bool = False, only: Collection[str] | None = None) -> ReturnSheet:
    """The sheet of a return, checked; with ``complete``, as on submission, missing figures and explanations count.

    ``only`` leaves out every row but those of the villages named, and the sums. Eight queries at most,
    however many rows.
    """
    quarter, using = quarterly_return.quarter, terms.used_on(quarterly_return)
    surroundings = ReturnSurroundings(quarterly_return.township_id, quarter, using, only)
    named = {} if only is None else {"area_id__in": only}
    lines = {line.area_id: line for line in quarterly_return.lines.filter(**named).select_related("area")}
    in_force = {area.code: area for area in villages(quarterly_return.township_id, quarter, only)}
    everything = in_force | {code: line.area for code, line in lines.items() if code not in in_force}
    rows = [
        _row(area, lines.get(code), surroundings.beside(area), using, code in in_force)
        for code, area in sorted(everything.items())
    ]
    for row in rows:
        row.check(complete=complete)
    return ReturnSheet(quarterly_return, rows, using, surroundings.beside_total() if only is None else NOTHING_BESIDE)


def villages(township: str, quarter, only: Collection[str] | None = None) -> list[Area]:
    """The villages and communities that a return of the quarter covers: those in force on its last day.

    ``only`` leaves out all but those named.
    """
    found = Area.objects.beneath(township).filter(kind__in=VILLAGE_LEVEL).in_force(quarter.last_day)
    return list((found if only is None else found.filter(code__in=only)).order_by("code"))


def _row(area: Area, line: ReturnLine | None, beside: Beside, using: Using, is_in_force: bool) -> SheetRow:
    return SheetRow(
        area,
        line,
        line.figures if line else dict(NOTHING),
        beside,
        using,
        line.explanation if line else "",
        line.reason if line else "",
        line.explained if line else None,
        bool(line and line.is_locked),
        is_in_force,
    )


def _faults(row: SheetRow) -> list[SheetFault]:
    """The row's faults: its errors, and the sentence that it lacks."""
    found = _errors(row)
    if row.explanation_error:
        found.append(SheetFault(f"{row.area.name}·说明：{row.explanation_error}", f"#{row.explanation_name}"))
    elif row.unexplained and row.explanation:
        found.append(SheetFault(f"{row.area.name}·说明：{row.unexplained}。", f"#{row.explanation_name}"))
    elif row.unexplained:
        found.append(
            SheetFault(
                f"{row.area.name}：{_what_is_odd(row)}。请核对，属实请用一句话说明原因。", f"#{row.explanation_name}"
            )
        )
    return found


def _what_is_odd(row: SheetRow) -> str:
    """The first oddities in words, and how many more there are."""
    gists = [problem.gist for problem in row.oddities]
    more = [f"另有 {len(gists) - NAMED} 处"] if len(gists) > NAMED else []
    return "；".join(gists[:NAMED] + more)


def _errors(row: SheetRow) -> list[SheetFault]:
    """The errors in the order of the columns; what is missing is said in one sentence."""
    found = []
    missing = [
        cell for cell in row.cells if any(problem.code == MISSING for problem in cell.problems) and not cell.error
    ]
    if missing:
        what = "五项数字均" if row.is_blank else "、".join(cell.figure.label for cell in missing)
        found.append(SheetFault(f"{row.area.name}：{what}未填。请填写，确实没有请填 0。", f"#{missing[0].name}"))
    for cell in row.cells:
        found += [SheetFault(f"{row.area.name}{sentence}", f"#{cell.name}") for sentence in _sentences(cell)]
    return found


def _sentences(cell: SheetCell) -> list[str]:
    if cell.error:
        return [f"·{cell.figure.label}：{cell.error}"]
    if cell.is_contested:
        theirs = "空白" if cell.theirs is None else cell.theirs
        return [f"·{cell.figure.label}：{cell.theirs_by or '他人'}已填为 {theirs}，您填的是 {cell.text or '空白'}。"]
    return [f"：{problem.message}" for problem in cell.problems if problem.is_error and problem.code != MISSING]


def _sums(many: list[Figures]) -> Figures:
    known = {name: [figures[name] for figures in many if figures[name] is not None] for name in NAMES}
    return {name: sum(values) if values else None for name, values in known.items()}


def _whole_sum(values: list[int | None]) -> int | None:
    """The sum, None when a value is missing."""
    return None if None in values else sum(values)


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
