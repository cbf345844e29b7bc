"""Rows of a ledger as they come in, by a workbook or the API: what of them differs from what is stored, as drafts of items.

Each row stands for itself: one that is wrong stays out, and the others go on.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from acceptance.packages import handlers
from areas.dated import FromDay, standing
from areas.package.registry import CHANGING
from areas.package.tables import ImportProblem, ImportReport, PackageRow, PackageSheet, TableData, read
from areas.package.values import PackageColumn, written
from common.clock import today
from common.lookups import chunks
from proposals.drafts import DraftProblem, ItemDraft
from proposals.models import ProposalItem
from proposals.vocabulary import Act
from workbooks.ledgers import declared
from workbooks.ledgers.declared import WorkbookLedger, operator_names


@dataclass
class IncomingRows:
    """The rows of a sheet, beside what is stored of them; ``drafts`` of what differs, each with its row's number.

    What is stored is taken as it stands today. ``pending`` are rows with columns of which the very same waits for the
    bureau already: it is not asked for twice.
    """

    data: TableData
    report: ImportReport
    drafts: list[ItemDraft] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    pending: list[tuple[int, list[str]]] = field(default_factory=list)
    stands: dict[str, dict[str, FromDay]] = field(default_factory=dict)
    """By key and column what stands today and since when, where it is not what was so from the beginning."""

    @property
    def wrong(self) -> set[int | None]:
        """The numbers of the rows that have an error."""
        return {problem.row for problem in self.report.errors}

    def since(self, key: str, column: str) -> date | None:
        """The day from which on the value holds that stands today; None where it holds from the beginning."""
        day, _ = self.stands.get(key, {}).get(column, (None, None))
        return day

    def take(self, problems: list[DraftProblem], *, as_errors: bool) -> None:
        """Add what was found about the drafts to what was found about the rows."""
        rows = {row.number: row for row in self.data.rows}
        found = self.report.errors if as_errors else self.report.warnings
        for problem in problems:
            number = self.numbers[problem.index]
            text = self.data.text(rows[number], problem.column) if problem.column else ""
            found.append(ImportProblem(self.data.table.name, number, problem.column or None, text, problem.message))


def incoming(
    sheet: PackageSheet,
    ledger: WorkbookLedger,
    operator: str | None,
    *,
    since: date | None = None,
    marks: Mapping[int, str] | None = None,
    problems: Sequence[ImportProblem] = (),
) -> IncomingRows:
    """The rows of a sheet as drafts: new ones, and of the others the cells that differ.

    What differs from what stands today is a correction of that; with ``since`` what may change on a day is a change from
    then on. ``marks`` are what rows said when they went out, by row number; ``problems`` are known already.
    """
    handler = next(each for each in handlers() if each.table is ledger.table)
    report = ImportReport((ledger.table,))
    data = read(ledger.table, sheet, report)
    rows = IncomingRows(data, report)
    _name_operators(data)
    data.stored = handler.fetch(data.by_key)
    _bring_up_to_today(rows)
    data.complete(handler.units)
    _refuse_repeated(data)
    _refuse_other_ledgers(data, ledger.implied(operator))
    report.errors += problems
    _compare_three_ways(rows, marks or {})
    if since:
        _refuse_overtaken(rows, since, operator)
    _draft(rows, since)
    return rows


def _bring_up_to_today(rows: IncomingRows) -> None:
    """Put what stands today in the place of what was so at the beginning."""
    data = rows.data
    rows.stands = standing(data.table.name, map(str, data.stored), today())
    for key, columns in rows.stands.items():
        data.stored[key] |= {column: value for column, (_, value) in columns.items()}


def _name_operators(data: TableData) -> None:
    """An operator may be named in place of its code."""
    if "operator" in data.table.by_name:
        codes = {name: code for code, name in operator_names().items()}
        for row in data.rows:
            if row.get("operator"):
                row.values["operator"] = codes.get(row.values["operator"], row.values["operator"])


def _refuse_repeated(data: TableData) -> None:
    """Refuse every row of a key that stands twice: the first is no better than the rest."""
    label = data.table.by_name[data.table.key[0]].label
    repeated: dict[int, tuple[PackageRow, list[int]]] = {}
    for row in data.rows:
        first = data.by_key.get(data.key(row), row)
        if first is not row:
            repeated.setdefault(first.number, (first, []))[1].append(row.number)
    for first, others in repeated.values():
        numbers = "、".join(map(str, others))
        data.error(
            first, data.table.key[0], f"{label}与第 {numbers} 行重复，无法判断以哪一行为准，均未读取：请只留一行。"
        )


def _refuse_other_ledgers(data: TableData, implied: Mapping[str, str]) -> None:
    """Refuse the keys of another ledger's rows; whose they are is asked of the drafts."""
    fixed = {name: value for name, value in implied.items() if name != "operator"}
    for row in data.rows:
        stored = data.stored.get(data.key(row))
        if stored is not None and any(stored[name] != value for name, value in fixed.items()):
            data.error(row, data.table.key[0], "该编号已用于另一种台账：请核对编号。")


