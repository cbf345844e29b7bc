"""The workbook of a ledger: prefilled, with lists and bounds, locked where nothing is to be typed, stamped."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from areas.dated import FromDay, overrides, standing
from areas.models import Area
from areas.package.values import Code, Day, Flag, ListedValue, NumberValue, OperatorCode, PackageColumn, Text, Whole
from areas.vocabulary import DatedTable
from common.exports import for_paper
from common.lookups import among
from register.dated_lookups import changed_by
from workbooks.ledgers import declared
from workbooks.ledgers.declared import WorkbookLedger, WorkbookUnit, operator_names
from workbooks.ledgers.models import LedgerWorkbook
from workbooks.styling import AUTHOR, DAY, FONT, TEXT, CellStyle, plain

NEW_ROWS = 1_000
"""Beneath the last row so many can be added, with the same lists and bounds."""

_WIDTHS = {Code: 20, Day: 13, Flag: 10, Whole: 12, NumberValue: 13, ListedValue: 16, OperatorCode: 14}
_FORMATS = {Code: TEXT, Day: DAY, Whole: "0", NumberValue: "General"}
_EXTREMES = {Day: ("DATE(1950,1,1)", "DATE(2099,12,31)"), Whole: ("0", "2147483647"), NumberValue: ("0", "1000000000")}
_LONGEST_LIST = 255
HELP = (
    "白色的格子可以修改，灰色的锁定。表中是下面日期当天登记的情况。新增的行接着写在最后一行下面，“行校验”留空。"
    "不在文件里的行不会被删除：不再使用的，请填失效（停用）日期。填好后在台账页面上传，确认之前不改动任何内容。"
)


def write(ledger: WorkbookLedger, unit: WorkbookUnit, issued: LedgerWorkbook, rows: QuerySet) -> bytes:
    """The workbook as a file; ``rows`` in the order in which they are to stand."""
    return _Writer(ledger, unit, issued).written(rows)


class _Writer:
    def __init__(self, ledger: WorkbookLedger, unit: WorkbookUnit, issued: LedgerWorkbook) -> None:
        self.ledger, self.unit, self.issued = ledger, unit, issued
        self.columns = ledger.columns(unit.operator.code if unit.operator else None)
        self.operators = operator_names()
        self.book = Workbook(write_only=True)
        self.page = self.book.create_sheet(ledger.title)
        self.stamp = dict(
            zip(
                declared.STAMP_LABELS,
                (ledger.title, unit.code, issued.day.isoformat(), str(issued.template), issued.stamp),
                strict=True,
            )
        )

    def written(self, rows: QuerySet) -> bytes:
        self._set_up()
        self._top()
        for cells in self._rows(rows):
            self.page.append(cells)
        last = declared.HEADER_ROW + self.issued.rows + NEW_ROWS
        for number, column in enumerate(self.columns, start=1):
            rule = self._rule(column)
            if rule is not None:
                letter = get_column_letter(number)
                rule.add(f"{letter}{declared.FIRST_ROW}:{letter}{last}")
                self.page.data_validations.append(rule)
        self._properties()
        with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
            path = Path(folder) / "a.xlsx"
            self.book.save(path)
            return path.read_bytes()

    def _set_up(self) -> None:
        """Widths, open columns, locks, frozen panes, A4 landscape; a sheet that is written row by row wants it first."""
        page = self.page
        for number, column in enumerate(self.columns, start=1):
            shape = page.column_dimensions[get_column_letter(number)]
            shape.width = self._widths[number - 1]
            shape.protection = Protection(locked=False)
            shape.number_format = _FORMATS.get(type(column.kind), TEXT)
            shape.font = Font(name=FONT, size=11)
        for number in range(len(self.columns), self._width):
            page.column_dimensions[get_column_letter(number + 1)].width = self._widths[number]
        page.freeze_panes = f"C{declared.FIRST_ROW}"
        page.protection.sheet = True
        page.protection.formatColumns = page.protection.formatRows = False
        for_paper(page, self._widths, head=declared.HEADER_ROW)
        page.oddFooter.left.text = f"校验号 {self.issued.stamp}"
        page.oddFooter.right.text = "第 &P 页，共 &N 页"

    @property
    def _width(self) -> int:
        return len(self.columns) + len(self.ledger.beside) + 1

    @property
    def _widths(self) -> list[int]:
        """In characters: the columns to fill in, those beside them, and the one of row numbers."""
        return [*(_WIDTHS.get(type(each.kind), 24) for each in self.columns), *[18] * len(self.ledger.beside), 11]

    def _top(self) -> None:
        """Title, help, stamp, headings."""
        page = self.page
        mark = "（演示数据：系统生成，不代表实际情况）" if settings.DEMONSTRATION else ""
        page.append([plain(page, f"{self.unit.name}{self.ledger.title}台账{mark}", size=16, bold=True)])
        page.append([plain(page, HELP)])
        page.append([plain(page, text, bold=not i) for pair in self.stamp.items() for i, text in enumerate(pair)])
        condition = self.issued.condition
        page.append([plain(page, f"只含符合条件的行：{condition}")] if condition else [])
        head = CellStyle(page, head=True)
        headings = [self._heading(head, column) for column in self.columns]
        beside = [head.cell(label) for label in (*self.ledger.beside, declared.MARK)]
        page.append([*headings, *beside])

    def _heading(self, head: CellStyle, column: PackageColumn):
        cell = head.cell(column.label)
        needed = "必填" if column.required else "可留空"
        unit = f"（{column.unit}）" if column.unit else ""
        cell.comment = Comment(f"{column.label}{unit}：{needed}，{self._said_of(column)}", AUTHOR, 140, 260)
        return cell

    def _rows(self, rows: QuerySet) -> Iterator[list]:
        table = self.ledger.table
        fixed = CellStyle(self.page, number=TEXT)
        styles = [
            fixed
            if column.name in table.key
            else CellStyle(self.page, number=_FORMATS.get(type(column.kind), TEXT), locked=False)
            for column in self.columns
        ]
        for values, beside in self._standing(rows):
            cells = [
                style.cell(self._said(column, values[column.name]))
                for style, column in zip(styles, self.columns, strict=True)
            ]
            yield [*cells, *(fixed.cell(text) for text in (*beside, declared.mark(table, values)))]

    def _standing(self, rows: QuerySet) -> Iterator[tuple[dict[str, Any], list[str]]]:
        """The rows by column, as they stand on the workbook's day, with the names of the areas beside them."""
        handler, table = self.ledger.handler, self.ledger.table
        names, areas = list(table.by_name), list(self.ledger.beside.values())
        attributes = [handler.attributes.get(name, name) for name in names]
        named = [f"{area}{part}" for part in ("_id", "__name") for area in areas]
        stands, called = self._changed(rows)
        for values in rows.values_list(*attributes, *named).iterator(chunk_size=2000):
            said, rest = dict(zip(names, values, strict=False)), values[len(names) :]
            changed = stands.get(said[table.key[0]], {})
            said |= {column: value for column, (_, value) in changed.items()}
            moved = said["area_code"] if "area_code" in changed else None
            first = zip(rest[: len(areas)], rest[len(areas) :], strict=True)
            yield said, [called.get(moved or code, name) or "" for code, name in first]

    def _changed(self, rows: QuerySet) -> tuple[dict[str, dict[str, FromDay]], dict[str, str]]:
        """What has changed by the workbook's day, by key and column; the names of areas, by code, that the rows do not bring."""
        table, day = self.ledger.table, self.issued.day
        changed = changed_by(day)
        if not changed:
            return {}, {}
        stands = standing(table.name, rows.values_list(*table.key, flat=True), day)
        moved = sorted({columns["area_code"][1] for columns in stands.values() if "area_code" in columns})
        called = dict(Area.objects.filter(among("code", moved)).values_list("code", "name")) if moved else {}
        if (DatedTable.AREAS, "name") in changed:
            named = {code for area in self.ledger.beside.values() for code in rows.values_list(f"{area}_id", flat=True)}
            called |= overrides(DatedTable.AREAS, "name", day, (named | {*moved}) - {None})
        return stands, called

    def _said(self, column: PackageColumn, value: Any) -> Any:
        """A number as a number, a date as a date, a listed value by its label."""
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(column.kind, ListedValue):
            return column.kind.labels[value]
        if isinstance(column.kind, OperatorCode):
            return self.operators[value]
        return value

    def _rule(self, column: PackageColumn) -> DataValidation | None:
        """What the workbook itself refuses in a column; None where anything may be typed."""
        kind = column.kind
        if isinstance(kind, (Day, Whole, NumberValue)):
            least, most = self._bounds(column)
            typed = {Day: "date", Whole: "whole", NumberValue: "decimal"}[type(kind)]
            rule = DataValidation(type=typed, operator="between", formula1=least, formula2=most)
        elif (options := self._options(kind)) is not None:
            rule = DataValidation(type="list", formula1=f'"{options}"')
        elif isinstance(kind, Code):
            rule = DataValidation(type="textLength", operator="between", formula1="9", formula2="15")
        elif isinstance(kind, Text):
            rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(kind.longest))
        else:
            return None
        rule.allowBlank = not column.required
        rule.errorStyle, rule.showErrorMessage = "stop", True
        rule.errorTitle, rule.error = column.label[:30], self._said_of(column)[:250]
        return rule

    def _bounds(self, column: PackageColumn) -> tuple[str, str]:
        """The least and the most, as formulas: a fixed bound, or the cell of the same row that bounds it."""
        least, most = _EXTREMES[type(column.kind)]
        if column.bounds:
            least, most = map(str, column.bounds)
        return self._cell_or(column.not_below, least), self._cell_or(column.not_above, most)

    def _cell_or(self, name: str, otherwise: str) -> str:
        names = [column.name for column in self.columns]
        if name not in names:
            return otherwise
        cell = f"${get_column_letter(names.index(name) + 1)}{declared.FIRST_ROW}"
        return f'IF({cell}="",{otherwise},{cell})'

    def _said_of(self, column: PackageColumn) -> str:
        """What is expected, in a sentence."""
        label = {column.name: column.label for column in self.columns}
        said = [f"应为{column.kind.asked}"]
        said += [f"在 {column.bounds[0]:g} 至 {column.bounds[1]:g} 之间"] if column.bounds else []
        said += [f"不早于本行的{label[column.not_below]}"] if column.not_below in label else []
        said += [f"不超过本行的{label[column.not_above]}"] if column.not_above in label else []
        return "，".join(said) + "。"

    def _options(self, kind: Any) -> str | None:
        """The list to choose from, as a validation takes it; None where there is none, or it would not fit."""
        if isinstance(kind, Flag):
            options: Sequence[str] = ["是", "否"]
        elif isinstance(kind, ListedValue):
            options = list(kind.labels.values())
        elif isinstance(kind, OperatorCode):
            options = list(self.operators.values())
        else:
            return None
        text = ",".join(options)
        fits = len(text) <= _LONGEST_LIST and not any("," in option or '"' in option for option in options)
        return text if fits else None

    def _properties(self) -> None:
        self.book.properties.title = f"{self.unit.name}{self.ledger.title}台账"
        self.book.properties.creator = AUTHOR
        for label, text in self.stamp.items():
            self.book.custom_doc_props.append(StringProperty(name=label, value=text))


def file_name(ledger: WorkbookLedger, unit: WorkbookUnit, on: date) -> str:
    mark = "（演示数据）" if settings.DEMONSTRATION else ""
    return f"{unit.name}{ledger.title}台账{mark}-{on:%Y%m%d}.xlsx"
