"""What a sheet would do to its form as it stands now, cell by cell: what changes, what is left out and why."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from entry.cells import TypedCell
from entry.forms import SENTENCE, EntryColumn, Value
from intake.grid import letter
from intake.outcome import ReadLine
from workbooks.forms import FormFault, FormRow, UploadForm
from workbooks.models import SheetUpload
from workbooks.reading import SheetContent
from workbooks.together import OthersChange

_MOST_NAMED = 10
SAME, NEW, CONTESTED, UNREADABLE, HELD, LOCKED = "same", "new", "contested", "unreadable", "held", "locked"


@dataclass
class PreviewCell:
    """A figure or sentence of a row: what stands, what comes (``value``), the text in its field, what becomes of it.

    ``state``: ``same``, ``new``, ``contested`` (somebody changed it online since), ``unreadable``, ``held`` (contradicts
    another figure) or ``locked``; ``message`` says why it is not taken, ``odd`` what is to be checked.
    """

    code: str
    column: EntryColumn
    stands: Value
    value: Value
    text: str
    state: str = SAME
    message: str = ""
    letter: str = ""
    written: str = ""
    unfit: str = ""
    """Why what stands in a sheet of one's own does not do for this column (已核 is no explanation): then it is not taken."""
    is_chosen: bool = False
    own: str | None = None
    """What somebody put into its field whom a colleague forestalled."""
    odd: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"m-{self.code}-{self.column.name}"

    @property
    def choice(self) -> str:
        """The name of the tick by which the file's figure counts."""
        return f"take-{self.code}-{self.column.name}"

    @property
    def in_field(self) -> str:
        return self.text if self.own is None else self.own

    @property
    def stands_text(self) -> str:
        return "空白" if self.stands in (None, "") else str(self.stands)

    @property
    def value_text(self) -> str:
        return "空白" if self.value in (None, "") else str(self.value)

    @property
    def is_left(self) -> bool:
        """Whether it waits to be mended."""
        return self.state in (UNREADABLE, HELD)

    @property
    def tone(self) -> str:
        """How the cell is marked."""
        odd = "is-odd" if self.state == CONTESTED or self.odd else ""
        return "is-wrong" if self.is_left else odd or ("is-changed" if self.state == NEW else "")

    @property
    def is_taken(self) -> bool:
        return self.state == NEW or (self.state == CONTESTED and self.is_chosen)

    @property
    def typed(self) -> TypedCell:
        text = "" if self.value is None else str(self.value)
        return TypedCell(self.code, self.column.name, text, (self.stands,))


@dataclass
class PreviewRow:
    """A village or township with its cells; ``line`` is where it stands in the sheet, None where it does not."""

    row: FormRow
    cells: list[PreviewCell]
    line: ReadLine | None = None
    where: str = ""
    """Its place in the sheet, as the person sees it."""

    @property
    def changing(self) -> dict[str, PreviewCell]:
        """What is to be kept, by column."""
        return {cell.column.name: cell for cell in self.cells if cell.is_taken}

    @property
    def is_shown(self) -> bool:
        """Whether anything happens here."""
        return any(cell.state != SAME or cell.odd for cell in self.cells)


