"""The registry's pages: what they show, to whom, and in how many queries."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.posts import Post
from common.clock import today
from register.filters import OrderState, PointState
from tests.register.conftest import HERE, NEIGHBOUR

SEERS = [Post.CLERK, Post.TOWNSHIP_HEAD, Post.REVIEWER, Post.BUREAU_HEAD, Post.GOVERNMENT, Post.LEAD_UNIT, Post.LEADER]
ADMINISTRATORS = [Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR]
REGISTRY_PAGES = ["areas:areas", "areas:sites"]
NETWORK_PAGES = ["areas:access_points", "areas:orders", "areas:search"]


@pytest.mark.parametrize("name", REGISTRY_PAGES + NETWORK_PAGES)
@pytest.mark.parametrize("post", SEERS)
def test_list_opens_for_posts_that_read(log_in, registry, post, name):
    assert log_in(post).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", REGISTRY_PAGES + NETWORK_PAGES)
@pytest.mark.parametrize("post", ADMINISTRATORS)
def test_list_is_refused_to_administrators(log_in, registry, post, name):
    assert log_in(post).get(reverse(name)).status_code == 403


@pytest.mark.parametrize(
    ("name", "status"), [(name, 403) for name in REGISTRY_PAGES] + [(name, 200) for name in NETWORK_PAGES]
)
def test_operator_sees_the_network_only(log_in, registry, name, status):
    assert log_in(Post.OPERATOR).get(reverse(name)).status_code == status


def test_visitor_is_sent_to_the_login(client, registry):
    response = client.get(reverse("areas:sites"))
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("accounts:login"))


@pytest.mark.parametrize(
    ("name", "mine", "theirs"),
    [
        ("areas:area", f"{HERE}201001", f"{NEIGHBOUR}201"),
        ("areas:area", HERE, "441802"),
        ("areas:site", "S-0001", "S-0900"),
        ("areas:access_point", "AP-1", "AP-9"),
        ("areas:order", "GD-1", "GD-9"),
    ],
)
def test_neighbours_row_is_not_there(log_in, registry, name, mine, theirs):
    client = log_in(Post.CLERK)
    assert client.get(reverse(name, args=[mine])).status_code == 200
    assert client.get(reverse(name, args=[theirs])).status_code == 404


def test_operator_sees_own_rows_in_every_town(log_in, registry):
    client = log_in(Post.OPERATOR, operator="mobile")
    assert client.get(reverse("areas:access_point", args=["AP-9"])).status_code == 200
    assert client.get(reverse("areas:order", args=["GD-9"])).status_code == 200
    assert client.get(reverse("areas:access_point", args=["AP-1"])).status_code == 404
    assert client.get(reverse("areas:order", args=["GD-1"])).status_code == 404
    assert client.get(reverse("areas:area", args=[HERE])).status_code == 403


@pytest.mark.parametrize("post, code", [(Post.CLERK, HERE), (Post.LEADER, "441802")])
def test_index_leads_to_the_top_of_the_scope(log_in, registry, post, code):
    assert log_in(post).get(reverse("areas:index")).url == reverse("areas:area", args=[code])


def test_area_shows_children_with_counts(log_in, registry):
    response = log_in(Post.LEADER).get(reverse("areas:area", args=["441802"]))
    rows = {
        row.area.name: (row.villages, row.natural_villages, row.compounds, row.sites)
        for row in response.context["children"]
    }
    assert rows == {"源潭镇": (1, 1, 1, 2), "龙塘镇": (1, 0, 0, 1)}
    assert response.context["orders"] == {"total": 4, "open": 2, "completed": 1, "cancelled": 1, "expansion": 1}


def test_area_counts_only_what_is_in_force(log_in, registry):
    registry.leaf.valid_to = date(2018, 1, 1)
    registry.leaf.save()
    response = log_in(Post.LEADER).get(reverse("areas:area", args=[HERE]))
    [row] = response.context["children"]
    assert (row.natural_villages, row.compounds, row.sites) == (0, 1, 1)
    village = log_in(Post.LEADER).get(reverse("areas:area", args=[f"{HERE}201"]))
    assert [row.in_force for row in village.context["children"]] == [False, True]


def test_breadcrumbs_outside_the_scope_are_text(log_in, registry):
    crumbs = log_in(Post.CLERK).get(reverse("areas:area", args=[registry.village.code])).context["crumbs"]
    assert [(label, bool(url)) for label, url in crumbs] == [("清城区", False), ("源潭镇", True), ("秀溪村", True)]


def test_leaf_lists_its_sites(log_in, registry):
    content = log_in(Post.CLERK).get(reverse("areas:area", args=[registry.compound.code])).content.decode()
    assert "秀溪小学" in content and "缺坐标" in content


def test_site_shows_both_pairs_of_coordinates(log_in, registry):
    content = log_in(Post.CLERK).get(reverse("areas:site", args=["S-0001"])).content.decode()
    assert "113.061234，23.712345" in content and "113.0666，23.7095" in content and "GCJ-02" in content


def test_site_without_coordinates_says_what_follows(log_in, registry):
    assert "评定为待定" in log_in(Post.CLERK).get(reverse("areas:site", args=["S-0002"])).content.decode()


@pytest.mark.parametrize("key", ["nothing", "x\0y", "9" * 400, "4418'--", "点位"])
@pytest.mark.parametrize("name", ["areas:area", "areas:site", "areas:access_point", "areas:order"])
def test_unknown_row_is_a_404(log_in, registry, name, key):
    response = log_in(Post.LEADER).get(reverse(name, args=[key]))
    assert response.status_code == 404


def test_identifier_with_a_slash_has_its_page(log_in, registry, make_site):
    make_site("清/01 #?", registry.leaf.code)
    assert log_in(Post.CLERK).get(reverse("areas:site", args=["清/01 #?"])).status_code == 200


def test_script_in_a_name_stays_text(log_in, registry, make_site):
    attack = '"><img src=x onerror=alert(1)>'
    registry.leaf.name = attack
    registry.leaf.save()
    make_site("S-3", registry.leaf.code, name=attack)
    client = log_in(Post.CLERK)
    for url in (
        reverse("areas:sites"),
        reverse("areas:site", args=["S-3"]),
        reverse("areas:area", args=[registry.leaf.code]),
        reverse("areas:sites") + f"?area={registry.leaf.code}",
        reverse("areas:search") + "?q=" + "%22%3E%3Cimg",
        reverse("areas:orders"),
    ):
        content = client.get(url).content.decode()
        assert "<img" not in content and "&lt;img" in content, url


@pytest.mark.parametrize("code", ["441802", HERE, f"{HERE}201", f"{HERE}201001"])
def test_area_page_costs_few_queries_at_every_level(log_in, registry, code, django_assert_max_num_queries):
    client = log_in(Post.LEADER)
    client.get(reverse("areas:areas"))
    with django_assert_max_num_queries(40):
        client.get(reverse("areas:area", args=[code]))


@pytest.mark.parametrize("name", ["areas:areas", "areas:sites", "areas:access_points", "areas:orders"])
def test_list_costs_the_same_queries_however_long(
    log_in, registry, name, make_site, make_point, make_order, django_assert_num_queries
):
    client = log_in(Post.LEADER)
    client.get(reverse(name))
    expected = 6 if name in ("areas:areas", "areas:sites") else 7
    for number in range(30):
        make_site(f"S-1{number:03}", registry.leaf.code)
        make_point(f"AP-1{number:03}")
        make_order(f"GD-1{number:03}", registry.leaf.code)
    with django_assert_num_queries(expected):
        client.get(reverse(name))


def on(days: int) -> date:
    """The date so many days from today."""
    return today() + timedelta(days)


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ({"accepted_on": 1}, OrderState.FUTURE),
        ({"accepted_on": 0}, OrderState.OPEN),
        ({"accepted_on": -9, "completed_on": 1}, OrderState.OPEN),
        ({"accepted_on": -9, "cancelled_on": 1}, OrderState.OPEN),
        ({"accepted_on": -9, "completed_on": 0}, OrderState.COMPLETED),
        ({"accepted_on": -9, "cancelled_on": 0}, OrderState.CANCELLED),
    ],
)
def test_order_page_says_the_state_of_the_list(log_in, registry, make_order, dates, state):
    make_order("GD-7", registry.leaf.code, **{name: on(days) for name, days in dates.items()})
    client = log_in(Post.LEADER)
    address = reverse("areas:order", args=["GD-7"])
    page = client.get(address)
    listed = client.get(reverse("areas:orders"), {"q": "GD-7", "state": state})

    assert page.context["state"].text == state.label
    assert f'href="{address}"' in listed.content.decode()


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ({"opened_on": 1}, PointState.FUTURE),
        ({"opened_on": 0}, PointState.OPEN),
        ({"opened_on": -9, "closed_on": 1}, PointState.OPEN),
        ({"opened_on": -9, "closed_on": 0}, PointState.CLOSED),
    ],
)
def test_access_point_page_says_the_state_of_the_list(log_in, registry, make_point, dates, state):
    make_point("AP-7", **{name: on(days) for name, days in dates.items()})
    client = log_in(Post.LEADER)
    address = reverse("areas:access_point", args=["AP-7"])
    page = client.get(address)
    listed = client.get(reverse("areas:access_points"), {"q": "AP-7", "state": state})

    assert page.context["state"].text == state.label
    assert f'href="{address}"' in listed.content.decode()
