"""Stored verdicts: never stale, never lost, and the same whether judged in part or as a whole."""

import random
from datetime import date, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from acceptance.judging import impact, judging
from acceptance.judging.nearness import NearPoint
from acceptance.models import MilestoneVerdict, SiteVerdict, Verdict
from areas import changes
from areas.models import AccessPoint, Area, FactChange, Operator, ServiceOrder, Site
from returns.models import LineStatus, ReturnLine
from tests.reference.packages import random_package
from tests.reference.writing import write
from tests.returns.entry.test_races import at_once

DISTRICT = "441802"


@pytest.fixture
def load(tmp_path):
    """Import a random package and judge it."""

    def load(seed: int) -> None:
        folder = write(random_package(seed), tmp_path / str(seed))
        call_command("import_package", str(folder), stdout=StringIO(), stderr=StringIO())
        judging.ensure_current(DISTRICT)

    return load


def standing() -> dict[tuple, str]:
    """Every verdict that stands, by what it is on, with its digest."""
    found = {}
    for model, fields in (
        (Verdict, ("area_id", "period", "basis")),
        (SiteVerdict, ("site_id", "period")),
        (MilestoneVerdict, ("key", "area_id", "period", "basis")),
    ):
        for *subject, digest in model.objects.standing().values_list(*fields, "digest"):
            found[model.__name__, *subject] = digest
    return found


def change_users(chance: random.Random) -> None:
    line = chance.choice(ReturnLine.objects.filter(county=DISTRICT))
    line.fibre_users = chance.randint(0, line.broadband_users)
    line.save()
    changes.note_area(line.area_id, line.period)


def withdraw_line(chance: random.Random) -> None:
    line = chance.choice(ReturnLine.objects.filter(county=DISTRICT))
    line.status = LineStatus.DRAFT
    line.save()
    changes.note_area(line.area_id, line.period)


def complete_order(chance: random.Random) -> None:
    order = chance.choice(ServiceOrder.objects.filter(county=DISTRICT))
    impact.note_orders([order])
    order.cancelled_on = None
    order.completed_on = chance.choice(
        [None, order.accepted_on, order.accepted_on + timedelta(days=chance.randint(5, 200))]
    )
    order.save()
    impact.note_orders([order])


def move_order(chance: random.Random) -> None:
    order = chance.choice(ServiceOrder.objects.filter(county=DISTRICT))
    impact.note_orders([order])
    order.area = chance.choice(
        Area.objects.filter(county=DISTRICT, kind__in=["village", "community", "natural_village"])
    )
    order.save()
    impact.note_orders([order])


def lose_coordinates(chance: random.Random) -> None:
    site = chance.choice(Site.objects.filter(county=DISTRICT))
    site.lon = site.lat = None
    site.save()
    impact.note_sites([site], only_place=True)


def shift_site(chance: random.Random) -> None:
    """To where another one is, and nothing else."""
    site, other = (chance.choice(Site.objects.filter(county=DISTRICT)) for _ in range(2))
    site.lon, site.lat = other.lon, other.lat
    site.save()
    impact.note_sites([site], only_place=True)


def change_kind(chance: random.Random) -> None:
    site = chance.choice(Site.objects.filter(county=DISTRICT))
    site.kind = chance.choice(["settlement", "school", "hospital"])
    site.setting = chance.choice(["", "urban", "rural"])
    site.save()
    impact.note_sites([site])


def move_site(chance: random.Random) -> None:
    """Somewhere else, in another area, and for another time."""
    site, other = (
        chance.choice(Site.objects.filter(county=DISTRICT)),
        chance.choice(Site.objects.filter(county=DISTRICT)),
    )
    impact.note_sites([site])
    site.lon, site.lat, site.area_id = other.lon, other.lat, other.area_id
    site.valid_from, site.valid_to = chance.choice([(None, None), (date(2017, 5, 1), None), (None, date(2018, 3, 31))])
    site.save()
    impact.note_sites([site])


def change_households(chance: random.Random) -> None:
    area = chance.choice(Area.objects.filter(county=DISTRICT, kind="natural_village"))
    area.permanent_households = chance.choice([19, 20])
    area.save()
    impact.note_area(area.code)


def end_area(chance: random.Random) -> None:
    area = chance.choice(Area.objects.filter(county=DISTRICT).exclude(kind__in=["district", "street", "town"]))
    area.valid_to = chance.choice([date(2017, 10, 1), date(2018, 6, 30), None])
    area.save()
    impact.note_area(area.code)


def end_township(chance: random.Random) -> None:
    area = chance.choice(Area.objects.filter(county=DISTRICT, kind__in=["street", "town"]))
    area.valid_to = chance.choice([date(2018, 6, 30), None])
    area.save()
    impact.note_area(area.code)


