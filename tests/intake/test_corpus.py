"""The reader before its judge: clumsy sheets that somebody made who had not seen it, each with its right reading."""

from collections.abc import Iterator
from functools import cache

import pytest

from areas.package.tables import Unreadable
from intake.outcome import SheetReading
from intake.reading import read
from intake.wanted import Wanted, WantedRow
from tests.intake.corpus import CASES, ClumsySheet
from tests.intake.corpus.world import WANTED
from tests.intake.sheets import COUNTED, RETURN, columns

READ_UNASKED = 0.9
"""At least so many of the sheets are read without a question (the goal)."""

Cells = dict[tuple[str, str], int | str]


def wanted(case: ClumsySheet) -> Wanted:
    rows = [WantedRow(*row) for row in WANTED[case.form, case.where]]
    return Wanted(RETURN.columns if case.form == "return" else columns(*COUNTED), rows, case.quarter)


BY_NAME = {case.name: case for case in CASES}


@cache
def _reading(name: str) -> SheetReading | str:
    case = BY_NAME[name]
    try:
        return read(case.make(), case.file_name, wanted(case))
    except Unreadable as refusal:
        return str(refusal)


def reading(case: ClumsySheet) -> SheetReading | str:
    """What the reader makes of a sheet, once; the sentence where it refuses it."""
    return _reading(case.name)


def taken(case: ClumsySheet) -> Cells:
    found = reading(case)
    lines = [] if isinstance(found, str) else found.lines
    return {(line.code, name): value for line in lines for name, value in line.values.items()}


def right(case: ClumsySheet) -> Cells:
    return {(code, name): value for code, row in case.right.items() for name, value in row.items() if value is not None}


def is_read_unasked(case: ClumsySheet) -> bool:
    found = reading(case)
    return not isinstance(found, str) and not found.questions and taken(case) == right(case)


def wrong(case: ClumsySheet) -> Iterator[str]:
    """Cells that were taken and are not so."""
    told = right(case)
    for (code, name), value in taken(case).items():
        if told.get((code, name)) != value:
            yield f"{code} {name}: {value} for {told.get((code, name))}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_is_read_wrongly(case):
    assert list(wrong(case)) == []


def test_nine_of_ten_sheets_are_read_without_a_question():
    unasked = [case.name for case in CASES if is_read_unasked(case)]
    assert len(unasked) >= READ_UNASKED * len(CASES), sorted({case.name for case in CASES} - set(unasked))
