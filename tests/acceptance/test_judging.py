"""Stored verdicts: never stale, never lost, and the same whether judged in part or as a whole."""

import random
from io import StringIO

import pytest
from django.core.management import call_command

from acceptance import judging
from acceptance.models import MilestoneVerdict, SiteVerdict, Verdict
from areas import changes
from areas.models import Area, ServiceOrder, Site
from returns.models import LineStatus, ReturnLine
from tests.reference.packages import random_package
from tests.reference.writing import write

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
    order.cancelled_on, order.completed_on = None, chance.choice([None, order.accepted_on])
    order.save()
    changes.note_area(order.area_id)


def lose_coordinates(chance: random.Random) -> None:
    site = chance.choice(Site.objects.filter(county=DISTRICT))
    site.lon = site.lat = None
    site.save()
    changes.note_area(site.area_id)


def change_households(chance: random.Random) -> None:
    area = chance.choice(Area.objects.filter(county=DISTRICT, kind="natural_village"))
    area.permanent_households = chance.choice([19, 20])
    area.save()
    changes.note_area(area.code)


CHANGES = [change_users, withdraw_line, complete_order, lose_coordinates, change_households]


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_judging_a_part_equals_judging_the_whole(load, change):
    load(10)
    chance = random.Random(change.__name__)
    for _ in range(3):
        change(chance)
        assert not judging.is_current(DISTRICT)
        judging.ensure_current(DISTRICT)
        in_part = standing()
        judging.refresh(DISTRICT, everything=True)
        assert in_part == standing()


@pytest.mark.django_db
def test_judging_again_without_change_writes_nothing(load):
    load(3)
    before = Verdict.objects.count(), SiteVerdict.objects.count(), MilestoneVerdict.objects.count()
    judging.refresh(DISTRICT, everything=True)
    assert (Verdict.objects.count(), SiteVerdict.objects.count(), MilestoneVerdict.objects.count()) == before
    assert not Verdict.objects.filter(superseded_at__isnull=False).exists()


@pytest.mark.django_db
def test_verdict_that_changed_is_superseded_and_kept(load):
    load(10)
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
    load(3)
    with django_assert_num_queries(2):
        judging.ensure_current(DISTRICT)


@pytest.mark.django_db
def test_verdict_carries_inputs_thresholds_clauses_and_plan(load):
    load(10)
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
    load(10)
    line = ReturnLine.objects.filter(county=DISTRICT).order_by("-period").first()
    ReturnLine.objects.filter(pk=line.pk).update(period="2019Q3")
    changes.note_area(line.area_id, "2019Q3")
    judging.ensure_current(DISTRICT)
    assert str(judging.quarters(DISTRICT)[-1]) == "2019Q3"
    assert MilestoneVerdict.objects.standing().filter(period="2019Q3").exists()
