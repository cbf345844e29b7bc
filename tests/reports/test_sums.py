"""Sums that are compared: the same villages stand on both sides, or none is given and it is said who is missing."""

import pytest

from acceptance import plan
from acceptance.judging import judging
from accounts.posts import Post
from areas.lineage import Lineage
from areas.models import Area, Succession
from common.periods import Quarter
from reports.charts import Chart, shares
from reports.lights import SeenLight, _followed
from reports.pace import PacePoint, pace
from reports.progress import ProgressPage
from reports.situation import SituationPage
from reports.sums import Sums
from reports.townships import RANKINGS, township_rows
from returns.models import FIGURES, LineStatus, Return, ReturnLine, ReturnState
from tests.scenes import DAGUAN, STREET, TOWN, XINMA, XIUXI, build_district

Q1, Q2 = Quarter(2018, 1), Quarter(2018, 2)


def give(code: str, quarter: Quarter, *figures: int) -> None:
    """An approved line of a village, with its return."""
    quarterly_return, _ = Return.objects.get_or_create(
        township_id=code[:9], period=str(quarter), defaults={"county": "441802", "state": ReturnState.APPROVED}
    )
    values = dict(zip(FIGURES, figures, strict=True))
    here = {"county": "441802", "period": str(quarter), "status": LineStatus.APPROVED}
    ReturnLine.objects.update_or_create(quarterly_return=quarterly_return, area_id=code, defaults=values | here)


@pytest.fixture
def district(make_area):
    """The town's two villages report in the second quarter, one of them in the first; the street's in both."""
    build_district(make_area)
    give(XIUXI, Q1, 400, 380, 300, 250, 150)
    give(DAGUAN, Q1, 500, 480, 400, 300, 200)
    return make_area


@pytest.fixture
def leader(make_user):
    return make_user(Post.LEADER)


def situation(user, code: str = TOWN) -> SituationPage:
    judging.ensure_current("441802")
    return SituationPage(user, plan.current(), Area.objects.get(code=code), Q2, "approved", Q2.last_day)


def coverage_of(*codes: str) -> tuple[int, int]:
    lines = ReturnLine.objects.filter(area_id__in=codes, period=str(Q2), status=LineStatus.APPROVED)
    return (
        sum(line.fibre_covered_households for line in lines),
        sum(line.broadband_covered_households for line in lines),
    )


def test_rate_moves_over_the_villages_of_both_quarters(district, leader):
    page = situation(leader)
    part, whole = coverage_of(XIUXI)
    expected = int((part / whole - 300 / 380) * 1000) / 10

    coverage = page.rates[0]
    assert (coverage.part, coverage.whole) == coverage_of(XIUXI, XINMA), "the rate itself is of all"
    assert coverage.since_last == f"{'+' if expected >= 0 else '−'}{abs(expected):.1f} 个百分点"
    assert page.compared_with[0] == "环比：可比口径为两季均有季报的 1 个村居，不含新马村"


def test_nothing_is_compared_where_no_village_reported_in_both(district, leader):
    page = situation(leader, XINMA)
    assert {rate.since_last for rate in page.rates} == {""}
    assert page.compared_with[0] == "环比：没有两季均有季报的村居，不作比较"


def test_nothing_is_said_where_all_reported_in_both(district, leader):
    page = situation(leader, STREET)
    assert page.rates[0].since_last and not [said for said in page.compared_with if said.startswith("环比")]


def test_merged_villages_count_as_one(district, leader, make_user):
    give(XINMA, Q1, 300, 300, 290, 200, 190)
    both = [ReturnLine.objects.get(area_id=code, period=str(Q2)).figures for code in (XIUXI, XINMA)]
    give(XIUXI, Q2, *(sum(side[name] for side in both) for name in FIGURES))
    ReturnLine.objects.filter(area_id=XINMA, period=str(Q2)).delete()
    Area.objects.filter(code__startswith=XINMA).update(valid_to=Q2.first_day)
    fields = {"on": Q2.first_day, "document": "撤并", "by": make_user(Post.CLERK)}
    Succession.objects.create(area_id=XINMA, successor_id=XIUXI, **fields)
    judging.refresh("441802", everything=True)
    like = Sums(leader, TOWN, "approved", [Q1, Q2]).like(TOWN, Q2, Q1)

    assert (like.shared, list(like.left_out)) == (1, [])
    assert like.before["fibre_covered_households"] == 590


def test_part_of_a_split_village_is_compared_with_nothing_and_says_so(district, leader):
    """XINMA gives way to DAGUAN's like: what came out of it has no quarter before."""
    Area.objects.filter(code__startswith=XINMA).update(valid_to=Q2.first_day)
    ReturnLine.objects.filter(area_id=XINMA, period=str(Q2)).delete()
    Succession.objects.create(area_id=XINMA, successor_id=XIUXI, on=Q2.first_day, kind="split")
    judging.refresh("441802", everything=True)
    like = Sums(leader, TOWN, "approved", [Q1, Q2]).like(TOWN, Q2, Q1)

    assert (like.shared, list(like.left_out), [each.code for each in like.split]) == (0, [], [XIUXI])
    assert like.note == "秀溪村由分设而来，不作比较"
    assert (
        Sums(leader, XIUXI, "approved", [Q1, Q2]).like(XIUXI, Q2, Q1).note == "由分设而来，分设前没有可比数，不作比较"
    )


