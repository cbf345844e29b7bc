"""What an uploaded workbook would do to its return as it stands now: changes, what is wrong, what is odd."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from areas.package.values import quoted
from common.values import TextPlace
from returns.entry.saving import EXPLANATION, LONGEST_EXPLANATION, Typed, Values
from returns.figures import BY_NAME, NAMES, parse_cell
from returns.sheet import ReturnSheet, SheetRow
from workbooks import layout
from workbooks.lines import WorkbookContent, WorkbookLine
from workbooks.models import Upload

_LABELS = {name: figure.label for name, figure in BY_NAME.items()} | {EXPLANATION: layout.EXPLANATION}
_LABELS |= {layout.before(name): label for name, label in zip(NAMES, layout.BEFORE, strict=True)}
_LABELS |= {"code": layout.CODE, "name": layout.NAME}


@dataclass(frozen=True)
class WorkbookProblem:
    """An error or oddity in an uploaded workbook of a return; ``letter`` and ``label`` name the column, '' for the whole row."""

    sheet: str
    row: int
    letter: str
    label: str
    value: str
    message: str


@dataclass(frozen=True)
class FigureChange:
    """A cell that would change. ``is_contested``: somebody changed it online after the download."""

    row: int
    code: str
    village: str
    name: str
    before: int | str | None
    after: int | str | None
    is_contested: bool = False

    @property
    def label(self) -> str:
        return _LABELS[self.name]

    @property
    def before_text(self) -> str:
        return figure_text(self.before)

    @property
    def after_text(self) -> str:
        return figure_text(self.after)

    @property
    def key(self) -> str:
        return f"take-{self.code}-{self.name}"


@dataclass
class Preview:
    """Everything an upload says about its return; ``typed`` are the rows that can become draft."""

    notices: list[str] = field(default_factory=list)
    wrong: list[WorkbookProblem] = field(default_factory=list)
    odd: list[WorkbookProblem] = field(default_factory=list)
    ignored: list[WorkbookProblem] = field(default_factory=list)
    """Changes in locked cells, which are named and not taken over."""
    changes: list[FigureChange] = field(default_factory=list)
    contested: list[FigureChange] = field(default_factory=list)
    rows: int = 0
    """How many rows were read."""

    def typed(self, taken: Collection[str], sheet: ReturnSheet) -> dict[str, Typed]:
        """What to save: the changes, and of the contested cells those that were ``taken``, against what is stored."""
        stored = {row.area.code: _stored(row) for row in sheet.rows}
        wanted: dict[str, dict] = {}
        for change in (*self.changes, *(change for change in self.contested if change.key in taken)):
            wanted.setdefault(change.code, {})[change.name] = change.after
        return {code: Typed(values, stored[code]) for code, values in wanted.items()}

    @property
    def rows_changed(self) -> int:
        return len({change.code for change in self.changes})


def preview(upload: Upload, sheet: ReturnSheet) -> Preview:
    """Read the upload's texts against the sheet of its return as stored."""
    content = WorkbookContent.from_json(upload.content)
    found = Preview(notices=list(content.notices), rows=len(content.lines))
    rows = {row.area.code: row for row in sheet.rows}
    repeated = _repeated(content)
    for line in content.lines:
        refusal = _refusal(line, rows, repeated)
        if refusal:
            name, value, message = refusal
            found.wrong.append(_problem(content, line, name, value, message))
        else:
            _compare(found, content, line, rows[line.code], upload.issued.seen.get(line.code))
    named = {line.code for line in content.lines}
    missing = [row.area.name for row in sheet.rows if row.area.code not in named]
    if missing:
        found.notices.append(f"文件里没有这 {len(missing)} 个村居：{'、'.join(missing)}。它们保持网上现有的数字。")
    return found


def _repeated(content: WorkbookContent) -> Mapping[str, list[int]]:
    """The rows of the codes that stand there more than once."""
    rows: dict[str, list[int]] = {}
    for line in content.lines:
        rows.setdefault(line.code, []).append(line.row)
    return {code: numbers for code, numbers in rows.items() if code and len(numbers) > 1}


