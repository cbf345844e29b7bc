"""The planted faults of tests/planted: every row of docs/security.md has some, and none has rotted. They are tried by its command."""

import ast
from collections import Counter

import pytest
from django.conf import settings

from tests.planted import bench
from tests.planted.faults import FAULTS
from tests.planted.plant import Plant, plain
from tests.planted.threats import BESIDES, THREATS
from tests.simulation.planted import PLANTED
from tests.test_security_map import cells, defined_in, named_tests, page

ROOT = settings.BASE_DIR
PLANTS = [plant for rows in (FAULTS, THREATS, BESIDES) for plants in rows.values() for plant in plants]
TABLES = {"## Faults": FAULTS, "## Threats": THREATS}


def rows_beneath(heading: str) -> dict[str, list[str]]:
    """The rows of the table beneath a heading, by their first cells: what they name as tests, and on what these were seen failing."""
    lines = page().partition(f"\n{heading}\n")[2].partition("\n## ")[0].splitlines()
    return {cells(line)[0]: cells(line)[1:] for line in [line for line in lines if line.startswith("|")][2:]}


def in_backticks(cell: str) -> list[str]:
    return [name for name in cell.split("`")[1::2] if "::" not in name]


@pytest.mark.parametrize("heading", TABLES)
def test_every_row_has_plants_and_names_them(heading):
    rows, planted = rows_beneath(heading), TABLES[heading]
    assert list(rows) == list(planted) and all(planted.values())
    assert {row: [name for name in in_backticks(seen) if name not in PLANTED] for row, (_, seen) in rows.items()} == {
        row: [plant.name for plant in plants] for row, plants in planted.items()
    }


@pytest.mark.parametrize("heading", TABLES)
def test_every_test_of_a_row_is_seen_failing(heading):
    missed = []
    for row, (named, _) in rows_beneath(heading).items():
        seen = {plain(test) for plant in TABLES[heading][row] for test in plant.tests}
        missed += [f"{row}: {file}::{name}" for file, name in named_tests(named) if f"{file}::{name}" not in seen]
    assert not missed


def test_plants_take_hold_and_name_tests_that_exist():
    """Their old text is in its file, once; what they make of it can be read; no two have one name."""
    wrong = []
    for plant in PLANTS:
        text = (ROOT / plant.file).read_text("utf-8")
        if text.count(plant.old) != 1 or plant.new == plant.old:
            wrong.append(f"{plant.name}: its old text is {text.count(plant.old)} times in {plant.file}")
        elif plant.file.endswith(".py"):
            ast.parse(text.replace(plant.old, plant.new))
        wrong += [f"{plant.name}: {test}" for test in plant.tests if not _exists(test)]
    assert not wrong and all(plant.tests for plant in PLANTS)
    assert [name for name, count in Counter(plant.name for plant in PLANTS).items() if count > 1] == []


def _exists(test: str) -> bool:
    file, _, name = plain(test).partition("::")
    return name in defined_in(file)


def test_plant_stands_for_as_long_as_it_is_tried(tmp_path):
    (tmp_path / "lock.py").write_text("shut = True\n")
    stamp = (tmp_path / "lock.py").stat().st_mtime_ns
    with Plant("open", "lock.py", "True", "False", ["x"]).standing_in(tmp_path):
        assert (tmp_path / "lock.py").read_text() == "shut = False\n"
        assert (tmp_path / "lock.py").stat().st_mtime_ns > stamp, "what was compiled of the sound one is older"
    assert (tmp_path / "lock.py").read_text() == "shut = True\n"
    with pytest.raises(ValueError, match="0 times"), Plant("open", "lock.py", "true", "", ["x"]).standing_in(tmp_path):
        pass


REPORT = """<testsuites><testsuite>
<testcase classname="tests.a.test_b" name="test_c[1]"/>
<testcase classname="tests.a.test_b" name="test_c[2]"><failure message="assert 1 == 2&#10;more"/></testcase>
<testcase classname="tests.a.test_b" name="test_cd"/>
<testcase classname="tests.a.test_b.TestE" name="test_f"><error message="no scene"/></testcase>
<testcase classname="tests.a.test_b" name="test_g"><skipped message="not here"/></testcase>
</testsuite></testsuites>"""


def test_outcome_is_what_the_report_says(tmp_path):
    """A test has failed where one of its cases has; not where it could not begin, was left out, or is not there."""
    (tmp_path / "report.xml").write_text(REPORT)
    expected = {"test_c": "failed", "test_c[1]": "passed", "test_c[2]": "failed", "test_cd": "passed"}
    expected |= {"TestE::test_f": "not run", "test_g": "not run", "test_h": "not run"}
    outcome = bench.read(tmp_path / "report.xml", [f"tests/a/test_b.py::{name}" for name in expected])
    assert outcome.ends == {f"tests/a/test_b.py::{name}": end for name, end in expected.items()}
    assert outcome.said == "assert 1 == 2 more; no scene"
