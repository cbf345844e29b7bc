"""What is asked for, as rows of a data package: so that it is read, checked and stored as everything else is.

A change (变更) becomes a row of ``changes``, anything else the row itself with its new values.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from acceptance.judging import import_notes
from acceptance.packages import handlers
from acceptance.sealed_register import seal_written
from areas import changes
from areas.dated import changes_of
from areas.models import DatedValue, Site, Succession
from areas.package.package import ImportOutcome, Package
from areas.package.registry import CHANGING
from areas.package.tables import ImportProblem, PackageSheet
from areas.package.values import MalformedValue, trimmed, written
from common.lookups import chunks
from proposals.vocabulary import Act
from witness.sealing import seal_keys

ENDS = {"areas": "valid_to", "sites": "valid_to", "access_points": "closed_on"}
"""The column that holds the day from which a row is no more, by table; orders are completed or cancelled instead."""
BEGINS = {"areas": "valid_from", "sites": "valid_from", "access_points": "opened_on", "service_orders": "accepted_on"}
NEVER = "2017-01-01"
"""What was never there and says no beginning is given this day as beginning and end."""

Texts = dict[str, list[str | None]]
"""By column the old and the new text."""


@dataclass(frozen=True)
class ItemDraft:
    """What is to be done to one row: the new texts by column, as the data package writes them or in Chinese labels.

    ``on`` is the day of a change or an end; of a correction the beginning of the dated value that is corrected, None for
    the value that held from the beginning. ``seen`` are the texts on which the proposer decided, where he saw any.
    """

    table: str
    key: str
    act: Act
    values: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    seen: Mapping[str, str | None] | None = None
    name: str = ""
    """What it is called, where its row does not say so."""

    @property
    def is_undone(self) -> bool:
        """Whether a row is taken away again that an act brought: a succession, or the value from a day on."""
        return self.act == Act.UNDO

    @property
    def is_dated(self) -> bool:
        """Whether it becomes rows of ``changes``."""
        return self.act == Act.CHANGE or (self.act == Act.CORRECT and self.on is not None)

    @property
    def keys(self) -> Any:
        """The key as the table's handler knows it: of a succession the pair of codes."""
        return tuple(self.key.split("/", 1)) if self.table == "successions" else self.key


@dataclass(frozen=True)
class DraftProblem:
    """Something wrong or odd with a draft, by its place in the list; ``column`` is blank where the whole of it is meant."""

    index: int
    column: str
    message: str


class Assembly:
    """Some drafts, read and checked together against the register as it is now.

    Those with an error are left out of what is stored, with whatever then has an error too.
    """

    def __init__(self, drafts: Sequence[ItemDraft], by: Any = None, document: str = "") -> None:
        """``by`` is the user within whose scope everything must lie; None: that was asked when it was proposed."""
        self.drafts = list(drafts)
        self._first = reading = _Reading(self.drafts, range(len(self.drafts)), by, document)
        self.errors = list(reading.errors)
        while reading.errors:
            reading = _Reading(self.drafts, self.sound, by, document)
            self.errors += reading.errors
        self.warnings, self.package = reading.warnings, reading.package

    @property
    def sound(self) -> list[int]:
        """The places of the drafts without an error."""
        wrong = {problem.index for problem in self.errors}
        return [index for index in range(len(self.drafts)) if index not in wrong]

    def before(self, index: int) -> Mapping[str, Any] | None:
        """What is stored of the row of a draft, by column; None of a new one."""
        return self._first.stored(self.drafts[index])

    def texts(self, index: int) -> Texts:
        """The old and new texts of a draft, as the data package writes them; columns that stay as they are are left out."""
        return self._first.texts(index)

    def olds(self, index: int) -> dict[str, str | None]:
        """What stands in the columns of a draft now."""
        return self._first.olds(index)

    @property
    def is_current(self) -> bool:
        """Whether it may be stored as it was checked: the rows of its drafts are still what they were, nothing is dated."""
        return not any(draft.is_dated or draft.is_undone for draft in self.drafts) and self._first.is_current

    def rehearse(self) -> set[str]:
        """Write them to see what would turn, and take them back; the counties concerned."""
        self.package.handler("access_points").assigns_townships = False  # type: ignore[attr-defined]
        try:
            return self.store().counties
        finally:
            self.package.handler("access_points").assigns_townships = True  # type: ignore[attr-defined]

    def store(self) -> ImportOutcome:
        """Write the sound drafts with their notes; to be called in a transaction."""
        taken = _take_away(draft for index in self.sound if (draft := self.drafts[index]).is_undone)
        outcome = self.package.store()
        seal_written(outcome)
        outcome.counties = import_notes.leave(outcome) | taken
        return outcome


