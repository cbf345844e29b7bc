"""The evaluation of the whole country says of each county what the portal says of it, and survives being killed."""

import random
import sys
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from psycopg2.extensions import make_dsn

from acceptance import plan as plans
from acceptance.judging import facts, verdict_json
from acceptance.rules.capability import REASONS
from acceptance.rules.judge import County
from acceptance.rules.shares import ANSWER_WORDS, AREA_WORDS, CRITERION_WORDS
from areas import workdays
from areas.models import AccessPoint, Area, DatedValue, Site
from common.periods import Quarter

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import national_country as country
import national_evaluating as evaluating
import national_loading as loading

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the national scale is for PostgreSQL only"),
]

QUARTER = Quarter.parse(country.PERIOD)
NUMBERS = (0, 1, 5)
"""Three counties of which the first two and the first and third have a border in common."""


@pytest.fixture
def url(monkeypatch):
    """Three small counties in the database of the test; its address."""
    for what, few in {
        "townships": 5,
        "villages": 25,
        "natural_villages": 60,
        "sites": 300,
        "access_points": 120,
    }.items():
        monkeypatch.setitem(country.PER_COUNTRY, what, few * country.COUNTIES)
    settings = connection.settings_dict
    url = make_dsn(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"],
    )
    with psycopg2.connect(url) as own, own.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO areas_operator (code, name) VALUES (%s, %s)", [(code, code) for code in country.OPERATORS]
        )
        for number in NUMBERS:
            loading.write(cursor, country.County(number))
    own.close()
    yield url
    evaluating._connection.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS national CASCADE")


def task():
    return evaluating.Task(QUARTER, "approved", plans.current(), workdays.load())


def evaluate(url, sites_a_chunk=700):
    """Two counties a chunk, unless told otherwise."""
    return evaluating.evaluate(url, task(), 1, sites_a_chunk)


