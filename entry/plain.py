"""A form of figures that came without scripts: its fields, read as the cells that the grid would have sent."""

import json
import re
from collections.abc import Iterator, Mapping

from entry.cells import TypedCell
from entry.forms import SENTENCE, EntryForm, Value
from entry.hooks import FORMS

SEEN = "was-"
"""Before the code of a row: the hidden field that says what the page showed."""


def field_name(code: str, name: str) -> str:
    """How the field of a cell is called."""
    return f"f-{code}-{name}"


def seen_text(form: EntryForm, row: Mapping[str, Value]) -> str:
    """A row as the page shows it, for the hidden field."""
    return json.dumps([row[column.name] for column in form.columns], ensure_ascii=False, separators=(",", ":"))


def typed_cells(data: Mapping[str, str], form: EntryForm | type[EntryForm]) -> list[TypedCell]:
    """The cells whose fields hold another text than the page showed; a field that is absent is left alone."""
    codes = [name.removeprefix(SEEN) for name in data if name.startswith(SEEN)]
    return [cell for code in codes if code.isdecimal() for cell in _cells(data, form, code)]


def is_of_the_grid(name: str) -> bool:
    """Whether a field belongs to a row of a form of figures."""
    return name.startswith((SEEN, "f-", "e-"))


def changed_at(path: str, data: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What was changed in a form of figures that was sent to an address: row, label of the column, what was typed, in words."""
    form = next((each for each in FORMS if re.match(each.pages.removesuffix("$"), path)), None)
    columns = {column.name: column for column in form.columns} if form else {}
    cells = typed_cells(data, form) if form else []
    return [
        (cell.code, columns[cell.name].label, dict(columns[cell.name].choices).get(cell.text, cell.text))
        for cell in cells
    ]


def _cells(data: Mapping[str, str], form: EntryForm | type[EntryForm], code: str) -> Iterator[TypedCell]:
    seen = _seen(data[f"{SEEN}{code}"], form)
    for column in form.columns:
        text = data.get(f"e-{code}" if column.kind == SENTENCE else field_name(code, column.name))
        if text is None:
            continue
        try:
            is_untouched = column.name in seen and column.read(text) == seen[column.name]
        except ValueError:
            is_untouched = False
        if not is_untouched:
            yield TypedCell(code, column.name, text, (seen[column.name],) if column.name in seen else ())


def _seen(text: str, form: EntryForm | type[EntryForm]) -> Mapping[str, Value]:
    """What the hidden field says the page showed; nothing when it says what cannot be so."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    is_sound = isinstance(values, list) and len(values) == len(form.columns)
    if not is_sound or any(value is not None and type(value) not in (int, str) for value in values):
        return {}
    return {column.name: value for column, value in zip(form.columns, values, strict=True)}
