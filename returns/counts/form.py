"""The form of an operator's counts: its rows, and what was typed into them, nothing lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from areas.lineage import Lineage
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common.periods import Quarter
from returns.counts.counts import NONE_GIVEN, CountInput, Unsound
from returns.figures import BY_NAME, Figure, Figures, added, parse_cell
from returns.models import COUNTED, OperatorCount


@dataclass
class CountCell:
    """A figure of a row: what is shown in it, what stood there last quarter, what is wrong with it, what a colleague put."""

    code: str
    figure: Figure
    text: str
    before: int | None
    error: str = ""
    theirs: int | None = None
    is_contested: bool = False

    @property
    def name(self) -> str:
        return f"c-{self.code}-{self.figure.name}"


@dataclass
class CountRow:
    """A township or a village with what the operator has counted there; of a township, its villages."""

    area: Area
    stored: OperatorCount | None
    cells: list[CountCell]
    villages: list["CountRow"] = field(default_factory=list)
    seen: str = ""

    @property
    def seen_name(self) -> str:
        return f"was-{self.area.code}"

    @property
    def figures(self) -> Figures:
        return self.stored.figures if self.stored else NONE_GIVEN

    @property
    def villages_counted(self) -> int:
        return sum(row.stored is not None for row in self.villages)

    @property
    def is_open(self) -> bool:
        """Whether its villages are shown at once: some have something to be mended."""
        return any(cell.error or cell.is_contested for row in self.villages for cell in row.cells)


def rows_of(user, county: str, quarter: Quarter) -> list[CountRow]:
    """A row for each township of the county in force at the quarter's end, with rows for its villages; three queries."""
    kinds = (*TOWNSHIPS, *VILLAGE_LEVEL)
    areas = Area.objects.filter(county=county, kind__in=kinds).in_force(quarter.last_day).order_by("code")
    counts = OperatorCount.objects.visible_to(user).filter(county=county).select_related("by")
    now = {count.area_id: count for count in counts.filter(period=str(quarter))}
    before = _before(
        county, quarter, {each.area_id: each.figures for each in counts.filter(period=str(quarter.plus(-1)))}
    )
    townships: dict[str, CountRow] = {}
    for area in areas:
        row = _row(area, now.get(area.code), before.get(area.code, NONE_GIVEN))
        if area.kind in TOWNSHIPS:
            townships[area.code] = row
        elif area.parent_id in townships:
            townships[area.parent_id].villages.append(row)
    return list(townships.values())


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


def _row(area: Area, stored: OperatorCount | None, before: Figures) -> CountRow:
    figures = stored.figures if stored else NONE_GIVEN
    cells = [CountCell(area.code, BY_NAME[name], _text(figures[name]), before[name]) for name in COUNTED]
    return CountRow(area, stored, cells, seen=_seen(figures))


def every(rows: list[CountRow]) -> Iterator[CountRow]:
    """All rows in order: each township followed by its villages."""
    for row in rows:
        yield row
        yield from row.villages


def read(data: Mapping[str, str], rows: list[CountRow]) -> tuple[dict[str, CountInput], bool]:
    """What the clerk changed, by area, and whether all could be read; what could not is marked in its cell."""
    found, is_sound = {}, True
    for row in every(rows):
        if row.seen_name not in data:
            continue
        values: dict[str, int | None] = {}
        for cell in row.cells:
            cell.text = data.get(cell.name, "")
            try:
                values[cell.figure.name] = parse_cell(cell.text, cell.figure)
            except ValueError as error:
                cell.error, is_sound = str(error), False
        row.seen = data[row.seen_name]
        seen = _unseen(row.seen)
        if len(values) == len(COUNTED) and values != seen:
            found[row.area.code] = CountInput(values, seen)
    return found, is_sound


def mark(rows: list[CountRow], unsound: Unsound) -> None:
    """Attach each fault to the cell that it concerns."""
    cells = {(cell.code, cell.figure.name): cell for row in every(rows) for cell in row.cells}
    for fault in unsound.faults:
        if cell := cells.get((fault.code, fault.figure or COUNTED[0])):
            cell.error = fault.message


def contest(rows: list[CountRow], theirs: Mapping[str, Figures]) -> None:
    """Show a colleague's newer figures beside what was typed, so that the clerk chooses between them."""
    for row in every(rows):
        if row.area.code in theirs:
            row.seen = _seen(theirs[row.area.code])
            for cell in row.cells:
                cell.is_contested, cell.theirs = True, theirs[row.area.code][cell.figure.name]


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _seen(figures: Figures) -> str:
    return ",".join(_text(figures[name]) for name in COUNTED)


def _unseen(text: str) -> Figures:
    """What the hidden field says the page showed; what cannot be so is taken for nothing."""
    parts = text.split(",")
    is_sound = len(parts) == len(COUNTED) and all(len(part) < 12 and (not part or part.isdecimal()) for part in parts)
    values = [int(part) if part else None for part in parts] if is_sound else [None] * len(COUNTED)
    return dict(zip(COUNTED, values, strict=True))
