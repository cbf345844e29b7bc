"""Saving cells one by one, with optimistic locking, so that no colleague's figure is overwritten unseen.

What can be kept is kept, and each cell learns its fate; the same message twice has one effect.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db import transaction

from entry.forms import EntryColumn, EntryForm, Value, Values

MOST_CELLS = 2_000
"""In one message: a return of 300 villages has 1,800."""


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
    """What was typed into a cell.

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


def read_message(body: bytes, form: EntryForm) -> Message:
    """The message in the body of a request; MalformedMessage when it is none that a page of this form sends."""
    names = {column.name for column in form.columns}
    try:
        said = json.loads(body)
        found = [_cell(each, names) for each in said["cells"]]
        message = Message(int(said["user"]), found)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
        raise MalformedMessage("页面提交的内容无法识别，请刷新页面后再试。") from error
    if len(found) > MOST_CELLS:
        raise MalformedMessage(f"一次最多保存 {MOST_CELLS} 个数字。")
    return message


def _cell(said: dict, names: Collection[str]) -> TypedCell:
    code, name, text, seen = said["code"], said["name"], said["text"], tuple(said["seen"])
    is_sound = (
        isinstance(code, str)
        and re.fullmatch("[0-9]{6,20}", code)
        and name in names
        and isinstance(text, str)
        and all(value is None or type(value) in (int, str) for value in seen)
    )
    text.encode()  # Halves of characters, which JSON can bring and no database takes, are a ValueError.
    if not is_sound:
        raise MalformedMessage(code)
    return TypedCell(code, name, text, seen)


@transaction.atomic
def save_cells(form: EntryForm, cells: Iterable[TypedCell]) -> list[Settled]:
    """Keep what can be kept, and say of each cell what became of it.

    Refused, and nothing is kept, when nothing of the form can be changed any more.
    """
    cells = list(cells)
    columns = {column.name: column for column in form.columns}
    form.hold()
    stored = form.take({cell.code for cell in cells})
    settled = [_settle(form, cell, columns[cell.name], stored[cell.code][cell.name]) for cell in cells]
    settled = _signed(form, settled)
    if changed := _changed(settled, stored):
        form.keep(changed)
    else:
        form.release()
    return settled


def _settle(form: EntryForm, cell: TypedCell, column: EntryColumn, stands: Value) -> Settled:
    try:
        value = column.read(cell.text)
    except ValueError as error:
        return Settled(cell, Fate.UNREADABLE, stands, str(error))
    if value == stands:
        return Settled(cell, Fate.SAVED, value)
    if form.is_locked(cell.code, cell.name):
        return Settled(cell, Fate.LOCKED, stands, "该数字已锁定，不能修改；须修改的，请在说明中写明。")
    if stands not in cell.seen:
        return Settled(cell, Fate.CONFLICT, stands)
    return Settled(cell, Fate.SAVED, value)


def _changed(settled: Iterable[Settled], stored: Mapping[str, Values]) -> dict[str, dict[str, list]]:
    changed: dict[str, dict[str, list]] = {}
    for each in settled:
        cell, stands = each.cell, stored[each.cell.code][each.cell.name]
        if each.fate == Fate.SAVED and each.value != stands:
            changed.setdefault(cell.code, {})[cell.name] = [stands, each.value]
    return changed


def _signed(form: EntryForm, settled: list[Settled]) -> list[Settled]:
    """What became of each cell; a cell in conflict names who typed the figure that stands."""
    contested = {each.cell.code for each in settled if each.fate == Fate.CONFLICT}
    if not contested:
        return settled
    hands = form.hands(contested)
    return [
        replace(each, by=hands.get((each.cell.code, each.cell.name), "")) if each.fate == Fate.CONFLICT else each
        for each in settled
    ]
