"""Codes of which only the last three digits are written, in a column that says to hold codes."""

import re
from dataclasses import replace

from intake.grid import Grid
from intake.names import NameIndex
from intake.vocabulary import tidy

_DIGITS = 3
"""The last digits that tell the villages of one township apart; a spreadsheet takes away the noughts before them."""
_HEADING = re.compile(".{0,8}(?<!号)码.{0,8}")


def with_whole_codes(grid: Grid, index: NameIndex) -> Grid:
    """The sheet with whole codes where a column headed 编码 or 代码 holds nothing but ends of codes of one township."""
    ends = _ends(index)
    beneath: dict[int, dict[int, str]] = {}
    for (row, column), text in sorted(grid.cells.items()):
        if column in beneath:
            beneath[column][row] = tidy(text)
        elif _HEADING.fullmatch(tidy(text)):
            beneath[column] = {}
    whole: dict[tuple[int, int], str] = {}
    for column, cells in beneath.items():
        codes = {(row, column): ends.get(cell.zfill(_DIGITS), "") for row, cell in cells.items() if cell.isdigit()}
        if len(codes) > 1 and all(codes.values()):
            whole |= codes
    return replace(grid, cells=grid.cells | whole) if whole else grid


def _ends(index: NameIndex) -> dict[str, str]:
    """Each village's code by its last digits, where all are of one township."""
    villages = [code for code, row in index.rows.items() if row.within]
    if len({code[:-_DIGITS] for code in villages}) != 1:
        return {}
    return {code[-_DIGITS:]: code for code in villages}
