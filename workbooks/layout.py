"""Where everything stands in the workbook of a return; the writer and the reader share it."""

from returns.figures import FIGURES
from workbooks.files import STAMP

TEMPLATE = 1
"""Raise it when the sheet changes so that an older file could be misread; older files are then refused by name."""

SHEET = "季报"
TITLE_ROW, HELP_ROW, STAMP_ROW, HEADER_ROW = 1, 2, 3, 5
FIRST_ROW = HEADER_ROW + 1

CODE, NAME, EXPLANATION = "编码", "村居", "说明"
HEADERS = (CODE, NAME, *(figure.label for figure in FIGURES), EXPLANATION)
BEFORE = tuple(f"上季{figure.label}" for figure in FIGURES)
"""Locked beside; what stands there is compared, so that a change is named, and never taken over."""

UNIT, QUARTER, REVISION, VERSION = "单位编码", "季度", "版次", "模板版本"
STAMP_LABELS = (UNIT, QUARTER, REVISION, VERSION, STAMP)
"""Each stands in the stamp row, its value in the next cell; the same are custom properties of the document."""
