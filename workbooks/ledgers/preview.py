"""The workbook of a ledger as it comes back: which one it is, and what it would do as the ledger stands now.

Its rows are read as a sheet of the package's table, and found to be added, changed cell by cell, wrong, or odd.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from openpyxl.utils import get_column_letter

from acceptance.packages import Loading
from accounts.models import User
from areas.package import workbook
from areas.package.package import RowChange
from areas.package.tables import ImportProblem, PackageSheet, Unreadable
from areas.package.values import quoted, trimmed
from workbooks import opening
from workbooks.ledgers import declared
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger, WorkbookUnit
from workbooks.ledgers.models import LedgerWorkbook
from workbooks.opening import AGAIN


@dataclass
class LedgerContent:
    """The content of an uploaded ledger workbook: its rows, the positions of its columns, and remarks."""

    title: str
    sheet: PackageSheet
    letters: dict[str, str]
    marks: dict[int, str]
    """What each row said when it went out, by row number; rows that the person added have none."""
    merged: dict[int, str]
    """Rows that merged cells touch, with their range."""
    notices: list[str] = field(default_factory=list)


def read(path: Path, name: str, ledger: WorkbookLedger, unit: WorkbookUnit) -> tuple[LedgerContent, LedgerWorkbook]:
    """What the file says for this ledger of this unit, and as which workbook it went out; Unreadable says why not."""
    operator = unit.operator.code if unit.operator else None
    sheets, notices = opening.opened(path, name, ledger.title, settings.LARGEST_BODY)
    sheet = opening.chosen(_with_ours(sheets, ledger), ledger.title, declared.STAMP_LABELS, notices)
    issued = _recognised(sheet, ledger, unit)
    return _content(sheet, ledger, operator, notices), issued


def _with_ours(sheets: Sequence[PackageSheet], ledger: WorkbookLedger) -> Sequence[PackageSheet]:
    """Where another ledger's sheet stands instead, it is taken up, so that the refusal can name it."""
    titles = {other.title for other in LEDGERS.values()}
    if any(sheet.name == ledger.title for sheet in sheets):
        return sheets
    return [sheet for sheet in sheets if sheet.name in titles] or sheets


def _recognised(sheet: PackageSheet, ledger: WorkbookLedger, unit: WorkbookUnit) -> LedgerWorkbook:
    """The workbook as it was issued for this ledger and unit; else Unreadable says which one it is."""
    stamp = opening.stamp_of(sheet, declared.STAMP_LABELS)
    if not stamp:
        raise Unreadable(f"表里没有校验号，认不出是哪个单位的哪种台账：{AGAIN}")
    issued = LedgerWorkbook.objects.filter(pk=stamp[declared.STAMP].upper()).select_related("area", "operator").first()
    if issued is None:
        raise Unreadable(f"校验号{quoted(stamp[declared.STAMP])}不是本系统发出的台账工作簿：{AGAIN}")
    if issued.ledger != ledger.key:
        other = LEDGERS[issued.ledger].title
        raise Unreadable(f"这是{other}台账的工作簿，不是{ledger.title}的：请到{other}台账上传，或选对文件。")
    whose = WorkbookUnit(issued.area, issued.operator)
    if whose.code != unit.code:
        raise Unreadable(f"这是{whose.name}的工作簿，不是{unit.name}的：请选本单位的文件。")
    if issued.template != declared.TEMPLATE:
        raise Unreadable(
            f"工作簿是旧模板（第 {issued.template} 版，现用第 {declared.TEMPLATE} 版）：请重新下载，把改动抄到新的工作簿里再上传。"
        )
    said = (ledger.title, unit.code, issued.day.isoformat())
    for label, value in zip(declared.STAMP_LABELS, said, strict=False):
        if stamp.get(label, value) != value:
            raise Unreadable(f"表里的{label}被改成了{quoted(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")
    return issued


