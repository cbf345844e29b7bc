"""Findings live: they open, are explained, close when the facts are right, and come back when they turn wrong."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.timezone import localtime

from acceptance.judging import judging
from acceptance.models import Judgement
from areas import changes
from areas.models import AccessPoint, Area, DatedValue, ServiceOrder, Site, Succession
from areas.vocabulary import SiteKind
from common.exceptions import Refused, Stale
from findings import actions, surveying, terms
from findings.models import PROTECTED, FindingMove, FindingTerms, RegisterFinding, SurveyMark
from findings.surveying import SurveyTally, survey
from findings.vocabulary import FindingOwner, FindingState
from jobs.hooks import CHORES
from tests.findings.conftest import COUNTY, ON, UNPLACED, finding, judged_and_surveyed
from tests.scenes import COVERED, DAGUAN, FAR, NEAR, STREET


def place(lon: float | None = 113.0502, lat: float | None = 23.6802) -> None:
    Site.objects.filter(site_id=UNPLACED).update(lon=lon, lat=lat)
    changes.note(COUNTY)


def test_survey_lists_what_is_wrong(district):
    tally = survey(COUNTY)

    assert tally == SurveyTally(opened=1, open=1)
    found = finding()
    assert (found.area_code, found.township, found.owner) == (DAGUAN, STREET, FindingOwner.TOWNSHIP)
    assert (found.state, found.name) == (FindingState.OPEN, "大观市场")
    assert found.sentence == "大观社区的该点位没有坐标，无法判定接入能力"
    assert found.due_on == date(2018, 8, 3), "ten working days"


def test_second_survey_changes_nothing(district):
    survey(COUNTY)
    before = list(RegisterFinding.objects.values())

    assert survey(COUNTY) == SurveyTally(open=1)
    assert list(RegisterFinding.objects.values()) == before
    assert not FindingMove.objects.exists()


def test_finding_closes_by_itself_and_comes_back(district):
    survey(COUNTY)
    place()
    assert judged_and_surveyed() == SurveyTally(closed=1)
    assert finding().state == FindingState.CLOSED and finding().closed_at

    place(None, None)
    assert judged_and_surveyed() == SurveyTally(reopened=1, open=1)
    found = finding()
    assert (found.state, found.closed_at, found.reopened) == (FindingState.OPEN, None, 1)
    assert [(move.action, move.by) for move in found.moves.all()] == [("close", None), ("reopen", None)]


def explained(by) -> RegisterFinding:
    survey(COUNTY)
    actions.explain(finding=finding(), reason="市场已搬迁，待注销", version=0, by=by)
    return finding()


def test_explanation_holds_while_the_values_do(people):
    found = explained(people.clerk)
    assert (found.state, found.explanation, found.explained_by) == (
        FindingState.EXPLAINED,
        "市场已搬迁，待注销",
        people.clerk,
    )

    assert survey(COUNTY) == SurveyTally()
    assert finding().state == FindingState.EXPLAINED


def test_explanation_ends_with_the_values_it_was_given_for(people):
    explained(people.clerk)
    Area.objects.filter(pk=DAGUAN).update(name="大观新社区")

    assert survey(COUNTY) == SurveyTally(reopened=1, open=1)
    found = finding()
    assert (found.state, found.explanation, found.explained_by, found.reopened) == (FindingState.OPEN, "", None, 1)
    assert found.moves.first().reason == "市场已搬迁，待注销", "the history keeps it"


def test_explained_finding_closes_too(people):
    explained(people.clerk)
    place()

    assert judged_and_surveyed() == SurveyTally(closed=1)


def test_bureau_does_not_accept(people):
    found = explained(people.clerk)
    actions.overrule(finding=found, reason="尚未注销，请补坐标", version=found.version, by=people.reviewer)

    assert (finding().state, finding().explanation) == (FindingState.OPEN, "")
    steps = [(move.action, move.by, move.reason) for move in found.moves.all()]
    assert steps == [
        ("explain", people.clerk, "市场已搬迁，待注销"),
        ("overrule", people.reviewer, "尚未注销，请补坐标"),
    ]


@pytest.mark.parametrize("who", ["neighbour", "operator", "reviewer", "head"])
def test_only_the_owner_explains(people, who):
    survey(COUNTY)

    with pytest.raises(Refused, match="由街镇处理"):
        actions.explain(finding=finding(), reason="不是", version=0, by=getattr(people, who))


@pytest.mark.parametrize("reason", ["", "  ", "字" * 501])
def test_explanation_needs_a_fitting_reason(people, reason):
    survey(COUNTY)

    with pytest.raises(Refused, match="原因"):
        actions.explain(finding=finding(), reason=reason, version=0, by=people.clerk)
    assert finding().state == FindingState.OPEN


def test_of_two_explanations_the_second_is_told(people):
    explained(people.clerk)

    with pytest.raises(Stale, match="已办理“说明不是问题”"):
        actions.explain(finding=finding(), reason="也不是", version=0, by=people.clerk)


def test_what_is_nobodys_is_the_bureaus(district, people):
    AccessPoint.objects.filter(ap_id="DX-2").update(township=None, county="", lon=113.05, lat=23.3)
    survey(COUNTY)
    found = finding("point_outside", "DX-2")

    assert (found.area_code, found.township, found.operator) == (COUNTY, "", "telecom")
    assert found.is_owned_by(people.operator) and not found.is_owned_by(people.head)


def test_matters_where_a_verdict_is_not_met(district):
    """The street is achieved, so its market does not matter for it; the town's site in a village that falls short does."""
    Site.objects.filter(site_id="S-2").update(lon=None, lat=None)
    Site.objects.filter(site_id="S-3").update(name="新屋聚居点二")
    Site.objects.create(
        site_id="S-9",
        area_id=COVERED,
        name="新屋聚居点二",
        kind=SiteKind.SETTLEMENT,
        county=COUNTY,
        lon=113.2,
        lat=23.702,
    )
    changes.note(COUNTY)
    judged_and_surveyed()

    assert finding(key="S-2").matters, "its village is undetermined"
    assert not finding("site_namesake", "S-9").matters, "its village is achieved"
    assert finding().matters, "the milestone of the urban sites asks for every one of them"