def _refusal(
    line: WorkbookLine, rows: Mapping[str, SheetRow], repeated: Mapping[str, list[int]]
) -> tuple[str, str, str] | None:
    """Why a row cannot be taken at all: field, value, sentence."""
    if line.fault:
        return "", "", line.fault
    if not line.code:
        return "code", "", "这一行没有编码，不知道是哪个村居：请填编码，或删去这一行（合计行请删去）。"
    if line.code not in rows:
        return "code", line.code, "本单位本季度没有这个编码的村居：请核对编码，或删去这一行。"
    if line.code in repeated:
        others = "、".join(str(number) for number in repeated[line.code])
        return "code", line.code, f"同一个编码出现在第 {others} 行，不知道以哪一行为准，都没有读：请只留一行。"
    if line.name and line.name != rows[line.code].area.name:
        expected = rows[line.code].area.name
        return (
            "name",
            line.name,
            f"编码 {line.code} 是{expected}，这一行写的却是{quoted(line.name)}：行可能错位，请核对。",
        )
    return None


def _compare(found: Preview, content: WorkbookContent, line: WorkbookLine, row: SheetRow, seen: Values | None) -> None:
    values, faults = _read(line)
    stored, seen = _stored(row), seen or dict.fromkeys(NAMES) | {EXPLANATION: ""}
    changed = {name: value for name, value in values.items() if value != seen[name] and value != stored[name]}
    _ignore_last_quarter(found, content, line, row)
    if row.is_locked:
        for name in (*changed, *faults):
            message = (
                f"这一行已{row.line.get_status_display()}，锁定不能改：没有采用，仍为 {figure_text(stored[name])}。"
            )
            found.ignored.append(_problem(content, line, name, line.texts[name], message))
        return
    found.wrong += [_problem(content, line, name, line.texts[name], message) for name, message in faults.items()]
    if faults:
        return
    result: dict[str, Any] = {name: changed.get(name, stored[name]) for name in NAMES}
    problems = row.found(result)
    for problem in problems:
        kind = found.wrong if problem.is_error else found.odd
        kind.append(_problem(content, line, problem.figure, line.texts[problem.figure], problem.message))
    if any(problem.is_error for problem in problems):
        return
    for name, value in changed.items():
        is_contested = stored[name] != seen[name]
        change = FigureChange(line.row, line.code, row.area.name, name, stored[name], value, is_contested)
        (found.contested if is_contested else found.changes).append(change)


def _ignore_last_quarter(found: Preview, content: WorkbookContent, line: WorkbookLine, row: SheetRow) -> None:
    """Name last quarter's figures that are no longer what is on record; they only stand there for comparison."""
    previous = row.previous or dict.fromkeys(NAMES)
    for name in NAMES:
        text = line.locked.get(layout.before(name))
        if text is None or _same(text, name, previous[name]):
            continue
        message = f"上季的数字锁定，只供对照：与登记的不同，没有采用，登记为 {figure_text(previous[name])}。"
        found.ignored.append(_problem(content, line, layout.before(name), text, message))


def _same(text: str, name: str, value: int | None) -> bool:
    try:
        return parse_cell(text, BY_NAME[name], TextPlace.SHEET) == value
    except ValueError:
        return False


def _read(line: WorkbookLine) -> tuple[dict[str, int | str | None], dict[str, str]]:
    """The values of a row, and why its other cells cannot be read."""
    values: dict[str, int | str | None] = {}
    faults = dict(line.faults)
    for name in (*NAMES, EXPLANATION):
        text = line.texts[name]
        if name in faults:
            continue
        if name == EXPLANATION:
            values[name] = sentence = " ".join(text.split())
            if len(sentence) > LONGEST_EXPLANATION:
                faults[name] = f"说明太长（{len(sentence)} 字）：最多 {LONGEST_EXPLANATION} 字。"
            continue
        try:
            values[name] = parse_cell(text, BY_NAME[name], TextPlace.SHEET)
        except ValueError as error:
            faults[name] = str(error)
    return values, faults


def _stored(row: SheetRow) -> Values:
    return {**row.figures, EXPLANATION: row.explanation}


def figure_text(value: int | str | None) -> str:
    return "空白" if value in (None, "") else str(value)


def _problem(content: WorkbookContent, line: WorkbookLine, name: str, value: str, message: str) -> WorkbookProblem:
    return WorkbookProblem(
        content.sheet, line.row, content.letters.get(name, ""), _LABELS.get(name, ""), value, message
    )


def groups(changes: list[FigureChange]) -> Iterator[tuple[str, list[FigureChange]]]:
    """The changes by village, in the order of the file."""
    villages: dict[str, list[FigureChange]] = {}
    for change in changes:
        villages.setdefault(change.village, []).append(change)
    yield from villages.items()