def _content(sheet: PackageSheet, ledger: WorkbookLedger, operator: str | None, notices: list[str]) -> LedgerContent:
    columns = ledger.columns(operator)
    labels = [column.label for column in columns]
    number, headings = opening.header(sheet, labels[:2], labels)
    merged = opening.merged_rows(sheet, workbook.MAX_ROWS)
    if number in merged:
        raise Unreadable(f"表头（第 {number} 行）有合并单元格：请取消合并后再上传。")
    places = opening.positions_of(number, headings, [*labels, declared.MARK])
    at = [places[column.label] for column in columns]
    implied = ledger.implied(operator)
    rows, marks = _rows(sheet, number, at, places[declared.MARK], list(implied.values()))
    if not rows:
        raise Unreadable("表头下面没有填写任何一行：请逐行填写后再上传。")
    names = [column.name for column in columns]
    index = {position: i for i, position in enumerate(at)}
    faults = {(row, index[place]): said for (row, place), said in sheet.faults.items() if place in index}
    table = PackageSheet(ledger.table.name, [(number, [*names, *implied]), *rows], faults)
    letters = {name: get_column_letter(position + 1) for name, position in zip(names, at, strict=True)}
    filled = {row for row, _ in rows}
    return LedgerContent(
        sheet.name, table, letters, marks, {row: ref for row, ref in merged.items() if row in filled}, notices
    )


def _rows(
    sheet: PackageSheet, header: int, at: Sequence[int], mark_at: int, implied: Sequence[str]
) -> tuple[list[tuple[int, list[str]]], dict[int, str]]:
    """The rows in which anything is filled in, as the table's columns; and the marks beside them."""
    rows: list[tuple[int, list[str]]] = []
    marks: dict[int, str] = {}
    for number, cells in sheet.rows:
        if number <= header:
            continue
        width = len(cells)
        texts = [cells[position].replace("\0", "") if position < width else "" for position in at]
        if any(map(trimmed, texts)):
            rows.append((number, [*texts, *implied]))
            if mark_at < width and (mark := trimmed(cells[mark_at])):
                marks[number] = mark
    return rows, marks


SHOWN = 300
"""How many of each kind are listed; the counts are of all."""

Say = Callable[[str], None]


@dataclass
class RowRemark:
    """An error or oddity in an uploaded row, with the row's place in the file; no column where the whole row is meant."""

    sheet: str
    row: int
    letter: str
    label: str
    value: str
    message: str


@dataclass
class CellChange:
    """A cell that confirming an upload would change: its label, old and new value as text."""

    row: int
    key: str
    name: str
    label: str
    before: str
    after: str


@dataclass
class Added:
    """A row that is new: its key, its name, and the rest of what it says."""

    row: int
    key: str
    said: str


