"""Sets the portal's documents beside the reference's, and makes a package small while they differ."""

import contextlib
import json
import random
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tests.reference.checks import errors
from tests.reference.dated import KEYS
from tests.reference.days import last_day, quarters
from tests.reference.evaluate import DISTRICT, evaluate
from tests.reference.milestones import milestones
from tests.reference.model import Package, Plan, World
from tests.reference.packages import overlaid, random_changes, random_dated_changes, random_package
from tests.reference.writing import write

PLAN = Plan()
"""The plan that the portal runs under; ``compare --other-readings`` puts OTHER_READINGS here."""
OTHER_READINGS = Plan(Fraction(4, 5), expansion_then_installation=True, penetration_role="hard")
BASES = ("approved", "reported")
Question = dict[str, str | bool]
"""What is asked of both: ``command``, ``period``, ``area``, ``basis`` and, of ``evaluate``, ``sites``."""


def questions(package: Package, seed: int) -> list[Question]:
    """A few quarters, areas and bases; the whole district with its sites always among them."""
    chance = random.Random(f"questions {seed}")
    codes = [row["code"] for row in package["areas"]]
    asked: list[Question] = []
    for period in chance.sample(["2016Q4", *quarters("2017Q1", "2019Q1"), "2019Q3"], 2):
        basis = chance.choice(BASES)
        asked.append({"command": "evaluate", "period": period, "area": DISTRICT, "basis": basis, "sites": True})
    part = {"period": chance.choice(["2017Q4", "2018Q2", "2018Q4"]), "area": chance.choice(codes)}
    asked.append({"command": "evaluate", **part, "basis": chance.choice(BASES), "sites": chance.random() < 0.7})
    for period in ("2019Q1", chance.choice(quarters("2017Q1", "2019Q2"))):
        basis = chance.choice(BASES)
        area = DISTRICT if chance.random() < 0.7 else chance.choice(codes)
        asked.append({"command": "milestones", "period": period, "area": area, "basis": basis})
    if package.get("changes"):
        asked += _questions_about_changes(package["changes"], chance)
    return asked


def _questions_about_changes(changes: list[dict[str, str]], chance: random.Random) -> Iterator[Question]:
    """The quarter in which something changes and the one before, and the milestones as they are then."""
    within = quarters("2017Q1", "2019Q2")
    day = chance.choice(changes)["effective_on"]
    later = next(
        (number for number, period in enumerate(within) if last_day(period).isoformat() >= day), len(within) - 1
    )
    for period in within[max(0, later - 1) : later + 1]:
        basis = chance.choice(BASES)
        yield {"command": "evaluate", "period": period, "area": DISTRICT, "basis": basis, "sites": True}
        yield {"command": "milestones", "period": period, "area": DISTRICT, "basis": basis}


def other_readings(plan_file: str) -> str:
    """The text of the plan file with the readings of OTHER_READINGS."""
    text = re.sub(r'(\[service.on_time_share\]\nvalue = )"100%"', r'\1"80%"', plan_file)
    text = re.sub(r"(\[service.expansion_then_installation\]\nvalue = )false", r"\1true", text)
    return text.replace('role = "reference"', 'role = "hard"')


def expected(world: World, question: Question) -> dict:
    """The reference's document."""
    period, area, basis = question["period"], question["area"], question["basis"]
    if question["command"] == "evaluate":
        return evaluate(world, period, area, basis, question["sites"])
    return milestones(world, period, area, basis)


def answered(question: Question) -> dict:
    """The portal's document, from its command's standard output."""
    arguments = [question["command"], question["period"], "--format", "json", "--basis", question["basis"]]
    if question["area"] != DISTRICT:
        arguments += ["--area", question["area"]]
    if question.get("sites"):
        arguments.append("--sites")
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def load(package: Package, folder: Path, fancy: random.Random | None = None) -> None:
    """Write and import the package."""
    _import(write(package, folder, fancy))


def _import(folder: Path) -> None:
    report = reported(folder)
    assert report["errors"] == [], report["errors"][:5]


