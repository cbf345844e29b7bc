"""The corpus of clumsy sheets is sound: it opens, names what its world knows, and no right reading was mistyped."""

import csv
import io
import re
import unicodedata
from collections import Counter

import pytest
from python_calamine import CalamineWorkbook

from tests.intake.corpus import CASES, ClumsySheet
from tests.intake.corpus.world import FIELDS, WANTED

AT_LEAST = 130
BINARY_AT_LEAST = {"xls": 8, "et": 4, "ods": 12}
_OFFICE = re.compile(r"\.(xlsx|xls|et|ods)$")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def cells_of(case: ClumsySheet) -> list[object]:
    """All that stands in any sheet, read by the library of the file's format."""
    content = case.make()
    if isinstance(content, str):
        return [cell for line in csv.reader(io.StringIO(content), delimiter="\t") for cell in line]
    if _OFFICE.search(case.file_name):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [cell for name in book.sheet_names for line in book.get_sheet_by_name(name).to_python() for cell in line]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    delimiter = max(",;\t", key=text.count)
    return [cell for line in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in line]


def written_numbers(cells: list[object]) -> set[int]:
    """Every whole number that can be meant by a cell, also as so many 万."""
    numbers = set()
    for cell in cells:
        text = unicodedata.normalize("NFKC", str(cell)).replace(",", "")
        found = [float(number) for number in _NUMBER.findall(text)]
        numbers |= {int(number) for number in found if number.is_integer()}
        numbers |= {round(number * 10000) for number in found if not number.is_integer()}
        if text.strip() == "-":
            numbers.add(0)
    return numbers


def test_there_are_enough_and_their_names_are_unique():
    names = Counter(case.name for case in CASES)

    assert len(CASES) >= AT_LEAST
    assert [name for name, count in names.items() if count > 1] == []


def test_all_formats_are_there():
    endings = Counter(case.file_name.rpartition(".")[2] for case in CASES)

    assert {ending: endings[ending] for ending, least in BINARY_AT_LEAST.items() if endings[ending] < least} == {}


def test_at_most_a_tenth_needs_a_question():
    asking = [case.name for case in CASES if case.asks]

    assert 0 < len(asking) <= len(CASES) / 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_right_names_only_what_the_world_knows(case):
    codes = {row[0] for row in WANTED[case.form, case.where]}

    assert set(case.right) <= codes
    assert {name for values in case.right.values() for name in values} <= set(FIELDS[case.form])
    assert set(case.asks) <= {"column", "row", "unit", "value", "sheet"}
    assert case.right or case.asks


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sheet_opens_and_holds_what_is_right(case):
    cells = cells_of(case)
    numbers, texts = written_numbers(cells), {str(cell) for cell in cells}
    values = [value for line in case.right.values() for value in line.values()]

    assert [value for value in values if (value not in texts if isinstance(value, str) else value not in numbers)] == []
