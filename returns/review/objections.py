"""What the bureau sent back, and what became of it: which cells are unlocked, and what changed since."""

from collections.abc import Mapping
from typing import NamedTuple

from returns.models import FigureEntry, Objection, Return, ReturnMove
from returns.sheet import ReturnSheet


class CellPlace(NamedTuple):
    """A cell: the village's code and the column's name."""

    code: str
    figure: str


def objections(step: ReturnMove | None) -> dict[CellPlace, Objection]:
    """The figures sent back in the step, with why; empty when the whole return was, or nothing (no step)."""
    if step is None:
        return {}
    found = step.objections.select_related("line__area")
    return {CellPlace(each.line.area_id, each.figure): each for each in found}


def unlocked_cells(quarterly_return: Return) -> set[CellPlace] | None:
    """The cells that may be changed: those sent back, and those that were missing then; None: all of them.

    A cell that is missing still may be filled besides.
    """
    if not ReturnMove.objects.filter(quarterly_return=quarterly_return, action="send_back").exists():
        return None
    step = quarterly_return.sent_back
    sent_back = set(objections(step))
    if not sent_back:
        return None
    return sent_back | {place for place, value in _figures_sent_back(quarterly_return, step).items() if value is None}


def _figures_sent_back(quarterly_return: Return, step: ReturnMove) -> Mapping[CellPlace, int | None]:
    """What stood in the cells that have changed since the step."""
    stood: dict[CellPlace, int | None] = {}
    changed = FigureEntry.objects.filter(line__quarterly_return=quarterly_return, at__gt=step.at).order_by("pk")
    for code, figure, before in changed.values_list("line__area_id", "figure", "before"):
        stood.setdefault(CellPlace(code, figure), before)
    return stood


def compare(sheet: ReturnSheet) -> str:
    """Lay beside each figure what it was when the return was sent back, or in the version it corrects.

    Says against what in words; blank when this is a first reading. Why a figure was sent back stands in its cell.
    """
    quarterly_return, step = sheet.quarterly_return, sheet.quarterly_return.sent_back
    stood: Mapping[CellPlace, int | None] = {}
    why, label = objections(step), ""
    if step:
        stood, label = _figures_sent_back(quarterly_return, step), "退回时"
    elif quarterly_return.corrects_id:
        stood, label = _figures_corrected(quarterly_return), f"第 {quarterly_return.corrects.revision} 版"
    for row in sheet.rows:
        for cell in row.cells:
            place = CellPlace(cell.code, cell.figure.name)
            cell.objection = why.get(place)
            if place in stood and stood[place] != cell.value:
                cell.is_changed, cell.was = True, stood[place]
    return label


def _figures_corrected(quarterly_return: Return) -> dict[CellPlace, int | None]:
    lines = quarterly_return.corrects.lines.all()
    return {CellPlace(line.area_id, name): value for line in lines for name, value in line.figures.items()}


def lock(sheet: ReturnSheet) -> None:
    """Mark the cells that the form does not let the clerk change; ``compare`` comes first."""
    some_sent_back = any(cell.objection for row in sheet.rows for cell in row.cells)
    for row in sheet.rows:
        for cell in row.cells:
            was_missing = cell.stored is None or (cell.is_changed and cell.was is None)
            is_kept = some_sent_back and not was_missing and cell.objection is None
            cell.is_locked = row.is_locked or is_kept
