"""The pages of verdicts: what stands on them, who sees them, and that they cost a fixed number of queries."""

from datetime import date

import pytest
from django.urls import reverse

from acceptance.judging import judging
from acceptance.models import Verdict
from acceptance.verdicts.site_pages import working_days_between
from accounts.posts import Post
from areas.models import Site
from areas.workdays import load
from tests.scenes import COVERED, DAGUAN, FAR, QUARTER, STREET, TOWN, XIUXI, build_district, unlinked


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    judging.ensure_current("441802")
    return scene


@pytest.fixture
def leader(client, make_user, district):
    client.force_login(make_user(Post.LEADER))
    return client


@pytest.fixture
def clerk(client, make_user, district):
    client.force_login(make_user(Post.CLERK, area=TOWN))
    return client


def verdict_page(client, code: str, period: str = "2018Q2", **query):
    return client.get(reverse("acceptance:verdict", args=[period, code]), query)


def text_of(response) -> str:
    return unlinked(response.content.decode())


# ---------------------------------------------------------------- areas


def test_verdict_says_outcome_gap_and_clause(leader):
    page = text_of(verdict_page(leader, TOWN))

    assert "源潭镇2018年第二季度未达到全光网乡镇标准。" in page
    assert "2 个行政村中 1 个达到全光网行政村标准，1 个未达到，应达到 2 个（90%以上）。" in page
    assert "再建成 1 个全光网行政村。" in page
    assert "区域内90%以上的行政村为全光网行政村" in page
    assert "光网用户 340 户，占全部宽带用户 450 户的 75.5%，应达到 360 户（80%）。" in page
    assert "再发展 20 户光网用户。" in page


def test_verdict_shows_both_coverages(leader):
    page = text_of(verdict_page(leader, TOWN))

    assert "86.7%" in page  # 590 of 680 covered by broadband
    assert "84.2%" in page  # 590 of 700 households


def test_verdict_lists_what_fails_first(leader):
    rows = verdict_page(leader, TOWN).context["page"].member_areas

    assert [row.area.name for row in rows] == ["秀溪村", "新马村"]
    assert rows[0].lacks == "再建成 1 个全光网自然村。"


def test_verdict_of_a_village_leads_to_the_site(leader):
    page = verdict_page(leader, FAR)

    assert "1 个点位中 0 个具备光网接入能力，1 个未达到" in text_of(page)
    assert reverse("acceptance:site_verdict", args=["2018Q2", "S-2"]) in text_of(page)


def test_verdict_of_a_street_counts_sites_and_says_that_villages_do_not_bear(leader):
    response = verdict_page(leader, STREET)
    page = text_of(response)

    assert "3 个点位中 2 个具备光网接入能力，1 个待定，应达到 3 个（90%以上）。" in page
    assert "不影响全光网街道的评定" in page
    assert [row.verdict.site.site_id for row in response.context["sites"]] == ["S-6", "S-4", "S-5"]


def test_verdict_of_a_village_out_of_scope_says_why(leader):
    page = text_of(verdict_page(leader, f"{XIUXI}203"))

    assert "小坪常住 12 户，不足 20 户" in page
    assert "不适用" in page


def test_verdict_of_a_community_says_that_it_earns_no_title(leader):
    page = text_of(verdict_page(leader, DAGUAN))

    assert "方案没有为社区设立称号" in page
    assert "不设称号" in page
    assert "不适用" not in page
    assert "阳光花园" in page


def test_verdict_without_a_settlement_says_what_to_record(leader):
    leaf = Verdict.objects.standing().get(area_id=COVERED, period="2018Q2", basis="approved")
    leaf.criteria[0] |= {"outcome": "unknown", "passed": 0, "unknown": 1}
    Verdict.objects.filter(pk=leaf.pk).update(criteria=leaf.criteria, outcome="undetermined", inputs={"sites": []})

    assert "没有登记主要人口聚居地点位，因此不能判定" in text_of(verdict_page(leader, COVERED))


def test_verdict_names_the_returns_that_are_missing(leader):
    page = text_of(verdict_page(leader, TOWN, "2018Q1"))

    assert "2 个村居缺季报，渗透率待定。" in page
    assert "秀溪村" in page


def test_verdict_of_a_running_quarter_is_provisional(leader, monkeypatch):
    monkeypatch.setattr("acceptance.verdicts.views.today", lambda: date(2018, 6, 30))
    assert "本季未结束，暂计" in text_of(verdict_page(leader, TOWN))

    monkeypatch.setattr("acceptance.verdicts.views.today", lambda: date(2018, 7, 1))
    assert "本季未结束，暂计" not in text_of(verdict_page(leader, TOWN))


def test_verdict_shows_where_it_comes_from(leader):
    stored = Verdict.objects.standing().select_related("plan").get(area_id=TOWN, period="2018Q2", basis="approved")
    page = text_of(verdict_page(leader, TOWN))

    assert stored.digest in page
    assert stored.plan.digest in page


