"""The workbook of a ledger as it comes back: which one it is, and its rows as a sheet of the package's table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from openpyxl.utils import get_column_letter

from areas.package import guard
from areas.package.problems import Unreadable
from areas.package.rows import PackageSheet
from areas.package.values import quoted, trimmed
from workbooks import opening
from workbooks.ledgers import layout
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger, WorkbookUnit
from workbooks.ledgers.models import LedgerWorkbook
from workbooks.opening import AGAIN


@dataclass
class LedgerContent:
    """The content of an uploaded ledger workbook: its rows, the positions of its columns, and remarks."""

    title: str
    sheet: PackageSheet
    letters: dict[str, str]
    marks: dict[int, str]
    """What each row said when it went out, by row number; rows that the person added have none."""
    merged: dict[int, str]
    """Rows that merged cells touch, with their range."""
    notices: list[str] = field(default_factory=list)


def read(path: Path, name: str, ledger: WorkbookLedger, unit: WorkbookUnit) -> tuple[LedgerContent, LedgerWorkbook]:
    """What the file says for this ledger of this unit, and as which workbook it went out; Unreadable says why not."""
    operator = unit.operator.code if unit.operator else None
    sheets, notices = opening.opened(path, name, ledger.title, settings.LARGEST_BODY)
    sheet = opening.chosen(_with_ours(sheets, ledger), ledger.title, layout.STAMP_LABELS, notices)
    issued = _recognised(sheet, ledger, unit)
    return _content(sheet, ledger, operator, notices), issued


def _with_ours(sheets: Sequence[PackageSheet], ledger: WorkbookLedger) -> Sequence[PackageSheet]:
    """Where another ledger's sheet stands instead, it is taken up, so that the refusal can name it."""
    titles = {other.title for other in LEDGERS.values()}
    if any(sheet.name == ledger.title for sheet in sheets):
        return sheets
    return [sheet for sheet in sheets if sheet.name in titles] or sheets


def _recognised(sheet: PackageSheet, ledger: WorkbookLedger, unit: WorkbookUnit) -> LedgerWorkbook:
    """The workbook as it was issued for this ledger and unit; else Unreadable says which one it is."""
    stamp = opening.stamp_of(sheet, layout.STAMP_LABELS)
    if not stamp:
        raise Unreadable(f"表里没有校验号，认不出是哪个单位的哪种台账：{AGAIN}")
    issued = LedgerWorkbook.objects.filter(pk=stamp[layout.STAMP].upper()).select_related("area", "operator").first()
    if issued is None:
        raise Unreadable(f"校验号{quoted(stamp[layout.STAMP])}不是本系统发出的台账工作簿：{AGAIN}")
    if issued.ledger != ledger.key:
        other = LEDGERS[issued.ledger].title
        raise Unreadable(f"这是{other}台账的工作簿，不是{ledger.title}的：请到{other}台账上传，或选对文件。")
    whose = WorkbookUnit(issued.area, issued.operator)
    if whose.code != unit.code:
        raise Unreadable(f"这是{whose.name}的工作簿，不是{unit.name}的：请选本单位的文件。")
    if issued.template != layout.TEMPLATE:
        raise Unreadable(
            f"工作簿是旧模板（第 {issued.template} 版，现用第 {layout.TEMPLATE} 版）：请重新下载，把改动抄到新的工作簿里再上传。"
        )
    said = (ledger.title, unit.code, issued.day.isoformat())
    for label, value in zip(layout.STAMP_LABELS, said, strict=False):
        if stamp.get(label, value) != value:
            raise Unreadable(f"表里的{label}被改成了{quoted(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")
    return issued


def _content(sheet: PackageSheet, ledger: WorkbookLedger, operator: str | None, notices: list[str]) -> LedgerContent:
    columns = ledger.columns(operator)
    labels = [column.label for column in columns]
    number, headings = opening.header(sheet, labels[:2], labels)
    merged = opening.merged_rows(sheet, guard.MAX_ROWS)
    if number in merged:
        raise Unreadable(f"表头（第 {number} 行）有合并单元格：请取消合并后再上传。")
    places = opening.positions_of(number, headings, [*labels, layout.MARK])
    at = [places[column.label] for column in columns]
    implied = ledger.implied(operator)
    rows, marks = _rows(sheet, number, at, places[layout.MARK], list(implied.values()))
    if not rows:
        raise Unreadable("表头下面没有填写任何一行：请逐行填写后再上传。")
    names = [column.name for column in columns]
    index = {position: i for i, position in enumerate(at)}
    faults = {(row, index[place]): said for (row, place), said in sheet.faults.items() if place in index}
    table = PackageSheet(ledger.table.name, [(number, [*names, *implied]), *rows], faults)
    letters = {name: get_column_letter(position + 1) for name, position in zip(names, at, strict=True)}
    filled = {row for row, _ in rows}
    return LedgerContent(
        sheet.name, table, letters, marks, {row: ref for row, ref in merged.items() if row in filled}, notices
    )


def _rows(
    sheet: PackageSheet, header: int, at: Sequence[int], mark_at: int, implied: Sequence[str]
) -> tuple[list[tuple[int, list[str]]], dict[int, str]]:
    """The rows in which anything is filled in, as the table's columns; and the marks beside them."""
    rows: list[tuple[int, list[str]]] = []
    marks: dict[int, str] = {}
    for number, cells in sheet.rows:
        if number <= header:
            continue
        width = len(cells)
        texts = [cells[position].replace("\0", "") if position < width else "" for position in at]
        if any(map(trimmed, texts)):
            rows.append((number, [*texts, *implied]))
            if mark_at < width and (mark := trimmed(cells[mark_at])):
                marks[number] = mark
    return rows, marks
