"""One table of a sheet, read: its lines with values and faults, its totals, what it asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from common.values import UnreadableValue, read_number
from intake.cells import CellReader
from intake.columns import FoundColumns, Period, matched, said_period, target_period, unit_said
from intake.doubts import row_questions
from intake.grid import Grid
from intake.names import NameIndex
from intake.neighbours import PlacedRow
from intake.outcome import ReadLine, SheetQuestion
from intake.regions import Region, is_number
from intake.rows import PlacedRows, operator_column, placed
from intake.vocabulary import ideas, meaning, periods_in, tidy
from intake.wanted import Wanted


@dataclass
class ReadTable:
    """A table with what was read of it; ``period`` is the quarter that it names itself."""

    region: Region
    places: PlacedRows
    found: FoundColumns
    lines: list[ReadLine]
    period: Period | None
    questions: list[SheetQuestion] = field(default_factory=list)
    totals: list[dict[str, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """How an answer names it."""
        region = self.region
        return f"{region.grid.name}!{region.letter(region.left)}{region.first}"

    @property
    def is_before(self) -> bool:
        """Whether its title, or the name of its sheet, says that it is of an earlier quarter."""
        said = [ideas(text) for text in (*self.region.around[:3], self.region.grid.name)]
        return any(each.is_before and "change" not in each.what and "now" not in each.what for each in said)

    @property
    def size(self) -> int:
        return sum(len(line.values) for line in self.lines)


def read_table(
    region: Region, index: NameIndex, wanted: Wanted, names: Sequence[str], answers: Mapping[str, str], marks: Mapping
) -> ReadTable | None:
    """Read a table; None where it names no wanted place, or nothing in it can be a wanted figure."""
    places = placed(region, index)
    taken = {row.code for row in places.rows if row.code}
    if not places.rows:
        return None
    period = target_period(region, wanted, names)
    questions = row_questions(region, places, index, answers, taken)
    rows = [row for row in places.rows if row.codes]
    found = matched(region, [row.row for row in rows], wanted, period, answers, marks)
    if not found.columns and not found.questions:
        return None
    kept, more = _one_row_each(region, rows, period, answers)
    reader = CellReader(region, answers)
    table = ReadTable(region, places, found, [], said_period(region, names[:1]))
    factors = _factors(reader, found, wanted, kept, index)
    for row in kept:
        line = ReadLine(row.row, row.code, row.written, sheet=region.grid.name)
        for column in wanted.columns:
            if column.name in found.columns:
                place = found.columns[column.name].column
                reader.read(line, column, place, factors[column.name], region.grid.is_turned)
        table.lines.append(line)
    table.totals = [_total(region, row, found, factors) for row in places.totals]
    more += _hidden(table, answers)
    _without_contradictions(table, wanted, answers)
    table.notices = reader.notices
    table.questions = [*found.questions, *questions, *more, *reader.questions.values()]
    return table


def _factors(
    reader: CellReader, found: FoundColumns, wanted: Wanted, rows: Sequence[PlacedRow], index: NameIndex
) -> dict[str, int | None]:
    """What a number counts in each column: as its heading says, else as the sheet does; None where it has to be asked."""
    region = reader.region
    notes = [text for row in region.rows for text in region.grid.by_row[row].values() if "单位" in text]
    around = unit_said([*region.titles, *notes])
    villages = [bool(index.rows[row.code].within) for row in rows]
    factors: dict[str, int | None] = {}
    for column in wanted.columns:
        if column.name in found.columns:
            place, own = found.columns[column.name].column, found.factors[column.name]
            texts = [region.grid.spread(row.row, place) for row in rows]
            is_figure = column.kind == "figure"
            factors[column.name] = (
                reader.factor(column, region.letter(place), texts, villages, own, around) if is_figure else 1
            )
    return factors


def _one_row_each(
    region: Region, rows: Sequence[PlacedRow], period: Period | None, answers: Mapping[str, str]
) -> tuple[list[PlacedRow], list[SheetQuestion]]:
    """Where a place has several rows: the one that is meant: of the quarter, shown, or equal to the others; else it is asked."""
    by_code: dict[str, list[PlacedRow]] = defaultdict(list)
    for row in rows:
        if row.code:
            by_code[row.code].append(row)
    kept, questions, operators = [], [], operator_column(region)
    for code, some in by_code.items():
        if len(some) > 1:
            some = _of_quarter(region, some, period)
        summed = _summed(region, some, operators)
        some = summed or some
        if len(some) > 1:
            some = [row for row in some if row.row not in region.grid.hidden_rows] or some
        if len({_texts(region, row.row) for row in some}) == 1:
            some = some[:1]
        key = f"row/twice/{code}"
        if key in answers:
            some = [row for row in some if str(row.row) == answers[key]]
        is_part = operators and not summed and any(ideas(region.grid.at(row.row, operators)).operators for row in some)
        if (len(some) > 1 or is_part) and key not in answers:
            options = [(str(row.row), f"{region.row_name(row.row)}：{row.written}") for row in some]
            place = "、".join(region.row_name(row.row) for row in some)
            text = f"“{some[0].written}”有 {len(some)} 行，以哪一行为准？"
            questions.append(SheetQuestion("row", key, place, text, (*options, ("", "都不读"))))
            some = []
        kept += some
    return sorted(kept, key=lambda row: row.row), questions


def _summed(region: Region, some: list[PlacedRow], operators: int) -> list[PlacedRow]:
    """The row that says to be the sum of the others: of all operators, or of parts that do add up."""
    words = {row.row: [region.grid.at(row.row, column) for column in region.columns] for row in some}
    summed = [row for row in some if any("sum" in ideas(text).what and not ideas(text).rest for text in words[row.row])]
    parts = [_texts(region, row.row) for row in some if row not in summed]
    if len(summed) != 1 or not parts:
        return summed if operators and len(summed) == len(some) else []
    if operators and len(parts) > 1:
        return summed
    whole = _texts(region, summed[0].row)
    if _is_of_parts(region, summed[0].row):
        return summed
    try:
        columns = zip(*(map(float, each) for each in parts), strict=True)
        is_sum = [sum(column) for column in columns] == [float(each) for each in whole]
    except ValueError:
        is_sum = False
    return summed if is_sum and len(parts) > 1 else []


def _is_of_parts(region: Region, row: int) -> bool:
    """Whether the sum stands in a column that is headed 自然村 or so: what else stands there is a part of the place."""
    return any(
        "hamlet" in meaning(region.levels[column]).ideas.what and "sum" in ideas(region.grid.at(row, column)).what
        for column in region.columns
    )


def _texts(region: Region, row: int) -> tuple[str, ...]:
    return tuple(text for column in region.columns if is_number(text := region.grid.spread(row, column)))


def _of_quarter(region: Region, some: list[PlacedRow], period: Period | None) -> list[PlacedRow]:
    """Where a column says the quarter of each row: the rows of the quarter wanted."""
    for column in region.columns:
        said = [tidy(region.grid.spread(row.row, column)) for row in some]
        ways = [ideas(text).what & {"now", "before", "change", "rate"} for text in said]
        if all(ways) and not any(meaning([text]).ways for text in said):
            return [row for row, way in zip(some, ways, strict=True) if way == {"now"}] or some
        found = [periods_in(text) if len(text) < 12 else () for text in said]
        if all(found) and period:
            return [
                row
                for row, ((year, quarter), *_) in zip(some, found, strict=True)
                if quarter == period[1] and (year == period[0] or 0 in (year, period[0]))
            ] or some
    return some


def _total(region: Region, row: int, found: FoundColumns, factors: Mapping[str, int | None]) -> dict[str, int]:
    """What a row of totals says, as far as it can be read."""
    said = {}
    for name, candidate in found.columns.items():
        try:
            value = read_number(region.grid.spread(row, candidate.column), times=factors[name] or 1, place="sheet")
        except UnreadableValue:
            continue
        if value is not None:
            said[name] = value
    return said


def _hidden(table: ReadTable, answers: Mapping[str, str]) -> list[SheetQuestion]:
    """Hidden rows are read where the total counts them, left out where it does not, else asked."""
    grid: Grid = table.region.grid
    hidden = [line for line in table.lines if line.row in grid.hidden_rows]
    if not hidden:
        return []
    shown = [line for line in table.lines if line.row not in grid.hidden_rows]
    if "row/hidden" in answers:
        table.lines = table.lines if answers["row/hidden"] else shown
        return []
    whole, part = (any(agrees(total, lines) for total in table.totals) for lines in (table.lines, shown))
    if whole and not part:
        return []
    table.lines = shown
    if part and not whole:
        table.places.left_out += [(line.row, "隐藏的行，合计没有计入") for line in hidden]
        return []
    rows = "、".join(table.region.row_name(line.row) for line in hidden)
    options = (("yes", "读取"), ("", "不读"))
    return [SheetQuestion("row", "row/hidden", rows, f"表里有 {len(hidden)} 行被隐藏了，是否读取？", options)]


def agrees(total: Mapping[str, int], lines: Sequence[ReadLine]) -> bool:
    """Whether every figure of a total is the sum of the lines; never where it says nothing."""
    return bool(total) and sums_of(total, lines) == dict(total)


def sums_of(names: Iterable[str], lines: Sequence[ReadLine]) -> dict[str, int]:
    """The sum of each figure over the lines."""
    return {name: sum(number for line in lines if isinstance(number := line.values.get(name), int)) for name in names}


def _without_contradictions(table: ReadTable, wanted: Wanted, answers: Mapping[str, str]) -> None:
    """A part that is larger than its whole in most lines: the headings stand above the wrong columns. Both are asked."""
    ways = {column.name: way for column in wanted.columns for way in meaning([column.label]).ways}
    for part, whole in [(a, b) for a in ways for b in ways if _is_part(ways[a], ways[b])]:
        both = [(line.values[part], line.values[whole]) for line in table.lines if {part, whole} <= line.values.keys()]
        wrong = sum(int(one) > int(other) for one, other in both)
        if len(both) < 2 or wrong * 2 <= len(both) or {f"column/{part}", f"column/{whole}"} & answers.keys():
            continue
        for name in (part, whole):
            label = next(column.label for column in wanted.columns if column.name == name)
            options = [
                (table.region.letter(each.column), f"{table.region.letter(each.column)} 列：{each.heading}")
                for each in (table.found.columns[part], table.found.columns[whole])
            ]
            text = f"多数行的数字前后矛盾（部分大于全部），“{label}”应取哪一列？"
            table.found.questions.append(
                SheetQuestion("column", f"column/{name}", options[0][0], text, (*options, ("", "都不取")))
            )
            for line in table.lines:
                line.values.pop(name, None)


def _is_part(part: frozenset[str], whole: frozenset[str]) -> bool:
    """Fibre is a part of broadband, what is covered a part of all households."""
    if part & whole & {"users", "covered"}:
        return "fibre" in part and "broadband" in whole
    return "covered" in part and whole == {"households"}
