"""Lists, exports and the API show, filter and sort by the values of their date (变更 takes effect on a day)."""

from datetime import date
from itertools import chain

import pytest
from django.urls import reverse

from accounts.posts import Post
from areas.models import DatedValue
from areas.vocabulary import AreaKind
from tests.register.conftest import HERE, NEIGHBOUR

DAY = date(2018, 7, 1)
BEFORE, AFTER = "2018-06-30", "2018-07-01"
LEAF = f"{HERE}201001"


@pytest.fixture
def changed(registry, make_area):
    """From a day on things are called otherwise, and are otherwise."""
    make_area(f"{HERE}201003", "细围", permanent_households=60, setting="rural")
    values = [
        ("areas", HERE, "name", "源潭街道"),
        ("areas", HERE, "kind", AreaKind.STREET),
        ("areas", LEAF, "name", "新围"),
        ("areas", LEAF, "permanent_households", "90"),
        ("areas", LEAF, "setting", "urban"),
        ("areas", LEAF, "demonstration", "1"),
        ("sites", "S-0001", "name", "新围祠堂"),
        ("sites", "S-0001", "kind", "market"),
        ("sites", "S-0001", "area_code", f"{NEIGHBOUR}201"),
        ("access_points", "AP-1", "downstream_mbps", "20"),
        ("access_points", "AP-1", "tv_only", "1"),
        ("access_points", "AP-1", "ports_used", ""),
        ("access_points", "AP-1", "name", "新围一号"),
    ]
    DatedValue.objects.bulk_create(
        DatedValue(table=table, key=key, column=column, effective_on=DAY, value=value)
        for table, key, column, value in values
    )
    return registry


def listed(client, name: str, **asked) -> list[list[str]]:
    response = client.get(reverse(name), asked)
    assert response.status_code == 200
    return [[cell.text for cell in row] for row in response.context["rows"]]


def keys(client, name: str, **asked) -> list[str]:
    return [row[0] for row in listed(client, name, **asked)]


@pytest.mark.parametrize(
    ("name", "asked", "before", "after"),
    [
        ("areas:areas", {"q": LEAF}, ["大围", "自然村", "农村", "35", "否"], ["新围", "自然村", "城市", "90", "是"]),
        ("areas:areas", {"q": f"{HERE}201"}, ["源潭镇"], ["源潭街道"]),
        ("areas:sites", {"q": "S-0001"}, ["主要人口聚居地", "大围"], ["新围祠堂", "市场", "银盏村"]),
        (
            "areas:access_points",
            {"q": "AP-1"},
            ["秀溪一号", "源潭镇", "100", "10"],
            ["新围一号", "源潭街道", "20", "—"],
        ),
        ("areas:orders", {"q": "GD-1"}, ["大围"], ["新围"]),
    ],
)
def test_list_shows_the_values_of_its_date(log_in, changed, name, asked, before, after):
    client = log_in(Post.LEADER)
    shown = [list(chain(*listed(client, name, on=on, **asked))) for on in (BEFORE, AFTER)]
    assert [value for value in before if value not in shown[0]] == []
    assert [value for value in after if value not in shown[1]] == []


@pytest.mark.parametrize(
    ("name", "asked", "before", "after"),
    [
        ("areas:areas", {"kind": "town"}, [HERE, NEIGHBOUR], [NEIGHBOUR]),
        ("areas:areas", {"households_min": 80}, [], [LEAF]),
        ("areas:areas", {"setting": "rural"}, [LEAF, f"{HERE}201003"], [f"{HERE}201003"]),
        ("areas:areas", {"demonstration": "1"}, [], [LEAF]),
        ("areas:areas", {"q": "新围"}, [], [LEAF]),
        ("areas:areas", {"q": "大围"}, [LEAF], []),
        ("areas:sites", {"kind": "market"}, [], ["S-0001"]),
        ("areas:sites", {"area": NEIGHBOUR}, ["S-0900"], ["S-0001", "S-0900"]),
        ("areas:sites", {"q": "祠堂"}, [], ["S-0001"]),
        ("areas:access_points", {"tv_only": "1"}, ["AP-2"], ["AP-1", "AP-2"]),
        ("areas:access_points", {"speed_min": 50}, ["AP-1", "AP-9"], ["AP-9"]),
        ("areas:orders", {"q": "新围"}, [], ["GD-1", "GD-2"]),
    ],
)
def test_filters_ask_for_the_values_of_the_date(log_in, changed, name, asked, before, after):
    client = log_in(Post.LEADER)
    assert [keys(client, name, on=on, **asked) for on in (BEFORE, AFTER)] == [before, after]