def add_area(chance: random.Random) -> None:
    """A village or natural village with a site where another has one."""
    kind, above = chance.choice([("village", ["street", "town"]), ("natural_village", ["village", "community"])])
    parent = chance.choice(Area.objects.filter(county=DISTRICT, kind__in=above))
    taken = set(Area.objects.filter(parent=parent).values_list("code", flat=True))
    code = next(code for code in (f"{parent.code}{number}" for number in range(999, 0, -1)) if code not in taken)
    households = {"permanent_households": 30} if kind == "natural_village" else {}
    Area.objects.create(code=code, name="新", kind=kind, parent=parent, county=DISTRICT, **households)
    other = chance.choice(Site.objects.filter(county=DISTRICT))
    Site.objects.create(
        site_id=f"new-{code}", area_id=code, name="新", kind="settlement", lon=other.lon, lat=other.lat, county=DISTRICT
    )
    impact.note_area(code)


def _somewhere(chance: random.Random) -> dict[str, float]:
    """Near a site, not so near, or far away."""
    site = chance.choice(Site.objects.filter(county=DISTRICT, lon__isnull=False))
    spread = chance.choice([0.0005, 0.005, 0.02, 0.15])
    return {"lon": site.lon + chance.uniform(-spread, spread), "lat": site.lat + chance.uniform(-spread, spread)}


def _some_point(chance: random.Random) -> AccessPoint:
    return chance.choice(AccessPoint.objects.order_by("ap_id"))


def add_point(chance: random.Random) -> None:
    opened = date(2017, 1, 1) + timedelta(days=chance.randint(0, 900))
    point = AccessPoint.objects.create(
        ap_id=f"new-{chance.getrandbits(40)}",
        operator=_some_point(chance).operator,
        downstream_mbps=chance.choice([20, 50, 100]),
        tv_only=chance.random() < 0.2,
        opened_on=opened,
        closed_on=chance.choice([None, opened + timedelta(days=200)]),
        **_somewhere(chance),
    )
    impact.note_access_points([(None, NearPoint.of(point))])


def move_point(chance: random.Random) -> None:
    _move(_some_point(chance), **_somewhere(chance))


def nudge_point(chance: random.Random) -> None:
    """By up to 200 m, as a new survey does."""
    point = _some_point(chance)
    _move(point, point.lon + chance.uniform(-0.002, 0.002), point.lat + chance.uniform(-0.002, 0.002))


def _move(point: AccessPoint, lon: float, lat: float) -> None:
    was = NearPoint.of(point)
    point.lon, point.lat = lon, lat
    point.save()
    impact.note_access_points([(was, NearPoint.of(point))])


def change_point(chance: random.Random) -> None:
    point = _some_point(chance)
    was = NearPoint.of(point)
    point.downstream_mbps, point.tv_only = chance.choice([(20, False), (50, False), (100, True)])
    point.opened_on = chance.choice([point.opened_on, date(2018, 2, 1)])
    point.closed_on = chance.choice([None, date(2018, 8, 1), point.opened_on])
    point.save()
    impact.note_access_points([(was, NearPoint.of(point))])


def remove_point(chance: random.Random) -> None:
    point = _some_point(chance)
    impact.note_access_points([(NearPoint.of(point), None)])
    point.delete()


CHANGES = [
    change_users,
    withdraw_line,
    complete_order,
    move_order,
    lose_coordinates,
    shift_site,
    change_kind,
    move_site,
    change_households,
    end_area,
    end_township,
    add_area,
    add_point,
    move_point,
    nudge_point,
    change_point,
    remove_point,
]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [44, 38])
@pytest.mark.parametrize("change", CHANGES)
def test_judging_a_part_equals_judging_the_whole(load, change, seed):
    load(seed)
    chance = random.Random(change.__name__)
    for _ in range(4):
        change(chance)
        assert judged_in_part() == judged_as_whole()


@pytest.mark.django_db
def test_points_for_television_are_noted_where_the_plan_counts_them(load, settings, tmp_path):
    text = settings.PLAN_FILE.read_text(encoding="utf-8")
    settings.PLAN_FILE = tmp_path / "plan.toml"
    settings.PLAN_FILE.write_text(
        text.replace("[capability.television]\nvalue = false", "[capability.television]\nvalue = true"),
        encoding="utf-8",
    )
    load(44)
    site = Site.objects.filter(county=DISTRICT, lon__isnull=False).order_by("pk").first()
    AccessPoint.objects.update(tv_only=True)
    judging.refresh(DISTRICT, everything=True)
    point = AccessPoint.objects.order_by("ap_id").first()
    _move(point, site.lon, site.lat)
    assert judged_in_part() == judged_as_whole()
    _move(point, site.lon + 1, site.lat)
    assert judged_in_part() == judged_as_whole()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_many_changes_at_once_judged_in_part(load, seed):
    load(44)
    chance = random.Random(seed)
    for _ in range(4):
        for change in chance.sample(CHANGES, 4):
            change(chance)
        assert judged_in_part() == judged_as_whole()