@dataclass
class SheetPreview:
    """All rows of the form, in its order."""

    rows: list[PreviewRow]
    content: SheetContent

    @property
    def notices(self) -> list[str]:
        """What the person should know besides: of the file, and which rows it does not have."""
        absent = [row.row.name for row in self.rows if row.line is None]
        some = "、".join(absent[:_MOST_NAMED]) + ("等" if len(absent) > _MOST_NAMED else "")
        missing = [f"文件中没有这 {len(absent)} 行：{some}。这些行保持网上现有的数字。"] if absent else []
        asked = len(self.content.questions)
        open_ = [f"还有 {asked} 项未确定，相关的格子未读取。"] if asked else []
        return [*self.content.notices, *open_, *self._unfound, *missing]

    @property
    def _unfound(self) -> list[str]:
        """Which figures no column was found for, unless the person is or was asked for it."""
        content = self.content
        known = {
            *content.letters,
            *(each.key.removeprefix("column/") for each in (*content.questions, *content.settled)),
        }
        columns = [cell.column for row in self.rows[:1] for cell in row.cells if cell.column.kind != SENTENCE]
        labels = [column.label for column in columns if column.name not in known]
        if not content.lines or not labels:
            return []
        return [f"未读取{'、'.join(labels)}：表里有的，请在“核对或修改读法”中指定；没有的，保持网上现有的数字。"]

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is left to be mended, each with its place in the person's own sheet."""
        found = []
        for row in self.rows:
            for cell in row.cells:
                if cell.state in (UNREADABLE, HELD, LOCKED):
                    written = f"“{cell.text[:40]}”" if cell.text and cell.text[:20] not in cell.message else ""
                    text = f"{row.row.name}{cell.column.label}{written}{self.place(row, cell)}：{cell.message}"
                    found.append({"text": text, "href": f"#{cell.name}" if cell.is_left else f"#row-{cell.code}"})
        return found

    @property
    def title(self) -> str:
        """What would happen, in a line."""
        found = [f"将要改动 {self.rows_changed} 行、{len(self.changes)} 处" if self.changes else "没有改动的数字"]
        if self.contested:
            found.append(f"{len(self.contested)} 处网上已有改动，请选定以何者为准")
        return "；".join(found)

    @property
    def problems_title(self) -> str:
        return f"需更正事项（{len(self.left)} 项）：这些格子不保存，可在下面更正" if self.left else "未采用的格子"

    def place(self, row: PreviewRow, cell: PreviewCell) -> str:
        """Where the cell stands in the sheet, as the person sees it; blank where it does not."""
        if row.line is None or not cell.letter:
            return ""
        sheet = f"工作表“{row.line.sheet}”" if row.line.sheet else ""
        return f"（{sheet}{row.where}{f'第 {cell.letter} 行' if self.content.is_turned else f' {cell.letter} 列'}）"

    @property
    def ignored(self) -> list[str]:
        return [
            f"第 {each.row} 行 {each.letter} 列 {each.label}“{each.value}”：{each.message}"
            for each in self.content.ignored
        ]

    @property
    def unfit(self) -> list[dict[str, Any]]:
        """Words of the sheet that are not taken: what stands there, why not, in which rows."""
        names: dict[tuple[str, str], list[str]] = {}
        for row in self.rows:
            for cell in row.cells:
                if cell.unfit:
                    names.setdefault((cell.written, cell.unfit), []).append(row.row.name)
        return [
            {
                "text": text,
                "why": why,
                "rows": "、".join(rows[:_MOST_NAMED]) + ("等" if len(rows) > _MOST_NAMED else ""),
                "count": len(rows),
            }
            for (text, why), rows in names.items()
        ]

    @property
    def shown(self) -> list[PreviewRow]:
        return [row for row in self.rows if row.is_shown]

    @property
    def quiet(self) -> list[PreviewRow]:
        return [row for row in self.rows if not row.is_shown]

    @cached_property
    def cells_by_row(self) -> list[tuple[PreviewRow, PreviewCell]]:
        return [(row, cell) for row in self.rows for cell in row.cells]

    @cached_property
    def cells(self) -> list[PreviewCell]:
        return [cell for _, cell in self.cells_by_row]

    @property
    def fields(self) -> str:
        """What the page's fields show, by their names, as it sends it back."""
        texts = {cell.name: cell.text for cell in self.cells}
        return json.dumps(texts | {cell.choice: cell.is_chosen for cell in self.contested}, ensure_ascii=False)

    def tell(self, others: Sequence[OthersChange], typed: Mapping[str, str]) -> None:
        """Mark what colleagues have changed since the page was shown, and put back what was ``typed`` into the same fields."""
        by_name = {each.name: each for each in others}
        for cell in self.cells:
            if each := by_name.get(cell.name):
                cell.odd.append(each.said)
                cell.own = typed.get(cell.name)

    def of(self, *states: str) -> list[PreviewCell]:
        return [cell for cell in self.cells if cell.state in states]

    @property
    def taken(self) -> list[PreviewCell]:
        return [cell for cell in self.cells if cell.is_taken]

    @property
    def left(self) -> list[PreviewCell]:
        return [cell for cell in self.cells if cell.is_left]

    @property
    def contested(self) -> list[PreviewCell]:
        return self.of(CONTESTED)

    @property
    def changes(self) -> list[PreviewCell]:
        return self.of(NEW)

    @property
    def rows_changed(self) -> int:
        return len({cell.code for cell in self.taken})

    @property
    def standing(self) -> str:
        """A digest of what the page shows as standing; another one tells that somebody changed it since."""
        stands = [[cell.code, cell.column.name, cell.stands, cell.state == LOCKED] for cell in self.cells]
        return hashlib.sha256(json.dumps(stands).encode()).hexdigest()[:16]


