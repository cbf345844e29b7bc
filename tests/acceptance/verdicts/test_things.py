"""What the judging says on the page of a thing: the strip of verdicts, the milestones, the service test of an order."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from areas import changes
from areas.models import DatedValue, ServiceOrder
from areas.vocabulary import AreaKind
from tests.scenes import FAR, NEAR, TOWN, XINMA, build_district

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = date(2018, 8, 15)


@pytest.fixture
def client_of(make_area, make_user):
    build_district(make_area)

    def log_in(post: Post = Post.REVIEWER, **fields) -> Client:
        judging.refresh("441802")
        client = Client()
        client.force_login(make_user(post, **fields))
        return client

    return log_in


def panel(response, key: str):
    found = [each for each in (*response.context["beneath"], *response.context["beside"]) if each.key == key]
    return found[0] if found else None


def alerts(response) -> list[tuple[str, str]]:
    return [(alert.tone, alert.mark) for alert in response.context["page"].alerts]


def order(**fields) -> str:
    fields = {
        "area_id": NEAR,
        "operator_id": "telecom",
        "accepted_on": date(2018, 4, 2),
        "needs_expansion": False,
    } | fields
    return ServiceOrder.objects.create(order_id="GD-9", county="441802", **fields).order_id


# ------------------------------------------------ areas and sites


def test_strip_shows_every_quarter_and_the_latest_that_has_ended(client_of):
    client = client_of()
    response = client.get(reverse("areas:area", args=[FAR]))
    cells = panel(response, "verdicts").context["cells"]
    assert [str(cell.quarter) for cell in cells if cell.is_viewed] == ["2018Q2"]
    assert {str(cell.quarter): cell.mark.text for cell in cells}["2018Q2"] == "未达标"
    assert alerts(response) == [("missed", "未达标")]
    assert "再使 1 个点位具备光网接入能力" in response.context["page"].alerts[0].text


def test_strip_follows_the_quarter_viewed(client_of):
    response = client_of().get(reverse("areas:site", args=["S-2"]), {"period": "2017Q4"})
    cells = panel(response, "verdicts").context["cells"]
    assert [str(cell.quarter) for cell in cells if cell.is_viewed] == ["2017Q4"]
    assert response.context["page"].alerts[0].url == reverse("acceptance:site_verdict", args=["2017Q4", "S-2"])


def test_site_says_what_is_missing_and_what_would_mend_it(client_of):
    said = client_of().get(reverse("areas:site", args=["S-2"])).context["page"].alerts[0].text
    assert "2018年第二季度不具备光网接入能力" in said and "米之内开通一个" in said


def test_site_without_coordinates_is_said_once(client_of):
    assert alerts(client_of().get(reverse("areas:site", args=["S-6"]))) == [("pending", "缺坐标")]


def test_what_is_achieved_is_no_alert(client_of):
    assert alerts(client_of().get(reverse("areas:area", args=[XINMA]))) == []


def test_leaf_names_the_milestones_in_which_it_counts(client_of):
    client = client_of()
    of_leaf = panel(client.get(reverse("areas:area", args=[NEAR])), "verdicts").context["milestones"]
    assert of_leaf and all("自然村" in text and "示范" not in text for _, text in of_leaf)
    of_town = panel(client.get(reverse("areas:area", args=[TOWN])), "verdicts").context["milestones"]
    assert of_town and all(" 源潭镇：" in text for _, text in of_town)


def test_village_that_was_a_community_bears_no_title_then(client_of):
    DatedValue.objects.create(
        table="areas", key=XINMA, column="kind", effective_on=date(2018, 4, 1), value=AreaKind.COMMUNITY
    )
    changes.note("441802")
    cells = panel(client_of().get(reverse("areas:area", args=[XINMA])), "verdicts").context["cells"]
    marks = {str(cell.quarter): cell.mark.text for cell in cells}
    assert marks["2018Q2"] == "不设称号" != marks["2018Q1"]


# ------------------------------------------------ orders


@pytest.mark.parametrize(
    ("today", "fields", "mark", "tone"),
    [
        # Accepted on 2 April 2018, Qingming from the 5th to the 7th: the tenth working day is the 17th.
        (date(2018, 4, 12), {}, "还有 3 个工作日", "info"),
        (date(2018, 4, 13), {}, "还有 2 个工作日", "late"),
        (date(2018, 4, 17), {}, "今天到期", "late"),
        (date(2018, 4, 18), {}, "已逾期 1 个工作日", "missed"),
        (date(2018, 4, 25), {"completed_on": date(2018, 4, 17)}, "按期完成", "met"),
        (date(2018, 4, 25), {"completed_on": date(2018, 4, 18)}, "逾期 1 个工作日完成", "missed"),
        (date(2018, 4, 16), {"completed_on": date(2018, 4, 18)}, "还有 1 个工作日", "late"),
        (date(2018, 4, 25), {"cancelled_on": date(2018, 4, 17)}, "按期撤单", "met"),
        (date(2018, 4, 25), {"cancelled_on": date(2018, 4, 18)}, "逾期 1 个工作日撤单", "missed"),
        (date(2018, 4, 18), {"needs_expansion": True}, "还有 4 个工作日", "info"),
    ],
)
def test_order_says_how_it_stands_to_its_due_day(client_of, settings, today, fields, mark, tone):
    number = order(**fields)
    client = client_of()
    settings.PORTAL_TODAY = today
    response = client.get(reverse("areas:order", args=[number]))
    test = panel(response, "service").context["test"]
    assert (test.mark.text, test.mark.tone) == (mark, tone)
    assert bool(alerts(response)) == (tone in ("late", "missed") and not test.done_on)


def test_due_day_beyond_the_calendar_is_said(client_of):
    client = client_of()
    response = client.get(reverse("areas:order", args=[order(accepted_on=date(2031, 4, 2))]))
    assert alerts(response) == [("pending", "期限无法计算")]
    assert "工作日表里没有 2031" in response.content.decode()


def effects(response) -> dict[str, tuple[str, bool]]:
    test = panel(response, "service").context["test"]
    return {str(row.quarter): (row.words, row.is_failing) for row in test.quarters}


def test_late_order_names_the_sites_that_it_makes_fail(client_of):
    number = order()
    response = client_of().get(reverse("areas:order", args=[number]))
    said = effects(response)
    assert list(said) == ["2018Q2", "2018Q3"]
    assert said["2018Q2"] == (
        "计入，应办结 1 张、逾期 1 张，该企业在该处的 1 个点位服务检验未通过（S19），"
        "其中 1 个因此不具备光网接入能力；只要本单按期，服务检验即可通过。",
        True,
    )
    assert (
        f'<a href="{reverse("acceptance:site_verdict", args=["2018Q2", "S-1"])}">大围聚居点</a>'
        in response.content.decode()
    )


def test_order_beside_another_late_one_is_not_alone_to_blame(client_of):
    number = order()
    ServiceOrder.objects.create(
        order_id="GD-8", county="441802", area_id=NEAR[:12], operator_id="telecom",
        accepted_on=date(2018, 4, 2), needs_expansion=False,
    )  # fmt: skip
    words, is_failing = effects(client_of().get(reverse("areas:order", args=[number])))["2018Q2"]
    assert "应办结 2 张、逾期 2 张" in words and "只要本单按期" not in words and is_failing


def test_order_in_time_passes(client_of):
    number = order(completed_on=date(2018, 4, 10))
    said = effects(client_of().get(reverse("areas:order", args=[number])))
    assert said == {"2018Q2": ("计入，该企业在该处的 1 个点位服务检验通过。", False)}


def test_order_of_an_operator_that_reaches_nothing_there_does_nothing(client_of):
    response = client_of().get(reverse("areas:order", args=["GD-2"]))
    assert effects(response)["2018Q2"][0].startswith("计入，但该企业的接入点未到达该处点位")


def test_order_cancelled_in_time_counts_nowhere(client_of):
    number = order(cancelled_on=date(2018, 4, 10))
    content = client_of().get(reverse("areas:order", args=[number])).content.decode()
    assert "不计入任何季度" in content


def test_operator_reads_the_effect_without_the_names_of_sites(client_of):
    number = order()
    content = client_of(Post.OPERATOR, operator="telecom").get(reverse("areas:order", args=[number])).content.decode()
    assert "其中 1 个因此不具备光网接入能力" in content and "大围聚居点" not in content


# ------------------------------------------------ what is around


def test_circle_is_the_radius_by_which_the_site_is_judged(client_of):
    client = client_of()
    response = client.get(reverse("areas:site", args=["S-1"]))
    document = panel(response, "map").context["map"]
    assert [circle[2:] for circle in document["circles"]] == [[1000, "rural"]]
    [row] = [row for row in document["sites"] if row[3] == "S-1"]
    assert row[2] == 0
    point = client.get(reverse("areas:access_point", args=["DX-1"]))
    document = panel(point, "map").context["map"]
    assert [circle[2:] for circle in document["circles"]] == [[1000, "rural"], [200, "urban"]]
    assert [(row.name, row.mark.text) for row in panel(point, "map").context["rows"]] == [
        ("大围聚居点", "具备光网接入能力")
    ]


def test_village_is_drawn_by_its_sites_and_a_town_is_not_drawn(client_of):
    client = client_of()
    village = panel(client.get(reverse("areas:area", args=[NEAR[:12]])), "map").context["map"]
    assert village["is_area"] and len(village["here"]) == 2 and village["circles"] == []
    assert panel(client.get(reverse("areas:area", args=[TOWN])), "map") is None