def judged_in_part() -> dict[tuple, str]:
    judging.ensure_current(DISTRICT)
    return standing()


def judged_as_whole() -> dict[tuple, str]:
    judging.refresh(DISTRICT, everything=True)
    return standing()


@pytest.mark.django_db
def test_judging_again_without_change_writes_nothing(load):
    load(21)
    before = Verdict.objects.count(), SiteVerdict.objects.count(), MilestoneVerdict.objects.count()
    judging.refresh(DISTRICT, everything=True)
    assert (Verdict.objects.count(), SiteVerdict.objects.count(), MilestoneVerdict.objects.count()) == before
    assert not Verdict.objects.filter(superseded_at__isnull=False).exists()


@pytest.mark.django_db
def test_verdict_that_changed_is_superseded_and_kept(load):
    load(2)
    site = Site.objects.filter(county=DISTRICT, lon__isnull=False, verdicts__capable="yes").order_by("pk").first()
    old = SiteVerdict.objects.standing().filter(site=site, capable="yes").first()
    site.lon = site.lat = None
    site.save()
    changes.note_area(site.area_id)
    judging.ensure_current(DISTRICT)
    old.refresh_from_db()
    new = SiteVerdict.objects.standing().get(site=site, period=old.period)
    assert (old.capable, new.capable) == ("yes", "unknown")
    assert old.superseded_at == new.judged_at


@pytest.mark.django_db
def test_current_county_is_not_judged_again(load, django_assert_num_queries):
    load(21)
    with django_assert_num_queries(1):
        judging.ensure_current(DISTRICT)


@pytest.mark.django_db
def test_verdict_carries_inputs_thresholds_clauses_and_plan(load):
    load(2)
    verdict = Verdict.objects.standing().filter(area__kind="village").order_by("pk").first()
    assert verdict.inputs["standards"]["S14"] == {"threshold": "9/10", "clause": "S14", "role": "hard"}
    assert 'key = "qingcheng-2017"' in verdict.plan.text
    counted = [outcome for _, outcome in verdict.inputs["natural_villages"]]
    criterion = verdict.criteria[0]
    assert criterion["key"] == "S14"
    assert (criterion["passed"], criterion["failed"], criterion["unknown"]) == (
        counted.count("achieved"),
        counted.count("not_achieved"),
        counted.count("undetermined"),
    )


@pytest.mark.django_db
def test_quarter_after_the_last_milestone_is_judged_once_it_is_reported(load):
    load(2)
    line = ReturnLine.objects.filter(county=DISTRICT, status=LineStatus.APPROVED).order_by("-period").first()
    ReturnLine.objects.filter(pk=line.pk).update(period="2019Q3")
    changes.note_area(line.area_id, "2019Q3")
    judging.ensure_current(DISTRICT)
    assert str(judging.quarters(DISTRICT)[-1]) == "2019Q3"
    assert MilestoneVerdict.objects.standing().filter(period="2019Q3").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "most"), [(change_users, 30), (complete_order, 42), (move_site, 42), (add_area, 42), (shift_site, 42)]
)
@pytest.mark.parametrize("seed", [44, 65])
def test_one_change_costs_the_same_queries_in_every_county(load, django_assert_max_num_queries, change, most, seed):
    load(seed)
    change(random.Random(1))
    with django_assert_max_num_queries(most):
        judging.ensure_current(DISTRICT)


@pytest.mark.django_db
def test_notes_on_an_access_point_cost_few_queries(load, django_assert_max_num_queries):
    load(44)
    point = AccessPoint.objects.order_by("ap_id").first()
    with django_assert_max_num_queries(8):
        impact.note_access_points([(NearPoint.of(point), None)])


@pytest.mark.django_db
def test_order_concerns_the_quarters_in_which_it_counts(load):
    """Accepted on 2018-03-26, due within ten working days, done in autumn."""
    load(44)
    order = ServiceOrder.objects.filter(county=DISTRICT).first()
    order.accepted_on, order.needs_expansion = date(2018, 3, 26), False
    order.completed_on, order.cancelled_on = date(2018, 10, 1), None
    impact.note_orders([order])
    assert list(FactChange.objects.values_list("area_code", "first", "last")) == [(order.area_id, "2018Q2", "2018Q4")]


