"""Differences: exactly what turned, each turn with the facts behind it."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command

from acceptance import answers
from tests.reference.packages import random_package
from tests.reference.writing import write

DISTRICT = "441802"


def asked(*args: str, **options) -> dict:
    out = StringIO()
    call_command("differences", *args, format="json", stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue())


def judged(period: str, basis: str) -> tuple[dict, dict]:
    evaluation = answers.evaluation(period, basis=basis, sites=True)
    areas = {each["code"]: (each["outcome"], each["reference"], each.get("covered")) for each in evaluation["areas"]}
    return areas, {each["site_id"]: (each["capable"], each["reason"]) for each in evaluation["sites"]}


def turned(before: dict, after: dict) -> dict:
    keys = {**before, **after}
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def told(document: dict) -> tuple[dict, dict]:
    def side(each: dict, name: str, *fields: str) -> tuple | None:
        return None if each[name] is None else (each[name], *(each[field][name] for field in fields))

    areas = {
        each["code"]: tuple(side(each, name, "reference", "covered") for name in ("from", "to"))
        for each in document["areas"]
    }
    sites = {
        each["site_id"]: tuple(side(each, name, "reason") for name in ("from", "to")) for each in document["sites"]
    }
    return areas, sites


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(10))
def test_differences_are_exactly_what_turned_each_with_its_facts(seed, tmp_path):
    folder = write(random_package(seed), tmp_path / "package")
    call_command("import_package", str(folder), stdout=StringIO(), stderr=StringIO())
    for first, second, options in (
        ("2018Q1", "2018Q2", {}),
        ("2019Q1", "2017Q3", {"basis": "reported"}),
        ("2018Q2", None, {}),
    ):
        document = asked(*filter(None, (first, second)), **options)
        sides = (
            (judged(first, "approved"), judged(first, "reported"))
            if second is None
            else (judged(first, options.get("basis", "approved")), judged(second, options.get("basis", "approved")))
        )

        assert told(document) == tuple(map(turned, *sides))
        for entry in (*document["areas"], *document["sites"]):
            assert entry["because"], entry["sentence"]
            assert not re.search("None|unknown|nan", entry["sentence"]), entry["sentence"]
