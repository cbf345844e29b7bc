"""What would settle an answer settles it: the facts are given, the county is judged again, and the answer is looked up."""

from itertools import product

import pytest
from django.db import transaction

from acceptance.judging import judging
from acceptance.models import MilestoneVerdict, Verdict
from accounts.posts import Post
from areas import changes
from areas.models import Area, DatedValue, Site
from areas.vocabulary import AreaKind, SiteKind
from common.periods import Quarter
from findings import first, pages
from findings.first import OpenQuestion
from findings.pages import FirstPage
from findings.settling import Facts, Missing, MissingFact
from returns.models import FIGURES, LineStatus, Return, ReturnLine
from tests.findings.conftest import COUNTY, UNPLACED
from tests.scenes import COVERED, DAGUAN, FAR, NEAR, STREET, TOWN

PERIOD = Quarter(2018, 2)
SERVED = {STREET: (113.0501, 23.6801), TOWN: (113.1000, 23.7010)}
"""Beside an access point whose operator connects everybody there in time."""
UNSERVED = (113.30, 23.50)

EMPTY = f"{DAGUAN}102"
"""A compound at which nothing stands."""


@pytest.fixture
def doubtful(district, make_area) -> None:
    """Settlements nobody surveyed, a village without one, a compound without a site, a market and a return that are missing."""
    make_area(EMPTY, "翠湖花园", kind=AreaKind.COMPOUND, demonstration=True)
    Site.objects.filter(site_id__in=["S-2", "S-3", "S-4"]).update(lon=None, lat=None)
    Site.objects.filter(site_id="S-1").update(valid_to="2017-01-01")
    Site.objects.create(site_id="S-7", area_id=FAR, name="黄岗小学", kind=SiteKind.SCHOOL, county=COUNTY)
    ReturnLine.objects.filter(area=DAGUAN).delete()
    rejudge()


def rejudge() -> None:
    changes.note(COUNTY)
    judging.refresh(COUNTY)


def asked() -> dict[tuple[str, str], OpenQuestion]:
    return {(each.key, each.area): each for each in first.questions(COUNTY, PERIOD)}


def give(fact: MissingFact, good: bool) -> None:
    """Give a missing fact, so that it turns out well or badly."""
    code = fact.key
    if fact.missing == Missing.COORDINATES:
        code = Site.objects.get(site_id=fact.key).area_id
    lon, lat = SERVED[code[:9]] if good else UNSERVED
    if fact.missing == Missing.COORDINATES:
        Site.objects.filter(site_id=fact.key).update(lon=lon, lat=lat)
    elif fact.missing == Missing.RETURN:
        township = Return.objects.get(township_id=fact.key[:9], period=fact.period)
        figures = dict(zip(FIGURES, (100, 100, 100 if good else 90, 100, 90), strict=True))
        ReturnLine.objects.create(
            quarterly_return=township, area_id=fact.key, county=COUNTY, period=fact.period, status=LineStatus.APPROVED, **figures
        )  # fmt: skip
    else:
        kind = SiteKind.SETTLEMENT if fact.missing == Missing.SETTLEMENT else SiteKind.RESIDENCE
        Site.objects.create(
            site_id=f"N-{fact.key}", area_id=fact.key, name="新", kind=kind, county=COUNTY, lon=lon, lat=lat
        )


def answer_with(question: OpenQuestion, given: dict[MissingFact, bool]) -> str:
    """How the answer stands when these facts are given; afterwards everything is as it was."""
    with transaction.atomic():
        for fact, good in given.items():
            give(fact, good)
        rejudge()
        found = answer_of(question)
        transaction.set_rollback(True)
    return found


def answer_of(question: OpenQuestion) -> str:
    if not question.key:
        return Verdict.objects.standing().get(area=question.area, period=question.period, basis="approved").outcome
    rows = MilestoneVerdict.objects.standing().filter(key=question.key, area=question.area, basis="approved")
    return rows.get(period=question.period).status


def all_of(facts: Facts, good: bool) -> dict[MissingFact, bool]:
    return dict.fromkeys(facts, good)


def undetermined() -> tuple[set[str], set[tuple[str, str]]]:
    """The areas, and the milestones with their scopes, that are undetermined in the quarter."""
    verdicts = Verdict.objects.standing().filter(period=str(PERIOD), basis="approved", outcome="undetermined")
    milestones = MilestoneVerdict.objects.standing().filter(period=str(PERIOD), basis="approved", status="undetermined")
    return set(verdicts.values_list("area_id", flat=True)), set(milestones.values_list("key", "area_id"))


def test_everything_undetermined_is_asked(doubtful):
    areas, milestones = undetermined()

    assert {area for key, area in asked() if not key} == areas
    assert {each for each in asked() if each[0]} == milestones


def test_scene_asks_of_every_kind_of_area_and_fact(doubtful):
    found = asked().values()
    kinds = set(
        Area.objects.filter(code__in=[each.area for each in found if not each.key]).values_list("kind", flat=True)
    )

    assert kinds >= {"natural_village", "quarter", "village", "town", "street", "district"}
    assert {fact.missing for each in found for fact in each.answer.sure} == set(Missing) - {Missing.BUILDING}


