"""Clumsy sheets as township clerks and operators make them, each with its right reading: the judge of what reads sheets.

A right reading is what a careful colleague would take down, given only the sheet and the list of villages with codes,
names and former names (``world.py``): blank cells and cells that say that there is nothing yet (``/``, ``暂无``) are left out,
and so is what cannot be taken (a negative figure, a formula that was never computed). Rows of villages that are hidden
still count; totals, subtotals and columns that nobody asked for do not. ``asks`` names what no honest reader can know;
``right`` then holds what is right after the obvious answer, or leaves the cell out where no answer is obvious.

``town_sheets`` combines quirks of layout by a seed, ``single_names``, ``single_figures`` and ``single_layouts`` have a return's
sheets with one trouble each, ``operator_sheets`` those of operators for the whole county. A case is added to one of these; the sheet is made by code
from the same figures as its right reading. Forms that only an office program writes (.xls, .et, some .ods) are made from the
generated sheets by ``python -m tests.intake.corpus.fixtures`` with LibreOffice, and lie in ``files/``.

All figures are made up; the names are real.
"""

from tests.intake.corpus import operator_sheets, single_figures, single_layouts, single_names
from tests.intake.corpus.case import ClumsySheet
from tests.intake.corpus.town_sheets import TOWN_SHEETS

CASES: tuple[ClumsySheet, ...] = (
    *TOWN_SHEETS,
    *single_names.CHAPTER.sheets,
    *single_figures.CHAPTER.sheets,
    *single_layouts.CHAPTER.sheets,
    *operator_sheets.CHAPTER.sheets,
)
"""In a fixed order; names are unique."""

__all__ = ["CASES", "ClumsySheet"]
