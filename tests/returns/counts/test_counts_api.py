"""The API of the operators' counts: own ones only, whole or not at all, and never a failure of ours."""

import json

import pytest
from django.test import Client

from accounts.posts import Post
from returns.models import OperatorCount
from tests.returns.conftest import TOWN

ADDRESS = "/api/operator-counts/"
ROW = {"period": "2019Q1", "area_code": TOWN, "broadband_users": 1200, "fibre_users": 1100}


@pytest.fixture
def operator(make_user, make_area) -> Client:
    make_area(f"{TOWN}201")
    client = Client(raise_request_exception=True)
    client.force_login(make_user(Post.OPERATOR, operator="telecom"))
    return client


def send(client, body, method="put"):
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return getattr(client, method)(ADDRESS, text, content_type="application/json")


@pytest.mark.parametrize("method", ["put", "post"])
def test_counts_are_put_and_read(method, operator):
    answer = send(operator, ROW, method)
    assert (answer.status_code, answer.json()) == (200, {"created": 1, "changed": 0, "removed": 0, "unchanged": 0})
    assert send(operator, [ROW], method).json()["unchanged"] == 1
    (row,) = operator.get(ADDRESS + f"?period=2019Q1&area_code={TOWN}").json()["results"]
    assert {name: row[name] for name in ROW} == ROW


def test_several_quarters_are_kept_whole_or_not_at_all(operator):
    good = [ROW | {"period": "2018Q4"}, ROW]
    bad = [*good, ROW | {"area_code": f"{TOWN}201", "fibre_users": 9999}]
    answer = send(operator, bad)
    assert answer.status_code == 400 and OperatorCount.objects.count() == 0
    assert answer.json()["errors"][0] == {
        "row": 3, "field": "fibre_users", "value": 9999,
        "message": "光网用户数（9999）大于宽带用户数（1200），不应超过：请核对后改正。",
    }  # fmt: skip
    assert send(operator, good).json()["created"] == 2


def test_null_takes_a_count_back(operator):
    send(operator, ROW)
    assert send(operator, ROW | {"broadband_users": None, "fibre_users": None}).json()["removed"] == 1
    assert not OperatorCount.objects.exists()


def test_operator_sees_its_own_only(operator, make_user):
    send(operator, ROW)
    other = Client()
    other.force_login(make_user(Post.OPERATOR, operator="mobile"))
    assert other.get(ADDRESS).json()["results"] == []
    assert send(other, ROW | {"broadband_users": 5, "fibre_users": 5}).json()["created"] == 1
    assert OperatorCount.objects.get(operator="telecom").broadband_users == 1200


@pytest.mark.parametrize("post", [Post.CLERK, Post.REVIEWER, Post.BUREAU_HEAD, Post.AUDITOR])
def test_only_operators_may(post, make_user):
    client = Client()
    client.force_login(make_user(post))
    assert client.get(ADDRESS).status_code == send(client, ROW).status_code == 403


def test_root_names_the_counts(operator):
    assert "operator-counts" in operator.get("/api/").json()


GARBAGE = [
    "", "{", "null", "1", '"x"', "[]", "[[]]", "[null]", "{}", b"\xff\xfe", "[" * 3000, json.dumps([ROW, ROW]),
    json.dumps(ROW | {"period": "\ud800"}), json.dumps(ROW | {"\ud800": 1}), json.dumps(ROW | {"operator": "mobile"}),
    *(json.dumps(ROW | {"period": value}) for value in (None, 5, "", "2019Q5", "9999Q4", "0001Q1", "2016Q4", [], {})),
    *(json.dumps(ROW | {"area_code": value}) for value in (None, 441802103, "\0", "441802", "4" * 999, "４４１８０２１０３", "²" * 9)),
    *(json.dumps(ROW | {"fibre_users": value}) for value in (True, 1.5, "5", [], {}, -1, 2**31, 10**30, 1201)),
    '{"period": "2019Q1", "area_code": "441802103", "broadband_users": NaN, "fibre_users": Infinity}',
    '{"period": "2019Q1", "area_code": "441802103", "broadband_users": ' + "9" * 6000 + ', "fibre_users": 1}',
]  # fmt: skip


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("method", ["put", "post"])
def test_garbage_is_answered_in_chinese(method, body, operator):
    answer = send(operator, body, method)
    assert answer.status_code == 400, answer.content
    assert not OperatorCount.objects.exists()
    for error in answer.json().get("errors", ()):
        assert error["message"].endswith("。")


@pytest.mark.parametrize(
    "query", ["period=%00", "area_code=%00", "ordering=operator", "page=x", "size=-1", "period=" + "x" * 900]
)
def test_filters_answer_garbage(query, operator):
    assert operator.get(f"{ADDRESS}?{query}").status_code in (200, 400, 404)


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_other_methods_are_refused(method, operator):
    assert send(operator, ROW, method).status_code == 405


def test_too_many_rows_are_refused(operator):
    assert send(operator, [ROW] * 5001).status_code == 400
