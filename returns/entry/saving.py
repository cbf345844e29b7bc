"""Saving what a clerk types, with optimistic locking, so that no colleague's figure is overwritten unseen.

Two ways with the same rules: the form as a whole (``save_lines``) is kept or refused; cell by cell (``save_cells``),
as the grid does while one types, what can be kept is kept, and each cell learns its fate.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db import transaction
from django.db.models import F

from accounts import audit
from common.clock import today
from common.exceptions import Refused, Stale
from returns.figures import BY_NAME, parse_cell
from returns.models import EDITABLE, FigureEntry, Return, ReturnLine
from returns.moves import MOVES, ReturnAction
from returns.review.objections import CellPlace, unlocked_cells
from returns.rounds import rounds
from returns.sheet import villages

Value = int | str | None
Values = Mapping[str, Value]
"""Figures by name, and the sentence under ``explanation``."""

EXPLANATION = "explanation"
LONGEST_EXPLANATION = 500
MOST_CELLS = 2_000
"""In one message: a return of 300 villages has 1,800."""


@dataclass(frozen=True)
class Typed:
    """A row from the form: ``values`` as typed, ``seen`` as the page showed them (None when the page did not say)."""

    values: Values
    seen: Values | None


@dataclass(frozen=True)
class Clash:
    """A cell that the clerk and somebody else filled differently; ``is_locked`` when it can no longer be changed."""

    code: str
    name: str
    theirs: Value
    is_locked: bool


class Contested(Stale):
    """The form was stale; nothing was saved. ``clashes`` are the cells to choose in."""

    def __init__(self, clashes: list[Clash]):
        super().__init__(
            f"没有保存：您填写时，有 {len(clashes)} 处已被别人改动。两边的数字都列在下面，请选定后再保存。"
        )
        self.clashes = clashes


@transaction.atomic
def save_lines(*, quarterly_return: Return, rows: Mapping[str, Typed], by, on: date | None = None) -> int:
    """Keep the rows (by village code) as draft; returns how many changed, 0 when the same form comes twice.

    Only cells that differ from what the clerk saw are written. Where somebody else has changed such a
    cell in the meantime nothing is saved at all, and Contested says where. Refused when the round is
    over ``on`` the day (None: today), or when a cell was not sent back and so is locked.
    """
    MOVES.permit(ReturnAction.SAVE, quarterly_return.township_id, by)
    hold(quarterly_return)
    rounds.require_entry(quarterly_return, on or today())
    lines = lines_of(quarterly_return, rows)
    _require_unlocked(quarterly_return, lines, rows)
    clashes = [clash for code, typed in rows.items() for clash in _clashes(lines[code], typed)]
    if clashes:
        raise Contested(clashes)
    changed = {code: found for code, typed in rows.items() if (found := dict(_changes(lines[code], typed)))}
    keep(quarterly_return, lines, changed, by)
    quarterly_return.refresh_from_db(fields=["state", "version"])
    return len(changed)


def hold(quarterly_return: Return) -> None:
    """Lock the return against a move until the transaction ends; Refused when it can no longer be changed."""
    if not Return.objects.filter(pk=quarterly_return.pk, state__in=EDITABLE).update(version=F("version")):
        current = Return.objects.get(pk=quarterly_return.pk)
        raise Refused(f"没有保存：这份季报现在是“{current.status.label}”，不能再改。您填的数字仍列在下面，可以抄录。")


def _require_unlocked(quarterly_return: Return, lines: Mapping[str, ReturnLine], rows: Mapping[str, Typed]) -> None:
    """Refuse what may not change in a return that came back: all but the figures sent back, those missing, and the sentences."""
    unlocked = unlocked_cells(quarterly_return)
    if unlocked is None:
        return
    for code, typed in rows.items():
        for name, (before, _) in _changes(lines[code], typed):
            if name != EXPLANATION and before is not None and (code, name) not in unlocked:
                raise Refused(
                    "没有保存：这次只退回了标出的数字，其他数字不能改。请只改标出的数字；其他的要改，请在说明中写明。"
                )


def lines_of(quarterly_return: Return, codes: Iterable[str]) -> dict[str, ReturnLine]:
    """The lines of the villages, locked; one that came into force after the return was opened gets its line now."""
    wanted = set(codes)
    lines = {line.area_id: line for line in quarterly_return.lines.select_for_update().filter(area_id__in=wanted)}
    absent = sorted(wanted - lines.keys())
    if absent:
        covered = {area.code for area in villages(quarterly_return.township_id, quarterly_return.quarter, absent)}
        if unknown := [code for code in absent if code not in covered]:
            raise Refused(f"没有保存：{'、'.join(unknown)} 不是本街镇本季度填报的村居。")
        created = ReturnLine.objects.bulk_create(
            ReturnLine(
                quarterly_return=quarterly_return,
                area_id=code,
                county=quarterly_return.county,
                period=quarterly_return.period,
            )
            for code in absent
        )
        lines |= {line.area_id: line for line in created}
    return lines


def stored_in(line: ReturnLine) -> Values:
    return {**line.figures, EXPLANATION: line.explanation}


def _clashes(line: ReturnLine, typed: Typed) -> Iterator[Clash]:
    stored = stored_in(line)
    for name, value in typed.values.items():
        seen = typed.seen[name] if typed.seen is not None else None
        is_untouched = typed.seen is not None and value == seen
        is_stale = typed.seen is None or stored[name] != seen
        if not is_untouched and value != stored[name] and (line.is_locked or is_stale):
            yield Clash(line.area_id, name, stored[name], line.is_locked)


def _changes(line: ReturnLine, typed: Typed) -> Iterator[tuple[str, list]]:
    """What the clerk changed: name and [before, after]; what she left as she saw it stays as it is stored."""
    stored = stored_in(line)
    for name, value in typed.values.items():
        is_untouched = typed.seen is not None and value == typed.seen[name]
        if not is_untouched and value != stored[name]:
            yield name, [stored[name], value]


def keep(quarterly_return: Return, lines: Mapping[str, ReturnLine], changed: Mapping[str, dict[str, list]], by) -> None:
    """Write what changed (by village: name and [before, after]), who changed it, and the audit record."""
    if not changed:
        return
    entries, columns = [], {name for found in changed.values() for name in found}
    for code, found in changed.items():
        line = lines[code]
        line.version += 1
        if line.taken.keys() & found.keys():
            line.taken = {name: source for name, source in line.taken.items() if name not in found}
            columns.add("taken")
        for name, (before, after) in found.items():
            setattr(line, name, after)
            if name != EXPLANATION:
                entries.append(FigureEntry(line=line, figure=name, before=before, after=after, by=by))
    _store([lines[code] for code in changed], columns)
    FigureEntry.objects.bulk_create(entries)
    Return.objects.filter(pk=quarterly_return.pk).update(version=F("version") + 1)
    audit.record(action="return.save", by=by, subject=quarterly_return, detail=dict(changed))


def _store(lines: list[ReturnLine], names: set[str]) -> None:
    """Write the columns that changed; a single line, which is what the grid sends most, in the plainest way."""
    columns = [*names, "version"]
    if len(lines) == 1:
        lines[0].save(update_fields=columns)
    else:
        ReturnLine.objects.bulk_update(lines, columns)


def value_of(name: str, text: str) -> Value:
    """What the text of a cell or of an explanation says; ValueError with a sentence when it cannot be read."""
    if name != EXPLANATION:
        return parse_cell(text, BY_NAME[name])
    sentence = sentence_of(text)
    if len(sentence) > LONGEST_EXPLANATION:
        raise ValueError(f"说明太长（{len(sentence)} 字）：最多 {LONGEST_EXPLANATION} 字。")
    return sentence


def sentence_of(text: str) -> str:
    """An explanation as it is kept: on one line, without its margins."""
    return " ".join(text.replace("\0", "").split())


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


def read_message(body: bytes) -> Message:
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
    keep(quarterly_return, lines, _changed_cells(settled, lines), by)
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


def _changed_cells(settled: list[Settled], lines: dict[str, ReturnLine]) -> dict[str, dict[str, list]]:
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


def hands_of(quarterly_return: Return, codes: Collection[str]) -> dict[tuple[str, str], str]:
    """Who typed the figures that stand in the villages' cells, by village and column, where that is known."""
    if not codes:
        return {}
    entries = FigureEntry.objects.filter(
        line__quarterly_return=quarterly_return, line__area_id__in=codes, by__isnull=False
    )
    return {
        (entry.line.area_id, entry.figure): entry.by.name
        for entry in entries.select_related("line", "by").order_by("pk")
    }