def rows(query, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def everything():
    return (
        sorted(rows("SELECT county, code, outcome, reference, covered, ledger FROM national.area_outcome"), key=repr),
        sorted(rows("SELECT * FROM national.site_outcome")),
    )


@pytest.fixture
def judged():
    """A county judged as the portal does it."""

    def judge(code):
        county = County(facts.read(code, [QUARTER], ["approved"]), plans.current(), workdays.load())
        return county, verdict_json.evaluation(county, QUARTER, "approved", beneath=code, sites=True)

    return judge


def test_each_county_is_judged_as_the_portal_judges_it(url, judged):
    evaluate(url)
    for number in NUMBERS:
        code = country.code_of(number)
        _, document = judged(code)
        found = rows("SELECT code, outcome, reference, covered FROM national.area_outcome WHERE county = %s", int(code))
        assert {
            str(each): (AREA_WORDS[outcome], CRITERION_WORDS[reference] if reference >= 0 else "none")
            for each, outcome, reference, _ in found
        } == {each["code"]: (each["outcome"], each["reference"]) for each in document["areas"]}
        covered = {str(each): ANSWER_WORDS[answer] for each, _, _, answer in found}
        assert all(covered[each["code"]] == each["covered"] for each in document["areas"] if "covered" in each)
        numbers = dict(Site.objects.values_list("pk", "site_id"))
        sites = rows("SELECT site_id, capable, reason FROM national.site_outcome WHERE county = %s", int(code))
        assert {numbers[each]: (ANSWER_WORDS[capable], REASONS[reason]) for each, capable, reason in sites} == {
            each["site_id"]: (each["capable"], each["reason"]) for each in document["sites"]
        }
        assert len({each["outcome"] for each in document["areas"]}) >= 3
        assert len({each["reason"] for each in document["sites"]}) >= 4


def test_dated_values_are_judged_as_the_portal_judges_them(url, judged):
    """Every third area, site and access point is other from some day around the quarter on."""
    chance, day = random.Random(1), QUARTER.last_day
    values = []
    for code in Area.objects.filter(kind="natural_village").order_by("pk").values_list("pk", flat=True)[::3]:
        values.append(("areas", code, "permanent_households", str(chance.randint(1, 60))))
    for code in Area.objects.filter(kind="village").order_by("pk").values_list("pk", flat=True)[::3]:
        values.append(("areas", code, "kind", "community"))
    sites = list(Site.objects.order_by("pk").values_list("site_id", "area_id"))
    for number, (site, area) in enumerate(sites[::3]):
        others = [each for _, each in sites if each[:6] == area[:6]]
        value = [("kind", "school"), ("setting", "urban"), ("area_code", chance.choice(others))][number % 3]
        values.append(("sites", site, *value))
    for point in AccessPoint.objects.order_by("pk").values_list("ap_id", flat=True)[::3]:
        values.append(("access_points", point, *chance.choice([("downstream_mbps", "20"), ("tv_only", "1")])))
    DatedValue.objects.bulk_create(
        DatedValue(table=table, key=key, column=column, value=value, effective_on=day + timedelta(days=chance.randint(-9, 9)))
        for table, key, column, value in values
    )  # fmt: skip
    before = {number: judged(country.code_of(number))[1]["areas"] for number in NUMBERS}
    evaluate(url)
    for number in NUMBERS:
        found = rows("SELECT code, outcome FROM national.area_outcome WHERE county = %s", int(country.code_of(number)))
        assert {str(code): AREA_WORDS[outcome] for code, outcome in found} == {
            each["code"]: each["outcome"] for each in before[number]
        }
    DatedValue.objects.all().delete()
    assert any(judged(country.code_of(number))[1]["areas"] != before[number] for number in NUMBERS)


def test_ledgers_are_those_of_the_portal(url, judged):
    evaluate(url)
    code = country.code_of(NUMBERS[0])
    county, _ = judged(code)
    counts = county.period(QUARTER).standing("approved").ledger.counts
    row = {each: place for place, each in enumerate(county.facts.areas.code)}
    ledgers = rows("SELECT code, ledger FROM national.area_outcome WHERE county = %s AND ledger IS NOT NULL", int(code))
    assert {len(str(each)) for each, _ in ledgers} == {6, 9, 12}
    for each, ledger in ledgers:
        assert ledger == counts[row[str(each)]].tolist()


def test_access_point_across_the_border_counts(url):
    own, other = (country.code_of(number) for number in NUMBERS[:2])
    late = Site.objects.filter(county=own, lon__isnull=False).order_by("pk").first()
    AccessPoint.objects.filter(tile__isnull=False).delete()
    AccessPoint.objects.create(
        ap_id="border", operator_id="telecom", lon=late.lon, lat=late.lat, given_lon=late.lon, given_lat=late.lat,
        county=other, downstream_mbps=100, tv_only=False, opened_on="2017-01-01",
    )  # fmt: skip
    # Chunks of one county each.
    evaluate(url, sites_a_chunk=1)
    assert rows("SELECT capable FROM national.site_outcome WHERE site_id = %s", late.pk) == [(1,)]


def test_the_size_of_chunks_does_not_matter(url):
    evaluate(url, sites_a_chunk=1)
    one_by_one = everything()
    evaluating.forget(url)
    evaluate(url, sites_a_chunk=10_000)
    assert everything() == one_by_one


def test_killed_in_the_middle_it_goes_on_and_ends_the_same(url, monkeypatch):
    assert evaluate(url).counties == len(NUMBERS)
    whole = everything()
    evaluating.forget(url)
    with monkeypatch.context() as patch:
        store, stored = evaluating._store, []

        def killed(cursor, *rest):
            store(cursor, *rest)
            stored.append(1)
            if len(stored) == 2:
                raise KeyboardInterrupt

        patch.setattr(evaluating, "_store", killed)
        with pytest.raises(KeyboardInterrupt):
            evaluate(url, sites_a_chunk=1)
    assert rows("SELECT count(DISTINCT county) FROM national.site_outcome") == [(1,)]
    assert evaluate(url).counties == len(NUMBERS) - 1
    assert everything() == whole
    assert evaluate(url).counties == 0
