"""Values that change on a day: each quarter is judged with those of its last day, and what turns is judged again."""

import json
import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from acceptance.answers import evaluation, milestones, whatif
from acceptance.judging import judging
from acceptance.models import SiteVerdict, Verdict
from acceptance.verification.rereading import Rereading, VerdictSelection
from areas.models import AccessPoint, Area, DatedValue, FactChange, Site
from areas.vocabulary import AreaKind
from tests.acceptance.judging.test_judging import DISTRICT, judged_as_whole, judged_in_part
from tests.packages import sound, write_csv
from tests.reference.packages import random_package
from tests.reference.writing import write

pytestmark = pytest.mark.django_db

LEAF, VILLAGE, TOWN, STREET = "441802103203001", "441802103203", "441802103", "441802006"
COMMUNITY, COMPOUND = "441802006001", "441802006001001"
QUARTERS = ("2017Q4", "2018Q1", "2018Q2", "2018Q3")


@pytest.fixture
def bring(tmp_path):
    """Bring in tables without judging."""

    def bring(tables) -> None:
        folder = tmp_path / "in"
        for old in folder.glob("*.csv"):
            old.unlink()
        call_command(
            "import_package", str(write_csv(tables, folder)), "--no-judge", stdout=StringIO(), stderr=StringIO()
        )

    return bring


def change(table: str, key: str, column: str, day: str, value: object) -> dict:
    return {"table": table, "key": key, "column": column, "effective_on": day, "value": value}


def area(period: str, code: str) -> dict:
    return next(each for each in evaluation(period)["areas"] if each["code"] == code)


def site(period: str, site_id: str) -> dict:
    return next(each for each in evaluation(period, sites=True)["sites"] if each["site_id"] == site_id)


DAYS = {"2018-03-30": 1, "2018-03-31": 1, "2018-04-01": 2, "2018-06-30": 2, "2018-07-01": 3}
"""From which of QUARTERS on a change of the day holds."""


@pytest.mark.parametrize("day", DAYS)
def test_a_value_holds_from_the_quarter_in_which_its_day_lies(bring, day):
    changed = [
        change("areas", LEAF, "permanent_households", day, 19),
        change("areas", VILLAGE, "kind", day, "社区"),
        change("access_points", "A1", "下行速率", day, 49.9),
    ]
    bring(sound() | {"changes": changed})

    for number, period in enumerate(QUARTERS):
        is_new = number >= DAYS[day]
        leaf, village = area(period, LEAF), area(period, VILLAGE)
        assert (leaf["outcome"] == "not_applicable") is is_new
        assert (village["kind"], village["title"]) == (("community", None) if is_new else ("village", "全光网行政村"))
        assert site(period, "S1")["reason"] == ("too_slow" if is_new else "")


@pytest.mark.parametrize(
    ("changed", "reach"),
    [
        ([("sites", "S1", "setting", "urban")], "no"),
        ([("areas", TOWN, "setting", "城市")], "no"),
        ([("areas", VILLAGE, "setting", "urban"), ("areas", LEAF, "setting", "rural")], "yes"),
        ([("sites", "S1", "area_code", COMPOUND)], "no"),
        ([("access_points", "A1", "tv_only", "是")], "no"),
    ],
)
def test_setting_and_place_of_the_day(bring, changed, reach):
    """The access point is 660 m away: a rural site's, not an urban one's."""
    tables = sound()
    tables["access_points"][0]["lat"] = "23.686"
    bring(tables | {"changes": [change(*row[:3], "2018-06-30", row[3]) for row in changed]})

    assert (site("2018Q1", "S1")["capable"], site("2018Q2", "S1")["capable"]) == ("yes", reach)


def test_two_changes_of_one_value_and_back(bring):
    days = [("2018-01-01", 10), ("2018-04-01", 40), ("2018-06-30", 5)]
    bring(sound() | {"changes": [change("areas", LEAF, "permanent_households", *each) for each in reversed(days)]})

    outcomes = [area(period, LEAF)["outcome"] for period in QUARTERS]
    assert [each == "not_applicable" for each in outcomes] == [False, True, True, True]
    DatedValue.objects.filter(effective_on=date(2018, 6, 30)).delete()
    assert area("2018Q2", LEAF)["outcome"] != "not_applicable"


def test_a_site_counts_at_the_area_where_it_stands(bring):
    bring(sound() | {"changes": [change("sites", "S2", "area_code", "2018-05-01", LEAF)]})

    assert [area(period, COMPOUND)["criteria"][0]["total"] for period in QUARTERS[1:3]] == [1, 1]
    assert [area(period, COMPOUND)["criteria"][0]["unknown"] for period in QUARTERS[1:3]] == [0, 1]
    judging.ensure_current(DISTRICT)
    where = dict(SiteVerdict.objects.standing().filter(site__site_id="S2").values_list("period", "area_code"))
    assert (where["2018Q1"], where["2018Q2"]) == (COMPOUND, LEAF)


