"""One thing on its own page: values as of today and of a quarter, what may be proposed, what hangs on it, to whom."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.posts import Post
from areas.models import DatedValue
from areas.vocabulary import AreaKind
from tests.register.conftest import HERE, NEIGHBOUR

LEAF = f"{HERE}201001"
PAGES = {
    "areas": ("areas:area", LEAF),
    "sites": ("areas:site", "S-0001"),
    "access_points": ("areas:access_point", "AP-1"),
    "service_orders": ("areas:order", "GD-1"),
}
KEEPERS = {
    Post.CLERK: {"areas", "sites"},
    Post.REVIEWER: {"areas", "sites", "access_points", "service_orders"},
    Post.OPERATOR: {"access_points", "service_orders"},
    Post.LEADER: set(),
}


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = date(2018, 8, 15)


FORM = "/proposals/new/"


def change(table: str, key: str, column: str, on: date, value: str) -> None:
    DatedValue.objects.create(table=table, key=key, column=column, effective_on=on, value=value)


def shown(response) -> dict[str, tuple[str, str]]:
    return {row.label: (row.now, row.then) for row in response.context["values"]}


def opened(client, table: str, **asked):
    name, key = PAGES[table]
    return client.get(reverse(name, args=[key]), asked)


def test_page_shows_today_and_the_quarter_viewed(log_in, registry):
    change("areas", LEAF, "permanent_households", date(2018, 7, 1), "19")
    change("areas", LEAF, "name", date(2018, 9, 1), "新围")
    response = opened(log_in(Post.CLERK), "areas", period="2018Q2")
    assert shown(response)["常住户数"] == ("19 户", "35 户")
    assert shown(response)["名称"] == ("大围", "大围")
    content = response.content.decode()
    assert "自 2018-07-01 起" in content and "2018-09-01 起改为新围" in content
    assert "<mark>35 户</mark>" in content


def test_page_without_a_quarter_shows_today_only(log_in, registry):
    content = opened(log_in(Post.CLERK), "areas").content.decode()
    assert "末</th>" not in content


@pytest.mark.parametrize("period", ["2018Q9", "x", "\0", "2018"])
def test_quarter_that_is_none_is_said(log_in, registry, period):
    response = opened(log_in(Post.CLERK), "areas", period=period)
    assert response.status_code == 200 and "不是季度" in response.content.decode()


def test_things_are_called_as_they_are_today(log_in, registry):
    change("areas", HERE, "name", date(2018, 7, 1), "源潭街道")
    change("areas", HERE, "kind", date(2018, 7, 1), AreaKind.STREET)
    change("sites", "S-0001", "name", date(2018, 7, 1), "新围祠堂")
    change("access_points", "AP-1", "name", date(2018, 7, 1), "新围一号")
    change("access_points", "AP-1", "downstream_mbps", date(2018, 7, 1), "20")
    client = log_in(Post.REVIEWER)
    town = client.get(reverse("areas:area", args=[HERE])).content.decode()
    assert "<h1>源潭街道</h1>" in town and "街道 · 编码" in town
    site = opened(client, "sites").content.decode()
    assert "<h1>新围祠堂</h1>" in site and ">源潭街道</a>" in site
    response = opened(client, "access_points", period="2018Q2")
    assert "<h1>新围一号</h1>" in response.content.decode()
    assert shown(response)["下行速率"] == ("20 兆比特每秒", "100 兆比特每秒")


def test_site_that_was_moved_stands_at_its_new_area(log_in, registry):
    change("sites", "S-0001", "area_code", date(2018, 7, 1), registry.compound.code)
    client = log_in(Post.CLERK)
    response = opened(client, "sites", period="2018Q2")
    assert shown(response)["所属区域"] == (f"阳光花园（{registry.compound.code}）", f"大围（{LEAF}）")
    assert [name for name, _ in response.context["crumbs"]] == ["清城区", "源潭镇", "秀溪村", "阳光花园", "点位S-0001"]
    compound = client.get(reverse("areas:area", args=[registry.compound.code]))
    assert [site.site_id for site in compound.context["own_sites"]] == ["S-0001", "S-0002"]
    assert compound.context["site_count"] == 2
    assert [site.site_id for site in opened(client, "areas").context["own_sites"]] == []
    assert [site.site_id for site in opened(client, "areas", period="2018Q2").context["own_sites"]] == ["S-0001"]


@pytest.mark.parametrize("post", KEEPERS)
@pytest.mark.parametrize("table", PAGES)
def test_changes_are_offered_to_who_keeps_the_table(log_in, registry, post, table):
    client = log_in(post)
    response = opened(client, table)
    if response.status_code == 403:
        assert post == Post.OPERATOR and table in ("areas", "sites")
        return
    content = response.content.decode()
    assert (f"{FORM}?table={table}&amp;key={PAGES[table][1]}" in content) == (table in KEEPERS[post])
    assert bool(response.context["deeds"]) == (table in KEEPERS[post])


def test_dated_values_are_changed_or_corrected_others_corrected(log_in, registry):
    rows = {
        row.label: [label for label, _ in row.deeds] for row in opened(log_in(Post.CLERK), "areas").context["values"]
    }
    assert rows["常住户数"] == ["变更", "更正"] and rows["生效日期"] == ["更正"]
    assert rows["类型"] == ["更正"], "a natural village becomes nothing else"


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        (HERE, ["新增下级区域", "终止", "作废"]),
        (f"{HERE}201", ["新增下级区域", "新增点位", "终止", "作废"]),
        (LEAF, ["新增点位", "列为示范点", "终止", "作废"]),
    ],
)
def test_deeds_of_an_area_are_those_of_its_level(log_in, registry, code, labels):
    response = log_in(Post.CLERK).get(reverse("areas:area", args=[code]))
    assert [label for label, _ in response.context["deeds"]] == labels


def test_site_without_coordinates_offers_to_enter_them(log_in, registry):
    address = reverse("areas:site", args=["S-0002"])
    content = log_in(Post.CLERK).get(address).content.decode()
    assert (
        f'<a class="btn btn-primary" href="{FORM}?table=sites&amp;key=S-0002&amp;column=place">补登坐标</a>' in content
    )
    assert "数据包" not in content
    reader = log_in(Post.LEADER).get(address).content.decode()
    assert "补登坐标" not in reader and "坐标由所在街镇补登" in reader


def test_open_order_is_completed_from_its_page(log_in, registry):
    response = opened(log_in(Post.OPERATOR, operator="telecom"), "service_orders")
    assert dict(response.context["deeds"])["登记完成"].endswith("column=completed_on&completed_on=2018-08-15")


def test_neighbours_surroundings_are_not_shown(log_in, registry, make_site, make_point):
    make_site("S-7", f"{NEIGHBOUR}201", name="邻镇祠堂", lon=113.0613, lat=23.7124)
    make_point("AP-7", NEIGHBOUR, name="邻镇一号", lon=113.0613, lat=23.7124)
    assert around(opened(log_in(Post.CLERK), "sites")) == {"点位S-0001", "秀溪一号", "AP-2"}
    assert around(opened(log_in(Post.LEADER), "sites")) >= {"点位S-0001", "邻镇祠堂", "邻镇一号"}


def test_operator_sees_no_sites_around_its_points(log_in, registry, make_site):
    make_site("S-7", LEAF, name="大围祠堂", lon=113.05, lat=23.7)
    assert around(opened(log_in(Post.OPERATOR, operator="telecom"), "access_points")) == {"秀溪一号"}
    assert around(opened(log_in(Post.LEADER), "access_points")) >= {"秀溪一号", "大围祠堂"}


def test_map_says_how_far_the_nearest_access_points_are(log_in, registry, make_point):
    make_point("AP-5", lon=113.061234, lat=23.713345, name="近处")
    make_point("AP-6", operator="mobile", lon=113.061234, lat=23.714345, downstream_mbps=20)
    change("access_points", "AP-5", "downstream_mbps", date(2018, 7, 1), "10")
    response = opened(log_in(Post.LEADER), "sites")
    [panel] = [each for each in response.context["beside"] if each.key == "map"]
    assert [(row.name, row.away, row.mark.text) for row in panel.context["rows"]][:2] == [
        ("近处", "110 米", "速率不足"), ("AP-6", "221 米", "速率不足"),
    ]  # fmt: skip


def around(response) -> set[str]:
    """What the map of a page names."""
    [panel] = [each for each in response.context["beside"] if each.key == "map"]
    return {row[4] for kind in ("sites", "points") for row in panel.context["map"][kind]}


@pytest.mark.parametrize("table", PAGES)
def test_page_costs_the_same_queries_however_much_is_around(
    log_in, registry, table, make_site, make_point, make_order, django_assert_num_queries, django_assert_max_num_queries
):
    client = log_in(Post.REVIEWER)
    change("sites", "S-0001", "name", date(2018, 7, 1), "新围祠堂")
    opened(client, table)
    with django_assert_max_num_queries(40) as first:
        opened(client, table)
    for number in range(20):
        make_site(f"S-1{number:03}", LEAF, lon=113.0613, lat=23.7124)
        make_point(f"AP-1{number:03}", lon=113.0613, lat=23.7124)
        make_order(f"GD-1{number:03}", LEAF)
    with django_assert_num_queries(len(first)):
        opened(client, table)


def test_coordinates_are_corrected_from_the_page_of_the_village(log_in, registry):
    link = f'href="{FORM}?table=sites&amp;key=S-0001&amp;column=place"'
    address = reverse("areas:area", args=[LEAF])
    assert link in log_in(Post.CLERK).get(address).content.decode()
    assert link not in log_in(Post.LEADER).get(address).content.decode()


def test_nominating_is_a_change_from_today(log_in, registry):
    offered = dict(log_in(Post.CLERK).get(reverse("areas:area", args=[LEAF])).context["deeds"])
    assert "act=change&on=2018-08-15&demonstration=1" in offered["列为示范点"]


@pytest.mark.parametrize(("name", "table"), [("access_points", "access_points"), ("orders", "service_orders")])
def test_operator_adds_a_row_from_the_list(log_in, registry, name, table):
    link = f'href="{FORM}?table={table}&amp;act=add"'
    assert link in log_in(Post.OPERATOR).get(reverse(f"areas:{name}")).content.decode()
    assert link not in log_in(Post.LEADER).get(reverse(f"areas:{name}")).content.decode()
