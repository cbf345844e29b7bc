"""The first page of every post, the progress of the district and of a township, and the table of townships."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from acceptance import plan
from acceptance.judging import judging
from acceptance.models import MilestoneVerdict
from accounts.posts import Post
from areas import changes
from areas.models import Site
from common.periods import Quarter
from reports.lights import Light, light_of
from reports.progress import ProgressPage, Totals
from returns.models import Return
from tests.scenes import STREET, TOWN, build_district, unlinked


@pytest.fixture(autouse=True)
def day(monkeypatch):
    """The portal stands in the summer of 2018."""
    for module in ("acceptance.verdicts.views", "reports.homes", "reports.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    judging.ensure_current("441802")
    return scene


@pytest.fixture
def enter(client, make_user, district):
    def log_in(post: Post, **fields):
        client.force_login(make_user(post, **fields))
        return client

    return log_in


def text_of(response) -> str:
    assert response.status_code == 200
    return unlinked(response.content.decode())


# ---------------------------------------------------------------- home


def test_home_of_a_clerk_shows_what_she_owes_and_how_her_town_stands(enter):
    page = text_of(enter(Post.CLERK, area=TOWN).get("/"))

    assert "源潭镇2018年第一季度季报" in page
    assert "逾期 " in page
    assert "源潭镇2018年第二季度未达到全光网乡镇标准。" in page
    assert "再建成 1 个全光网行政村。" in page
    assert "凤城街道" not in page


def test_home_of_a_reviewer_shows_the_queue(enter):
    Return.objects.filter(township_id=STREET).update(state="submitted")

    page = text_of(enter(Post.REVIEWER).get("/"))

    assert "待我办理（3 项）" in page
    assert "凤城街道2018年第二季度季报" in page
    assert page.count("待抽样") == 2


def test_home_of_a_leader_shows_progress_and_no_queue(enter):
    page = text_of(enter(Post.LEADER).get("/"))

    assert "全区进展" in page
    assert "进度滞后：到期的" in page and "各街镇任务" in page
    assert "待我办理" not in page


def test_home_of_a_lead_unit_shows_its_own_tasks(enter):
    page = text_of(enter(Post.LEAD_UNIT, unit="区科学技术协会").get("/"))

    assert "本单位牵头的任务" in page
    assert "各镇 40%以上自然村建成全光网自然村" in page


def test_home_of_an_operator_shows_its_network_and_nothing_of_others(enter):
    response = enter(Post.OPERATOR, operator="telecom").get("/")

    assert response.context["page"].points["opened"] == 2
    assert "没有逾期的工单" in text_of(response)


def test_home_of_an_operator_lists_its_overdue_orders(enter):
    from areas.models import ServiceOrder

    ServiceOrder.objects.filter(order_id="GD-2").update(completed_on=None)

    response = enter(Post.OPERATOR, operator="mobile").get("/")

    assert [(owed.order.order_id, owed.due_on) for owed in response.context["page"].overdue] == [
        ("GD-2", date(2018, 4, 17))
    ]


@pytest.mark.parametrize(
    ("post", "links"),
    [
        (Post.SYSTEM_ADMIN, ["账号管理", "系统状态"]),
        (Post.SECURITY_ADMIN, ["岗位分配", "登录告警"]),
        (Post.AUDITOR, ["审计记录", "异常行为", "存证核验"]),
    ],
)
def test_home_of_an_administrator_leads_to_the_tools(enter, post, links):
    answer = enter(post).get("/")
    page = text_of(answer)

    assert [label for label, *_ in answer.context["links"]] == links
    assert "源潭镇" not in page


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_home_costs_few_queries_and_what_it_says_of_progress_none_when_made_before(enter):
    client = enter(Post.LEADER)
    first, again = _queries(client, "/"), _queries(client, "/")
    assert (first <= 30, again <= 10) == (True, True), (first, again)


def test_matrix_opens_to_the_villages_by_gap_or_by_time(enter):
    client = enter(Post.LEADER)
    page = text_of(client.get("/progress/"))
    assert "未达标的村和小区" in page and "small-course" in page
    assert "村按差距排列" in text_of(client.get("/progress/?villages=time"))


# ---------------------------------------------------------------- progress


def test_progress_shows_every_milestone_with_its_light(enter):
    response = enter(Post.LEADER).get(reverse("progress"), {"period": "2018Q2"})
    page = text_of(response)

    keys = [each.key for each in sorted(plan.current().milestones, key=lambda each: (each.due, each.key))]
    assert re.findall(r'id="m-(\w+)"', page) == keys
    assert "列出但不计分" in page
    assert '<td class="number">尚未开始' in page


def test_progress_explains_a_light(enter):
    page = text_of(enter(Post.LEADER).get(reverse("progress"), {"period": "2018Q2"}))

    assert "3 个自然村中 2 个达到全光网自然村标准（66.6%），1 个未达到，目标 90%，即 3 个。" in page
    assert "期限为2018年第四季度末，还有 2 个季度；到期前补齐差额即转绿，到期仍有差额则转红。" in page


def test_progress_defaults_to_the_last_quarter_that_ended(enter):
    assert str(enter(Post.LEADER).get(reverse("progress")).context["quarter"]) == "2018Q2"


def test_progress_as_of_an_earlier_quarter_and_another_basis(enter):
    response = enter(Post.LEADER).get(reverse("progress"), {"period": "2017Q3", "basis": "reported"})

    assert "口径：含已报送" in text_of(response)
    assert "逾期达到</dt>" not in text_of(response)


@pytest.mark.parametrize(
    ("period", "sentence"), [("2030Q1", "2030年第一季度不在评定范围内"), ("2018-2", "“2018-2”不是季度")]
)
def test_progress_of_a_quarter_that_is_not_judged(enter, period, sentence):
    answer = enter(Post.LEADER).get(reverse("progress"), {"period": period})

    assert answer.status_code == 404
    assert sentence in answer.content.decode()


def test_progress_of_a_township_shows_only_its_own(enter):
    response = enter(Post.CLERK, area=TOWN).get(reverse("progress"), {"period": "2018Q2"})

    assert f"/acceptance/2018Q2/{TOWN}/" in text_of(response)
    assert STREET not in text_of(response)
    assert "源潭镇任务进度" in text_of(response)
    assert "授牌" not in text_of(response)


def test_totals_leave_out_the_unscored(district):
    viewed = next(iter(judging.quarters("441802")))
    rows = MilestoneVerdict.objects.standing().filter(period="2018Q2", basis="approved", key__in=["T06", "G10"])
    lights = [light_of(plan.current().milestone(row.key), row, viewed) for row in rows]

    assert Totals.of(lights).all == 1


def test_progress_costs_a_fixed_number_of_queries(enter, django_assert_num_queries):
    client = enter(Post.LEADER)
    client.get(reverse("progress"))

    with django_assert_num_queries(6):
        client.get(reverse("progress"))


def test_progress_costs_few_queries_the_first_time(enter, django_assert_num_queries):
    client = enter(Post.LEADER)
    client.get(reverse("progress"))
    cache.clear()

    with django_assert_num_queries(26):
        client.get(reverse("progress"))


def test_milestone_shows_its_course(enter):
    response = enter(Post.LEADER).get(reverse("milestone", args=["T09"]), {"period": "2018Q2"})
    page = response.context["page"]

    assert [area.name for area, _ in page.course] == ["源潭镇"]
    assert len(page.course[0][1]) == 9
    assert "2018年3月前：各镇40%以上的自然村建成" in text_of(response)


@pytest.mark.parametrize("key", ["S16", "T03"])
def test_milestone_out_of_scope_or_unknown_is_not_there(enter, key):
    answer = enter(Post.CLERK, area=TOWN).get(reverse("milestone", args=[key]))

    assert answer.status_code == 404
    assert f"没有编号为“{key}”的任务" in answer.content.decode()


# ---------------------------------------------------------------- townships


def test_townships_stand_by_code(enter):
    response = enter(Post.GOVERNMENT).get(reverse("townships"), {"period": "2018Q2"})
    rows = response.context["rows"]

    assert [row.area.code for row in rows] == [STREET, TOWN]
    assert (rows[1].villages_achieved, rows[1].villages_judged) == (2, 3)
    assert (rows[0].capable_sites, rows[0].all_sites) == (2, 3)
    assert rows[1].returned.text == "已审核"
    assert "不作排名" in text_of(response)


def test_townships_without_a_return_say_so(enter):
    rows = enter(Post.GOVERNMENT).get(reverse("townships"), {"period": "2018Q1"}).context["rows"]

    assert {row.returned.text for row in rows} == {"未开始"}


def test_townships_of_a_clerk_are_her_own(enter):
    rows = enter(Post.CLERK, area=TOWN).get(reverse("townships")).context["rows"]

    assert [row.area.code for row in rows] == [TOWN]


def test_townships_cost_a_fixed_number_of_queries(enter, django_assert_num_queries):
    client = enter(Post.GOVERNMENT)
    client.get(reverse("townships"))

    with django_assert_num_queries(8):
        client.get(reverse("townships"))


def test_empty_portal_says_that_there_is_nothing_yet(client, make_user):
    client.force_login(make_user(Post.LEADER))

    assert client.get(reverse("townships")).status_code == 200
    assert "没有街镇的评定结果" in client.get(reverse("townships")).content.decode()


# ---------------------------------------------------------------- what a light says, and when a page is made


def lights(user, period: str, against: str = "") -> dict[tuple[str, str], Light]:
    against = Quarter.parse(against) if against else None
    page = ProgressPage(user, plan.current(), "441802", Quarter.parse(period), "approved", against)
    return {(light.milestone.key, light.area.code): light for light in page.lights}


def test_light_says_since_when(district, make_user):
    found = lights(make_user(Post.LEADER), "2018Q2")

    assert found["T09", TOWN].since == "自首次评定（2017年3月31日）以来未变。"
    assert found["G02", "441802"].since == "自2018年6月30日转为红灯。"


def test_light_is_compared_with_an_earlier_quarter(district, make_user):
    light = lights(make_user(Post.LEADER), "2018Q2", against="2018Q1")["G02", "441802"]

    assert light.has_turned
    assert light.before.mark.text == "未到期"
    assert light.change.lstrip("+").isdecimal()


def test_comparison_with_a_quarter_that_is_named(enter):
    page = text_of(enter(Post.LEADER).get(reverse("progress"), {"period": "2018Q2", "against": "2017Q4"}))

    assert "与2017年第四季度相比" in page


def test_titles_stand_on_both_bases(enter):
    page = text_of(enter(Post.LEADER).get(reverse("progress"), {"period": "2018Q2"}))

    assert "测算达标" in page
    assert "已授牌" in page


def test_nearest_townships_come_with_what_they_lack(district, make_user):
    page = ProgressPage(make_user(Post.LEADER), plan.current(), "441802", Quarter.parse("2018Q2"), "approved")

    assert ("源潭镇", "再建成 1 个全光网行政村。") in [(each.area.name, each.lacks) for each in page.nearest]


ANSWERING_304 = [("progress", []), ("milestone", ["T09"])]


@pytest.mark.parametrize(("name", "args"), ANSWERING_304)
def test_unchanged_page_answers_304(enter, name, args):
    client = enter(Post.LEADER)
    first = client.get(reverse(name, args=args))
    again = client.get(reverse(name, args=args), headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_page_is_made_again_when_a_fact_changes(enter):
    client = enter(Post.LEADER)
    tag = client.get(reverse("progress"))["ETag"]
    Site.objects.filter(site_id="S-1").update(lon=None, lat=None)
    changes.note("441802")

    assert client.get(reverse("progress"), headers={"If-None-Match": tag}).status_code == 200


def test_page_is_made_again_for_someone_else_and_another_day(enter, client, make_user, monkeypatch):
    tag = enter(Post.LEADER).get(reverse("progress"))["ETag"]
    client.force_login(make_user(Post.GOVERNMENT))
    other = client.get(reverse("progress"), headers={"If-None-Match": tag})
    monkeypatch.setattr("reports.views.today", lambda: date(2018, 7, 11))
    tomorrow = client.get(reverse("progress"), headers={"If-None-Match": other["ETag"]})

    assert (other.status_code, tomorrow.status_code) == (200, 200)


def test_content_of_a_township_is_not_that_of_the_district(enter, client, make_user):
    whole = text_of(enter(Post.LEADER).get(reverse("progress")))
    client.force_login(make_user(Post.CLERK, area=TOWN))

    assert "凤城街道" in whole
    assert "凤城街道" not in text_of(client.get(reverse("progress")))