def preview(upload: SheetUpload, form: UploadForm) -> SheetPreview:
    """Compare three ways: what the sheet says, what was seen when it was written, what stands now."""
    content = SheetContent.from_json(upload.content)
    lines = {line.code: line for line in content.lines}
    rows = []
    for row in form.rows.values():
        line = lines.get(row.code)
        cells = [_cell(upload, content, form, row, line, column) for column in form.columns]
        where = "" if line is None else f"{letter(line.row)} 列" if content.is_turned else f"第 {line.row} 行"
        rows.append(PreviewRow(row, cells, line, where))
    _hold(rows, form)
    return SheetPreview(rows, content)


def _cell(
    upload: SheetUpload,
    content: SheetContent,
    form: UploadForm,
    row: FormRow,
    line: ReadLine | None,
    column: EntryColumn,
) -> PreviewCell:
    stands, name = row.values[column.name], column.name
    cell = PreviewCell(row.code, column, stands, stands, _text(stands), letter=content.letters.get(name, ""))
    mended = upload.mended.get(row.code, {}).get(name)
    cell.written = line.texts.get(name, "") if line else ""
    if mended is not None:
        cell.text = mended
        try:
            cell.value = column.read(mended)
        except ValueError as error:
            cell.state, cell.message = UNREADABLE, str(error)
    elif line is None:
        return cell
    elif name in line.faults:
        cell.text, cell.state, cell.message = cell.written, UNREADABLE, line.faults[name]
    elif name in line.values and not upload.issued_id and (why := form.unfit(name, _text(line.values[name]))):
        cell.text, cell.unfit = cell.text or _text(line.values[name]), why
        return cell
    elif name in line.values:
        cell.value = line.values[name]
        cell.text = _text(cell.value)
    elif upload.issued_id and name in content.letters and not cell.written:
        cell.value, cell.text = ("" if form.is_sentence(name) else None), ""
    if cell.state == SAME:
        _compare(cell, upload, row, is_mended=mended is not None)
    if cell.state != SAME and name in row.locked:
        cell.state, cell.message = LOCKED, f"{row.locked[name]}：未采用，仍为 {cell.stands_text}。"
    return cell


def _compare(cell: PreviewCell, upload: SheetUpload, row: FormRow, *, is_mended: bool) -> None:
    """Whether what comes is new; contested where somebody changed the cell online since the sheet was written."""
    seen = upload.seen.get(row.code, {}).get(cell.column.name, "" if cell.column.kind == "sentence" else None)
    if cell.value == cell.stands or (cell.value == seen and not is_mended):
        cell.value = cell.stands
        cell.text = cell.text if is_mended else _text(cell.stands)
    elif seen == cell.stands or is_mended:
        cell.state = NEW
    else:
        cell.state, cell.is_chosen = CONTESTED, cell.choice in upload.chosen


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _hold(rows: list[PreviewRow], form: UploadForm) -> None:
    """Hold back what contradicts other figures, until nothing that would be kept does; note what is odd."""
    by_code = {row.row.code: row for row in rows}
    changing = [row for row in rows if row.changing]
    if not changing:
        return
    before = form.faults({row.row.code: row.row.values for row in changing})
    known = {(code, each.name, each.message) for code, faults in before.items() for each in faults}
    while True:
        found = form.faults({row.row.code: _after(row) for row in changing})
        fresh = [
            (code, each)
            for code, faults in found.items()
            for each in faults
            if (code, each.name, each.message) not in known
        ]
        errors = [(by_code[code], each) for code, each in fresh if each.is_error]
        if not sum(_hold_back(row, error, changing) for row, error in errors):
            break
    for code, fault in fresh:
        for cell in by_code[code].cells:
            if cell.column.name == fault.name:
                cell.odd.append(fault.message)


def _after(row: PreviewRow) -> Mapping[str, Value]:
    return {cell.column.name: cell.value if cell.is_taken else cell.stands for cell in row.cells}


def _hold_back(row: PreviewRow, error: FormFault, changing: list[PreviewRow]) -> int:
    """How many cells are held: the one on which the error stands; where that does not change, what changes in the row and beneath it."""
    beneath = [each for each in changing if each.row.code.startswith(row.row.code)]
    held = row.changing.get(error.name)
    cells = [held] if held else [cell for each in beneath for cell in each.changing.values()]
    for cell in cells:
        cell.state, cell.message = HELD, error.message
    return len(cells)


def lines_said(content: SheetContent) -> Iterator[str]:
    """The reading in a few words: heading row, columns, totals."""
    if content.heading_row and not content.is_turned:
        yield f"第 {content.heading_row} 行表头"
    what = "行" if content.is_turned else "列"
    if content.name_column:
        yield f"{content.name_column} {what}名称"
    labels = [f"{column.letter} {what}“{column.heading}”" for column in content.columns]
    yield "、".join(labels) if labels else "未识别任何一项"
    yield f"读到 {len(content.lines)} 行"
