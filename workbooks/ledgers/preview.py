"""The workbook of a ledger as it comes back: which one it is, and what it would do as the ledger stands now.

Its rows are read as a sheet of the package's table, and found to be added, changed cell by cell, wrong, or odd; of each
cell, whether it is written at once or waits for the bureau.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from openpyxl.utils import get_column_letter

from areas.package import workbook
from areas.package.tables import ImportProblem, PackageSheet, Unreadable
from areas.package.values import PackageColumn, quoted, trimmed
from common.clock import today
from common.values import TextPlace
from proposals.models import ProposalItem
from proposals.sketching import Sketch
from proposals.vocabulary import Act, ApprovalLevel, Denominator
from proposals.wording import column_label, value_words
from workbooks import opening
from workbooks.files import AGAIN
from workbooks.ledgers import declared
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger, WorkbookUnit
from workbooks.ledgers.incoming import IncomingRows
from workbooks.ledgers.models import LedgerWorkbook


@dataclass
class LedgerContent:
    """The content of an uploaded ledger workbook: its rows, the positions of its columns, and remarks."""

    title: str
    sheet: PackageSheet
    letters: dict[str, str]
    marks: dict[int, str]
    """What each row said when it went out, by row number; rows that the person added have none."""
    problems: list[ImportProblem]
    """What is wrong with rows that merged cells touch."""
    notices: list[str] = field(default_factory=list)


def read(
    path: Path, name: str, ledger: WorkbookLedger, unit: WorkbookUnit, *, at_once: bool = False
) -> tuple[LedgerContent, LedgerWorkbook]:
    """What the file says for this ledger of this unit, and as which workbook it went out; Unreadable says why not.

    TooManyAtOnce where somebody waits for it (``at_once``) and should not.
    """
    operator = unit.operator.code if unit.operator else None
    sheets, notices = opening.opened(path, name, ledger.title, settings.LARGEST_BODY, at_once=at_once)
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
        raise Unreadable(f"表中没有校验号，无法识别是哪个单位的哪种台账：{AGAIN}")
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
            f"工作簿是旧模板（第 {issued.template} 版，现用第 {declared.TEMPLATE} 版）：请重新下载，将改动抄录到新的工作簿后再上传。"
        )
    said = (ledger.title, unit.code, issued.day.isoformat())
    for label, value in zip(declared.STAMP_LABELS, said, strict=False):
        if stamp.get(label, value) != value:
            raise Unreadable(f"表里的{label}被改为{quoted(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")
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
        raise Unreadable("表头下面未填写任何一行：请逐行填写后再上传。")
    names = [column.name for column in columns]
    index = {position: i for i, position in enumerate(at)}
    faults = _made_plain(rows, columns)
    faults |= {(row, index[place]): said for (row, place), said in sheet.faults.items() if place in index}
    table = PackageSheet(ledger.table.name, [(number, [*names, *implied]), *rows], faults)
    letters = {name: get_column_letter(position + 1) for name, position in zip(names, at, strict=True)}
    filled = {row for row, _ in rows}
    problems = [
        ImportProblem(table.name, row, None, "", f"有合并单元格 {ref}：请取消合并，每行每格分别填写。")
        for row, ref in merged.items()
        if row in filled
    ]
    return LedgerContent(sheet.name, table, letters, marks, problems, notices)


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


def _made_plain(rows: Sequence[tuple[int, list[str]]], columns: Sequence[PackageColumn]) -> dict[tuple[int, int], str]:
    """Write what people wrote (2018.5.1, 600户, 100M) as the package does; of the cells that are not certain, why not."""
    faults: dict[tuple[int, int], str] = {}
    for index, column in enumerate(columns):
        plain, refusals = column.plain_texts((texts[index] for _, texts in rows), TextPlace.SHEET)
        for number, texts in rows:
            if refusal := refusals.get(texts[index]):
                faults[number, index] = refusal
            else:
                texts[index] = plain[texts[index]]
    return faults


SHOWN = 300
"""How many of each kind are listed; the counts are of all."""


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
    """A cell that confirming an upload would change: its label, old and new value as text, and whether it waits."""

    row: int
    key: str
    name: str
    label: str
    before: str
    after: str
    waits: bool = False


@dataclass
class Added:
    """A row that is new: its key, the rest of what it says, and whether it waits."""

    row: int
    key: str
    said: str
    waits: bool = False


@dataclass
class Findings:
    """Counts of all, lists of the first ``SHOWN``; ``digest`` is the same only when the same would be written.

    ``since`` is the day from which what may change is a change (blank: all of it is corrected), ``day`` the one on which
    the effect was found. Once it is confirmed ``proposal`` is the one that it became.
    """

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pending: int = 0
    wrong_rows: int = 0
    wrong_count: int = 0
    odd_count: int = 0
    at_once: int = 0
    waiting: int = 0
    leaving: int = 0
    additions: list[Added] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)
    wrong: list[RowRemark] = field(default_factory=list)
    odd: list[RowRemark] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    effect: dict[str, Any] = field(default_factory=dict)
    needs_proof: bool = False
    since: str = ""
    day: str = ""
    digest: str = ""
    proposal: int | None = None

    @property
    def writes(self) -> bool:
        return bool(self.added or self.changed)

    @property
    def effect_today(self) -> dict[str, Any] | None:
        """The effect, if it was found today: past is what has ended by now."""
        return self.effect if self.day == today().isoformat() else None

    @property
    def since_day(self) -> date | None:
        return date.fromisoformat(self.since) if self.since else None

    @property
    def outcome(self) -> str:
        """What confirming did, in a sentence."""
        said = [f"新增 {self.added} 行，改动 {self.changed} 行"]
        said += [f"其中 {self.at_once} 行即时生效"] if self.at_once else []
        said += [f"{self.waiting} 行已提出变更申请，待区经信局审定"] if self.waiting else []
        return "；".join(said) + "。"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Findings":
        kinds = {"additions": Added, "cells": CellChange, "wrong": RowRemark, "odd": RowRemark}
        return cls(**said | {name: [kind(**one) for one in said[name]] for name, kind in kinds.items()})


def findings_of(
    rows: IncomingRows, sketch: Sketch, content: LedgerContent, went_out: int, since: date | None
) -> Findings:
    """What confirming would do. ``went_out`` is how many rows the workbook had when it was downloaded."""
    report, total, wrong = rows.report, len(rows.data.rows), rows.wrong
    places = [rows.numbers[place] for place in sketch.places]
    every = list(zip(places, sketch.items, strict=True))
    added = {number for number, item in every if item.act == Act.ADD}
    waiting = {number for number, item in every if item.level > ApprovalLevel.AT_ONCE}
    findings = Findings(
        rows=total,
        added=len(added),
        changed=len({*places} - added),
        pending=len({number for number, _ in rows.pending}),
        wrong_rows=len(wrong),
        wrong_count=len(report.errors),
        odd_count=len(report.warnings),
        at_once=len({number for number, item in every if item.level == ApprovalLevel.AT_ONCE}),
        waiting=len(waiting),
        leaving=len({number for number, item in every if item.denominator == Denominator.LEFT}),
        additions=[_added(*each) for each in every if each[1].act == Act.ADD][:SHOWN],
        cells=[cell for each in every[:SHOWN] if each[1].act != Act.ADD for cell in cells_of(*each)],
        wrong=[_place(content, rows, problem) for problem in report.errors[:SHOWN]],
        odd=[_place(content, rows, problem) for problem in report.warnings[:SHOWN]],
        notices=list(content.notices),
        effect=sketch.effect,
        needs_proof=sketch.needs_proof,
        since=since.isoformat() if since else "",
        day=today().isoformat(),
        digest=digest_of(sketch.items),
    )
    touched = {*places, *(number for number, _ in rows.pending)} | {number for number in wrong if number}
    findings.unchanged = total - len(touched)
    if len(content.marks) < went_out:
        missing = went_out - len(content.marks)
        findings.notices.append(
            f"下载时有 {went_out} 行，文件里少了 {missing} 行：它们保持不变，上传不会删除任何一行。"
        )
    if findings.pending:
        findings.notices.append(f"有 {findings.pending} 行的改动已有相同的申请待审定，未重复提出。")
    return findings


def digest_of(items: Sequence[ProposalItem]) -> str:
    """What tells these items from others."""
    said = [[item.key, item.act, str(item.effective_on), item.level, item.values] for item in items]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _added(number: int, item: ProposalItem) -> Added:
    said = (
        f"{column_label(item.table, name)} {value_words(item.table, name, text)}" for name, text in item.new.items()
    )
    return Added(number, item.key, "，".join(said), item.level > ApprovalLevel.AT_ONCE)


def cells_of(number: int, item: ProposalItem) -> list[CellChange]:
    """The cells that an item changes, in the row of this number."""
    return [
        CellChange(
            number,
            item.key,
            item.name,
            column_label(item.table, name),
            value_words(item.table, name, old),
            value_words(item.table, name, new),
            item.level > ApprovalLevel.AT_ONCE,
        )
        for name, (old, new) in item.values.items()
    ]


def _place(content: LedgerContent, rows: IncomingRows, problem: ImportProblem) -> RowRemark:
    column = rows.data.table.by_name.get(problem.column or "")
    label = column.label if column else ""
    letter = content.letters.get(problem.column or "", "")
    message = problem.message.replace(column.kind.expected, column.kind.asked) if column else problem.message
    return RowRemark(content.title, problem.row or 0, letter, label, problem.value, message)
