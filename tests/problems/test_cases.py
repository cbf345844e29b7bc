"""A case of a fee from the report to the refund: what is kept, who may see who reported it, what cannot be written, what is counted."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from inspection.desk.risk import RiskKind
from inspection.desk.signals import SIGNALS, with_cases
from problems import cases, desk
from problems.models import CaseReferral, FeeCase, Problem, ProblemReporter
from problems.vocabulary import CaseAuthority
from tests.problems.conftest import ON
from tests.problems.test_pages import text_of, upload
from tests.scenes import XIUXI
from witness.models import Leaf

NEW = reverse("problems:new_case")


def said(**changes) -> dict:
    form = {
        "table": "areas", "key": XIUXI, "kind": "fee", "text": "物业要求先交进场费。", "source": "citizen", "operator": "telecom",
        "firm": "安居物业", "ground": "beyond_rules", "asked_by": "安居物业", "asked_of": "中国电信", "asked_for": "进场费",
        "amount": "￥12,000.50元", "reporter": "林某", "phone": "13800000000",
    }  # fmt: skip
    return form | changes


@pytest.fixture
def case(client, people) -> Problem:
    client.force_login(people["clerk"])
    response = client.post(NEW, said(files=[upload(name="收据.png")]))
    problem = Problem.objects.get()
    assert response.url == problem.get_absolute_url()
    return problem


def posted(client, name: str, key: int, status=302, **form):
    response = client.post(reverse(f"problems:{name}", args=[key]), form)
    assert response.status_code == status
    return response.content.decode()


def test_from_the_report_to_the_refund(client, people, case):
    row = FeeCase.objects.get()
    assert (row.amount, row.ground, case.to_unit, case.due_on) == (
        Decimal("12000.50"), "beyond_rules", "区经信局", date(2018, 7, 31),
    )  # fmt: skip
    assert case.files.get().role == "proof"

    client.force_login(people["reviewer"])
    posted(client, "step", case.pk, action="accept", version=0)
    posted(client, "refer", case.pk, authority="housing", sent_on="2018-07-09")
    referral = CaseReferral.objects.get()
    assert (referral.due_on, referral.sent_on) == (date(2018, 7, 30), date(2018, 7, 9))
    assert "尚未反馈" in posted(client, "refer", case.pk, 422, authority="housing", sent_on="")
    assert "应于 2018年7月30日前反馈" in text_of(client.get(case.get_absolute_url()))

    form = {"action": "solve", "version": 1, "reason": "已退款。", "files": [upload(name="退款.png")]}
    posted(client, "step", case.pk, **form)
    client.force_login(people["bureau"])
    close = {"action": "close", "version": 2, "reason": ""}
    assert "尚未登记处理结果" in posted(client, "step", case.pk, 422, **close)
    posted(client, "outcome", case.pk, outcome="refunded", refund="12000.50", refunded_on="2018-07-10")
    assert "区住建局尚未反馈" in posted(client, "step", case.pk, 422, **close)
    posted(client, "answered", referral.pk, text="已责令退还。", on="")
    posted(client, "step", case.pk, **close)

    case.refresh_from_db()
    row.refresh_from_db()
    assert (case.state, row.refund, row.refunded_on) == ("closed", Decimal("12000.50"), ON)
    told = set(AuditEntry.objects.filter(action__startswith="case.").values_list("action", flat=True))
    assert told == {"case.open", "case.refer", "case.answer", "case.conclude"}
    assert Leaf.objects.filter(kind="problems.feecase").count() >= 2
    page = text_of(client.get(reverse("problems:fees")))
    assert "安居物业" in page and page.count("12000.50") == 4


def test_reporter_is_seen_by_whom_it_concerns_and_each_look_is_told(client, people, case):
    assert ProblemReporter.objects.get().name == "林某"
    seen = {}
    for name, person in people.items():
        client.force_login(person)
        page = client.get(case.get_absolute_url())
        assert "林某" not in page.content.decode()
        seen[name] = client.post(reverse("problems:reporter", args=[case.pk])).status_code
    assert {name for name, status in seen.items() if status == 200} == {"clerk", "reviewer", "bureau"}
    assert AuditEntry.objects.filter(action="case.look").count() == 3
    assert not AuditEntry.objects.filter(detail__contains="林某").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": "0"}, "金额应大于 0"),
        ({"amount": "1.005"}, "最多两位小数"),
        ({"amount": "一万"}, "请填写金额"),
        ({"ground": "none"}, "没有该选项"),
        ({"kind": "duct"}, "没有该选项"),
    ],
)
def test_what_is_no_case_is_said_and_nothing_lost(client, people, change, sentence):
    client.force_login(people["clerk"])
    page = text_of(client.post(NEW, said(**change)), 422)

    assert sentence in page and "物业要求先交进场费。" in page and not Problem.objects.exists()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"outcome": "refunded"}, "请填写退还金额和日期"),
        ({"outcome": "stopped", "refund": "5", "refunded_on": "2018-07-10"}, "其他结果不填"),
        ({"outcome": "refunded", "refund": "13000", "refunded_on": "2018-07-10"}, "大于收费金额 12000.50 元"),
        ({"outcome": "refunded", "refund": "5", "refunded_on": "2018-07-11"}, "不能晚于今天"),
    ],
)
def test_outcome_that_does_not_fit_is_refused(client, people, case, form, sentence):
    client.force_login(people["bureau"])

    assert sentence in posted(client, "outcome", case.pk, 422, **form)
    client.force_login(people["clerk"])
    posted(client, "outcome", case.pk, 422, outcome="stopped")


def test_open_case_stands_on_the_desk_of_its_village(case):
    class Asked:
        def __init__(self, pk: int, area_id: str) -> None:
            self.pk, self.area_id = pk, area_id

    here, elsewhere = Asked(1, XIUXI), Asked(2, "441802006")
    assert desk.open_cases([here, elsewhere]) == {1: f"有 1 个未办结的收费、垄断案件：第 {case.pk} 号收费"}
    assert with_cases in SIGNALS and [part.kind for _, part in with_cases([here])] == [RiskKind.CASE]
    assert {each.value for each in CaseAuthority} == {"housing", "market", "reform", "telecom"}


def test_cases_are_neither_merged_nor_split_off(client, people, case, write):
    other = write()
    client.force_login(people["bureau"])
    assert "不能并入" in posted(client, "merge", case.pk, 422, into=other.pk, version=0, reason="同一处")
    assert "拆分得出" in posted(
        client, "split", other.pk, 422, kind="fee", text="收费", version=0, reason="另案", member=["1"]
    )


def test_list_of_a_firm_is_a_click_from_its_sum(client, people, case, write):
    write("works")
    client.force_login(people["bureau"])
    assert [each.name for each in cases.sums(Problem.objects.all(), "firm")] == ["安居物业"]
    page = text_of(client.get(reverse("problems:fees")))
    address = "/problems/?state=all&amp;kind=case&amp;firm=%E5%AE%89%E5%B1%85%E7%89%A9%E4%B8%9A"
    assert address in page
    found = text_of(client.get(address.replace("&amp;", "&")))
    assert case.get_absolute_url() in found and "共 1 个" in found.replace("符合条件的", "共")
    client.force_login(people["neighbour"])
    assert "安居物业" not in text_of(client.get(reverse("problems:index")))