def test_values_are_those_of_today(district):
    """A settlement that becomes a school leaves its village without one."""
    DatedValue.objects.create(table="sites", key="S-1", column="kind", effective_on=ON, value="school")
    assert survey(COUNTY).opened == 2

    assert finding("village_unsettled", NEAR).said == {"households": 30}
    DatedValue.objects.update(effective_on=ON + timedelta(1))
    survey(COUNTY)
    assert finding("village_unsettled", NEAR).state == FindingState.CLOSED


def test_site_that_moved_to_another_county_is_looked_at_there(district, make_area):
    make_area("441803101201")
    DatedValue.objects.create(table="sites", key=UNPLACED, column="area_code", effective_on=ON, value="441803101201")

    assert survey(COUNTY) == SurveyTally()


def test_rows_take_the_same_queries_however_many(district, django_assert_num_queries):
    survey(COUNTY)
    with django_assert_num_queries(QUERIES):
        survey(COUNTY)
    for number in range(30):
        Site.objects.create(site_id=f"M-{number}", area_id=FAR, name=f"点{number}", kind=SiteKind.OTHER, county=COUNTY)
        ServiceOrder.objects.create(
            order_id=f"M-{number}", operator_id="mobile", area_id=FAR, county=COUNTY, accepted_on=ON + timedelta(9),
            needs_expansion=False,
        )  # fmt: skip
    judged_and_surveyed()
    with django_assert_num_queries(QUERIES):
        survey(COUNTY)


QUERIES = 30


def test_survey_is_due_when_facts_bounds_or_the_day_change(people, settings):
    assert surveying.is_due(COUNTY)
    survey(COUNTY)
    assert not surveying.is_due(COUNTY)

    place()
    judging.refresh(COUNTY)
    assert surveying.is_due(COUNTY)
    surveying.survey_due()
    assert not surveying.is_due(COUNTY)

    terms.set_bound(
        county=Area.objects.get(pk=COUNTY), code="sites_close", bound=15, reason="楼房密", number=0, by=people.head
    )
    assert surveying.is_due(COUNTY)
    survey(COUNTY)
    settings.PORTAL_TODAY = ON + timedelta(1)
    assert surveying.is_due(COUNTY)


