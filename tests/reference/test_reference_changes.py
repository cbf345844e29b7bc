"""Dated changes in the reference: cases and checks worked out by hand, and the random packages that change."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from tests.reference.checks import errors, problems
from tests.reference.dated import COLUMNS, KEYS, as_of
from tests.reference.days import last_day
from tests.reference.evaluate import evaluate
from tests.reference.handmade_changes import BASE, CASES, PROBLEMS, Expectation, expectations, found, tables
from tests.reference.milestones import milestones
from tests.reference.model import Package, World
from tests.reference.packages import overlaid, random_changes, random_dated_changes, random_package
from tests.reference.writing import LABELS, VALUES, write


def answer(world: World, expectation: Expectation) -> object:
    """What the reference says there."""
    if expectation.command == "name":
        return world.as_of(last_day(expectation.period)).areas[expectation.of].name
    if expectation.command == "evaluate":
        return found(expectation, evaluate(world, expectation.period, sites=True))
    return found(expectation, milestones(world, expectation.period))


@pytest.mark.parametrize("name", CASES)
def test_case_worked_out_by_hand(name):
    package, expected = CASES[name]
    world = World(tables(package))
    for expectation in expectations(expected):
        assert answer(world, expectation) == expectation.value, expectation


# The checks ---------------------------------------------------------------------------------------------------------


def in_codes(package: Package) -> Package:
    """The package with the labels that ``changes`` may be written in turned to codes."""
    tables = {label: code for code, label in VALUES["table"].items()}
    written = []
    for row in package.get("changes", []):
        table = tables.get(row["table"], row["table"])
        columns = {label: code for code, label in LABELS.get(table, {}).items()}
        column = columns.get(row["column"], row["column"])
        values = {label: code for code, label in VALUES.get(column, {}).items()}
        written.append({**row, "table": table, "column": column, "value": values.get(row["value"], row["value"])})
    return {**package, "changes": written}


def test_base_is_without_problem():
    assert problems(tables(BASE)) == set()


ALONE = [name for name, case in PROBLEMS.items() if case.stored is None and name != "no column value"]
"""What one package shows, its columns being there: the second writing asks no more."""


@pytest.mark.parametrize("name", ALONE)
def test_problems_worked_out_by_hand(name):
    case = PROBLEMS[name]
    package = in_codes(tables(BASE + case.package))
    expected = set(case.expected)
    refused = any(level == "error" for level, *_ in expected)
    assert (errors(package) if refused else problems(package)) == expected


# The generator ------------------------------------------------------------------------------------------------------

SEEDS = range(16)
AS_BEFORE = ["8202f4245c183acd", "1f3c50ff7b08d100", "07d449b13811118a", "665e042e4d7b3342"]
"""Packages of the seeds 0 to 3, and what is loaded over them, as they were before there were dated changes."""


@cache
def dated_package(seed: int) -> Package:
    return random_package(seed, dated=True)


def fingerprint(*packages: Package) -> str:
    """Of everything but the coordinates, whose last digit is the machine's."""
    rows = [
        [{column: text for column, text in row.items() if column not in ("lon", "lat")} for row in rows]
        for package in packages
        for rows in package.values()
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


@pytest.mark.parametrize("seed, before", list(enumerate(AS_BEFORE)))
def test_packages_without_changes_are_as_before(seed, before):
    package = random_package(seed)
    assert fingerprint(package, random_changes(package, seed)) == before


def test_dated_package_is_the_same_for_a_seed():
    assert random_package(7, dated=True) == random_package(7, dated=True) != random_package(8, dated=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_dated_packages_are_valid(seed):
    assert errors(dated_package(seed)) == set()


@pytest.mark.parametrize("seed", [1, 5])
def test_dated_packages_stay_valid_when_a_second_is_loaded(seed):
    second = random_dated_changes(dated_package(seed), seed)
    assert second["changes"]
    assert errors(overlaid(dated_package(seed), second)) == set()


def turns(package: Package) -> Iterator[tuple[dict, str, str]]:
    """Every change with the value of the day before and the new one."""
    for change in package.get("changes", []):
        before = as_of(package, date.fromisoformat(change["effective_on"]) - timedelta(days=1))[change["table"]]
        row = next(row for row in before if row[KEYS[change["table"]]] == change["key"])
        yield change, row.get(change["column"], ""), change["value"]


def signs(package: Package) -> Iterator[str]:
    """What of the specification the package puts to the test."""
    rows = {(table, row[key]): row for table, key in KEYS.items() for row in package.get(table, [])}
    days = Counter((change["table"], change["key"], change["effective_on"]) for change in package.get("changes", []))
    yield from ["two columns on one day"] * any(number > 1 for number in days.values())
    for change, before, after in turns(package):
        column, day = change["column"], date.fromisoformat(change["effective_on"])
        yield f"{change['table']} {column}"
        row = rows[change["table"], change["key"]]
        begun = row.get("valid_from") or row.get("opened_on")
        yield from ["the day after it begins"] * (begun == (day - timedelta(days=1)).isoformat())
        yield from ["the first day of a quarter"] * ((day.month - 1) % 3 == 0 and day.day == 1)
        yield from ["the last day of a quarter"] * ((day + timedelta(days=1)).day == 1 and day.month % 3 == 0)
        yield from ["the same value"] * (before == after)
        if change["table"] == "areas" and column == "kind" and before != after:
            yield f"{before} to {after}"
        if column == "permanent_households" and (int(before) < 20) != (int(after) < 20):
            yield "households cross 20"
        if column == "downstream_mbps" and (float(before) < 50) != (float(after) < 50):
            yield "rate up" if float(before) < 50 else "rate down"
        if column == "area_code" and before[:12] != after[:12]:
            yield "to another township" if before[:9] != after[:9] else "to another village"
    heirs = Counter(row["to_code"] for row in package.get("successions", []))
    for row in package.get("successions", []):
        begins = rows["areas", row["to_code"]]["valid_from"] == row["effective_on"]
        yield f"{row['kind']} into {'a new area' if begins else 'one that was there'}"
        yield from ["several into one"] * (heirs[row["to_code"]] > 1)
        yield from ["one after the other"] * any(
            row["to_code"] == later["from_code"] for later in package["successions"]
        )


def test_dated_packages_put_everything_to_the_test():
    found = Counter(sign for seed in SEEDS for sign in set(signs(dated_package(seed))))
    wanted = {f"{table} {column}" for table, columns in COLUMNS.items() for column in columns}
    wanted |= {"street to town", "town to street", "village to community", "community to village"}
    wanted |= {"households cross 20", "rate up", "rate down", "to another township", "to another village"}
    wanted |= {"the first day of a quarter", "the last day of a quarter", "the day after it begins", "the same value"}
    wanted |= {"two columns on one day", "several into one", "one after the other"}
    wanted |= {f"{way} into a new area" for way in ("merge", "split", "rename", "recode")}
    wanted |= {"merge into one that was there"}
    assert wanted <= set(found), wanted - set(found)


def test_dated_package_is_written_in_labels(tmp_path):
    folder = write(dated_package(0), tmp_path, random.Random(0))
    text = (folder / "changes.csv").read_text("utf-8-sig")
    for label in ("区域", "点位", "接入点", "下行速率", "仅传电视", "城市", "是"):
        assert label in text
