"""Read a sheet that somebody sent: find its tables, match columns and rows, check against totals, ask what is unclear."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from areas.package.tables import Unreadable
from areas.package.values import quoted
from intake.codes import with_whole_codes
from intake.files import opened
from intake.grid import Grid
from intake.names import NameIndex
from intake.outcome import MatchedColumn, ReadLine, SheetQuestion, SheetReading
from intake.regions import Region, regions
from intake.tables import ReadTable, agrees, read_table, sums_of
from intake.vocabulary import periods_in
from intake.wanted import Wanted

_REMEMBERED = ("row/", "unit/", "value/无", "value/--")
"""Answers that hold for the next sheet of the same shape too."""


def read(
    content: bytes | str | list[Grid],
    file_name: str,
    wanted: Wanted,
    remembered: Mapping | None = None,
    answers: Mapping[str, str] | None = None,
) -> SheetReading:
    """What stands in a file, a pasted block (a str), or sheets that are open already.

    ``answers`` are what the person chose, by the questions' keys.

    ``remembered`` is the ``mapping`` of an earlier reading. Unreadable with a sentence where there is no table at all.
    """
    remembered, answers = remembered or {}, answers or {}
    marks = remembered.get("columns", {})
    known = {**remembered.get("answers", {}), **answers}
    index = NameIndex(wanted.rows)
    file = "" if isinstance(content, str) else PurePath(file_name).stem
    sheets = content if isinstance(content, list) else opened(content, file_name)
    tables = _tables(sheets, index, wanted, file, known, marks)
    tables, asked = _chosen(tables, wanted, file, known)
    reading = _together(tables, wanted)
    reading.questions = [*asked, *_unique(reading.questions)]
    reading.mapping = {
        "columns": _marks(tables, wanted, known, marks),
        "answers": {
            key: value
            for key, value in known.items()
            if key.startswith(_REMEMBERED) and not key.startswith(("row/twice", "row/hidden"))
        },
    }
    return reading


def _tables(
    sheets: Sequence[Grid], index: NameIndex, wanted: Wanted, file: str, answers: Mapping, marks: Mapping
) -> list[ReadTable]:
    found: list[ReadTable] = []
    hidden: list[ReadTable] = []
    named = False
    for sheet in sheets:
        for region in _regions(sheet, index):
            named = True
            table = read_table(region, index, wanted, (sheet.name, file), answers, marks)
            if table:
                (hidden if sheet.is_hidden else found).append(table)
    if found:
        return found
    if hidden:
        raise Unreadable(f"工作表{quoted(hidden[0].region.grid.name)}已隐藏：请取消隐藏，核对其中的数字后再上传。")
    if named:
        raise Unreadable("表中有村居名称，但未找到应报的数字：请确认表头已写明各列内容，且所选文件无误。")
    raise Unreadable("未找到名单中的村居名称或编码：请确认所选文件无误，或连同表头和村居名称一起复制。")


def _regions(sheet: Grid, index: NameIndex) -> list[Region]:
    """The tables of a sheet, turned where the places stand side by side."""
    by_row: dict[int, set] = {}
    by_column: dict[int, set] = {}
    for (row, column), text in sheet.cells.items():
        if match := index.match(text):
            by_row.setdefault(row, set()).update(match.codes)
            by_column.setdefault(column, set()).update(match.codes)
    across, down = (max(map(len, places.values()), default=0) for places in (by_row, by_column))
    return regions(with_whole_codes(sheet.turned() if across > max(down, 2) else sheet, index), index)


def _chosen(
    tables: list[ReadTable], wanted: Wanted, file: str, answers: Mapping[str, str]
) -> tuple[list[ReadTable], list[SheetQuestion]]:
    """The tables to be read together: of the quarter wanted, and at odds with each other in no cell."""
    if "sheet" in answers:
        return [table for table in tables if table.key == answers["sheet"]], []
    tables = [table for table in tables if not table.is_before] or tables
    period = periods_in(wanted.period or file)
    if period:
        now = [table for table in tables if not table.period or _is_of(table, period[-1])]
        if not now and wanted.period:
            year, number = next(table.period for table in tables if table.period)
            text = f"表上写的是{f'{year}年' if year else ''}第 {number} 季度，与现填报的季度不同，是否仍予读取？"
            options = tuple((table.key, f"读取{_where(table)}") for table in tables)
            return _emptied(tables), [
                SheetQuestion("sheet", "sheet", _where(tables[0]), text, (*options, ("", "不读")))
            ]
        tables = now or tables
    odds = _at_odds(tables)
    if odds:
        options = tuple((table.key, _where(table)) for table in odds)
        text = "几张表中同一村居的数字不同，以哪一张为准？"
        places = "、".join(_where(table) for table in odds)
        return _emptied(tables), [SheetQuestion("sheet", "sheet", places, text, (*options, ("", "都不读")))]
    return tables, []


def _is_of(table: ReadTable, period: tuple[int, int]) -> bool:
    year, quarter = table.period or period
    return quarter == period[1] and (year == period[0] or 0 in (year, period[0]))


def _emptied(tables: list[ReadTable]) -> list[ReadTable]:
    """Without values, as long as it is not known which table counts."""
    for table in tables:
        table.questions = []
        table.lines = [replace(line, values={}) for line in table.lines]
    return [max(tables, key=lambda table: len(table.lines))]


def _where(table: ReadTable) -> str:
    name = f"工作表{quoted(table.region.grid.name)}" if table.region.grid.name else "表"
    return f"{name}（{table.region.row_name(table.region.first)}起，{len(table.lines)} 个村居）"


def _at_odds(tables: list[ReadTable]) -> list[ReadTable]:
    """The tables that give a place another figure than an earlier one, and that one."""
    known: dict[tuple[str, str], tuple[ReadTable, object]] = {}
    found: list[ReadTable] = []
    for table in tables:
        for line in table.lines:
            for name, value in line.values.items():
                first, before = known.setdefault((line.code, name), (table, value))
                if before != value:
                    found += [each for each in (first, table) if each not in found]
    return found


def _together(tables: list[ReadTable], wanted: Wanted) -> SheetReading:
    """The tables as one reading: lines of one place in one."""
    if not tables:
        return SheetReading(notices=["未选定要读取的表。"])
    first = max(tables, key=lambda table: table.size)
    reading = SheetReading(first.region.grid.name, is_turned=first.region.grid.is_turned)
    by_code: dict[str, ReadLine] = {}
    for table in [first, *(table for table in tables if table is not first)]:
        for line in table.lines:
            if line.code in by_code:
                kept = by_code[line.code]
                kept.values = {**line.values, **kept.values}
                kept.texts, kept.faults = {**line.texts, **kept.texts}, {**line.faults, **kept.faults}
            else:
                by_code[line.code] = line
                reading.lines.append(line)
        reading.left_out += table.places.left_out
        reading.questions += table.questions
        reading.notices += table.notices
        for column in wanted.columns:
            candidate = table.found.columns.get(column.name)
            if candidate and column.name not in reading.letters:
                letter = table.region.letter(candidate.column)
                reading.letters[column.name] = letter
                why = table.found.why[column.name]
                factor = table.found.factors[column.name] or 1
                reading.columns.append(MatchedColumn(column.name, letter, candidate.heading, why, factor))
    for line in reading.lines:
        for name in line.values:
            line.faults.pop(name, None)
    _check_totals(reading, tables, wanted)
    return reading


def _check_totals(reading: SheetReading, tables: list[ReadTable], wanted: Wanted) -> None:
    """Say where the totals of the sheet are the sums of what was read, and where they are not."""
    townships = {row.code for row in wanted.rows if not row.within}
    parts = (
        reading.lines,
        [line for line in reading.lines if line.code in townships],
        [line for line in reading.lines if line.code not in townships],
        *(table.lines for table in tables),
    )
    labels = {column.name: column.label for column in wanted.columns}
    for total in (total for table in tables for total in table.totals if total):
        if any(agrees(total, part) for part in parts):
            reading.notices.append("合计行与读出的各行之和相符。")
        else:
            reading.notices.append(f"合计行与读出的各行之和不符：{_differences(total, parts, labels)}。请核对。")


def _differences(total: Mapping[str, int], parts: Iterable[Sequence[ReadLine]], labels: Mapping[str, str]) -> str:
    """Where a total is not the sum of the lines that come nearest to it: 总户数合计 300，各行之和 290."""
    sums = [sums_of(total, part) for part in parts]
    nearest = min(sums, key=lambda each: sum(each[name] != total[name] for name in total))
    said = [
        f"{labels[name]}合计 {total[name]:,}，各行之和 {nearest[name]:,}"
        for name in total
        if nearest[name] != total[name]
    ]
    return "；".join(said)


def _unique(questions: Sequence[SheetQuestion]) -> list[SheetQuestion]:
    return list({question.key: question for question in questions}.values())


def _marks(tables: Sequence[ReadTable], wanted: Wanted, answers: Mapping[str, str], marks: Mapping) -> dict[str, str]:
    """The heading of each field, to find it again; blank where the person said that there is none."""
    found = dict(marks)
    for column in wanted.columns:
        mark = next((t.found.columns[column.name].mark for t in tables if column.name in t.found.columns), None)
        if mark is not None:
            found[column.name] = mark
        elif answers.get(f"column/{column.name}") == "":
            found[column.name] = ""
    return found