def _take_away(drafts: Iterable[ItemDraft]) -> set[str]:
    """Delete the rows of what is undone; the counties, of each of which everything is noted.

    The data package has no way to say that a row is gone, and rightly so: only what a succession wrote in one act, and
    on which nothing rests, goes again (``proposals.successions.undoing``). The items of both acts stay as the history.
    """
    counties = set()
    for draft in drafts:
        if draft.table == "successions":
            gone = Succession.objects.filter(area=draft.keys[0], successor=draft.keys[1])
            seal_keys(Succession, gone.values_list("pk", flat=True))
            gone.delete()
            counties.add(draft.key[:6])
        else:
            rows = DatedValue.objects.filter(table=draft.table, key=draft.key, effective_on=draft.on)
            dated = rows.filter(column__in=list(draft.values))
            seal_keys(DatedValue, dated.values_list("pk", flat=True))
            dated.delete()
            counties.add(_county(draft))
    for county in sorted(counties):
        changes.note(county)
    return counties


def _county(draft: ItemDraft) -> str:
    if draft.table == "areas":
        return draft.key[:6]
    return Site.objects.filter(site_id=draft.key).values_list("area__county", flat=True).get()


class _Reading:
    """Chosen drafts as a package, checked."""

    def __init__(self, drafts: Sequence[ItemDraft], chosen: Iterable[int], by: Any, document: str) -> None:
        self._drafts, self._by, self._document = drafts, by, document
        self._tables = {handler.table.name: handler for handler in handlers()}
        self._drafted: dict[tuple[str, int], dict[str, int]] = {}
        self._dated: dict[int, tuple[int, str]] = {}
        self.errors: list[DraftProblem] = []
        chosen = list(chosen)
        self._known = self._fetch(chosen)
        self._visible = self._seen() if by is not None else {}
        possible = [index for index in chosen if self._is_possible(index)]
        self.package = Package(
            list(self._tables.values()), [*self._own_sheets(possible), *self._changes_sheet(possible)]
        )
        report = self.package.check()
        self.errors += self._placed(report.errors)
        self.warnings = self._placed(report.warnings)

    # ------------------------------------------------ what is stored

    def _fetch(self, chosen: Sequence[int]) -> dict[str, dict[Any, dict[str, Any]]]:
        keys: dict[str, set[Any]] = defaultdict(set)
        for index in chosen:
            keys[self._drafts[index].table].add(self._drafts[index].keys)
        return {table: self._tables[table].fetch(some) for table, some in keys.items()}

    @property
    def is_current(self) -> bool:
        return self._known == self._fetch(range(len(self._drafts)))

    def _seen(self) -> dict[str, set[Any]]:
        """The primary keys of the rows that the proposer may see, by table."""
        found: dict[str, set[Any]] = {}
        for table, rows in self._known.items():
            own = self._tables[table].model._default_manager
            found[table] = set()
            for some in chunks(row["pk"] for row in rows.values()) if hasattr(own, "visible_to") else ():
                found[table] |= set(own.visible_to(self._by).filter(pk__in=some).values_list("pk", flat=True))
        return found

    def stored(self, draft: ItemDraft) -> Mapping[str, Any] | None:
        return self._known.get(draft.table, {}).get(draft.keys)

    @cached_property
    def _steps(self) -> dict[tuple[str, str, str], list[tuple[date, str]]]:
        """By table, key and column the dated values that are stored, in the order of their days."""
        subjects = {(draft.table, draft.key) for draft in self._drafts if draft.table in CHANGING}
        names = ("table", "key", "column", "effective_on", "value")
        found: dict[tuple[str, str, str], list[tuple[date, str]]] = defaultdict(list)
        for table, key, column, day, text in changes_of(subjects).values_list(*names):
            found[table, key, column].append((day, text))
        return found

    def _now(self, draft: ItemDraft, column: str) -> str | None:
        """What stands in a column; of a dated draft on its day (a correction) or until the day before (a change)."""
        row = self.stored(draft)
        if row is None:
            return None
        text = self._tables[draft.table].table.by_name[column].write(row[column])
        if draft.on is not None and (draft.is_dated or draft.is_undone):
            text = self._before(draft, column, text)
            if draft.act != Act.CHANGE:
                there = self._on_the_day(draft, column)
                text = text if there is None else there
        return text

    def _dated_texts(self, draft: ItemDraft, column: str) -> list[tuple[date, str]]:
        return self._steps.get((draft.table, draft.key, column), [])

    def _before(self, draft: ItemDraft, column: str, first: str) -> str:
        """What stands in a column until the day before."""
        assert draft.on is not None
        return next((text for day, text in reversed(self._dated_texts(draft, column)) if day < draft.on), first)

    def _on_the_day(self, draft: ItemDraft, column: str) -> str | None:
        """The dated value that begins on the very day of a draft; None where there is none."""
        return next((text for day, text in self._dated_texts(draft, column) if day == draft.on), None)

    def texts(self, index: int) -> Texts:
        draft = self._drafts[index]
        table = self._tables[draft.table].table
        found: Texts = {}
        for name, typed in self._given(draft).items():
            old, new = self._now(draft, name), _written(table.by_name[name], typed)
            if draft.is_undone:
                found[name] = [old, self._left(draft, name)]
            elif draft.act == Act.ADD:
                found |= {name: [None, new]} if new else {}
            elif draft.act == Act.CHANGE and self._on_the_day(draft, name) == new:
                continue
            elif old != new:
                found[name] = [old, new]
        return found

    def _left(self, draft: ItemDraft, column: str) -> str | None:
        """What stands in a column when the row is taken away: nothing, or what stood before the day."""
        row = self.stored(draft)
        if draft.on is None or row is None:
            return None
        return self._before(draft, column, self._tables[draft.table].table.by_name[column].write(row[column]))

    def olds(self, index: int) -> dict[str, str | None]:
        draft = self._drafts[index]
        return {name: self._now(draft, name) for name in self._given(draft)}

    # ------------------------------------------------ what is possible at all

    def _is_possible(self, index: int) -> bool:
        """Whether the draft can become a row; else its error says why not."""
        fault = self._fault(self._drafts[index])
        if fault:
            self.errors.append(DraftProblem(index, *fault))
        return fault is None

    def _fault(self, draft: ItemDraft) -> tuple[str, str] | None:
        if draft.table not in self._tables:
            return "", f"没有“{draft.table}”这种台账。"
        table, row = self._tables[draft.table].table, self.stored(draft)
        key = table.key[0]
        if unknown := [name for name in draft.values if name not in table.by_name]:
            return "", f"{table.label}没有“{'、'.join(unknown)}”这一项。"
        if row is None and draft.act != Act.ADD:
            return key, f"{table.label}里没有编号为 {draft.key} 的一行：请核对编号，可能已经改过。"
        if row is not None and draft.act == Act.ADD:
            return key, f"编号 {draft.key} 已经有了：请换一个编号，或改为更正那一行。"
        if draft.is_dated and (fixed := [name for name in draft.values if name not in CHANGING.get(draft.table, ())]):
            labels = "、".join(table.by_name[name].label for name in fixed)
            return fixed[0], f"{labels}不能按日期变更，只能更正；实际迁移的，请终止原来的一处、另行新增一处。"
        if draft.act == Act.CHANGE and draft.on is None:
            return "", "变更必须写明起始日期。"
        if draft.is_undone and draft.table != "successions":
            for name in draft.values:
                if self._on_the_day(draft, name) is None:
                    return name, f"{draft.key} 自 {draft.on} 起的变更已经没有了：请核对，可能已经改过。"
        for name, typed in draft.values.items() if draft.act == Act.CHANGE else ():
            there = self._on_the_day(draft, name)
            if there is not None and there != _written(table.by_name[name], typed):
                label = table.by_name[name].label
                return (
                    name,
                    f"{label}在 {draft.on} 已经有一次变更（变为“{there or '空白'}”）：要改那一次，请按登记错误更正；否则请换一天。",
                )
        return self._foreign(draft, row)

    def _foreign(self, draft: ItemDraft, row: Mapping[str, Any] | None) -> tuple[str, str] | None:
        """Rows of others, and what one's own would be moved to; None where nobody is asked."""
        if self._by is None:
            return None
        table = self._tables[draft.table].table
        if row is not None and draft.table in self._visible and row["pk"] not in self._visible[draft.table]:
            return table.key[0], "该编号已用于您范围以外的一行：请核对编号，或改用其他编号。"
        if self._by.operator_id is not None:
            mine = self._by.operator_id
            named = draft.values.get("operator", mine)
            named = self._tables["operators"].table.by_name["code"].kind.read(named) if named else named
            return ("operator", "只能上报本企业的接入点和工单。") if named != mine else None
        for name in ("code", "area_code"):
            code = draft.values.get(name, draft.key if table.key == (name,) else "")
            if code and not self._by.scope.holds(code):
                return name, f"编码 {code} 不在您的范围内（{self._by.scope.area} 开头）：请核对编码。"
        return None

    # ------------------------------------------------ the package

    def _given(self, draft: ItemDraft) -> dict[str, str]:
        """The texts that the draft's act gives to columns."""
        given = dict(draft.values)
        if draft.act == Act.END and draft.on is not None and draft.table in ENDS:
            given.setdefault(ENDS[draft.table], draft.on.isoformat())
        if draft.act == Act.VOID:
            given |= self._never(draft)
        return given

    def _never(self, draft: ItemDraft) -> dict[str, str]:
        """The interval of what was never there: it ends on the day on which it begins; an order is cancelled at once."""
        row = self.stored(draft)
        begin = BEGINS[draft.table]
        day = str(row[begin]) if row and row[begin] else NEVER
        if draft.table == "service_orders":
            return {"completed_on": "", "cancelled_on": day}
        return {begin: day, ENDS[draft.table]: day}

    def _own_sheets(self, chosen: Iterable[int]) -> Iterator[PackageSheet]:
        """The rows themselves as they are to be, one for each key, whatever is done to it."""
        groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index in chosen:
            if not (self._drafts[index].is_dated or self._drafts[index].is_undone):
                groups[self._drafts[index].table][self._drafts[index].key].append(index)
        for table, rows in groups.items():
            names = list(self._tables[table].table.by_name)
            filled = [self._row(table, number, some) for number, some in enumerate(rows.values(), start=1)]
            cells = ([row.get(name, "") for name in names] for row in filled)
            yield PackageSheet(table, [(0, names), *enumerate(cells, start=1)])

    def _row(self, table: str, number: int, some: Sequence[int]) -> dict[str, str]:
        declared, first = self._tables[table].table, self._drafts[some[0]]
        keys = first.keys if isinstance(first.keys, tuple) else (first.keys,)
        stored = self.stored(first) or {}
        row = written(declared.columns, stored)
        row |= dict(zip(declared.key, keys, strict=True))
        drafted = self._drafted[table, number] = dict.fromkeys(("", *row), some[0])
        taken: set[str] = set()
        for index in some:
            for name, text in self._given(self._drafts[index]).items():
                if name in taken:
                    self.errors.append(DraftProblem(index, name, "同一项在本申请中修改了两次：请只保留一次。"))
                row[name], drafted[name] = text, index
                taken.add(name)
        return row

    def _changes_sheet(self, chosen: Iterable[int]) -> Iterator[PackageSheet]:
        rows = []
        for index in chosen:
            draft = self._drafts[index]
            for name, text in draft.values.items() if draft.is_dated else ():
                rows.append([draft.table, draft.key, name, str(draft.on), text, self._document])
                self._dated[len(rows)] = index, name
        if rows:
            names = ["table", "key", "column", "effective_on", "value", "document"]
            yield PackageSheet("changes", [(0, names), *enumerate(rows, start=1)])

    # ------------------------------------------------ what was found

    def _placed(self, problems: Iterable[ImportProblem]) -> list[DraftProblem]:
        """Problems by the draft that each is about."""
        found = []
        for problem in problems:
            column, row = problem.column or "", problem.row or 0
            if problem.table == "changes":
                index, name = self._dated[row]
                found.append(DraftProblem(index, name if column == "value" else "", problem.message))
            else:
                drafted = self._drafted[problem.table, row]
                found.append(DraftProblem(drafted.get(column, drafted[""]), column, problem.message))
        return found


def _written(column: Any, typed: str) -> str:
    """A text in the one way in which the data package writes it; what cannot be read stays as it was typed."""
    text = trimmed(typed)
    try:
        return column.write(column.kind.read(text)) if text else column.write(column.blank)
    except MalformedValue:
        return text
