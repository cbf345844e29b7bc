"""Batches of rows through the API: one's own operator only, idempotent, the same checks and sentences."""

import json
from datetime import date

import pytest

from accounts.models import AuditEntry
from areas.models import AccessPoint, ServiceOrder
from proposals.models import Proposal
from proposals.vocabulary import Door, ProposalState
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


def answered(**said):
    empty = {name: [] for name in ("proposed", "waiting", "problems", "warnings")}
    return {"created": 0, "changed": 0, "unchanged": 0, "proposal": None} | empty | said


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = date(2018, 1, 20)


@pytest.mark.parametrize("method", ["put", "post"])
def test_batch_is_stored_once(people, method):
    body = {"rows": [dict(POINT), {**POINT, "ap_id": "AP-8", "lon": 113.062}]}
    assert send(people.telecom, "access-points", body, method) == (200, answered(created=2))
    assert send(people.telecom, "access-points", body, method) == (200, answered(unchanged=2))
    body["rows"][0]["ports_total"] = 8
    assert send(people.telecom, "access-points", body, method)[1]["changed"] == 1
    point = AccessPoint.objects.get(ap_id="AP-7")
    assert (point.operator_id, point.township_id, point.ports_total) == ("telecom", "441802103", 8)
    assert AuditEntry.objects.filter(action="ledger.load").count() == 3
    assert Proposal.objects.filter(source=Door.API, state=ProposalState.SETTLED).count() == 2


def test_one_rows_fault_drops_no_other(people):
    body = {"rows": [dict(POINT), {**POINT, "ap_id": "AP-8", "lon": 150.0}]}
    status, said = send(people.telecom, "access-points", body)
    assert (status, said["created"], [problem["row"] for problem in said["problems"]]) == (200, 1, [2])
    assert AccessPoint.objects.filter(ap_id="AP-7").exists()


def test_what_needs_the_bureau_becomes_a_proposal_once(people):
    """An access point that is said to have been there for years turns verdicts of the past; its name does not."""
    body = {
        "rows": [
            {**POINT, "opened_on": "2017-01-01"},
            {**POINT, "ap_id": "AP-1", "lon": 113.07, "name": "秀溪一号机房", "opened_on": "2017-05-01"},
        ],
        "reason_code": "surveyed",
        "document": "电信清远〔2018〕3号",
    }  # fmt: skip
    status, said = send(people.telecom, "access-points", body)

    proposal = Proposal.objects.get()
    assert status == 200 and (said["created"], said["changed"], said["proposal"]) == (0, 1, proposal.pk)
    assert [(each["row"], each["why"]) for each in said["proposed"]] == [(1, "须区经信局审定"), (2, "须区经信局审定")]
    assert "opened_on" in said["proposed"][0]["columns"] and "lon" in said["proposed"][1]["columns"]
    assert (proposal.reason_code, proposal.document) == ("surveyed", "电信清远〔2018〕3号")
    assert not AccessPoint.objects.filter(ap_id="AP-7").exists()
    assert AccessPoint.objects.get(ap_id="AP-1").name == "秀溪一号机房"

    status, again = send(people.telecom, "access-points", body)
    assert (status, again["proposal"], again["proposed"], again["changed"]) == (200, None, [], 0)
    assert [each["row"] for each in again["waiting"]] == [1, 2] and Proposal.objects.count() == 1

    people.bureau.accept_all()
    assert send(people.telecom, "access-points", body)[1] == answered(unchanged=2)


def test_late_completion_of_an_order_waits_for_the_bureau(people, settings):
    settings.PORTAL_TODAY = date(2018, 8, 15)
    late = {"order_id": "GD-1", "area_code": "441802103201001", "accepted_on": "2018-01-10", "needs_expansion": False}
    status, said = send(people.telecom, "orders", {"rows": [late | {"completed_on": "2018-01-12"}]})
    assert (status, said["proposed"]) == (
        200,
        [{"row": 1, "columns": ["completed_on"], "why": "须区经信局审定"}],
    )
    assert ServiceOrder.objects.get(order_id="GD-1").completed_on is None


def test_orders_are_stored(people):
    assert send(people.mobile, "orders", {"rows": [ORDER | {"accepted_on": "2018-01-19"}]})[0] == 200
    assert ServiceOrder.objects.get(order_id="GD-7").operator_id == "mobile"


@pytest.mark.parametrize("said", [{"reason_code": 1}, {"document": ["x"]}, {"reason_code": "none"}])
def test_reason_that_is_none_is_refused(people, said):
    status, answer = send(people.telecom, "access-points", {"rows": [dict(POINT)], **said})
    assert status == 400 and answer["detail"]
    assert not AccessPoint.objects.filter(ap_id="AP-7").exists()


def test_names_may_be_the_labels(people):
    row = {"接入点编号": "AP-7", **{name: value for name, value in POINT.items() if name != "ap_id"}}
    assert send(people.telecom, "access-points", {"rows": [row]})[1]["created"] == 1


@pytest.mark.parametrize(
    ("change", "place", "sentence"),
    [
        ({"lon": "东"}, (1, "lon"), "经度“东”无法识别"),
        ({"lon": 23.7, "lat": 113.0}, (1, "lon"), "经度 23.7、纬度 113疑似填反"),
        ({"opened_on": None}, (1, "opened_on"), "开通日期未填"),
        ({"ap_id": "AP-2"}, (1, "ap_id"), "该编号已用于您范围以外的一行"),
        ({"ap_id": "DX-9\0"}, (1, "ap_id"), "接入点编号文字里有不可见的控制字符"),
        ({"name": "a\0b"}, (1, "name"), "名称文字里有不可见的控制字符"),
        ({"operator": "mobile"}, (1, "operator"), "只能上报本企业"),
        ({"colour": "red"}, (1, "colour"), "无法识别列“colour”"),
    ],
)
def test_problems_are_those_of_the_workbook(people, change, place, sentence):
    before = AccessPoint.objects.count()
    status, said = send(people.telecom, "access-points", {"rows": [POINT | change]})
    assert (status, said["created"]) == (422, 0)
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


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [("name", "\\ud800", "不成字"), ("\\udfff", "x", "不成字"), ("reason", "\\ud800", "不能保存"), ("document", "\\u0000", "不能保存")],
)  # fmt: skip
def test_half_a_character_is_told(people, field, text, said):
    """JSON may write half of a pair of surrogates, and NUL, which no database takes."""
    row = ", ".join(f'"{name}": {json.dumps(value)}' for name, value in POINT.items())
    own = f', "{field}": "{text}"'
    whole = f'{{"rows": [{{{row}}}]{own}}}' if field in ("reason", "document") else f'{{"rows": [{{{row}{own}}}]}}'

    status, answer = send(people.telecom, "access-points", whole)

    assert status == 400 and said in answer["detail"]