@pytest.mark.parametrize(
    ("on", "shared"), [(Q1.last_day, 1), (Q2.first_day, 0), (Q2.last_day, 0), (Quarter(2018, 3).first_day, 1)]
)
def test_a_succession_counts_between_the_two_days(district, leader, on, shared):
    """Both have a line in both quarters: only XIUXI is asked, and only a split between the quarters' last days matters."""
    Succession.objects.create(area_id=XINMA, successor_id=XIUXI, on=on, kind="split")
    judging.ensure_current("441802")
    assert Sums(leader, XIUXI, "approved", [Q1, Q2]).like(XIUXI, Q2, Q1).shared == shared


def test_progress_compares_a_rate_over_the_same_villages(district, leader):
    ReturnLine.objects.filter(area_id=DAGUAN, period=str(Q2)).delete()
    judging.ensure_current("441802")
    page = ProgressPage(leader, plan.current(), "441802", Q2, "approved", Q1)
    (light,) = [light for light in page.lights if light.is_rate]

    assert (light.change, light.moved) == ("—", None)
    assert light.change_note == "没有两季均有季报的村居，不作比较"


def test_pace_of_a_rate_over_other_villages_cannot_be_told():
    points = [PacePoint(Q1, 40, 100, 0, frozenset("ab")), PacePoint(Q2, 60, 100, 0, frozenset("abc"))]
    assert pace(points, Quarter(2018, 4), is_rate=True).gain is None
    assert pace(points, Quarter(2018, 4), is_rate=False).gain == 20


def test_count_says_that_more_or_fewer_are_undetermined_than_before(district, leader):
    judging.ensure_current("441802")
    page = ProgressPage(leader, plan.current(), "441802", Q2, "approved", Q1)
    light = next(light for light in page.lights if not light.is_rate and light.before)
    seen = SeenLight(Q1, light.row.status, light.row.held, light.row.passed, light.row.needed, light.row.unknown + 2)
    told = type(light)(light.milestone, light.row, light.mark, light.value, light.words, before=seen)
    assert told.change_note == f"待定由 {light.row.unknown + 2} 个变为 {light.row.unknown} 个"


def test_point_whose_members_are_not_all_there_is_not_joined():
    line = shares("光网络覆盖率", "coverage", [(80, 100), (50, 60), (90, 100)], ["", "缺 1 个村居", ""])
    chart = Chart("rates", "覆盖率", ("2018Q1", "2018Q2", "2018Q3"), (line,))
    drawn = chart.spec["series"][0]

    assert drawn["values"] == (80.0, None, 90.0) and drawn["partial"] == (None, 83.3, None)
    assert chart.rows[1][1] == ["83.3%（50 / 60，缺 1 个村居）"]
    assert chart.summary == "覆盖率。光网络覆盖率：2018Q1 80.0%（80 / 100），到 2018Q3 90.0%（90 / 100）；"


def test_township_that_lacks_returns_is_ranked_as_missing(district, leader):
    ReturnLine.objects.filter(area_id=XINMA, period=str(Q2)).delete()
    judging.ensure_current("441802")
    rows = {row.area.code: row for row in township_rows(leader, plan.current(), "441802", Q2, "approved")}

    assert rows[TOWN].returns_missing == 1 and RANKINGS["coverage"][1](rows[TOWN]) == -1
    assert rows[STREET].returns_missing == 0 and RANKINGS["coverage"][1](rows[STREET]) > 0


OLD_TOWN = "441802109"


def seen(passed: int, *quarters: Quarter) -> list[SeenLight]:
    return [SeenLight(quarter, "missed", False, passed, 10, 1) for quarter in quarters]


def test_counts_of_a_merged_township_are_added_up_and_those_of_a_part_left_out():
    day = Q2.first_day
    found = {("T12", TOWN): seen(3, Q1, Q2), ("T12", OLD_TOWN): seen(4, Q1), ("T12", STREET): seen(5, Q1, Q2)}
    lineage = Lineage([(OLD_TOWN, TOWN, "merge", day), ("441802108", STREET, "split", day)])

    merged = list(_followed(("T12", TOWN), found, lineage, Q2))
    assert [(each.quarter, each.passed, each.needed, each.unknown) for each in merged] == [
        (Q1, 7, 20, 2),
        (Q2, 3, 10, 1),
    ]
    assert [each.quarter for each in _followed(("T12", STREET), found, lineage, Q2)] == [Q2]


def test_light_of_a_part_says_why_nothing_is_compared(district, leader):
    Succession.objects.create(area_id=STREET, successor_id=TOWN, on=Q2.first_day, kind="split")
    judging.ensure_current("441802")
    page = ProgressPage(leader, plan.current(), "441802", Q2, "approved", Q1)
    notes = {light.change_note for light in page.lights if light.row.area_id == TOWN}
    assert notes == {"由分设而来，分设前没有可比数，不作比较"}
    assert {light.change for light in page.lights if light.row.area_id == TOWN} == {""}
