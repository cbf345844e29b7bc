"""Saving cell by cell, as the grid does while one types: what can be kept is kept, and each cell learns its fate.

The form as a whole is another chapter (``saving.save_lines``), with the same rules.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db import transaction

from common.clock import today
from returns.entry.saving import EXPLANATION, hold, keep, lines_of, stored_in
from returns.entry.sheet_form import hands_of, value_of
from returns.figures import BY_NAME
from returns.models import Return, ReturnLine
from returns.moves import MOVES, ReturnAction
from returns.review.objections import CellPlace, unlocked_cells
from returns.rounds import rounds

MOST_CELLS = 2_000
"""In one message: a return of 300 villages has 1,800."""

Value = int | str | None


class MalformedMessage(ValueError):
    """The request of the entry grid cannot be parsed; no page of the portal sends such a message."""


class Fate(StrEnum):
    """What became of a cell: kept, contested, not to be changed, or not to be read."""

    SAVED = "saved"
    CONFLICT = "conflict"
    LOCKED = "locked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class TypedCell:
    """What was typed into a cell, or as explanation of a row.

    ``seen`` are the values that may stand there without anybody else's doing: the one that the page
    showed, and those that it sent without learning what became of them.
    """

    code: str
    name: str
    text: str
    seen: tuple[Value, ...]


@dataclass(frozen=True)
class Settled:
    """The fate of a cell, the value that stands there now, why it was not kept, and who typed what stands there."""

    cell: TypedCell
    fate: Fate
    value: Value
    message: str = ""
    by: str = ""


@dataclass(frozen=True)
class Message:
    """What the grid sends: for whom the page was made, and the cells."""

    user: int
    cells: list[TypedCell]


def read(body: bytes) -> Message:
    """The message in the body of a request; MalformedMessage when it is none."""
    try:
        said = json.loads(body)
        found = [_cell(each) for each in said["cells"]]
        message = Message(int(said["user"]), found)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
        raise MalformedMessage("读不懂页面发来的内容，请刷新页面后再试。") from error
    if len(found) > MOST_CELLS:
        raise MalformedMessage(f"一次最多保存 {MOST_CELLS} 个数字。")
    return message


def _cell(said: dict) -> TypedCell:
    code, name, text, seen = said["code"], said["name"], said["text"], tuple(said["seen"])
    is_sound = (
        isinstance(code, str)
        and re.fullmatch("[0-9]{6,20}", code)
        and (name in BY_NAME or name == EXPLANATION)
        and isinstance(text, str)
        and all(value is None or type(value) in (int, str) for value in seen)
    )
    text.encode()  # Halves of characters, which JSON can bring and no database takes, are a ValueError.
    if not is_sound:
        raise MalformedMessage(code)
    return TypedCell(code, name, text, seen)


@transaction.atomic
def save_cells(*, quarterly_return: Return, cells: Iterable[TypedCell], by, on: date | None = None) -> list[Settled]:
    """Keep as draft what can be kept, and say of each cell what became of it; the same message twice has one effect.

    Refused, and nothing is kept, when the return can no longer be changed or its round is over ``on``
    the day (None: today).
    """
    MOVES.permit(ReturnAction.SAVE, quarterly_return.township_id, by)
    hold(quarterly_return)
    rounds.require_entry(quarterly_return, on or today())
    cells = list(cells)
    lines = lines_of(quarterly_return, {cell.code for cell in cells})
    lock = Lock(quarterly_return)
    settled = [_settle(cell, lines[cell.code], lock) for cell in cells]
    keep(quarterly_return, lines, _changes(settled, lines), by)
    return _signed(quarterly_return, settled)


class Lock:
    """Which cells the bureau has left open; asked only when a figure that stands is to be changed."""

    def __init__(self, quarterly_return: Return) -> None:
        self._quarterly_return = quarterly_return

    @cached_property
    def _unlocked(self) -> set[CellPlace] | None:
        return unlocked_cells(self._quarterly_return)

    def holds(self, cell: TypedCell, stands: Value) -> bool:
        """Whether other figures were sent back and not this one; what is missing can always be filled."""
        if cell.name == EXPLANATION or stands is None or self._unlocked is None:
            return False
        return CellPlace(cell.code, cell.name) not in self._unlocked


def _settle(cell: TypedCell, line: ReturnLine, lock: Lock) -> Settled:
    stands = stored_in(line)[cell.name]
    try:
        value = value_of(cell.name, cell.text)
    except ValueError as error:
        return Settled(cell, Fate.UNREADABLE, stands, str(error))
    if value == stands:
        return Settled(cell, Fate.SAVED, value)
    if line.is_locked or lock.holds(cell, stands):
        return Settled(cell, Fate.LOCKED, stands, "这个数字已锁定，不能改；需要改的，请在说明中写明。")
    if stands not in cell.seen:
        return Settled(cell, Fate.CONFLICT, stands)
    return Settled(cell, Fate.SAVED, value)


def _changes(settled: list[Settled], lines: dict[str, ReturnLine]) -> dict[str, dict[str, list]]:
    changed: dict[str, dict[str, list]] = {}
    for each in settled:
        cell, stands = each.cell, stored_in(lines[each.cell.code])[each.cell.name]
        if each.fate == Fate.SAVED and each.value != stands:
            changed.setdefault(cell.code, {})[cell.name] = [stands, each.value]
    return changed


def _signed(quarterly_return: Return, settled: list[Settled]) -> list[Settled]:
    """What became of each cell; a cell in conflict names who typed the figure that stands."""
    hands = hands_of(quarterly_return, {each.cell.code for each in settled if each.fate == Fate.CONFLICT})
    return [
        Settled(each.cell, each.fate, each.value, each.message, hands.get((each.cell.code, each.cell.name), ""))
        if each.fate == Fate.CONFLICT
        else each
        for each in settled
    ]