def _compare_three_ways(rows: IncomingRows, marks: Mapping[int, str]) -> None:
    """What the file says, what it said when it was downloaded, what is stored now."""
    data, table, wrong = rows.data, rows.data.table, rows.wrong
    for row in data.rows:
        gone_out, stored = marks.get(row.number), data.stored.get(data.key(row))
        if gone_out is None or row.number in wrong:
            continue
        if stored is None:
            data.warn(row, table.key[0], "编号为新编号，本行作为新增：如为更改编号，原编号的一行仍然保留，请核对。")
        elif declared.mark(table, row.values) == gone_out:
            row.values.update({name: stored[name] for name in table.by_name})
        elif declared.mark(table, stored) != gone_out:
            data.error(
                row, table.key[0], "本行在您下载之后网上又有改动，无法判断以何者为准：请重新下载工作簿，再修改本行。"
            )


def _refuse_overtaken(rows: IncomingRows, since: date, operator: str | None) -> None:
    """Refuse a change from a day before the value that stands today began: that one would stand all the same.

    Of another operator's row nothing is said; that it is one is said of its draft.
    """
    data, wrong = rows.data, rows.wrong
    for row in data.rows:
        key = data.key(row)
        if row.number in wrong or (operator and data.stored.get(key, {}).get("operator") != operator):
            continue
        for name, (begins, value) in rows.stands.get(key, {}).items():
            if since < begins and row.values[name] != value:
                label = data.table.by_name[name].label
                message = f"{label}现在的值自 {begins} 起，自 {since} 起的变更对其无效：请填更晚的日期；"
                data.error(row, name, message + "原登记有误的，请按登记错误更正。")


# ------------------------------------------------ drafts


def _draft(rows: IncomingRows, since: date | None) -> None:
    """Drafts of the rows without an error."""
    wrong = rows.wrong
    found = [
        (row.number, draft) for row in rows.data.rows if row.number not in wrong for draft in _drafts(rows, row, since)
    ]
    waiting = _waiting(draft for _, draft in found)
    for number, draft in found:
        same = waiting.get((draft.key, draft.act, draft.on), {})
        again = [name for name, text in draft.values.items() if same.get(name) == text]
        if draft.act == Act.ADD and dict(draft.values) != same:
            again = []
        values = {name: text for name, text in draft.values.items() if name not in again}
        if again:
            rows.pending.append((number, again))
        if values:
            rows.drafts.append(ItemDraft(draft.table, draft.key, draft.act, values, draft.on, draft.seen))
            rows.numbers.append(number)


def _drafts(rows: IncomingRows, row: PackageRow, since: date | None) -> Iterator[ItemDraft]:
    table = rows.data.table
    key, stored = rows.data.key(row), rows.data.stored.get(rows.data.key(row))
    others = [column for column in table.columns if column.name not in table.key]
    if stored is None:
        filled = [column for column in others if row.values[column.name] != column.blank]
        yield ItemDraft(table.name, key, Act.ADD, written(filled, row.values))
        return
    differing = [column for column in others if row.values[column.name] != stored[column.name]]
    dated = [column for column in differing if since and column.name in CHANGING.get(table.name, ())]
    if dated:
        yield ItemDraft(table.name, key, Act.CHANGE, written(dated, row.values), since)
    corrected: dict[date | None, list[PackageColumn]] = defaultdict(list)
    for column in differing:
        if column not in dated:
            corrected[rows.since(key, column.name)].append(column)
    for on, columns in corrected.items():
        yield ItemDraft(table.name, key, Act.CORRECT, written(columns, row.values), on, written(columns, stored))


def _waiting(drafts: Iterator[ItemDraft]) -> dict[tuple, dict[str, str | None]]:
    """By key, act and day the new texts that wait for the bureau, of the rows of the drafts."""
    keys: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        keys[draft.table].add(draft.key)
    found: dict[tuple, dict[str, str | None]] = defaultdict(dict)
    for table, every in keys.items():
        for some in chunks(sorted(every)):
            for item in ProposalItem.objects.waiting().filter(table=table, key__in=some).order_by("pk"):
                found[item.key, Act(item.act), item.effective_on] |= item.new
    return found