def unsettled() -> list[tuple]:
    """The questions that their fewest facts leave open, with the answers that these give."""
    found = []
    for question in asked().values():
        better = answer_with(question, all_of(question.answer.yes, good=True))
        worse = answer_with(question, all_of(question.answer.no, good=False))
        if better not in ("achieved", "met") or worse not in ("not_achieved", "missed", "met_late"):
            found.append((question, better, worse))
    return found


def test_fewest_facts_settle_a_yes_and_a_no(doubtful):
    assert unsettled() == []


def test_all_that_bear_settle_it_whichever_way(doubtful):
    for question in asked().values():
        facts = sorted(question.answer.sure)
        for values in product((True, False), repeat=min(2, len(facts))):
            given = {fact: values[number % len(values)] for number, fact in enumerate(facts)}
            assert answer_with(question, given) not in ("undetermined", "pending"), (question, given)


def test_one_less_may_leave_it_open(doubtful):
    """Without the last fact there is a way in which the others turn out that settles nothing."""
    for question in asked().values():
        *known, _ = sorted(question.answer.sure)
        ways = product((True, False), repeat=len(known))
        assert any(answer_with(question, dict(zip(known, way, strict=True))) == "undetermined" for way in ways), (
            question
        )


def test_site_of_a_decided_village_is_not_asked_for(doubtful):
    """Of a village with a settlement out of reach the school's coordinates change nothing."""
    Site.objects.filter(site_id="S-2").update(lon=UNSERVED[0], lat=UNSERVED[1])
    rejudge()
    facts = {fact.key for each in asked().values() for fact in each.answer.sure}

    assert "S-7" not in facts and ("", FAR) not in asked()


def test_street_without_a_building_asks_for_one(doubtful):
    Site.objects.filter(area__code__startswith=STREET).update(valid_to="2017-01-01")
    rejudge()

    assert asked()["", STREET].answer.sure == {MissingFact(Missing.BUILDING, STREET)}
    assert answer_with(asked()["", STREET], {MissingFact(Missing.BUILDING, STREET): True}) == "achieved"


def test_facts_are_ordered_by_what_they_settle(doubtful):
    found = first.worth(asked().values())

    assert [each.alone for each in found] == sorted((each.alone for each in found), reverse=True)
    assert {each.fact for each in found} == {fact for each in asked().values() for fact in each.answer.sure}
    best = found[0]
    alone = [each for each in asked().values() if each.answer.sure == {best.fact}]
    assert len(alone) == best.alone > 1


def test_only_what_lies_beneath_is_asked(doubtful):
    found = first.questions(COUNTY, PERIOD, TOWN)

    assert found and all(each.area.startswith(TOWN) for each in found)
    assert {(each.key, each.area) for each in found} == {each for each in asked() if each[1].startswith(TOWN)}


def test_kind_and_nomination_are_those_of_the_quarter(doubtful):
    """A compound that is nominated only later is none of the demonstrations of the quarter in which they were due."""
    Area.objects.filter(pk=EMPTY).update(demonstration=False)
    DatedValue.objects.create(table="areas", key=EMPTY, column="demonstration", effective_on="2018-05-01", value="1")
    DatedValue.objects.create(table="sites", key=UNPLACED, column="kind", effective_on="2018-05-01", value="other")
    rejudge()
    areas, milestones = undetermined()

    assert areas and set(asked()) == {("", area) for area in areas} | milestones
    assert unsettled() == []


def test_nothing_is_asked_before_the_first_judgement(make_area, settings, worker_asleep):
    area = make_area(COUNTY)

    assert first.latest_ended(COUNTY) is None
    page = FirstPage(area)
    assert (page.facts(), page.questions()) == ([], [])


def test_page_says_what_is_missing_in_words(doubtful, client, make_user):
    client.force_login(make_user(Post.CLERK, area=TOWN))
    shown = client.get("/findings/first/").content.decode()

    assert "大围的主要人口聚居地" in shown and "黄岗聚居点的坐标" in shown
    assert "/proposals/new/?table=sites&amp;act=add&amp;area=" + NEAR in shown
    assert "大观市场" not in shown, "a neighbour's"


def test_page_has_the_same_queries_however_much_is_missing(doubtful, django_assert_max_num_queries):
    for number in range(20):
        Site.objects.create(
            site_id=f"M-{number}", area_id=COVERED, name=f"点{number}", kind=SiteKind.SCHOOL, county=COUNTY
        )
    rejudge()
    area = Area.objects.get(pk=COUNTY)
    with django_assert_max_num_queries(18):
        page = FirstPage(area)
        page.facts()
        page.questions()


def test_page_shows_the_first_of_many(doubtful, monkeypatch, client, make_user):
    monkeypatch.setattr(pages, "MOST", 2)
    client.force_login(make_user(Post.BUREAU_HEAD))
    shown = client.get("/findings/first/").content.decode()

    assert "（前 2 项）" in shown and len(FirstPage(Area.objects.get(pk=COUNTY)).questions()) == 2


def test_neighbours_area_is_not_there(doubtful, client, make_user):
    client.force_login(make_user(Post.CLERK, area=TOWN))

    assert client.get("/findings/first/", {"area": STREET}).status_code == 404
