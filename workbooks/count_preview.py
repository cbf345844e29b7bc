"""What an uploaded workbook of an operator's counts would do: what changes, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from areas.models import Area
from common.values import TextPlace
from returns.counts import counts
from returns.counts.counts import NONE_GIVEN, CountInput
from returns.counts.form import CountRow, every
from returns.figures import BY_NAME, Figures, parse_cell
from returns.models import COUNTED
from workbooks.lines import WorkbookContent, WorkbookLine
from workbooks.models import CountUpload
from workbooks.return_preview import WorkbookProblem, figure_text


@dataclass(frozen=True)
class CountChange:
    """An area whose counts would change."""

    row: int
    area: Area
    given: CountInput

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Label, before and after of each figure that changes."""
        pairs = [(name, self.given.seen[name], self.given.figures[name]) for name in COUNTED]
        return [
            (BY_NAME[name].label, figure_text(before), figure_text(after))
            for name, before, after in pairs
            if before != after
        ]


@dataclass
class CountPreview:
    """Everything an upload says; ``changes`` are the rows that can be saved."""

    notices: list[str] = field(default_factory=list)
    wrong: list[WorkbookProblem] = field(default_factory=list)
    changes: list[CountChange] = field(default_factory=list)
    rows: int = 0

    @property
    def given(self) -> dict[str, CountInput]:
        return {change.area.code: change.given for change in self.changes}


def preview(upload: CountUpload, rows: list[CountRow]) -> CountPreview:
    """Read the upload's texts against the counts as they stand."""
    content = WorkbookContent.from_json(upload.content)
    found = CountPreview(notices=list(content.notices), rows=len(content.lines))
    stand = {row.area.code: row for row in every(rows)}
    taken: dict[str, WorkbookLine] = {}
    for line in content.lines:
        if refusal := _refusal(line, stand, taken):
            found.wrong.append(_problem(content, line, *refusal))
        else:
            taken[line.code] = line
            _compare(found, content, line, stand[line.code], upload.issued.seen.get(line.code) or NONE_GIVEN)
    _examine(found, upload, content, taken)
    return found


def _refusal(
    line: WorkbookLine, stand: Mapping[str, CountRow], taken: Mapping[str, WorkbookLine]
) -> tuple[str, str, str] | None:
    """Why a row cannot be taken at all: field, value, sentence."""
    if line.fault:
        return "", "", line.fault
    if not line.code:
        return "code", "", "这一行没有编码，不知道是哪个街镇或村居：请填编码，或删去这一行（合计行请删去）。"
    if line.code not in stand:
        return "code", line.code, "本季度没有这个编码的街镇或村居：请核对编码，或删去这一行。"
    if line.code in taken:
        return "code", line.code, f"同一个编码已在第 {taken[line.code].row} 行出现，这一行没有读：请只留一行。"
    name = stand[line.code].area.name
    if line.name and line.name != name:
        return "name", line.name, f"编码 {line.code} 是{name}，这一行写的却是{line.name[:20]}：行可能错位，请核对。"
    return None


def _compare(found: CountPreview, content: WorkbookContent, line: WorkbookLine, row: CountRow, seen: Figures) -> None:
    values, faults = _read(line)
    for name, message in faults.items():
        found.wrong.append(_problem(content, line, name, line.texts[name], message))
    if faults or values == seen or values == row.figures:
        return
    if row.figures != seen:
        now = "、".join(figure_text(row.figures[name]) for name in COUNTED)
        message = f"下载之后网上已改为 {now}，与文件不同：请重新下载，或在网上核对后改。"
        found.wrong.append(_problem(content, line, COUNTED[0], line.texts[COUNTED[0]], message))
        return
    found.changes.append(CountChange(line.row, row.area, CountInput(values, row.figures)))


def _read(line: WorkbookLine) -> tuple[dict[str, int | None], dict[str, str]]:
    values: dict[str, int | None] = {}
    faults = dict(line.faults)
    for name in COUNTED:
        try:
            values[name] = parse_cell(line.texts[name], BY_NAME[name], TextPlace.SHEET)
        except ValueError as error:
            faults.setdefault(name, str(error))
    return values, faults


def _examine(
    found: CountPreview, upload: CountUpload, content: WorkbookContent, taken: Mapping[str, WorkbookLine]
) -> None:
    """Take out what cannot be saved; with a township its villages, for they may be what is wrong with it."""
    wrong = counts.faults(upload.issued.operator, upload.issued.quarter, found.given)
    blocked = {fault.code for fault in wrong}
    for fault in wrong:
        line = taken.get(fault.code) or next(line for code, line in taken.items() if code.startswith(fault.code))
        value = figure_text(fault.value) if fault.value is not None else ""
        found.wrong.append(_problem(content, line, fault.figure, value, fault.message))
    found.changes = [change for change in found.changes if not blocked & {change.area.code, change.area.code[:9]}]


def _problem(content: WorkbookContent, line: WorkbookLine, name: str, value: str, message: str) -> WorkbookProblem:
    labels = {"code": "编码", "name": "街镇、村居"} | {each: BY_NAME[each].label for each in COUNTED}
    return WorkbookProblem(content.sheet, line.row, content.letters.get(name, ""), labels.get(name, ""), value, message)
