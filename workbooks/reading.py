"""What was read of a sheet: kept with its upload, so that the pages show and change it without the file being opened again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from areas.package.tables import Unreadable
from areas.package.values import quoted, trimmed
from common.values import UnreadableValue, read_number
from gate.judging import judged
from intake import files
from intake.grid import Grid, letter
from intake.outcome import MatchedColumn, ReadLine, SheetQuestion, SheetReading
from intake.reading import read
from workbooks.files import STAMP, judge_sheet
from workbooks.forms import UploadForm
from workbooks.models import RememberedReading

_HEAD = 25
"""How many rows hold the stamp."""
_SAMPLES = 3
_AS_BEFORE = "与上次相同"


@dataclass(frozen=True)
class SheetColumn:
    """A column of the sheet that figures may be taken from: its letter, its heading, the first values beneath."""

    letter: str
    heading: str
    samples: list[str]


@dataclass(frozen=True)
class IgnoredChange:
    """A change in a locked cell of a workbook of ours, which is named and not taken over."""

    row: int
    letter: str
    label: str
    value: str
    message: str


@dataclass
class SheetContent:
    """Everything that was read: what the reader says, which columns there are, what was settled by an answer."""

    sheet: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    lines: list[ReadLine] = field(default_factory=list)
    left_out: list[list] = field(default_factory=list)
    columns: list[MatchedColumn] = field(default_factory=list)
    questions: list[SheetQuestion] = field(default_factory=list)
    settled: list[SheetQuestion] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    mapping: dict[str, Any] = field(default_factory=dict)
    is_turned: bool = False
    places: list[SheetColumn] = field(default_factory=list)
    ignored: list[IgnoredChange] = field(default_factory=list)
    heading_row: int = 0
    name_column: str = ""
    remembered: dict[str, str] = field(default_factory=dict)
    """The headings by which columns are found as last time; empty where no earlier sheet was of this shape."""
    recalled: list[str] = field(default_factory=list)
    """The keys of the questions that were answered as last time."""

    def as_json(self) -> dict[str, Any]:
        """Ready for the database, which takes neither NUL nor halves of characters."""
        return storable(asdict(self))

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "SheetContent":
        kinds = {
            "lines": ReadLine,
            "columns": MatchedColumn,
            "questions": SheetQuestion,
            "settled": SheetQuestion,
            "places": SheetColumn,
            "ignored": IgnoredChange,
        }
        made = {name: [kind(**each) for each in said.get(name, ())] for name, kind in kinds.items()}
        known = {name: said[name] for name in cls.__dataclass_fields__ if name in said}
        return cls(**known | made)


def storable(said: Any) -> Any:
    """Texts, alone or in lists and objects, without what no database takes."""
    if isinstance(said, str):
        return said.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(said, Mapping):
        return {storable(key): storable(value) for key, value in said.items()}
    return [storable(each) for each in said] if isinstance(said, list | tuple) else said


def line_key(line: ReadLine) -> str:
    """How an answer names a row whose village the person says herself."""
    return f"line/{line.sheet}/{line.row}"


def sheets_of(source: bytes | str, file_name: str) -> list[Grid]:
    """The sheets of a file, opened in the child of the gate, or of a pasted block; Unreadable with a sentence."""
    if isinstance(source, str):
        return files.opened(source, "")
    said, _ = judged(judge_sheet, source, refusal=Unreadable, name=file_name)
    return [Grid.from_said(each) for each in said]


def sheet_content(
    sheets: list[Grid],
    file_name: str,
    form: UploadForm,
    answers: Mapping[str, str],
    remembered: Mapping[str, str],
    before: SheetContent | None = None,
    *,
    is_ours: bool = False,
) -> SheetContent:
    """Read the sheets again under the answers; ``before`` is the last reading, which knows what was asked already."""
    known = {key: value for key, value in answers.items() if not key.startswith("line/")}
    if is_ours:
        known = {f"unit/{column.name}": "1" for column in form.columns} | known
    found = read(sheets, file_name, form.wanted, {"columns": remembered} if remembered else None, known)
    content = SheetContent(
        **{name: getattr(found, name) for name in ("sheet", "letters", "columns", "questions", "is_turned", "mapping")},
        lines=_lines(found, answers, form),
        left_out=[list(each) for each in found.left_out],
        notices=list(found.notices),
        remembered=dict(remembered),
    )
    asked = {each.key: each for each in (*(before.settled if before else ()), *(before.questions if before else ()))}
    content.settled = [question for key, question in asked.items() if key in answers]
    content.recalled = list(before.recalled) if before else []
    _look_at_sheets(content, sheets, form, content.lines or found.lines, is_ours=is_ours)
    return content


def _lines(found: SheetReading, answers: Mapping[str, str], form: UploadForm) -> list[ReadLine]:
    """The lines under what the person said of them; where she names a place that another row has, hers counts."""
    said = {id(line): answers[line_key(line)] for line in found.lines if line_key(line) in answers}
    taken = set(said.values())
    kept = []
    for line in found.lines:
        if id(line) in said:
            line.code = said[id(line)]
            if line.code in form.rows:
                kept.append(line)
            else:
                found.left_out.append((line.row, "按您的选择不读"))
        elif line.code in taken:
            found.left_out.append((line.row, f"{form.rows[line.code].name}已由您指定的另一行代替"))
        elif line.code in form.rows:
            kept.append(line)
    return kept


def _look_at_sheets(
    content: SheetContent, grids: Sequence[Grid], form: UploadForm, lines: Sequence[ReadLine], *, is_ours: bool
) -> None:
    """The columns to choose from, the sheets that were not read, and changes in what is locked.

    ``lines``: those that were read; where it has to be asked of every one which place it is, all of these.
    """
    used = {line.sheet for line in lines}
    for grid in grids:
        if used and grid.name not in used:
            content.notices.append(f"{'隐藏的' if grid.is_hidden else '另一张'}工作表{quoted(grid.name)}未读取。")
    grid = next((each for each in grids if each.name == content.sheet), None)
    rows = [line.row for line in lines if line.sheet == content.sheet]
    if grid is None or not rows:
        content.places = [SheetColumn(each.letter, each.heading, []) for each in content.columns]
        return
    grid = grid.turned() if content.is_turned else grid
    content.heading_row = max((row for row in grid.rows if row < min(rows)), default=0)
    first = next(line for line in lines if line.sheet == content.sheet)
    content.name_column = next(
        (
            _letter(each, content)
            for each in grid.columns
            if " ".join(grid.spread(first.row, each).split()) == first.name
        ),
        "",
    )
    content.places = list(_places(grid, rows, content))
    if is_ours:
        content.ignored = list(_ignored(content, grid, form.shown_before()))


def _letter(column: int, content: SheetContent) -> str:
    """As the person finds it; in a turned sheet it is a row."""
    return str(column) if content.is_turned else letter(column)


def _places(grid: Grid, rows: Sequence[int], content: SheetContent) -> Iterable[SheetColumn]:
    """The columns with their headings; what stands above all of them is the sheet's title, and none."""
    above = _heading_rows(grid, rows, content)
    heads = {
        column: {text for row in above if (text := " ".join(grid.spread(row, column).split()))}
        for column in grid.columns
    }
    title = set.intersection(*heads.values())
    for column in grid.columns:
        samples = [text for row in rows if (text := grid.spread(row, column).strip())][:_SAMPLES]
        own = [" ".join(grid.spread(row, column).split()) for row in above]
        heading = " / ".join(dict.fromkeys(text for text in own if text and text not in title))
        if samples or heading:
            yield SheetColumn(_letter(column, content), heading[-60:], samples)