@pytest.mark.parametrize(
    ("name", "sort", "asked", "before", "after"),
    [
        ("areas:areas", "-permanent_households", {"kind": "natural_village"}, f"{HERE}201003", LEAF),
        ("areas:sites", "area", {}, "S-0001", "S-0002"),
        ("areas:access_points", "downstream_mbps", {"speed_min": 20}, "AP-2", "AP-1"),
    ],
)
def test_sorting_is_by_the_values_of_the_date(log_in, changed, name, sort, asked, before, after):
    client = log_in(Post.LEADER)
    assert [keys(client, name, on=on, sort=sort, **asked)[0] for on in (BEFORE, AFTER)] == [before, after]


def test_moved_site_is_in_force_with_the_area_at_which_it_is(log_in, changed):
    changed.leaf.valid_to = date(2018, 8, 1)
    changed.leaf.save()
    client = log_in(Post.LEADER)
    asked = {"q": "S-0001", "state": "in_force"}
    assert keys(client, "areas:sites", on="2018-09-01", **asked) == ["S-0001"]
    DatedValue.objects.filter(column="area_code").delete()
    assert keys(client, "areas:sites", on="2018-09-01", **asked) == []


def test_choice_of_towns_has_the_names_of_the_date(log_in, changed):
    client = log_in(Post.LEADER)
    pages = [client.get(reverse("areas:sites"), {"on": on}).content.decode() for on in (BEFORE, AFTER)]
    assert ["源潭街道（全部）" in page for page in pages] == [False, True]


@pytest.mark.parametrize(("on", "said"), [(BEFORE, "大围"), (AFTER, "新围")])
def test_export_has_the_values_of_the_date(log_in, changed, on, said):
    answer = log_in(Post.LEADER).get(reverse("areas:areas"), {"on": on, "q": LEAF, "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert f"{LEAF},{said},自然村" in text


@pytest.mark.parametrize(("on", "name", "rate"), [(BEFORE, "大围", 100.0), (AFTER, "新围", 20.0)])
def test_api_answers_as_of_a_date(log_in, changed, on, name, rate):
    client = log_in(Post.LEADER)
    assert client.get(f"/api/areas/{LEAF}/", {"on": on}).json()["name"] == name
    [row] = client.get("/api/areas/", {"on": on, "q": LEAF}).json()["results"]
    assert row["name"] == name
    [point] = client.get("/api/access-points/", {"on": on, "q": "AP-1"}).json()["results"]
    assert point["downstream_mbps"] == rate


def test_api_sorts_as_of_the_date(log_in, changed):
    client = log_in(Post.LEADER)
    asked = {"kind": "natural_village", "ordering": "-permanent_households"}
    answers = [client.get("/api/areas/", {"on": on, **asked}).json()["results"] for on in (BEFORE, AFTER)]
    assert [rows[0]["code"] for rows in answers] == [f"{HERE}201003", LEAF]


@pytest.mark.parametrize("name", ["areas:areas", "areas:sites", "areas:access_points", "areas:orders"])
def test_list_as_of_a_date_costs_the_same_queries_however_long(
    log_in, changed, name, make_site, make_point, make_order, django_assert_max_num_queries
):
    for number in range(30):
        make_site(f"S-1{number:03}", changed.leaf.code)
        make_point(f"AP-1{number:03}")
        make_order(f"GD-1{number:03}", changed.leaf.code)
    client = log_in(Post.LEADER)
    client.get(reverse(name))
    with django_assert_max_num_queries(11):
        client.get(reverse(name), {"on": AFTER})
