"""The search: what it finds, for whom, and what it says when there is nothing."""

import pytest
from django.urls import reverse

from accounts.posts import Post
from tests.register.conftest import HERE


def found(client, text: str) -> dict[str, list[str]]:
    response = client.get(reverse("areas:search"), {"q": text})
    assert response.status_code == 200
    return {group.title: [hit.code for hit in group.hits] for group in response.context["groups"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("秀溪", {"区域": [f"{HERE}201"], "点位": ["S-0002"], "接入点": ["AP-1"]}),
        ("ap-1", {"接入点": ["AP-1"]}),
        ("ＡＰ－１", {"接入点": ["AP-1"]}),
        ("  gd-2 ", {"工单": ["GD-2"]}),
        (f"{HERE}201001", {"区域": [f"{HERE}201001"]}),
        ("银盏", {}),
        ("xiuxi", {}),
        ("xx", {"区域": [f"{HERE}201"], "点位": ["S-0002"], "接入点": ["AP-1"]}),
        ("XX", {"区域": [f"{HERE}201"], "点位": ["S-0002"], "接入点": ["AP-1"]}),
        ("GD-9", {}),
        ("%", {}),
        ("_", {}),
        ("", {}),
        ("   ", {}),
    ],
)
def test_search_finds_within_the_scope(log_in, registry, text, expected):
    assert found(log_in(Post.CLERK), text) == expected


def test_search_of_an_operator_finds_its_network_only(log_in, registry):
    client = log_in(Post.OPERATOR, operator="mobile")
    assert found(client, "GD-") == {"工单": ["GD-2", "GD-9"]}
    assert found(client, "秀溪") == {}


def test_search_shows_a_few_and_leads_to_the_rest(log_in, registry, make_site):
    for number in range(15):
        make_site(f"T-{number:03}", registry.leaf.code)
    response = log_in(Post.CLERK).get(reverse("areas:search"), {"q": "t-0"})
    [group] = response.context["groups"]
    assert (len(group.hits), group.more) == (10, reverse("areas:sites") + "?q=t-0")


@pytest.mark.parametrize("text", ["a\0b", "长" * 101, "\0"])
def test_search_for_what_cannot_be_is_answered(log_in, registry, text):
    response = log_in(Post.CLERK).get(reverse("areas:search"), {"q": text})
    assert response.status_code == 200 and "不能超过" in response.content.decode()


def test_search_without_an_answer_says_what_to_do(log_in, registry):
    assert "请改用名称中的一两个字" in log_in(Post.CLERK).get(reverse("areas:search"), {"q": "没有的"}).content.decode()


def test_search_shows_the_closest_first(log_in, registry, make_area):
    for suffix, name in (("901", "大秀溪口"), ("902", "秀溪口"), ("903", "秀溪")):
        make_area(f"{HERE}{suffix}", name)
    assert found(log_in(Post.CLERK), "秀溪")["区域"] == [f"{HERE}903", f"{HERE}201", f"{HERE}902", f"{HERE}901"]


def test_search_by_initials_says_when_there_are_more(log_in, registry, make_site):
    for number in range(15):
        make_site(f"T-{number:03}", registry.leaf.code, name="长埔小学")
    response = log_in(Post.CLERK).get(reverse("areas:search"), {"q": "cpxx"})
    [group] = response.context["groups"]
    assert (len(group.hits), group.more, group.is_cut) == (10, "", True)
    assert "请再输入几个字母或字" in response.content.decode()


def test_suggestions_are_the_first_answers_of_each_kind(log_in, registry, make_site):
    for number in range(8):
        make_site(f"T-{number:03}", registry.leaf.code)
    client = log_in(Post.CLERK)
    assert client.get(reverse("areas:suggestions"), {"q": "xx"}).json()["hits"][0] == {
        "kind": "区域",
        "name": "秀溪村",
        "code": f"{HERE}201",
        "detail": "行政村，源潭镇",
        "url": reverse("areas:area", args=[f"{HERE}201"]),
    }
    assert len(client.get(reverse("areas:suggestions"), {"q": "t-0"}).json()["hits"]) == 5
    assert client.get(reverse("areas:suggestions")).json() == {"hits": [], "problem": ""}


def test_search_costs_the_same_queries(log_in, registry, django_assert_num_queries):
    client = log_in(Post.CLERK)
    found(client, "x")
    with django_assert_num_queries(11):
        found(client, "秀")
