"""The district as it is: 90% of the villages of its four towns, by the register in areas/data."""

import csv
from pathlib import Path

import pytest

import areas
from tests.acceptance.rules.building import DISTRICT, Scene

REGISTER = Path(areas.__file__).parent / "data" / "qingcheng_441802_2017.csv"

TOWNS = [
    # town, villages, how many suffice
    ("源潭镇", 16, 15),
    ("龙塘镇", 6, 6),
    ("石角镇", 15, 14),
    ("飞来峡镇", 18, 17),
]


def register() -> list[dict]:
    with REGISTER.open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows))


def villages_of(town: str) -> list[str]:
    rows = register()
    (code,) = [row["code"] for row in rows if row["name"] == town]
    return [row["code"] for row in rows if row["parent_code"] == code and row["kind"] == "村委会"]


@pytest.mark.parametrize(("town", "villages", "suffice"), TOWNS)
def test_a_real_town_is_achieved_with_so_many_villages_and_not_with_one_less(town, villages, suffice):
    codes = villages_of(town)
    assert len(codes) == villages
    scene = Scene(*codes)
    for number, code in enumerate(codes):
        scene.leaves(code, achieved=number < suffice, not_achieved=number >= suffice)

    assert scene.judged().outcome(codes[0][:9]) == "achieved"
    scene.leaves(codes[0], not_achieved=1, first=2)
    judged = scene.judged()
    assert judged.outcome(codes[0][:9]) == "not_achieved"
    assert judged.criterion(codes[0][:9], "S10") == {
        "key": "S10", "role": "hard", "outcome": "short", "passed": suffice - 1, "failed": villages - suffice + 1,
        "unknown": 0, "total": villages, "needed": suffice, "missing": 1,
    }  # fmt: skip


def test_the_district_has_four_streets_and_four_towns():
    kinds = [
        row["kind"] for row in register() if row["parent_code"] == DISTRICT and row["in_plan_scope_8_towns"] == "1"
    ]

    assert (kinds.count("街道"), kinds.count("镇")) == (4, 4)
