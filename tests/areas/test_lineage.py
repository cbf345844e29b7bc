"""What went into what between two days."""

from datetime import date

import pytest

from areas.lineage import Lineage

DAY, BEFORE, AFTER = date(2018, 5, 1), date(2018, 3, 31), date(2018, 6, 30)


def of(*rows: tuple) -> Lineage:
    return Lineage([(*row[:2], row[2] if len(row) > 2 else "merge", row[3] if len(row) > 3 else DAY) for row in rows])


@pytest.mark.parametrize(
    ("rows", "code", "found"),
    [
        ([], "A", {"A"}),
        ([("B", "A")], "A", {"A", "B"}),
        ([("B", "A"), ("C", "A", "rename")], "A", {"A", "B", "C"}),
        ([("C", "B"), ("B", "A", "recode")], "A", {"A", "B", "C"}),
        ([("B", "A")], "B", {"B"}),
        ([("B", "A", "split"), ("B", "C", "split")], "A", None),
        ([("B", "C", "split"), ("C", "A")], "A", None),
        ([("B", "A", "merge", BEFORE)], "A", {"A"}),
        ([("B", "A", "merge", AFTER)], "A", {"A", "B"}),
        ([("B", "A", "split", date(2018, 7, 1))], "A", {"A"}),
        ([("A", "B"), ("B", "A")], "A", {"A", "B"}),
    ],
)
def test_origins(rows, code, found):
    assert of(*rows).origins(code, BEFORE, AFTER) == found


def test_heir_follows_what_went_over_as_a_whole():
    lineage = of(("A", "B"), ("B", "C", "rename"), ("D", "E", "split"), ("D", "F", "split"), ("X", "Y"), ("Y", "X"))
    assert [lineage.heir(code) for code in "ABDX"] == ["C", "C", "D", "Y"]