@dataclass
class Findings:
    """Counts of all, lists of the first ``SHOWN``; ``digest`` is the same only when the same would be written."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong_rows: int = 0
    wrong_count: int = 0
    odd_count: int = 0
    additions: list[Added] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)
    wrong: list[RowRemark] = field(default_factory=list)
    odd: list[RowRemark] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    digest: str = ""

    @property
    def writes(self) -> bool:
        return bool(self.added or self.changed)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Findings":
        kinds = {"additions": Added, "cells": CellChange, "wrong": RowRemark, "odd": RowRemark}
        return cls(**said | {name: [kind(**one) for one in said[name]] for name, kind in kinds.items()})


def checked(
    content: LedgerContent, ledger: WorkbookLedger, operator: str | None, *, by: User, say: Say = lambda text: None
) -> Loading:
    """The rows of the file, checked; those that nobody touched since the download are left as they are stored."""
    say(f"正在检查 {len(content.sheet.rows) - 1} 行")  # type: ignore[arg-type]
    loading = Loading(content.sheet, by=by, implied=ledger.implied(operator))
    loading.check()
    for row in loading.data.rows:
        if row.number in content.merged:
            message = f"有合并单元格 {content.merged[row.number]}：请取消合并，每行每格分别填写。"
            loading.package.report.error(loading.data.table.name, row.number, None, "", message)
    _compare_three_ways(loading, content)
    loading.package.report.sort()
    return loading


def _compare_three_ways(loading: Loading, content: LedgerContent) -> None:
    """What the file says, what it said when it was downloaded, what is stored now."""
    data, table = loading.data, loading.data.table
    wrong = {problem.row for problem in loading.package.report.errors}
    for row in data.rows:
        gone_out, stored = content.marks.get(row.number), data.stored.get(data.key(row))
        if gone_out is None or row.number in wrong:
            continue
        if stored is None:
            data.warn(row, table.key[0], "编号是新的，这一行会作为新增：若是改编号，原编号的一行仍然保留，请核对。")
        elif declared.mark(table, row.values) == gone_out:
            row.values.update({name: stored[name] for name in table.by_name})
        elif declared.mark(table, stored) != gone_out:
            data.error(
                row, table.key[0], "这一行在您下载之后网上又改过，不知道以哪个为准：请重新下载工作簿，再改这一行。"
            )


def findings_of(loading: Loading, content: LedgerContent, went_out: int) -> Findings:
    """What confirming would do. ``went_out`` is how many rows the workbook had when it was downloaded."""
    report, total = loading.package.report, len(loading.data.rows)
    numbers = {id(row.values): row.number for row in loading.data.rows}
    findings = Findings(
        rows=total,
        wrong_rows=len({problem.row for problem in report.errors}),
        wrong_count=len(report.errors),
        odd_count=len(report.warnings),
        wrong=[_place(content, loading, problem) for problem in report.errors[:SHOWN]],
        odd=[_place(content, loading, problem) for problem in report.warnings[:SHOWN]],
        notices=list(content.notices),
    )
    loading.drop_wrong()
    digest = hashlib.sha256()
    for change in loading.changes():
        _count(findings, loading, change, numbers[id(change.after)], digest)
    findings.unchanged = len(loading.data.rows) - findings.added - findings.changed
    findings.digest = digest.hexdigest()
    if len(content.marks) < went_out:
        missing = went_out - len(content.marks)
        findings.notices.append(
            f"下载时有 {went_out} 行，文件里少了 {missing} 行：它们保持不变，上传不会删除任何一行。"
        )
    return findings


def _count(findings: Findings, loading: Loading, change: RowChange, number: int, digest) -> None:
    table = loading.data.table
    before, after = change.before or {}, change.after
    key = column_text(table.by_name[table.key[0]], after[table.key[0]])
    written = [column for column in table.columns if not change.before or before[column.name] != after[column.name]]
    said = [
        [column.name, column.write(before.get(column.name)), column.write(after[column.name])] for column in written
    ]
    digest.update(json.dumps([key, said], ensure_ascii=False).encode())
    if not change.before:
        findings.added += 1
        if len(findings.additions) < SHOWN:
            filled = [column for column in written[1:] if after[column.name] not in (None, "")]
            text = "，".join(f"{column.label} {column_text(column, after[column.name])}" for column in filled)
            findings.additions.append(Added(number, key, text))
        return
    findings.changed += 1
    if len(findings.cells) < SHOWN:
        name = str(after.get("name") or "")
        findings.cells += [
            CellChange(
                number,
                key,
                name,
                column.label,
                column_text(column, before[column.name]),
                column_text(column, after[column.name]),
            )
            for column in written
        ]


def column_text(column, value: Any) -> str:
    """A value as people say it: the label of a listed one, 是 or 否, 空白."""
    if value is None or value == "":
        return "空白"
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = getattr(column.kind, "labels", {})
    return labels.get(value) or column.write(value)


def _place(content: LedgerContent, loading: Loading, problem: ImportProblem) -> RowRemark:
    column = loading.data.table.by_name.get(problem.column or "")
    label = column.label if column else ""
    letter = content.letters.get(problem.column or "", "")
    message = problem.message.replace(column.kind.expected, column.kind.asked) if column else problem.message
    return RowRemark(content.title, problem.row or 0, letter, label, problem.value, message)
