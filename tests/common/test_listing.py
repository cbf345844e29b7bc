"""Lists: filters, sorting, paging, and what they answer to nonsense."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from tests.register.conftest import HERE, NEIGHBOUR


def keys(response) -> list[str]:
    """The keys of the rows shown, as they stand on the page."""
    return [cell.text for row in response.context["rows"] for cell in row if cell.column.head]


def asked(client, name: str, query: str):
    return client.get(f"{reverse(name)}?{query}")


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("areas:areas", "kind=natural_village", [f"{HERE}201001"]),
        ("areas:areas", "q=阳光", [f"{HERE}201002"]),
        ("areas:areas", f"q={NEIGHBOUR}", [NEIGHBOUR, f"{NEIGHBOUR}201"]),
        ("areas:areas", "setting=rural", [f"{HERE}201001"]),
        ("areas:areas", "households_min=35", [f"{HERE}201001"]),
        ("areas:areas", "households_min=36", []),
        ("areas:areas", "demonstration=1", []),
        ("areas:sites", f"area={HERE}", ["S-0001", "S-0002"]),
        ("areas:sites", f"area={HERE}201002", ["S-0002"]),
        ("areas:sites", "located=0", ["S-0002"]),
        ("areas:sites", "located=1", ["S-0001", "S-0900"]),
        ("areas:sites", "kind=school", ["S-0002"]),
        ("areas:sites", "q=s-09", ["S-0900"]),
        ("areas:sites", "q=Ｓ－０９", ["S-0900"]),
        ("areas:access_points", "state=open", ["AP-1", "AP-9"]),
        ("areas:access_points", "state=open&on=2018-02-28", ["AP-1", "AP-2", "AP-9"]),
        ("areas:access_points", "state=closed&on=2018-03-01", ["AP-2"]),
        ("areas:access_points", "state=future&on=2017-04-30", ["AP-1", "AP-2", "AP-9"]),
        ("areas:access_points", "tv_only=1", ["AP-2"]),
        ("areas:access_points", "speed_min=20.5", ["AP-1", "AP-9"]),
        ("areas:access_points", "speed_min=100", ["AP-1", "AP-9"]),
        ("areas:access_points", f"area={NEIGHBOUR}", ["AP-9"]),
        ("areas:access_points", "operator=mobile", ["AP-2", "AP-9"]),
        ("areas:orders", "state=open", ["GD-1", "GD-9"]),
        ("areas:orders", "state=open&on=2018-01-19", ["GD-1", "GD-2", "GD-3", "GD-9"]),
        ("areas:orders", "state=completed&on=2018-01-20", ["GD-2"]),
        ("areas:orders", "state=cancelled", ["GD-3"]),
        ("areas:orders", "state=future&on=2018-01-09", ["GD-1", "GD-2", "GD-3", "GD-9"]),
        ("areas:orders", "needs_expansion=1", ["GD-2"]),
        ("areas:orders", "accepted_from=2018-01-11", []),
        ("areas:orders", "accepted_from=2018-01-10&accepted_to=2018-01-10&q=银盏", ["GD-9"]),
    ],
)
def test_filter_finds(log_in, registry, name, query, expected):
    response = asked(log_in(Post.LEADER), name, query)
    assert keys(response) == expected
    assert response.context["problems"] == []


def test_lists_hold_only_what_is_in_scope(log_in, registry):
    client = log_in(Post.CLERK)
    assert keys(client.get(reverse("areas:sites"))) == ["S-0001", "S-0002"]
    assert keys(client.get(reverse("areas:access_points"))) == ["AP-1", "AP-2"]
    assert keys(client.get(reverse("areas:orders"))) == ["GD-1", "GD-2", "GD-3"]
    assert "银盏" not in client.get(reverse("areas:sites")).content.decode()


def test_operator_lists_hold_only_its_network(log_in, registry):
    client = log_in(Post.OPERATOR, operator="mobile")
    response = client.get(reverse("areas:orders"))
    assert keys(response) == ["GD-2", "GD-9"]
    assert "operator" not in response.context["form"].fields
    assert keys(asked(client, "areas:orders", f"area={NEIGHBOUR}&operator=telecom")) == ["GD-9"]
    assert keys(client.get(reverse("areas:access_points"))) == ["AP-2", "AP-9"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=-site_id", ["S-0900", "S-0002", "S-0001"]),
        ("sort=lon", None),
        ("sort=-name", ["S-0900", "S-0002", "S-0001"]),
        ("sort=area", ["S-0001", "S-0002", "S-0900"]),
        ("sort=state", ["S-0001", "S-0002", "S-0900"]),
    ],
)
def test_sorting_by_a_column(log_in, registry, query, expected):
    response = asked(log_in(Post.LEADER), "areas:sites", query)
    assert response.context["problems"] == []
    if expected:
        assert keys(response) == expected
    assert [head.sort for head in response.context["heads"] if head.sort] == [
        "descending" if "-" in query else "ascending"
    ]


def test_pages_are_cut_and_keep_the_question(log_in, registry, make_site):
    for number in range(60):
        make_site(f"T-{number:03}", registry.leaf.code)
    response = asked(log_in(Post.CLERK), "areas:sites", "q=T-&size=25&sort=-site_id&page=3")
    assert keys(response) == [f"T-{number:03}" for number in range(9, -1, -1)]
    assert response.context["query"] == "q=T-&size=25&sort=-site_id&"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("page=99", "已显示第 1 页"),
        ("page=0", "没有所要求的页"),
        ("page=-1", "没有所要求的页"),
        ("page=x", "没有所要求的页"),
        ("page=" + "9" * 5000, "没有所要求的页"),
        ("page=%EF%BC%91%C2%B2", "没有所要求的页"),
        ("page=%00", "没有所要求的页"),
        ("sort=password", "不能按所要求的列排序"),
        ("sort=--name", "不能按所要求的列排序"),
        ("sort=%00", "不能按所要求的列排序"),
        ("size=7", "每页条数只能是"),
        ("size=9999999", "每页条数只能是"),
        ("kind=castle", "“类型”无效"),
        ("on=2018-02-30", "“截至日期”无效"),
        ("on=0000-01-01", "“截至日期”无效"),
        ("on=%00", "“截至日期”无效"),
        ("q=%00", "“名称或编码”无效"),
        ("q=" + "长" * 101, "“名称或编码”无效"),
        ("area=441899", "不在您的范围内"),
        (f"area={NEIGHBOUR}", "不在您的范围内"),
        ("area=abc", "区域编码应为"),
        ("area=%00", "“街镇或村居”无效"),
        ("state=x", "“状态”无效"),
        ("located=maybe", "“坐标”无效"),
    ],
)
def test_nonsense_is_said_and_left_out(log_in, registry, query, said):
    response = asked(log_in(Post.CLERK), "areas:sites", query)
    assert response.status_code == 200
    assert keys(response) == ["S-0001", "S-0002"]
    problem = response.context["problems"][0]
    assert said in problem["text"] and problem["text"] in response.content.decode().replace("&quot;", '"')


@pytest.mark.parametrize("value", ["NaN", "1e400", "-1", "9" * 500, "abc", "1,5", "%00", "Infinity"])
def test_number_that_cannot_be_is_said(log_in, registry, value):
    response = asked(log_in(Post.CLERK), "areas:access_points", f"speed_min={value}")
    assert keys(response) == ["AP-1", "AP-2"]
    assert "速率不低于" in response.context["problems"][0]["text"]


@pytest.mark.parametrize("operator", ["nobody", "%00", "x" * 3000])
def test_unknown_operator_is_said(log_in, registry, operator):
    response = asked(log_in(Post.CLERK), "areas:orders", f"operator={operator}")
    assert len(keys(response)) == 3
    assert "运营企业" in response.context["problems"][0]["text"]


def test_empty_list_says_what_to_do(log_in, registry):
    content = asked(log_in(Post.CLERK), "areas:sites", "q=没有的").content.decode()
    assert "没有符合条件的记录" in content and "清除条件" in content


@pytest.mark.parametrize("name", ["areas:areas", "areas:sites", "areas:access_points", "areas:orders"])
def test_no_choice_bears_a_length(name, make_user):
    client = Client()
    client.force_login(make_user(Post.LEADER))
    choices = re.findall(r"<select[^>]*>", client.get(reverse(name)).content.decode())
    assert choices and not [choice for choice in choices if "maxlength" in choice]
