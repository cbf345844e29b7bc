"""The history of a village's figures in a quarter, over all revisions: who, when, from what to what, and why."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from returns.figures import BY_NAME, NAMES
from returns.models import FigureEntry, LineStatus, Objection, Return, ReturnLine, ReturnMove

REPLACED = "由更正取代"
_TOLD = ("submit", "withdraw", "approve", "confirm", "correct", "discard")
"""Steps of the whole return that a figure's history tells, too."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a figure (blank: to all of them); ``before`` and ``after`` where it changed."""

    at: datetime
    by: str
    revision: int
    what: str
    figure: str = ""
    before: int | None = None
    after: int | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return BY_NAME[self.figure].label if self.figure else "全部"

    @property
    def is_change(self) -> bool:
        return self.before != self.after


class ReturnHistory:
    """What happened to the lines of a return over all revisions of its quarter; five queries, however many villages."""

    def __init__(self, quarterly_return: Return, codes: Collection[str] | None = None) -> None:
        same = Return.objects.filter(township_id=quarterly_return.township_id, period=quarterly_return.period)
        self._revisions = list(same.order_by("revision").prefetch_related("moves__by"))
        lines = ReturnLine.objects.filter(quarterly_return__in=self._revisions)
        if codes is not None:
            lines = lines.filter(area_id__in=codes)
        self._lines = {(line.area_id, line.quarterly_return_id): line for line in lines}
        numbers = [line.pk for line in self._lines.values()]
        entries = FigureEntry.objects.filter(line__in=numbers).select_related("by").order_by("pk")
        self._entries = _by_line(entries)
        self._objections = _by_line(Objection.objects.filter(line__in=numbers).select_related("move__by"))

    def of(self, code: str, figure: str = "") -> list[Event]:
        """The events of a village's line, or of one figure of it with those of the whole, in the order of time."""
        found: list[Event] = []
        previous: dict[str, int | None] = dict.fromkeys(NAMES)
        for revision in self._revisions:
            line = self._lines.get((code, revision.pk))
            moves = list(revision.moves.all())
            if line:
                entries, objections = self._entries.get(line.pk, []), self._objections.get(line.pk, [])
                found += _begun(revision, line, entries, moves, previous)
                found += [_typed(revision, entry, objections) for entry in entries]
                found += [_doubted(revision, each) for each in objections]
                found += _replaced(revision, line, self._lines, moves)
                previous = line.figures
            found += [_moved(revision, move) for move in moves if move.action in _TOLD]
        told = [event for event in found if figure in ("", event.figure) or not event.figure]
        return sorted(told, key=lambda event: event.at)


def _replaced(
    revision: Return, line: ReturnLine, lines: Mapping[tuple[str, int], ReturnLine], moves: list[ReturnMove]
) -> Iterator[Event]:
    """The figures of an approved revision that a later one took the place of: what was judged till then read the old."""
    step = next((move for move in moves if move.action == "supersede"), None)
    later = [
        each
        for (code, quarterly_return), each in lines.items()
        if code == line.area_id and quarterly_return > revision.pk
    ]
    standing = [each for each in later if each.status in (LineStatus.APPROVED, LineStatus.SUPERSEDED)]
    if step is None or not standing:
        return
    new = min(standing, key=lambda each: each.quarterly_return_id)
    for name in NAMES:
        old, value = getattr(line, name), getattr(new, name)
        if old != value:
            why = f"此前的评定按旧数字（{'空白' if old is None else old}）作出"
            yield Event(step.at, _name(step.by), revision.revision, REPLACED, name, old, value, why)


def _by_line(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(row)
    return found


def events(quarterly_return: Return, code: str, figure: str = "") -> list[Event]:
    """What happened to a village's line, or to one figure of it, in the order of time."""
    return ReturnHistory(quarterly_return, [code]).of(code, figure)


def _moved(revision: Return, move: ReturnMove) -> Event:
    return Event(move.at, _name(move.by), revision.revision, move.deed, why=move.reason)


def _begun(
    revision: Return,
    line: ReturnLine,
    entries: list[FigureEntry],
    moves: list[ReturnMove],
    previous: dict[str, int | None],
) -> Iterator[Event]:
    """What a data package brought: the figures as they stood before anybody changed them in this revision."""
    first = moves[0] if moves else None
    at = first.at if first else revision.created_at
    if first and first.action != "import":
        return
    initial = dict(line.figures)
    for entry in reversed(entries):
        initial[entry.figure] = entry.before
    for name in NAMES:
        if initial[name] != previous[name]:
            yield Event(at, "数据导入", revision.revision, "导入", name, previous[name], initial[name], revision.reason)


def _typed(revision: Return, entry: FigureEntry, objections: list[Objection]) -> Event:
    """A change and why: for what it was sent back, or why the return is corrected."""
    asked = [each for each in objections if each.figure == entry.figure and each.move.at < entry.at]
    why = f"退回：{asked[-1].sentence}" if asked else f"更正：{revision.reason}" if revision.corrects_id else ""
    what = "填写" if entry.by else "导入"
    return Event(entry.at, _name(entry.by), revision.revision, what, entry.figure, entry.before, entry.after, why)


def _doubted(revision: Return, objection: Objection) -> Event:
    value, move = objection.value, objection.move
    return Event(move.at, _name(move.by), revision.revision, "退回", objection.figure, value, value, objection.sentence)


def _name(by) -> str:
    return by.name if by else "数据导入"
