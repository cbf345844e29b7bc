"""Differences: exactly what turned, each turn with the facts behind it."""

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from acceptance import answers
from acceptance.judging import judging
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import AccessPoint
from returns.models import LineStatus, ReturnLine
from tests.reference.packages import random_package
from tests.reference.writing import write
from tests.scenes import NEAR, STREET, TOWN, XIUXI, build_district

DISTRICT = "441802"


def asked(*args: str, **options) -> dict:
    out = StringIO()
    call_command("differences", *args, format="json", stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue())


def judged(period: str, basis: str) -> tuple[dict, dict]:
    evaluation = answers.evaluation(period, basis=basis, sites=True)
    areas = {each["code"]: (each["outcome"], each["reference"], each.get("covered")) for each in evaluation["areas"]}
    return areas, {each["site_id"]: (each["capable"], each["reason"]) for each in evaluation["sites"]}


def turned(before: dict, after: dict) -> dict:
    keys = {**before, **after}
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def told(document: dict) -> tuple[dict, dict]:
    def side(each: dict, name: str, *fields: str) -> tuple | None:
        return None if each[name] is None else (each[name], *(each[field][name] for field in fields))

    areas = {
        each["code"]: tuple(side(each, name, "reference", "covered") for name in ("from", "to"))
        for each in document["areas"]
    }
    sites = {
        each["site_id"]: tuple(side(each, name, "reason") for name in ("from", "to")) for each in document["sites"]
    }
    return areas, sites


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(10))
def test_differences_are_exactly_what_turned_each_with_its_facts(seed, tmp_path):
    folder = write(random_package(seed), tmp_path / "package")
    call_command("import_package", str(folder), stdout=StringIO(), stderr=StringIO())
    for first, second, options in (
        ("2018Q1", "2018Q2", {}),
        ("2019Q1", "2017Q3", {"basis": "reported"}),
        ("2018Q2", None, {}),
    ):
        document = asked(*filter(None, (first, second)), **options)
        sides = (
            (judged(first, "approved"), judged(first, "reported"))
            if second is None
            else (judged(first, options.get("basis", "approved")), judged(second, options.get("basis", "approved")))
        )

        assert told(document) == tuple(map(turned, *sides))
        for entry in (*document["areas"], *document["sites"]):
            assert entry["because"], entry["sentence"]
            assert not re.search("None|unknown|nan", entry["sentence"]), entry["sentence"]


# ---------------------------------------------------------------- the command and the page


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    AccessPoint.objects.filter(ap_id="DX-1").update(opened_on=date(2018, 5, 10))
    AccessPoint.objects.filter(ap_id="YD-1").update(closed_on=date(2018, 6, 1))
    judging.ensure_current(DISTRICT)
    return scene


@pytest.fixture
def leader(client, make_user, district):
    client.force_login(make_user(Post.LEADER))
    return client


def page_of(client, **query) -> str:
    return client.get(reverse("acceptance:differences"), query).content.decode()


def test_a_point_that_opens_is_named_with_its_day(district):
    document = asked("2018Q1", "2018Q2")
    sites = {each["site_id"]: each["sentence"] for each in document["sites"]}

    assert sites["S-1"] == (
        "大围聚居点（S-1）由不具备光网接入能力（未开通或已停用）转为具备光网接入能力："
        "中国电信接入点 DX-1（距 110 米）于 2018-05-10 开通。"
    )
    assert "中国移动接入点 YD-1（距 11 米）于 2018-06-01 停用" in sites["S-4"]
    village = next(each for each in document["areas"] if each["code"] == NEAR)
    assert "DX-1（距 110 米）于 2018-05-10 开通" in village["sentence"]


def test_a_return_that_comes_is_said_to_be_there(district):
    town = next(each for each in asked("2018Q1", "2018Q2")["areas"] if each["code"] == TOWN)

    assert town["sentence"] == (
        "源潭镇仍为未达标，渗透率由待定转为不足：S11 由待定转为不足，原来缺季报，现光网用户 340 户，宽带用户 450 户"
        "（75.5%，应达 360 户），缺季报的村居 2→0 个，秀溪村、新马村的季报可用了。"
    )


def test_two_bases_differ_by_what_is_not_yet_approved(district):
    ReturnLine.objects.filter(area_id=XIUXI).update(status=LineStatus.SUBMITTED)

    document = asked("2018Q2")

    assert (document["from"]["basis"], document["to"]["basis"]) == ("approved", "reported")
    assert {each["code"] for each in document["areas"]} == {DISTRICT, TOWN, XIUXI}
    assert document["sites"] == []


@pytest.mark.parametrize("args", [("2018",), ("2018Q1", "2018Q5"), ("2018Q1", "--basis", "approved")])
def test_command_cannot_answer(district, capsys, args):
    with pytest.raises(SystemExit) as end:
        call_command("differences", *args)

    assert end.value.code == 2 and not capsys.readouterr().out


def test_page_groups_by_township_and_says_why(leader):
    page = page_of(leader, **{"from": "2018Q1", "to": "2018Q2"})

    assert page.index("凤城街道评定有变化的区域") < page.index("源潭镇评定有变化的区域")
    assert "于 2018-05-10 开通" in page


def test_page_of_sites(leader):
    page = page_of(leader, **{"from": "2018Q1", "to": "2018Q2", "show": "sites"})

    assert (
        reverse("acceptance:site_verdict", args=["2018Q2", "S-1"]) in page
        and "YD-1（距 11 米）于 2018-06-01 停用" in page
    )


def test_page_of_the_same_view_twice(leader):
    assert "两侧为同一季度、同一口径" in page_of(leader, **{"from": "2018Q2", "to": "2018Q2"})


def test_page_is_only_of_the_area_that_is_seen(client, make_user, district):
    client.force_login(make_user(Post.CLERK, area=TOWN))

    assert "凤城街道" not in page_of(client, **{"from": "2018Q1", "to": "2018Q2"})
    assert client.get(reverse("acceptance:differences"), {"code": STREET}).status_code == 404


@pytest.mark.parametrize("query", [{"from": "2018"}, {"to": "2031Q1"}, {"to_basis": "其他"}, {"code": "999999"}])
def test_page_says_what_is_not_there(leader, query):
    assert leader.get(reverse("acceptance:differences"), query).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_is_in_the_trail(leader, form):
    query = {"from": "2018Q1", "to": "2018Q2", "show": "sites", "export": form}
    response = leader.get(reverse("acceptance:differences"), query)

    assert response.status_code == 200 and b"".join(response.streaming_content)
    entry = AuditEntry.objects.order_by("sequence").last()
    assert entry.action == "export" and entry.facts["list"] == "变化对照"


def test_page_costs_a_fixed_number_of_queries(leader, django_assert_max_num_queries):
    for code in (DISTRICT, TOWN):
        with django_assert_max_num_queries(30):
            page_of(leader, code=code, **{"from": "2018Q1", "to": "2018Q2"})
