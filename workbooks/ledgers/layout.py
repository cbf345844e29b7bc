"""Where everything stands in the workbook of a ledger; the writer and the reader share it."""

from collections.abc import Mapping
from hashlib import blake2s
from typing import Any

from areas.package.tables import PackageTable
from workbooks.opening import STAMP

TEMPLATE = 1
"""Raise it when the sheet changes so that an older file could be misread; older files are then refused by name."""

TITLE_ROW, HELP_ROW, STAMP_ROW, HEADER_ROW = 1, 2, 3, 5
FIRST_ROW = HEADER_ROW + 1
MARK = "行校验"
"""The last column: what the row said when it went out, in a word."""

LEDGER, UNIT, DAY, VERSION = "台账", "单位编码", "日期", "模板版本"
STAMP_LABELS = (LEDGER, UNIT, DAY, VERSION, STAMP)


def mark(table: PackageTable, values: Mapping[str, Any]) -> str:
    """What tells a row apart from what it said before: the same values give the same mark."""
    said = "\0".join(column.write(values.get(column.name)) for column in table.columns)
    return blake2s(said.encode(), digest_size=4).hexdigest()
