"""Batches of rows through the API: one's own operator only, idempotent, the same checks and sentences."""

import pytest

from accounts.models import AuditEntry
from areas.models import AccessPoint, ServiceOrder
from workbooks.ledgers import api

pytestmark = pytest.mark.django_db

POINT = {
    "ap_id": "AP-7", "lon": 113.061, "lat": "23.712", "downstream_mbps": 100, "tv_only": False,
    "opened_on": "2018-01-01",
}  # fmt: skip
ORDER = {"order_id": "GD-7", "area_code": "441802103201001", "accepted_on": "2018-02-01", "needs_expansion": True}


def send(person, ledger: str, body, method: str = "put"):
    answer = getattr(person.client, method)(f"/api/load/{ledger}/", body, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.parametrize("method", ["put", "post"])
def test_batch_is_stored_once(people, method):
    body = {"rows": [dict(POINT), {**POINT, "ap_id": "AP-8", "lon": 150.0}]}
    assert send(people.telecom, "access-points", body, method)[0] == 422
    body["rows"][1]["lon"] = 113.062
    counts = {"created": 2, "changed": 0, "unchanged": 0, "warnings": []}
    assert send(people.telecom, "access-points", body, method) == (200, counts)
    again = {"created": 0, "changed": 0, "unchanged": 2, "warnings": []}
    assert send(people.telecom, "access-points", body, method) == (200, again)
    body["rows"][0]["ports_total"] = 8
    assert send(people.telecom, "access-points", body, method)[1]["changed"] == 1
    point = AccessPoint.objects.get(ap_id="AP-7")
    assert (point.operator_id, point.township_id, point.ports_total) == ("telecom", "441802103", 8)
    assert AuditEntry.objects.filter(action="ledger.load").count() == 3


def test_orders_are_stored(people):
    assert send(people.mobile, "orders", {"rows": [ORDER]})[1]["created"] == 1
    assert ServiceOrder.objects.get(order_id="GD-7").operator_id == "mobile"


@pytest.mark.parametrize(
    ("change", "place", "sentence"),
    [
        ({"lon": "东"}, (1, "lon"), "经度“东”无法识别"),
        ({"lon": 23.7, "lat": 113.0}, (1, "lon"), "经度 23.7、纬度 113看来填反了"),
        ({"opened_on": None}, (1, "opened_on"), "开通日期没有填"),
        ({"ap_id": "AP-2"}, (1, "ap_id"), "这个编号已经用于您范围以外的一行"),
        ({"ap_id": "DX-9\0"}, (1, "ap_id"), "接入点编号文字里有不可见的控制字符"),
        ({"name": "a\0b"}, (1, "name"), "名称文字里有不可见的控制字符"),
        ({"operator": "mobile"}, (1, "operator"), "只能是 telecom"),
        ({"colour": "red"}, (0, "colour"), "不认识列“colour”"),
    ],
)
def test_problems_are_those_of_the_workbook_and_nothing_is_stored(people, change, place, sentence):
    before = AccessPoint.objects.count()
    status, said = send(people.telecom, "access-points", {"rows": [POINT | change, POINT | {"ap_id": "AP-8"}]})
    assert status == 422
    (problem,) = said["problems"]
    assert (problem["row"], problem["column"]) == place
    assert problem["message"].startswith(sentence)
    assert AccessPoint.objects.count() == before


@pytest.mark.parametrize(
    "body", [{}, [], {"rows": {}}, {"rows": [1]}, {"rows": [{}]}, {"rows": [{"ap_id": []}]}, "x", None]
)
def test_garbage_is_answered_with_what_is_expected(people, body):
    status, said = send(people.telecom, "access-points", body)
    assert status == 400
    assert "rows" in said["detail"] or "每个值" in said["detail"]


def test_batch_that_is_too_long_is_refused(people, monkeypatch):
    monkeypatch.setattr(api, "MOST_ROWS", 1)
    status, said = send(people.telecom, "access-points", {"rows": [POINT, POINT]})
    assert (status, said["detail"][:6]) == (400, "一次最多 1")


def test_township_may_not(people):
    assert send(people.clerk, "orders", {"rows": [ORDER]})[0] == 403