def reported(folder: Path) -> dict:
    """The document of ``import_package``: errors, warnings, imported."""
    out = StringIO()
    with contextlib.suppress(SystemExit):  # 1 when there are errors, which the report names
        call_command("import_package", str(folder), "--format", "json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def differences(ours: object, theirs: object, at: str = "") -> Iterator[str]:
    """Where two documents differ, key order included; ``ours`` is the reference's."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if list(ours) != list(theirs):
            yield f"{at}: keys: reference {list(ours)}, portal {list(theirs)}"
        for key in ours:
            if key in theirs:
                yield from differences(ours[key], theirs[key], f"{at}.{_named(ours, key)}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{at}: length: reference {len(ours)}, portal {len(theirs)}"
        for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from differences(one, other, f"{at}[{index}]")
    elif json.dumps(ours) != json.dumps(theirs):
        yield f"{at}: reference {json.dumps(ours, ensure_ascii=False)}, portal {json.dumps(theirs, ensure_ascii=False)}"


def _named(entry: dict, key: str) -> str:
    name = "/".join(str(entry[column]) for column in ("code", "site_id", "key", "scope") if column in entry)
    return f"{name}.{key}" if name else key


def compare(package: Package, asked: list[Question], folder: Path, fancy: random.Random | None = None) -> list[str]:
    """Import and ask everything; the differences, none when portal and reference agree."""
    load(package, folder, fancy)
    return compare_loaded(package, asked)


def compare_loaded(package: Package, asked: list[Question]) -> list[str]:
    world = World(package, PLAN)
    found = []
    for question in asked:
        found += [f"{question}{line}" for line in differences(expected(world, question), answered(question))]
    return found


def compare_seed(seed: int, folder: Path, dated: bool = False) -> list[str]:
    """One random package, a third of them disguised; after every fourth a second one, loaded over it."""
    package = random_package(seed, dated=dated)
    asked = questions(package, seed)
    found = compare(package, asked, folder, random.Random(seed) if seed % 3 == 0 else None)
    changes = {}
    if seed % 4 == 1 and not found:
        changes = (random_dated_changes if dated else random_changes)(package, seed)
    if changes:
        found = compare_after(package, changes, asked, folder.with_name("changes"))
    return found


def compare_after(package: Package, changes: Package, asked: list[Question], folder: Path) -> list[str]:
    """The differences once ``changes`` have been loaded over the package that was loaded before."""
    load(changes, folder)
    return [f"after changes: {line}" for line in compare_loaded(overlaid(package, changes), asked)]


# Through the export ---------------------------------------------------------------------------------------------------


def exports(seed: int, folder: Path, dated: bool = False) -> list[str]:
    """Load the seed's package and export it: the whole to ``folder``/whole, a part of it to ``folder``/part."""
    package = random_package(seed, dated=dated)
    load(package, folder / "given")
    for name, arguments in (("whole", []), ("part", ["--area", exported_part(package, seed)])):
        call_command("export_package", str(folder / name), *arguments, stdout=StringIO(), stderr=StringIO())
    return []


def exported_part(package: Package, seed: int) -> str:
    return random.Random(f"part {seed}").choice(package["areas"])["code"]


def compare_whole_export(seed: int, folder: Path, dated: bool = False) -> list[str]:
    """ "importing it into an empty database reproduces it" """
    package = random_package(seed, dated=dated)
    _import(folder / "whole")
    return [f"from the export: {line}" for line in compare_loaded(package, questions(package, seed))]


def compare_part_export(seed: int, folder: Path, dated: bool = False) -> list[str]:
    """ "evaluating that area from the export gives the same verdicts"; the nearest point may lie beyond the export."""
    package = random_package(seed, dated=dated)
    world, area, found = World(package, PLAN), exported_part(package, seed), []
    _import(folder / "part")
    for period in ("2017Q4", "2018Q2", "2018Q4"):
        question = {"command": "evaluate", "period": period, "area": area, "basis": "reported", "sites": True}
        lines = differences(expected(world, question), answered(question))
        found += [f"from the export of {area}: {period}{line}" for line in lines if ".nearest_m:" not in line]
    return found


# Making a package small ---------------------------------------------------------------------------------------------


def without(package: Package, table: str, dropped: list[dict]) -> Package:
    """The package without the rows; with areas go what stands beneath them, and with all what names them."""
    marks = {id(row) for row in dropped}
    smaller = {name: [row for row in rows if name != table or id(row) not in marks] for name, rows in package.items()}
    if table == "areas":
        gone = tuple(row["code"] for row in dropped)
        for name in {"areas", "sites", "service_orders", "returns"} & set(smaller):
            column = "code" if name == "areas" else "area_code"
            smaller[name] = [row for row in smaller[name] if not row[column].startswith(gone)]
    if "changes" in smaller or "successions" in smaller:
        _without_what_names_them(smaller)
    return smaller


def _without_what_names_them(package: Package) -> None:
    """Leave out the changes and successions of what is not there any more, and moves to such an area."""
    there = {(table, row[column]) for table, column in KEYS.items() for row in package.get(table, [])}
    package["changes"] = [
        row
        for row in package.get("changes", [])
        if (row["table"], row["key"]) in there and (row["column"] != "area_code" or ("areas", row["value"]) in there)
    ]
    package["successions"] = [
        row
        for row in package.get("successions", [])
        if ("areas", row["from_code"]) in there and ("areas", row["to_code"]) in there
    ]


def minimise(package: Package, differs: Callable[[Package], bool]) -> Package:
    """Drop rows, first many at a time, as long as ``differs`` says that the portal and the reference still do."""
    for table in ("successions", "changes", "returns", "service_orders", "areas", "sites", "access_points"):
        size = max(1, len(package.get(table, [])))
        while size >= 1:
            start = 0
            while start < len(rows := package.get(table, [])):
                chunk = [row for row in rows[start : start + size] if row.get("kind") != "district"]
                smaller = without(package, table, chunk)
                if chunk and not errors(smaller) and differs(smaller):
                    package = smaller
                else:
                    start += size
            size //= 2
    return package
