"""Saving a return, with optimistic locking, so that no colleague's figure is overwritten unseen.

Two ways with the same rules: the form as a whole (``save_lines``) is kept or refused; cell by cell (entry.cells), as the
grid does while one types, through what ``returns.entry.return_form`` declares.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from accounts import audit
from common.clock import today
from common.exceptions import Refused, Stale
from entry.forms import Changes, Value, Values
from returns import explanations
from returns.figures import BY_NAME, NAMES
from returns.models import EDITABLE, ExplanationReason, FigureEntry, Return, ReturnLine
from returns.moves import MOVES, ReturnAction
from returns.review.objections import unlocked_cells
from returns.rounds import rounds
from returns.sheet import sheet_of, villages

EXPLANATION, REASON = "explanation", "reason"
"""Under which names the sentence of a line and its reason stand beside its figures."""
COLUMNS = (*NAMES, REASON, EXPLANATION)
LONGEST_EXPLANATION = 500


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
        super().__init__(f"未保存：您填写时，有 {len(clashes)} 处已被他人改动。双方的数字列在下面，请选定后再保存。")
        self.clashes = clashes


@transaction.atomic
def save_lines(*, quarterly_return: Return, rows: Mapping[str, Typed], by, on: date | None = None) -> int:
    """Keep the rows (by village code) as draft; returns how many changed, 0 when the same form comes twice.

    Only cells that differ from what the clerk saw are written. Where somebody else has changed such a
    cell in the meantime nothing is saved at all, and Contested says where. Refused when the round is
    over ``on`` the day (None: today), or when a cell was not sent back and so is locked.
    """
    hold(quarterly_return, by, on)
    lines = lines_of(quarterly_return, rows)
    _require_unlocked(quarterly_return, lines, rows)
    clashes = [clash for code, typed in rows.items() for clash in _clashes(lines[code], typed)]
    if clashes:
        raise Contested(clashes)
    changed = {code: found for code, typed in rows.items() if (found := dict(_changes(lines[code], typed)))}
    keep(quarterly_return, lines, changed, by)
    quarterly_return.refresh_from_db(fields=["state", "version"])
    return len(changed)


def hold(quarterly_return: Return, by, on: date | None = None, growth: int = 0) -> None:
    """Lock the return against a move until the transaction ends; its version grows at once by ``growth``, a change expected.

    PermissionDenied, or Refused: it can no longer be changed, or the round is over ``on`` the day (None: today).
    """
    MOVES.permit(ReturnAction.SAVE, quarterly_return.township_id, by)
    editable = Return.objects.filter(pk=quarterly_return.pk, state__in=EDITABLE)
    if not editable.update(version=F("version") + growth):
        current = Return.objects.get(pk=quarterly_return.pk)
        raise Refused(f"未保存：本季报现为“{current.status.label}”，不能修改。您填的数字列在下面，可以抄录。")
    rounds.require_entry(quarterly_return, on or today())


def _require_unlocked(quarterly_return: Return, lines: Mapping[str, ReturnLine], rows: Mapping[str, Typed]) -> None:
    """Refuse what may not change in a return that came back: all but the figures sent back, those missing, and the sentences."""
    unlocked = unlocked_cells(quarterly_return)
    if unlocked is None:
        return
    for code, typed in rows.items():
        for name, (before, _) in _changes(lines[code], typed):
            if name in BY_NAME and before is not None and (code, name) not in unlocked:
                raise Refused(
                    "未保存：本次只退回标出的数字，其他数字不能修改。请只更正标出的数字；其他数字须修改的，请在说明中写明。"
                )


def lines_of(quarterly_return: Return, codes: Iterable[str]) -> dict[str, ReturnLine]:
    """The lines of the villages, locked; one that came into force after the return was opened gets its line now."""
    wanted = set(codes)
    held = ReturnLine.objects.select_for_update().filter(quarterly_return=quarterly_return, area_id__in=wanted)
    lines = {line.area_id: line for line in held.order_by()}
    absent = sorted(wanted - lines.keys())
    if absent:
        covered = {area.code for area in villages(quarterly_return.township_id, quarterly_return.quarter, absent)}
        if unknown := [code for code in absent if code not in covered]:
            raise Refused(f"未保存：{'、'.join(unknown)} 不是本街镇本季度填报的村居。")
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


def stored_in(lines: Iterable[ReturnLine]) -> dict[str, Values]:
    """What stands in the lines, by village and column."""
    return {line.area_id: {name: getattr(line, name) for name in COLUMNS} for line in lines}


def _clashes(line: ReturnLine, typed: Typed) -> Iterator[Clash]:
    for name, value in typed.values.items():
        stands, seen = getattr(line, name), typed.seen[name] if typed.seen is not None else None
        is_untouched = typed.seen is not None and value == seen
        is_stale = typed.seen is None or stands != seen
        if not is_untouched and value != stands and (line.is_locked or is_stale):
            yield Clash(line.area_id, name, stands, line.is_locked)


def _changes(line: ReturnLine, typed: Typed) -> Iterator[tuple[str, list]]:
    """What the clerk changed: name and [before, after]; what she left as she saw it stays as it is stored."""
    for name, value in typed.values.items():
        is_untouched = typed.seen is not None and value == typed.seen[name]
        if not is_untouched and value != (stands := getattr(line, name)):
            yield name, [stands, value]


def keep(quarterly_return: Return, lines: Mapping[str, ReturnLine], changed: Changes, by) -> None:
    """Write what changed as ``write`` does, and let the version of the return grow."""
    if changed:
        Return.objects.filter(pk=quarterly_return.pk).update(version=F("version") + 1)
        write(quarterly_return, lines, changed, by)


def write(quarterly_return: Return, lines: Mapping[str, ReturnLine], changed: Changes, by) -> None:
    """Write what changed (by village: name and [before, after]), who changed it, and the audit record."""
    changed = {code: _with_reason(lines[code], found) for code, found in changed.items()}
    entries, columns = [], {name for found in changed.values() for name in found}
    for code, found in changed.items():
        line = lines[code]
        line.version += 1
        if line.taken.keys() & found.keys():
            line.taken = {name: source for name, source in line.taken.items() if name not in found}
            columns.add("taken")
        if outdate(line, found) or not found.keys() <= BY_NAME.keys():
            columns.add("explained")
        for name, (before, after) in found.items():
            setattr(line, name, after)
            if name in BY_NAME:
                entries.append(FigureEntry(line=line, figure=name, before=before, after=after, by=by))
    _stamp(
        quarterly_return, {code: lines[code] for code, found in changed.items() if not found.keys() <= BY_NAME.keys()}
    )
    _store([lines[code] for code in changed], columns)
    FigureEntry.objects.bulk_create(entries)
    audit.record(action="return.save", by=by, subject=quarterly_return, detail=_in_words(changed))


def _with_reason(line: ReturnLine, found: Mapping[str, list]) -> dict[str, list]:
    """What changed of a line; a sentence that names its reason, as in a workbook, chooses it."""
    reason = explanations.reason_named(found[EXPLANATION][1]) if EXPLANATION in found else ""
    named = {REASON: [line.reason, reason]} if reason and REASON not in found and reason != line.reason else {}
    return {**found, **named}


def outdate(line: ReturnLine, found: Mapping[str, list]) -> bool:
    """A sentence of which nobody knows for which figures it was given explains those no more that are about to change.

    Answers whether there was such a sentence.
    """
    about = [name for name in found if name in BY_NAME]
    is_outdated = bool(about and line.explanation and line.explained is None)
    if is_outdated:
        line.explained = {"figures": line.figures, "about": about}
    return is_outdated


def _stamp(quarterly_return: Return, lines: Mapping[str, ReturnLine]) -> None:
    """Note for which figures these lines are explained now; they were changed and are not stored yet."""
    if not lines:
        return
    for row in sheet_of(quarterly_return, only=set(lines)).rows:
        line = lines[row.area.code]
        line.explained = explanations.stamp(line.figures, row.found(line.figures)) if line.explanation else None


_LABELS = dict(ExplanationReason.choices) | {"": ""}


def _in_words(changed: Mapping[str, dict[str, list]]) -> dict[str, dict[str, list]]:
    """What changed, with the reasons in words for the audit trail."""
    return {
        code: {name: [_LABELS[each] for each in pair] if name == REASON else pair for name, pair in found.items()}
        for code, found in changed.items()
    }


def _store(lines: list[ReturnLine], names: set[str]) -> None:
    """Write the columns that changed; a single line, which is what the grid sends most, in the plainest way."""
    columns = [*names, "version"]
    if len(lines) == 1:
        lines[0].save(update_fields=columns)
    else:
        ReturnLine.objects.bulk_update(lines, columns)


def value_of(name: str, text: str) -> Value:
    """What the text of a cell or of an explanation says; ValueError with a sentence when it cannot be read."""
    if name in BY_NAME:
        return BY_NAME[name].read(text)
    if name == REASON:
        return reason_of(text)
    sentence = sentence_of(text)
    if len(sentence) > LONGEST_EXPLANATION:
        raise ValueError(f"说明过长（{len(sentence)} 字）：最多 {LONGEST_EXPLANATION} 字。")
    return sentence


def reason_of(text: str) -> str:
    """The code of a reason, blank for none; ValueError for what is none."""
    if text and text not in ExplanationReason.values:
        raise ValueError(f"没有“{text[:20]}”这种原因类别，请重新选择。")
    return text


def sentence_of(text: str) -> str:
    """An explanation as it is kept: on one line, without its margins."""
    return " ".join(text.replace("\0", "").split())


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
