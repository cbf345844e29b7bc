"""The rows of an operator's counts, as the page and the workbook show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from areas.lineage import Lineage
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common.periods import Quarter
from entry.forms import Value
from entry.plain import field_name
from returns.counts.counts import NONE_GIVEN, CountStanding, row_fault, standing_in, sum_faults
from returns.figures import BY_NAME, Figure, Figures, added
from returns.models import COUNTED, OperatorCount


@dataclass(frozen=True)
class CountNote:
    """What is to be said of a figure: an error keeps it from being counted."""

    level: str
    message: str
    code: str


@dataclass
class CountCell:
    """A figure of a row: what is shown in it, what stood there last quarter, what is wrong with it, what a colleague put."""

    code: str
    figure: Figure
    value: int | None
    before: int | None
    problems: list[CountNote] = field(default_factory=list)
    text: str = ""
    error: str = ""
    theirs: Value = None
    theirs_by: str = ""
    is_contested: bool = False
    is_locked: bool = False
    is_unsaved: bool = False
    beneath: int | None = None
    """The sum of a township's villages, as far as they are given."""

    @property
    def name(self) -> str:
        return field_name(self.code, self.figure.name)

    @property
    def change_text(self) -> str:
        """Against last quarter, with its sign; blank when there is none."""
        change = self.value - self.before if self.value is not None and self.before is not None else 0
        return f"{change:+,}" if change else ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.error) or self.is_contested or any(note.level == "error" for note in self.problems)


@dataclass(frozen=True)
class CountRowFault:
    """What keeps a row from being counted: ``text`` with its place, ``href`` the cell on the page."""

    text: str
    href: str


@dataclass
class CountRow:
    """A township or a village with what the operator has typed there; of a township, its villages."""

    area: Area
    standing: CountStanding
    cells: list[CountCell]
    villages: list["CountRow"] = field(default_factory=list)
    within: str = ""
    seen: str = ""
    is_locked: bool = False

    @property
    def figures(self) -> Figures:
        """As typed."""
        return self.standing.figures

    @property
    def is_complete(self) -> bool:
        return None not in self.figures.values()

    @property
    def state(self) -> str:
        """Whether it counts, in a word; blank where nothing was typed."""
        if self.standing.draft:
            return "未计入"
        return "已计入" if self.standing.count else ""

    @property
    def faults(self) -> list[CountRowFault]:
        """Everything that is to be mended here."""
        found = []
        for cell in self.cells:
            said = [cell.error] if cell.error else [note.message for note in cell.problems if note.level == "error"]
            if cell.is_contested:
                now = "空白" if cell.theirs is None else cell.theirs
                said = [f"{cell.theirs_by or '他人'}已填为 {now}，您填的是 {cell.text or '空白'}。"]
            found += [CountRowFault(f"{self.area.name}·{cell.figure.label}：{each}", f"#{cell.name}") for each in said]
        return found


def rows_of(operator: Operator, county: str, quarter: Quarter) -> list[CountRow]:
    """A row for each township of the county in force at the quarter's end, with rows for its villages; six queries."""
    kinds = (*TOWNSHIPS, *VILLAGE_LEVEL)
    areas = Area.objects.filter(county=county, kind__in=kinds).in_force(quarter.last_day).order_by("code")
    now = standing_in(operator, quarter)
    counted = OperatorCount.objects.filter(operator=operator, county=county, period=str(quarter.plus(-1)))
    before = _before(county, quarter, {each.area_id: each.figures for each in counted})
    townships: dict[str, CountRow] = {}
    for area in areas:
        row = _row(area, now.get(area.code, CountStanding()), before.get(area.code, NONE_GIVEN))
        if area.kind in TOWNSHIPS:
            townships[area.code] = row
        elif area.parent_id in townships:
            row.within = area.parent_id
            townships[area.parent_id].villages.append(row)
    rows = list(townships.values())
    for row in every(rows):
        beneath = sums(row.villages)
        for cell in row.cells:
            cell.beneath = beneath[cell.figure.name]
        _note(row, now)
    return rows


def sums(rows: Sequence[CountRow]) -> dict[str, int | None]:
    """By figure, None where none of the rows has one."""
    known = {name: [row.figures[name] for row in rows if row.figures[name] is not None] for name in COUNTED}
    return {name: sum(values) if values else None for name, values in known.items()}


def _before(county: str, quarter: Quarter, counted: dict[str, Figures]) -> dict[str, Figures]:
    """The quarter before: of a merged area the sums of what went into it, of a part of one that was split nothing."""
    lineage, earlier = Lineage.of(county), quarter.plus(-1).last_day
    if not lineage:
        return counted
    found = {}
    for code in lineage.heirs(earlier, quarter.last_day):
        origins = lineage.origins(code, earlier, quarter.last_day) or set()
        there = Area.objects.in_force(earlier).filter(code__in=origins).values_list("code", flat=True)
        found[code] = added([counted.get(each) for each in there]) or NONE_GIVEN
    return counted | found


def _row(area: Area, standing: CountStanding, before: Figures) -> CountRow:
    figures = standing.figures
    cells = [
        CountCell(area.code, BY_NAME[name], figures[name], before[name], text=_text(figures[name])) for name in COUNTED
    ]
    return CountRow(area, standing, cells)


def _note(row: CountRow, now: Mapping[str, CountStanding]) -> None:
    """Lay what keeps it from being counted into the cells of a row; what is merely missing is no error yet."""
    cells = {cell.figure.name: cell for cell in row.cells}
    if found := row_fault(row.figures):
        level = "advice" if row.figures[found[0]] is None else "error"
        cells[found[0]].problems.append(CountNote(level, found[1], "row"))
    if not row.within:
        for name, message in sum_faults(row.area.code, now).items():
            cells[name].problems.append(CountNote("error", message, "sum"))


def every(rows: Sequence[CountRow]) -> Iterator[CountRow]:
    """All rows in order: each township followed by its villages."""
    for row in rows:
        yield row
        yield from row.villages


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
