"""The pages of an area and of an operator: what they count, whom they let in, and what they cost."""

from datetime import date

import pytest
from django.urls import reverse

from acceptance import plan
from acceptance.judging import judging
from accounts.posts import Post
from areas.models import Area, Operator, ServiceOrder
from common.periods import Quarter
from reports.charts import Chart, counts, shares
from reports.operator import OperatorPage
from reports.service import Performance
from reports.situation import SituationPage
from returns.models import Return, ReturnMove
from tests import plans
from tests.audit_flush import lifted
from tests.scenes import COVERED, DAGUAN, FAR, QUARTER, STREET, TOWN, XINMA, XIUXI, build_district

Q1, Q2 = Quarter.parse("2018Q1"), Quarter.parse("2018Q2")
TODAY = date(2018, 7, 10)


@pytest.fixture(autouse=True)
def day(monkeypatch):
    for module in ("acceptance.verdicts.views", "reports.homes", "reports.views", "reports.place_views"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)


@pytest.fixture
def district(make_area):
    build_district(make_area)
    judging.ensure_current("441802")


@pytest.fixture
def leader(district, make_user):
    return make_user(Post.LEADER)


def page_of(user, code: str, quarter: Quarter = Q2) -> SituationPage:
    return SituationPage(user, plan.current(), Area.objects.get(code=code), quarter, "approved", TODAY)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


# ---------------------------------------------------------------- figures


def test_rates_of_a_town(leader):
    rates = page_of(leader, TOWN).rates

    assert [(rate.name, rate.part, rate.whole) for rate in rates] == [
        ("光网络覆盖率", 590, 680),
        ("全口径覆盖率", 590, 700),
        ("光网用户渗透率", 340, 450),
    ]
    assert {rate.since_last for rate in rates} == {""}, "there is no return of the quarter before"


def test_rate_chart_shows_a_quarter_without_returns_as_missing(leader):
    coverage = page_of(leader, TOWN).rate_chart.series[0]

    assert coverage.values[-2:] == (None, 86.7)
    assert coverage.texts[-2:] == ("—", "86.7%（590 / 680）")


def test_rate_chart_marks_what_the_plan_asks_of_penetration(leader, settings, tmp_path):
    def marked(code: str) -> tuple:
        chart = page_of(leader, code).rate_chart
        return chart.target, chart.target_name

    assert marked(TOWN) == (80.0, "渗透率参考值 80%")
    assert marked(DAGUAN) == (None, ""), "nothing is asked of a community"
    settings.PLAN_FILE = plans.write("hard", tmp_path)
    assert marked(TOWN) == (80.0, "渗透率门槛 80%")
    settings.PLAN_FILE = plans.write("without_penetration", tmp_path)
    assert marked(TOWN) == (None, "")


def test_problems_say_why_sites_are_not_capable(leader):
    assert page_of(leader, TOWN).problems == [("超出半径", 1)]
    assert page_of(leader, STREET).problems == [("缺坐标，待定", 1)]


def test_operators_of_an_area(leader):
    rows = {row.operator.code: row for row in page_of(leader, TOWN).operators}

    assert (rows["telecom"].points, rows["telecom"].sites, rows["telecom"].counted) == (2, 2, 0)
    assert (rows["mobile"].counted, rows["mobile"].late, rows["mobile"].days) == (1, 1, 20)


def test_returns_say_whether_they_came_in_time(leader):
    rows = {row.quarter: row for row in page_of(leader, TOWN).returns}

    assert (rows[Q2].state.text, rows[Q2].lateness.text) == ("已审核", "已报送（导入）")
    assert (rows[Q1].state.text, rows[Q1].lateness.text) == ("未开始", "逾期未报")


def test_rates_name_the_revision_that_they_are_made_of(leader):
    held = Return.objects.get(township_id=TOWN, period=str(Q2))
    open_ = {"township_id": TOWN, "county": held.county, "period": held.period, "revision": 2}
    Return.objects.create(**open_, corrects=held, reason="填错", state="submitted")
    assert page_of(leader, TOWN).source == held and page_of(leader, XIUXI).source == held


def test_return_sent_back_later_or_corrected_does_not_become_late(leader):
    quarterly_return = Return.objects.get(township_id=TOWN, period=str(Q2))
    with lifted(ReturnMove):
        quarterly_return.moves.all().delete()
    for action, state, at in (("submit", "submitted", "2018-07-10"), ("submit", "submitted", "2018-09-20")):
        said = {"action": action, "to_state": state, "at": f"{at}T00:00:00Z"}
        ReturnMove.objects.create(quarterly_return=quarterly_return, **said)
    row = next(row for row in page_of(leader, TOWN).returns if row.quarter == Q2)
    assert (row.lateness.text, row.reported_at.date()) == ("按时", date(2018, 7, 10))


def test_children_stand_by_code(leader):
    assert [row.area.code for row in page_of(leader, TOWN).children] == [XIUXI, XINMA]


# ---------------------------------------------------------------- orders


@pytest.mark.parametrize(
    ("completed", "late"), [(date(2018, 4, 17), 0), (date(2018, 4, 18), 1), (None, 1)], ids=["at", "over", "never"]
)
def test_order_is_late_after_ten_working_days(district, completed, late):
    ServiceOrder.objects.filter(order_id="GD-2").update(completed_on=completed)
    performance = Performance(ServiceOrder.objects.filter(order_id="GD-2"), plan.current())

    assert [(each.counted, each.late) for each in performance.of(Q2)] == [(1, late)]
    assert performance.overdue(Q2) == ([] if completed else ["GD-2"])


