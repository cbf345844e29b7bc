"""What a return's cells may be filled with, and which cells the sources disagree on."""

from collections.abc import Mapping
from dataclasses import replace

from returns.checks import AGAINST_SOURCES, OFF_REGISTRY, OPERATORS, Using
from returns.figures import NAMES
from returns.hooks import SOURCES
from returns.sheet import ReturnSheet, SheetRow
from returns.sources.agreement import Cell, Suggestion, Weighed, weigh
from returns.sources.causes import explained

NOTHING_SAID = Weighed({}, {})
_BOUND_OF = {"households": OFF_REGISTRY, "broadband_users": OPERATORS, "fibre_users": OPERATORS}


def percents(using: Using) -> dict[str, int]:
    """How far apart the sources of a column may be, by the check that compares it."""
    return {name: using.terms[_BOUND_OF.get(name, AGAINST_SOURCES)].bound for name in NAMES}


def is_asked(using: Using) -> bool:
    """Whether the bureau wants sources to be asked at all."""
    return bool(using.terms[AGAINST_SOURCES].bound)


def asked(sheet: ReturnSheet) -> Weighed:
    """The sources' figures for the cells of a sheet, sorted; of blank and filled cells alike. Some twenty queries."""
    if not is_asked(sheet.using):
        return NOTHING_SAID
    own = sheet.quarterly_return
    areas = [row.area for row in sheet.rows if row.is_in_force]
    found = [each for source in SOURCES for each in source(own.township_id, own.quarter, areas)]
    weighed = weigh(found, percents(sheet.using))
    return replace(weighed, disagreements=explained(weighed.disagreements, {area.code: area.name for area in areas}))


def open_suggestions(sheet: ReturnSheet, weighed: Weighed) -> dict[Cell, Suggestion]:
    """What may be filled into blank cells: nothing that would be odd or wrong where it then stands."""
    found: dict[Cell, Suggestion] = {}
    for row in sheet.rows:
        if not row.is_locked:
            found |= _sound(row, weighed.suggestions)
    return found


def _sound(row: SheetRow, suggestions: Mapping[Cell, Suggestion]) -> dict[Cell, Suggestion]:
    wanted = {
        name: suggestions[row.area.code, name]
        for name in NAMES
        if row.figures[name] is None and (row.area.code, name) in suggestions
    }
    filled = {**row.figures, **{name: each.value for name, each in wanted.items()}}
    doubtful = {each.figure for each in row.found(filled) if each.is_error or each.is_oddity}
    return {(row.area.code, name): each for name, each in wanted.items() if name not in doubtful}


def hint(sheet: ReturnSheet, suggested: Mapping[Cell, Suggestion]) -> None:
    """Have the blank cells of a form say what may be filled in."""
    for row in sheet.rows:
        for cell in row.cells:
            each = suggested.get((cell.code, cell.figure.name))
            cell.hint = f"建议 {each.value}" if each else ""


def lay(sheet: ReturnSheet, weighed: Weighed) -> None:
    """Check the sheet again, as on submission, with typed figures held against what the sources agree on."""
    for row in sheet.rows:
        said = {name: weighed.suggestions.get((row.area.code, name)) for name in NAMES}
        row.beside = replace(
            row.beside, agreed={name: (each.value, each.labels) for name, each in said.items() if each}
        )
        row.check(complete=True)