def test_asking_what_is_due_is_one_query(district, django_assert_num_queries):
    survey(COUNTY)

    with django_assert_num_queries(1):
        surveying.survey_due()


def test_county_that_was_never_judged_is_not_due(make_area):
    make_area(COUNTY)

    assert surveying.due_counties() == []
    assert not Judgement.objects.exists()


def set_bound(people, bound: int, number: int = 0, reason: str = "楼房密") -> None:
    county = Area.objects.get(pk=COUNTY)
    terms.set_bound(county=county, code="sites_close", bound=bound, reason=reason, number=number, by=people.head)


def test_bound_of_the_bureau_counts_from_the_next_survey(people):
    """The school lies ten metres from the residence; made one of its kind it is found at 15 metres and not at 5."""
    Site.objects.filter(site_id="S-5").update(kind=SiteKind.RESIDENCE)
    survey(COUNTY)
    assert not RegisterFinding.objects.filter(code="sites_close").exists()
    set_bound(people, 15)
    survey(COUNTY)
    assert finding("sites_close", "S-5").other == "S-4"

    set_bound(people, 5, number=1)
    survey(COUNTY)
    assert finding("sites_close", "S-5").state == FindingState.CLOSED


@pytest.mark.parametrize(
    ("bound", "number", "reason", "said"),
    [
        (5, 0, "不变", "界限没有变化"),
        (0, 0, "太小", "1 至 500"),
        (501, 0, "太大", "1 至 500"),
        (9, 0, " ", "必须写明原因"),
        (9, 1, "别人先改了", "刚被他人修改"),
    ],
)
def test_bound_that_cannot_be_is_refused(people, bound, number, reason, said):
    with pytest.raises(Refused, match=said):
        set_bound(people, bound, number, reason)
    assert not FindingTerms.objects.exists()


def test_history_is_only_added(people):
    explained(people.clerk)
    set_bound(people, 9)

    assert {guard.table for guard in PROTECTED} == {each._meta.db_table for each in (FindingMove, FindingTerms)}
    assert [name for guard in PROTECTED for name in guard.missing(connection)] == []
    for model in (FindingMove, FindingTerms):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            model.objects.update(reason="改")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": FindingState.EXPLAINED}, "finding_explained_has_reason"),
        ({"state": FindingState.CLOSED}, "finding_closed_has_moment"),
        ({"closed_at": "2018-07-01T00:00Z"}, "finding_closed_has_moment"),
    ],
)
def test_database_keeps_states_whole(district, values, name):
    survey(COUNTY)

    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterFinding.objects.update(**values)
    assert name in {each.name for each in RegisterFinding._meta.constraints}


def test_one_finding_a_thing_and_check(district):
    survey(COUNTY)
    found = finding()
    found.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


def test_survey_that_was_overtaken_is_done_again(district, monkeypatch):
    """While one looks, another has looked already, on newer facts: what the first found is not written."""
    look, looked = surveying.rows.read, []

    def overtaken(*args):
        found = look(*args)
        looked.append(args)
        if len(looked) == 1:
            place()
            judged_and_surveyed()
        return found

    monkeypatch.setattr(surveying.rows, "read", overtaken)
    assert survey(COUNTY) == SurveyTally()
    assert len(looked) == 3 and not RegisterFinding.objects.exists()


def test_mark_says_when(district):
    survey(COUNTY)

    assert localtime(SurveyMark.objects.get(county=COUNTY).surveyed_at).date() == ON


def test_worker_surveys_what_is_due(district):
    assert surveying.survey_due in CHORES
    for chore in CHORES:
        chore()

    assert finding().state == FindingState.OPEN
    assert not surveying.is_due(COUNTY)


def test_succession_of_an_import_that_would_be_refused_today_is_a_finding(make_area):
    """The area ended on another day than it went into its heir: kept as it came, and found."""
    for code in ("441802103201", "441802103202"):
        make_area(code)
    area = Area.objects.get(pk="441802103201")
    Area.objects.filter(pk=area.pk).update(valid_to=date(2018, 3, 1))
    Succession.objects.create(area=area, successor_id="441802103202", on=date(2018, 4, 1), document="清府〔2018〕1号")

    survey(COUNTY)

    [found] = RegisterFinding.objects.filter(code="succession_bare")
    assert "失效日期是2018-03-01" in found.sentence