def test_performance_agrees_with_the_service_test_of_the_verdicts(leader):
    served = {each.operator: each for each in page_of(leader, FAR[:12]).performance.of(Q2)}

    assert served["mobile"].late == 1


def test_orders_of_nobody(district):
    performance = Performance(ServiceOrder.objects.none(), plan.current())

    assert (performance.of(Q2), performance.total(Q2), performance.overdue(Q2)) == ([], (0, 0), [])


# ---------------------------------------------------------------- charts


def test_chart_says_itself_to_a_screen_reader():
    chart = Chart(
        "x", "覆盖率", ("2018Q1", "2018Q2"), (shares("全区", "coverage", [(899, 1000), (None, None)]),), unit="%"
    )

    assert chart.summary == "覆盖率。全区：2018Q1 89.9%（899 / 1,000）；"
    assert chart.rows == [("2018Q1", ["89.9%（899 / 1,000）"]), ("2018Q2", ["—"])]


def test_chart_without_figures_is_empty():
    assert Chart("x", "", ("2018Q1",), (counts("甲", "met", [None]),)).is_empty
    assert not Chart("x", "", ("2018Q1",), (counts("甲", "met", [0]),)).is_empty


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("code", ["441802", TOWN, STREET, XIUXI])
def test_page_of_an_area(client, leader, code):
    client.force_login(leader)
    page = text_of(client.get(reverse("situation", args=[code]), {"period": "2018Q2"}))

    assert "口径：已审核" in page
    assert page.count('<figure class="chart"') == 4
    assert page.count("数据表") == 4


@pytest.mark.parametrize("code", [COVERED, QUARTER])
def test_leaf_is_shown_by_its_verdict(client, leader, code):
    client.force_login(leader)

    assert client.get(reverse("situation", args=[code]))["Location"] == f"/acceptance/2018Q2/{code}/"


def test_page_of_a_neighbour_is_not_there(client, district, make_user):
    client.force_login(make_user(Post.CLERK, area=TOWN))

    assert client.get(reverse("situation", args=[STREET])).status_code == 404


def test_two_clicks_lead_from_the_district_to_a_village(client, leader):
    client.force_login(leader)
    town, village = reverse("situation", args=[TOWN]), reverse("situation", args=[XIUXI])

    assert f'href="{town}?period=2018Q2"' in text_of(client.get(reverse("progress")))
    assert f'href="{village}?period=2018Q2"' in text_of(client.get(town))


@pytest.mark.parametrize("code", [TOWN, XIUXI])
def test_page_costs_a_fixed_number_of_queries_when_made_before(client, leader, code, django_assert_num_queries):
    client.force_login(leader)
    client.get(reverse("situation", args=[code]))

    with django_assert_num_queries(8):
        client.get(reverse("situation", args=[code]))


def test_unchanged_page_answers_304(client, leader):
    client.force_login(leader)
    tag = client.get(reverse("situation", args=[TOWN]))["ETag"]

    assert client.get(reverse("situation", args=[TOWN]), headers={"If-None-Match": tag}).status_code == 304


def test_operator_sees_its_own_page_and_no_other(client, district, make_user):
    client.force_login(make_user(Post.OPERATOR, operator="mobile"))

    assert "中国移动" in text_of(client.get(reverse("operator", args=["mobile"])))
    assert client.get(reverse("operator", args=["telecom"])).status_code == 404


def test_operator_page_of_a_township_counts_what_lies_in_it(district, make_user):
    mobile = Operator.objects.get(code="mobile")

    of_town = OperatorPage(make_user(Post.CLERK, area=TOWN), plan.current(), mobile, TODAY)
    of_district = OperatorPage(make_user(Post.LEADER), plan.current(), mobile, TODAY)

    assert (of_town.points["opened"], of_district.points["opened"]) == (0, 1)
    assert (of_town.performance.total(Q2), of_district.performance.total(Q2)) == ((0, 1), (1, 2))


def test_operator_page_costs_a_fixed_number_of_queries(client, leader, django_assert_num_queries):
    client.force_login(leader)
    with django_assert_num_queries(20):
        client.get(reverse("operator", args=["telecom"]))


# ---------------------------------------------------------------- down to who reported it


def test_rates_lead_to_the_return_and_to_who_filled_it_in(client, leader):
    quarterly_return = Return.objects.get(township=TOWN)
    client.force_login(leader)
    town = text_of(client.get(reverse("situation", args=[TOWN]), {"period": "2018Q2"}))
    village = text_of(client.get(reverse("situation", args=[XIUXI]), {"period": "2018Q2"}))
    whole = text_of(client.get(reverse("situation", args=["441802"]), {"period": "2018Q2"}))

    assert town.count(f'href="{reverse("returns:return", args=[quarterly_return.pk])}"') == 2, (
        "under the rates and in the list"
    )
    assert reverse("returns:history", args=[quarterly_return.pk, XIUXI]) in village
    assert reverse("returns:summary", args=["2018Q2"]) in whole


def test_rates_without_a_return_lead_nowhere(client, leader):
    client.force_login(leader)

    assert "数字取自" not in text_of(client.get(reverse("situation", args=[XIUXI]), {"period": "2018Q1"}))


def test_natural_villages_have_no_columns_of_rates(client, leader):
    client.force_login(leader)

    assert 'data-label="覆盖率"' not in text_of(client.get(reverse("situation", args=[XIUXI]), {"period": "2018Q2"}))
