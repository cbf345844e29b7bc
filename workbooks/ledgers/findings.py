"""What an uploaded ledger would do as the ledger stands now: added, changed cell by cell, wrong, odd."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from acceptance.loading import Loading
from accounts.models import User
from areas.package.handling import RowChange
from areas.package.problems import ImportProblem
from workbooks.ledgers import layout
from workbooks.ledgers.declared import WorkbookLedger
from workbooks.ledgers.reading import LedgerContent

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
        elif layout.mark(table, row.values) == gone_out:
            row.values.update({name: stored[name] for name in table.by_name})
        elif layout.mark(table, stored) != gone_out:
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
