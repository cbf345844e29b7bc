"""What-if: what a package would turn is what it turns when it is imported; and nothing is stored by asking."""

import json
import random
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from acceptance import answers, judging, whatif
from acceptance.answers import _fragment
from acceptance.whatif import Answer, Question, Supposition
from areas.models import AccessPoint, FactChange, ServiceOrder
from areas.periods import Quarter
from returns.models import ReturnLine
from tests.packages import write_csv
from tests.reference.packages import random_changes, random_package
from tests.reference.writing import write
from tests.scenes import FAR, TOWN, XINMA, XIUXI, build_district

DISTRICT = "441802"
POINT = {"ap_id": "YD-9", "operator": "mobile", "lon": "113.1500", "lat": "23.7005", "downstream_mbps": "100", "tv_only": "0", "opened_on": "2018-05-01"}  # fmt: skip
LINE = {
    "period": "2018Q2", "area_code": XIUXI, "households": "400", "broadband_covered_households": "380",
    "fibre_covered_households": "300", "broadband_users": "250", "fibre_users": "160", "status": "approved",
}  # fmt: skip


def asked(name: str, *args: str, **options) -> dict:
    out = StringIO()
    call_command(name, *args, format="json", stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue())


def judged(period: str, basis: str) -> tuple[dict, dict, dict]:
    """Areas, sites and milestones of a quarter, each by what can turn."""
    evaluation = answers.evaluation(period, basis=basis, sites=True)
    areas = {each["code"]: (each["outcome"], each["reference"], each.get("covered")) for each in evaluation["areas"]}
    sites = {each["site_id"]: (each["capable"], each["reason"]) for each in evaluation["sites"]}
    entries = answers.milestones(period, basis=basis)["milestones"]
    return areas, sites, {(each["key"], each["scope"]): (each["status"], each["held"]) for each in entries}


def turned(before: dict, after: dict) -> dict:
    keys = {**before, **after}
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def supposed(document: dict) -> tuple[dict, dict, dict]:
    """What a document of whatif says will turn, in the same form."""

    def pair(each: dict, *fields: str) -> tuple:
        return tuple(
            None if each[side] is None else (each[side], *(each[field][side] for field in fields))
            for side in ("from", "to")
        )

    areas = {each["code"]: pair(each, "reference", "covered") for each in document["turned"]}
    sites = {each["site_id"]: pair(each, "reason") for each in document["sites"]}
    return areas, sites, {(each["key"], each["scope"]): pair(each, "held") for each in document["milestones"]}


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    judging.ensure_current(DISTRICT)
    return scene


# ---------------------------------------------------------------- the same as importing


@pytest.mark.django_db
@pytest.mark.parametrize("many", [40, 0], ids=["part", "whole"])
@pytest.mark.parametrize("seed", range(12))
def test_whatif_is_what_importing_turns(seed, many, tmp_path, monkeypatch):
    monkeypatch.setattr(whatif, "MANY", many)
    package = random_package(seed)
    chance = random.Random(seed)
    period, basis = chance.choice(["2017Q4", "2018Q2", "2018Q4", "2019Q1"]), chance.choice(["approved", "reported"])
    call_command("import_package", str(write(package, tmp_path / "package")), stdout=StringIO(), stderr=StringIO())
    folder = write(random_changes(package, seed), tmp_path / "changes")
    if not list(folder.iterdir()):
        pytest.skip("nothing changes with this seed")

    document = asked("whatif", str(folder), period=period, basis=basis)
    before = judged(period, basis)
    call_command("import_package", str(folder), stdout=StringIO(), stderr=StringIO())
    after = judged(period, basis)

    assert supposed(document) == tuple(map(turned, before, after))
    for entry in (*document["turned"], *document["sites"]):
        assert entry["because"], entry["sentence"]
    for entry in (*document["turned"], *document["sites"], *document["milestones"]):
        assert not re.search("None|unknown|nan", entry["sentence"]), entry["sentence"]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_whatif_without_an_access_point_is_what_removing_it_turns(seed, tmp_path):
    call_command(
        "import_package", str(write(random_package(seed), tmp_path / "package")), stdout=StringIO(), stderr=StringIO()
    )
    ap_ids = list(AccessPoint.objects.order_by("ap_id").values_list("ap_id", flat=True))
    gone = random.Random(seed).sample(ap_ids, min(2, len(ap_ids)))
    (tmp_path / "operators.csv").write_text("code,name\ntelecom,中国电信\n", encoding="utf-8")

    document = asked("whatif", str(tmp_path / "operators.csv"), period="2018Q4", without=gone)
    before = judged("2018Q4", "approved")
    AccessPoint.objects.filter(ap_id__in=gone).delete()

    assert supposed(document) == tuple(map(turned, before, judged("2018Q4", "approved")))