@pytest.mark.django_db
def test_access_point_of_a_neighbour_is_noted_in_its_county(load):
    """A site across the border has no point as near as the new one."""
    load(44)
    site = Site.objects.filter(county=DISTRICT, lon__isnull=False, verdicts__isnull=False).first()
    Area.objects.create(code="441881", name="邻县", kind="district", county="441881")
    town = Area.objects.create(code="441881100", name="邻镇", kind="town", county="441881", parent_id="441881")
    village = Area.objects.create(code="441881100201", name="邻村", kind="village", county="441881", parent=town)
    across = {"lon": site.lon + 0.001, "lat": site.lat, "county": "441881"}
    Site.objects.create(site_id="across", area=village, name="对岸", kind="settlement", **across)
    for county in (DISTRICT, "441881"):
        judging.ensure_current(county)
    operator = Operator.objects.first()
    point = AccessPoint.objects.create(
        ap_id="border",
        operator=operator,
        lon=site.lon,
        lat=site.lat,
        downstream_mbps=100,
        tv_only=False,
        opened_on=date(2017, 1, 1),
    )
    assert impact.note_access_points([(None, NearPoint.of(point))]) == {DISTRICT, "441881"}
    assert set(FactChange.objects.values_list("county", flat=True)) == {DISTRICT, "441881"}
    judging.ensure_current("441881")
    assert SiteVerdict.objects.standing().filter(site__site_id="across", capable="yes").exists()


@pytest.mark.django_db
def test_access_point_far_off_becomes_the_nearest_of_a_county_beside(load):
    """The only site there is 10 km east, its nearest access point 15 km away, the new one 7 km."""
    load(44)
    AccessPoint.objects.all().delete()
    site = Site.objects.filter(county=DISTRICT, lon__isnull=False).first()
    Area.objects.create(code="441881", name="邻县", kind="district", county="441881")
    town = Area.objects.create(code="441881100", name="邻镇", kind="town", county="441881", parent_id="441881")
    village = Area.objects.create(code="441881100201", name="邻村", kind="village", county="441881", parent=town)
    there = {"lon": site.lon + 0.1, "lat": site.lat, "county": "441881"}
    Site.objects.create(site_id="across", area=village, name="对岸", kind="settlement", **there)
    values = {"operator": Operator.objects.first(), "downstream_mbps": 100, "tv_only": False, "lat": site.lat}
    AccessPoint.objects.create(ap_id="west", lon=site.lon - 0.05, opened_on=date(2017, 1, 1), **values)
    judging.refresh("441881", everything=True)
    before = SiteVerdict.objects.standing().filter(site__site_id="across").latest("period").nearest_m
    nearer = AccessPoint.objects.create(ap_id="east", lon=site.lon + 0.03, opened_on=date(2017, 1, 1), **values)
    assert "441881" in impact.note_access_points([(None, NearPoint.of(nearer))])
    judging.ensure_current("441881")
    after = SiteVerdict.objects.standing().filter(site__site_id="across").latest("period").nearest_m
    assert before > 15_000 and 7_000 < after < 7_300


@pytest.mark.django_db
def test_site_that_moves_to_another_county_is_judged_there(load, tmp_path):
    load(44)
    site = Site.objects.filter(county=DISTRICT, verdicts__isnull=False).first()
    Area.objects.create(code="441800", name="邻县", kind="district", county="441800")
    town = Area.objects.create(code="441800100", name="邻镇", kind="town", county="441800", parent_id="441800")
    impact.note_sites([site])
    impact.note_moved_sites(DISTRICT, [site.pk])
    site.area, site.county = town, "441800"
    site.save()
    impact.note_sites([site])
    for county in ("441800", DISTRICT):
        judging.ensure_current(county)
    assert set(SiteVerdict.objects.standing().filter(site=site).values_list("county", flat=True)) == {"441800"}


@pytest.mark.django_db(transaction=True)
def test_changes_judged_at_once_end_right(load):
    load(44)
    deeds = [change_users, complete_order, move_site, add_point, move_point, remove_point]

    def change_and_look(seed: int) -> None:
        chance = random.Random(seed)
        for change in chance.sample(deeds, 4):
            with transaction.atomic():
                change(chance)
            judging.ensure_current(DISTRICT)

    refusals = [result for result in at_once(*(partial(change_and_look, seed) for seed in range(3))) if result]
    assert not refusals
    assert judged_in_part() == judged_as_whole()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("period", "status"),
    [("9999Q4", LineStatus.APPROVED), ("2020Q1", LineStatus.DRAFT)],
    ids=["a slip of the pen", "a draft"],
)
def test_quarter_that_nobody_reported_is_not_judged(load, period, status):
    load(2)
    last = judging.quarters(DISTRICT)[-1]
    line = ReturnLine.objects.filter(county=DISTRICT, status=LineStatus.APPROVED).order_by("period").first()
    ReturnLine.objects.filter(pk=line.pk).update(period=period, status=status)
    assert judging.quarters(DISTRICT)[-1] == last