def test_milestones_of_the_kind_on_the_day_viewed(bring):
    bring(sound() | {"changes": [change("areas", TOWN, "kind", "2018-06-30", "street")]})

    def keys(period: str) -> set[str]:
        return {each["key"] for each in milestones(period)["milestones"] if each["scope"] == TOWN}

    as_town, as_street = {"T07", "T09", "T10", "T11", "T12"}, {"T02", "T03", "G07", "T04"}
    assert (keys("2018Q1"), keys("2018Q2")) == (as_town, as_street)
    found = {each["key"]: each for each in milestones("2018Q2")["milestones"] if each["scope"] == TOWN}
    assert found["T02"]["status"] == "not_applicable"
    judging.ensure_current(DISTRICT)
    stored = Verdict.objects.standing().filter(area_id=TOWN, basis="approved").order_by("period")
    assert {row.period: set(row.inputs["standards"]) for row in stored}["2018Q2"] == {"S12", "S13"}


def test_a_correction_rewrites_the_whole_time_of_its_value(bring):
    bring(sound() | {"changes": [change("areas", LEAF, "permanent_households", "2018-05-01", 40)]})
    judging.ensure_current(DISTRICT)
    bring({"changes": [change("areas", LEAF, "permanent_households", "2018-05-01", 10)]})

    note = FactChange.objects.get()
    assert (note.area_code, note.first, note.last) == (LEAF, "2018Q2", str(judging.quarters(DISTRICT)[-1]))
    before = Verdict.objects.count()
    assert judged_in_part() == judged_as_whole()
    old = Verdict.objects.filter(area_id=LEAF, superseded_at__isnull=False)
    assert Verdict.objects.count() > before and set(old.values_list("period", flat=True)) >= {"2018Q2"}
    assert "2018Q1" not in set(old.values_list("period", flat=True))


def test_a_later_change_bounds_what_an_earlier_one_bears_on(bring):
    bring(sound() | {"changes": [change("areas", LEAF, "permanent_households", "2018-10-01", 40)]})
    judging.ensure_current(DISTRICT)
    bring({"changes": [change("areas", LEAF, "permanent_households", "2018-04-01", 10)]})

    note = FactChange.objects.get()
    assert (note.first, note.last) == ("2018Q2", "2018Q3")


def test_a_name_bears_on_nothing(bring):
    bring(sound())
    judging.ensure_current(DISTRICT)
    bring(
        {
            "changes": [
                change("areas", LEAF, "name", "2018-10-01", "新名"),
                change("access_points", "A1", "ports_used", "2018-01-01", 3),
            ]
        }
    )

    assert not FactChange.objects.exists()


def test_no_package_with_changes_is_as_it_was(bring):
    """Not a byte of the documents differs when a change is there that bears on nothing judged."""
    bring(sound())
    documents = [json.dumps([evaluation(each, sites=True), milestones(each)]) for each in QUARTERS]
    bring({"changes": [change("areas", LEAF, "permanent_households", "2031-01-01", 1)]})

    assert [json.dumps([evaluation(each, sites=True), milestones(each)]) for each in QUARTERS] == documents


# ---------------------------------------------------------------- part against whole


def random_dated(chance: random.Random) -> dict:
    """A change that the checks accept, of something that is there."""
    day = date(2017, 1, 1) + timedelta(days=chance.randrange(900))
    table = chance.choice(["areas", "areas", "sites", "sites", "access_points"])
    if table == "access_points":
        point = chance.choice(list(AccessPoint.objects.order_by("ap_id")))
        day = max(day, point.opened_on + timedelta(days=1))
        column = chance.choice(["downstream_mbps", "tv_only"])
        return change(table, point.ap_id, column, str(day), chance.choice([20, 100] if column != "tv_only" else [0, 1]))
    if table == "sites":
        site = chance.choice(list(Site.objects.filter(county=DISTRICT).order_by("site_id")))
        codes = (
            Area.objects.filter(county=DISTRICT)
            .exclude(kind="district")
            .order_by("code")
            .values_list("code", flat=True)
        )
        column = chance.choice(["kind", "area_code", "area_code", "setting"])
        value = {
            "kind": ["school", "settlement", "residence"],
            "area_code": list(codes),
            "setting": ["urban", "rural", ""],
        }[column]
        return change(table, site.site_id, column, str(day), chance.choice(value))
    area = chance.choice(list(Area.objects.filter(county=DISTRICT).order_by("code")))
    options: dict = {"setting": ["urban", "rural", ""]}
    pair = {AreaKind.STREET: AreaKind.TOWN, AreaKind.VILLAGE: AreaKind.COMMUNITY}
    pair |= {other: kind for kind, other in pair.items()}
    if area.kind in pair:
        options["kind"] = [area.kind, pair[area.kind]]
    if area.kind == "natural_village":
        options["permanent_households"] = [5, 19, 20, 60]
    if len(area.code) == 15:
        options["demonstration"] = ["0", "1"]
    column = chance.choice(sorted(options))
    return change(table, area.code, column, str(day), chance.choice(options[column]))