def test_basis_and_quarter_switch_through_the_index(leader):
    answer = leader.get(reverse("acceptance:verdict_index"), {"area": TOWN, "period": "2018Q1", "basis": "reported"})

    assert answer.url == f"{reverse('acceptance:verdict', args=['2018Q1', TOWN])}?basis=reported"
    assert "口径：含已报送" in text_of(leader.get(answer.url))


def test_index_finds_an_area_by_its_name(leader):
    answer = leader.get(reverse("acceptance:verdict_index"), {"area": TOWN, "code": "新马村", "period": "2018Q1"})

    assert answer.url == reverse("acceptance:verdict", args=["2018Q1", f"{TOWN}202"])


def test_index_offers_what_the_user_sees(clerk):
    page = text_of(clerk.get(reverse("acceptance:verdict_index")))

    assert "源潭镇" in page
    assert "凤城街道" not in page


@pytest.mark.parametrize(
    ("period", "code", "sentence"),
    [
        ("2018Q5", TOWN, "“2018Q5”不是季度"),
        ("2018Q2", "441802999", "没有编码为“441802999”的区域"),
        ("2016Q4", TOWN, "源潭镇在2016年第四季度没有评定结果"),
    ],
)
def test_what_is_not_there_is_answered_with_a_way_out(leader, period, code, sentence):
    answer = verdict_page(leader, code, period)

    assert answer.status_code == 404
    assert sentence in text_of(answer)
    assert 'href="/acceptance/' in text_of(answer)


def test_unknown_basis_is_answered_in_words(leader):
    answer = verdict_page(leader, TOWN, basis="guess")

    assert answer.status_code == 404
    assert "没有口径“guess”：可选“已审核”、“含已报送”。" in text_of(answer)


@pytest.mark.parametrize("code", [STREET, DAGUAN, QUARTER, "441802"])
def test_neighbour_is_not_there_for_a_township(clerk, code):
    assert verdict_page(clerk, code).status_code == 404


def test_crumbs_above_the_scope_are_no_links(clerk):
    crumbs = verdict_page(clerk, TOWN).context["crumbs"]

    assert crumbs[1] == ("清城区", "")


def test_page_is_never_stale(leader):
    from areas.changes import note

    Site.objects.filter(site_id="S-2").update(lon=113.1, lat=23.701)
    note("441802")

    assert "源潭镇2018年第二季度达到全光网乡镇标准。" in text_of(verdict_page(leader, TOWN))


@pytest.mark.parametrize(("code", "queries"), [("441802", 11), (TOWN, 12), (STREET, 15), (FAR, 11)])
def test_verdict_page_costs_a_fixed_number_of_queries(leader, django_assert_num_queries, code, queries):
    verdict_page(leader, code)

    with django_assert_num_queries(queries):
        verdict_page(leader, code)


# ---------------------------------------------------------------- sites


def site_page(client, site_id: str, period: str = "2018Q2", **query):
    return client.get(reverse("acceptance:site_verdict", args=[period, site_id]), query)


def test_site_out_of_reach_says_by_how_much(leader):
    page = text_of(site_page(leader, "S-2"))

    assert "超出" in page
    assert "半径 1000 米" in page
    assert "均未登记，自然村的点位缺省为农村" in page


def test_site_shows_who_reaches_it_and_the_orders(leader):
    page = text_of(site_page(leader, "S-4"))

    assert "具备光网接入能力：中国移动的接入点距该点位 11 米" in page
    assert "GD-1" in page
    assert "按期完成" in page


def test_site_with_a_late_order_shows_days_late(leader):
    response = site_page(leader, "S-2")
    row = response.context["orders"][0]

    assert (row.due_on, row.late) == (date(2018, 4, 17), True)
    assert row.words == "逾期 10 个工作日完成"


def test_site_orders_by_operator(leader):
    assert site_page(leader, "S-2", operator="telecom").context["orders"].paginator.count == 0


def test_site_without_coordinates_says_so(leader):
    page = text_of(site_page(leader, "S-6"))

    assert "该点位没有坐标，不能判定是否具备光网接入能力。" in page


@pytest.mark.parametrize("site_id", ["S-4", "S-99"])
def test_site_out_of_scope_is_not_there(clerk, site_id):
    answer = site_page(clerk, site_id)

    assert answer.status_code == 404
    assert f"没有编号为“{site_id}”的点位" in text_of(answer)


def test_site_page_costs_a_fixed_number_of_queries(leader, django_assert_num_queries):
    site_page(leader, "S-4")

    with django_assert_num_queries(13):
        site_page(leader, "S-4")


def test_working_days_between_counts_worked_weekends(db):
    calendar = load()

    assert working_days_between(date(2018, 4, 6), date(2018, 4, 8), calendar) == 1  # Sunday the 8th was worked
    assert working_days_between(date(2018, 4, 10), date(2018, 4, 10), calendar) == 0


# ---------------------------------------------------------------- the plan


def test_plan_page_shows_clauses_readings_and_units(leader):
    page = text_of(leader.get(reverse("acceptance:plan")))

    assert "实现城区用户100%光纤接入" in page
    assert "区科学技术协会" in page
    assert "列出但不计分" in page
    assert "方案对小区提出目标和授牌，却没有标准" in page
