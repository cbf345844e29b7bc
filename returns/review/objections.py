"""What the bureau sent back, and what became of it: which cells are unlocked, and what changed since."""

from collections.abc import Mapping
from typing import NamedTuple

from returns.models import FigureEntry, Move, Objection, Return
from returns.sheet import Sheet


class Place(NamedTuple):
    """A cell: the village's code and the column's name."""

    code: str
    figure: str


def objections(step: Move | None) -> dict[Place, Objection]:
    """The figures sent back in the step, with why; empty when the whole return was, or nothing (no step)."""
    if step is None:
        return {}
    found = step.objections.select_related("line__area")
    return {Place(each.line.area_id, each.figure): each for each in found}


def unlocked_cells(owner: Return) -> set[Place] | None:
    """The cells that may be changed: those sent back, and those that were missing then; None: all of them.

    A cell that is missing still may be filled besides.
    """
    if not owner.moves.filter(action="send_back").exists():
        return None
    step = owner.sent_back
    sent_back = set(objections(step))
    if not sent_back:
        return None
    return sent_back | {place for place, value in _figures_sent_back(owner, step).items() if value is None}


def _figures_sent_back(owner: Return, step: Move) -> Mapping[Place, int | None]:
    """What stood in the cells that have changed since the step."""
    stood: dict[Place, int | None] = {}
    changed = FigureEntry.objects.filter(line__owner=owner, at__gt=step.at).order_by("pk")
    for code, figure, before in changed.values_list("line__area_id", "figure", "before"):
        stood.setdefault(Place(code, figure), before)
    return stood


def compare(sheet: Sheet) -> str:
    """Lay beside each figure what it was when the return was sent back, or in the version it corrects.

    Says against what in words; blank when this is a first reading. Why a figure was sent back stands in its cell.
    """
    owner, step = sheet.owner, sheet.owner.sent_back
    stood: Mapping[Place, int | None] = {}
    why, label = objections(step), ""
    if step:
        stood, label = _figures_sent_back(owner, step), "退回时"
    elif owner.corrects_id:
        stood, label = _figures_corrected(owner), f"第 {owner.corrects.revision} 版"
    for row in sheet.rows:
        for cell in row.cells:
            place = Place(cell.code, cell.figure.name)
            cell.objection = why.get(place)
            if place in stood and stood[place] != cell.value:
                cell.is_changed, cell.was = True, stood[place]
    return label


def _figures_corrected(owner: Return) -> dict[Place, int | None]:
    lines = owner.corrects.lines.all()
    return {Place(line.area_id, name): value for line in lines for name, value in line.figures.items()}


def lock(sheet: Sheet) -> None:
    """Mark the cells that the form does not let the clerk change; ``compare`` comes first."""
    some_sent_back = any(cell.objection for row in sheet.rows for cell in row.cells)
    for row in sheet.rows:
        for cell in row.cells:
            was_missing = cell.stored is None or (cell.is_changed and cell.was is None)
            is_kept = some_sent_back and not was_missing and cell.objection is None
            cell.is_locked = row.is_locked or is_kept
