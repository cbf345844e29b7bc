"""The form of a return: what a clerk typed, read from the data sent and laid back into the sheet, nothing lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from returns import explanations
from returns.entry.saving import EXPLANATION, REASON, Clash, Typed, Values, hands_of, sentence_of, value_of
from returns.figures import FIGURES, NAMES
from returns.models import ExplanationReason
from returns.sheet import ReturnSheet, SheetRow


@dataclass
class TypedRow:
    """A row as typed: the texts, the values that could be read, and why the others could not."""

    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, int | str | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    seen_text: str = ""
    seen: Values | None = None

    @property
    def typed(self) -> Typed:
        return Typed(self.values, self.seen)


def read(data: Mapping[str, str], sheet: ReturnSheet) -> dict[str, TypedRow]:
    """Each row of which the data hold a field, by the village's code; a field that is absent is left alone."""
    found = {row.area.code: _entry(data, row) for row in sheet.rows}
    return {code: entry for code, entry in found.items() if entry.texts}


def _entry(data: Mapping[str, str], row: SheetRow) -> TypedRow:
    entry = TypedRow(seen_text=data.get(_seen_name(row), ""))
    entry.seen = _seen(entry.seen_text)
    for cell in row.cells:
        if (text := data.get(cell.name)) is not None:
            entry.texts[cell.figure.name] = text
            _read_cell(entry, cell.figure.name, text)
    if (text := data.get(row.explanation_name)) is not None:
        entry.texts[EXPLANATION] = entry.values[EXPLANATION] = sentence_of(text)
        _read_cell(entry, EXPLANATION, text)
    if (text := data.get(row.reason_name)) is not None:
        entry.texts[REASON] = text
        _read_cell(entry, REASON, text)
    return entry


def _read_cell(entry: TypedRow, name: str, text: str) -> None:
    try:
        entry.values[name] = value_of(name, text)
    except ValueError as error:
        entry.errors[name] = str(error)


def prepare(sheet: ReturnSheet, *, is_checking: bool = False) -> ReturnSheet:
    """Note in each row what its page shows, so that the data it sends can tell what the clerk saw.

    Of a sheet that was checked to be complete, what is missing is not held against the clerk
    until she asks (``is_checking``).
    """
    for row in sheet.rows:
        row.seen = seen_text(row)
        if not is_checking:
            row.overlook_missing()
    return sheet


def seen_text(row: SheetRow) -> str:
    """The row as stored, for the hidden field."""
    stored = row.line.figures if row.line else dict.fromkeys(NAMES)
    said = [row.line.reason, row.line.explanation] if row.line else ["", ""]
    return json.dumps([*(stored[name] for name in NAMES), *said], ensure_ascii=False, separators=(",", ":"))


def _seen(text: str) -> Values | None:
    """What the hidden field says the page showed; None when it says nothing that can be so."""
    try:
        *figures, reason, explanation = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    sound = len(figures) == len(FIGURES) and all(value is None or type(value) is int for value in figures)
    return (
        dict(zip(NAMES, figures, strict=True)) | {REASON: reason, EXPLANATION: explanation}
        if sound and isinstance(reason, str) and isinstance(explanation, str)
        else None
    )


def _seen_name(row: SheetRow) -> str:
    return f"was-{row.area.code}"


def lay(sheet: ReturnSheet, entries: Mapping[str, TypedRow], clashes: list[Clash] | tuple[()] = ()) -> ReturnSheet:
    """The sheet as stored now, with what was typed in its cells, each error and each other person's figure beside it.

    What the clerk left as she saw it shows the stored figure. A row with a cell that could not be
    read keeps what she saw; every other row starts afresh from what is stored.
    """
    prepare(sheet)
    contested: dict[tuple[str, str], Any] = {(clash.code, clash.name): clash for clash in clashes}
    hands = hands_of(sheet.quarterly_return, {clash.code for clash in clashes})
    for row in sheet.rows:
        entry = entries.get(row.area.code)
        if entry is not None:
            _lay_row(row, entry, contested, hands)
    return sheet


def _lay_row(
    row: SheetRow, entry: TypedRow, contested: Mapping[tuple[str, str], Any], hands: Mapping[tuple[str, str], str]
) -> None:
    changed = {name for name in entry.texts if _is_changed(entry, name)}
    if not row.is_locked:
        values: Mapping[str, Any] = entry.values
        row.figures = {name: (values.get(name) if name in changed else row.figures[name]) for name in NAMES}
        row.explanation = str(entry.values[EXPLANATION]) if EXPLANATION in changed else row.explanation
        row.reason = str(entry.values.get(REASON, "")) if REASON in changed else row.reason
        row.check(complete=False)
        if changed & {EXPLANATION, REASON}:
            row.explained = explanations.stamp(row.figures, row.oddities)
    if entry.errors:
        row.seen = entry.seen_text
    row.explanation_error = entry.errors.get(EXPLANATION, "") or entry.errors.get(REASON, "")
    for cell in row.cells:
        name = cell.figure.name
        cell.error = entry.errors.get(name, "")
        cell.text = entry.texts[name] if name in changed else cell.text
        cell.is_unsaved = row.is_locked and name in changed and entry.values.get(name) != cell.value
        if clash := contested.get((row.area.code, name)):
            cell.is_contested, cell.theirs, cell.theirs_by = True, clash.theirs, hands.get((row.area.code, name), "")
    if clash := contested.get((row.area.code, EXPLANATION)):
        row.explanation_error = f"他人已写为“{clash.theirs}”：请选定一种说法再保存。"
    elif clash := contested.get((row.area.code, REASON)):
        theirs = dict(ExplanationReason.choices).get(clash.theirs, "空白")
        row.explanation_error = f"他人已选“{theirs}”：请选定一种原因再保存。"


def _is_changed(entry: TypedRow, name: str) -> bool:
    return name in entry.errors or entry.seen is None or entry.values[name] != entry.seen[name]