def fitting(rows: list[dict]) -> list[dict]:
    """Those that lie within the life of their rows; one a day."""
    kept: dict[tuple, dict] = {}
    for row in rows:
        day = date.fromisoformat(row["effective_on"])
        if row["table"] == "access_points":
            own = AccessPoint.objects.get(ap_id=row["key"])
            begins, ends = own.opened_on, own.closed_on
        else:
            own = Site.objects.get(site_id=row["key"]) if row["table"] == "sites" else Area.objects.get(code=row["key"])
            begins, ends = own.valid_from, own.valid_to
        if (begins is None or day > begins) and (ends is None or day < ends):
            kept[row["table"], row["key"], row["column"], row["effective_on"]] = row
    return list(kept.values())


@pytest.mark.parametrize("seed", [44, 38, 95])
def test_what_changes_leave_stale_is_judged_again(bring, tmp_path, seed):
    call_command(
        "import_package",
        str(write(random_package(seed), tmp_path / "all")),
        "--no-judge",
        stdout=StringIO(),
        stderr=StringIO(),
    )
    judging.ensure_current(DISTRICT)
    chance = random.Random(seed)
    for size in (1, 1, 1, 2, 5, 1, 1, 1):
        rows = fitting([random_dated(chance) for _ in range(size)])
        again = list(DatedValue.objects.order_by("pk").values("table", "key", "column", "effective_on", "value"))
        if (
            again and chance.random() < 0.4
        ):  # A correction: the same change with the value of another one of its column.
            row = chance.choice(again)
            other = chance.choice(
                [each for each in again if (each["table"], each["column"]) == (row["table"], row["column"])]
            )
            if row["column"] not in ("kind", "area_code"):
                rows = [row | {"effective_on": str(row["effective_on"]), "value": other["value"]}]
        if rows:
            bring({"changes": rows})
            assert judged_in_part() == judged_as_whole(), rows


WHAT_IF = {
    "households": [("areas", LEAF, "permanent_households", "5")],
    "a street for a town": [("areas", TOWN, "kind", "street")],
    "another setting": [("areas", TOWN, "setting", "urban")],
    "a slower point": [("access_points", "A1", "downstream_mbps", "10")],
    "a site elsewhere": [("sites", "S2", "area_code", LEAF), ("sites", "S2", "kind", "school")],
}


@pytest.mark.parametrize("name", WHAT_IF)
def test_what_if_says_what_the_import_does(bring, tmp_path, name):
    bring(
        sound()
        | {
            "changes": [
                change("sites", "S1", "area_code", "2017-06-01", VILLAGE),
                change("sites", "S1", "area_code", "2018-01-15", LEAF),
            ]
        }
    )
    rows = {"changes": [change(*row[:3], "2018-05-01", row[3]) for row in WHAT_IF[name]]}
    _, document = whatif(write_csv(rows, tmp_path / "what-if"), "2018Q3")
    before = {each["code"]: each["outcome"] for each in evaluation("2018Q3")["areas"]}
    bring(rows)
    after = {each["code"]: each["outcome"] for each in evaluation("2018Q3")["areas"]}

    told = {turn["code"]: (turn["from"], turn["to"]) for turn in document["turned"]}
    turned = {code: (before[code], after[code]) for code in after if before[code] != after[code]}
    assert turned.items() <= told.items()
    assert {code for code in told.keys() - turned.keys() if told[code][0] != told[code][1]} == set()


def test_stored_verdicts_follow_from_what_is_stored_beside_them(bring):
    bring(
        sound()
        | {
            "changes": [
                change("areas", TOWN, "kind", "2018-04-01", "street"),
                change("areas", VILLAGE, "kind", "2018-07-01", "community"),
                change("areas", COMMUNITY, "kind", "2018-04-01", "village"),
                change("areas", LEAF, "permanent_households", "2018-04-01", 12),
                change("sites", "S2", "area_code", "2018-05-01", LEAF),
            ]
        }
    )
    judging.ensure_current(DISTRICT)
    reading = Rereading(VerdictSelection(DISTRICT))
    faults = [str(fault) for period in reading.periods for fault in reading.in_period(period)]
    assert faults + [str(fault) for fault in reading.others()] == [] and reading.number > 100