def _heading_rows(grid: Grid, rows: Sequence[int], content: SheetContent) -> list[int]:
    """The rows in which a heading stands that was matched; where none was, the last ones above the figures."""
    above = [row for row in grid.rows if row < min(rows)]
    matched = {level for column in content.columns for level in column.heading.split(" / ")}
    return [
        row for row in above if matched & {" ".join(grid.spread(row, each).split()) for each in grid.columns}
    ] or above[-3:]


def _ignored(content: SheetContent, grid: Grid, shown: Mapping[str, tuple[str, Mapping]]) -> Iterable[IgnoredChange]:
    """Figures that only stand for comparison and are no longer what is on record."""
    heads = {text.strip(): column for column, text in grid.by_row.get(content.heading_row, {}).items()}
    for label, (_, values) in shown.items():
        for line in content.lines if label in heads else ():
            text, value = grid.spread(line.row, heads[label]).strip(), values.get(line.code)
            if not _is(text, value):
                stands = "空白" if value is None else value
                message = f"上季的数字锁定，只供对照：与登记的不同，未采用，登记为 {stands}。"
                yield IgnoredChange(line.row, letter(heads[label]), label, text, message)


def _is(text: str, value: int | None) -> bool:
    try:
        return read_number(text, place="sheet") == value
    except UnreadableValue:
        return False


def recalled(
    sheets: list[Grid], file_name: str, form: UploadForm, earlier: Iterable[RememberedReading]
) -> tuple[Mapping[str, str], dict[str, str]]:
    """The headings and answers of an earlier sheet of this shape: all its headings stand here too. Empty without one.

    Only what is asked again is answered as then, so that an answer never meets a sheet that does not put the question.
    """
    for each in earlier:
        marks, said = each.mapping["columns"], each.mapping["answers"]
        found = read(sheets, file_name, form.wanted, {"columns": marks}, {})
        if {name for name, mark in marks.items() if mark} == {c.name for c in found.columns if c.why == _AS_BEFORE}:
            known = {
                question.key: said[question.key]
                for question in found.questions
                if question.key in said and said[question.key] in dict(question.options)
            }
            return marks, known
    return {}, {}


def stamp_in(sheets: Iterable[Grid], labels: Sequence[str]) -> dict[str, str]:
    """The values beside the labels of the stamp in whichever sheet has it; empty where none does."""
    for grid in sheets:
        found: dict[str, str] = {}
        for (row, column), text in sorted(grid.cells.items()):
            value = trimmed(grid.at(row, column + 1))
            if row <= _HEAD and trimmed(text) in labels and value not in labels:
                found.setdefault(trimmed(text), value)
        if found.get(STAMP):
            return found
    return {}
