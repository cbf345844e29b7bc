"""What a phone takes along of spot checks, and what it brings back."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common import clock
from inspection.spotcheck import actions
from inspection.spotcheck.models import FindingOutcome, Frame, SampleFinding
from offline.models import Delivery
from tests.evidence.files import photo
from tests.inspection.conftest import FAR
from tests.inspection.spotcheck.test_actions import conclude, enter_all, seen

PACK, DELIVERIES = reverse("spotcheck:pack"), reverse("spotcheck:deliveries")


@pytest.fixture
def phone(client, people):
    client.force_login(people.reviewer)

    def send(item, number=None, files=(), **said):
        entry = {"id": str(number or uuid.uuid4()), "key": f"{item.sample_id}/{item.order}", "seen_outcome": ""} | said
        return client.post(DELIVERIES, {"entry": json.dumps(entry), "photos": list(files)})

    return send


def test_pack_holds_open_samples_with_where_their_members_are(client, people, draw):
    sample = draw(frame=Frame.SITES, size=3)
    client.force_login(people.reviewer)
    pack = client.get(PACK).json()

    first = sample.items.first()
    assert pack["samples"] == {str(sample.pk): str(sample)} and pack["least"] == 50
    assert [row[:2] for row in pack["checks"]] == [[sample.pk, order] for order in (1, 2, 3)]
    row = pack["checks"][0]
    assert row[2:6] == [first.name, first.key, first.site.lon, first.site.lat] and row[7:] == ["", ""]
    again = client.get(PACK, headers={"If-None-Match": client.get(PACK)["ETag"]})
    assert again.status_code == 304


def test_pack_of_a_concluded_sample_holds_what_failed_until_it_is_better(client, people, draw):
    sample = draw(size=3)
    enter_all(sample, people.reviewer, sample.items.get(key=FAR).order)
    conclude(sample, people.reviewer)
    client.force_login(people.reviewer)
    (row,) = client.get(PACK).json()["checks"]
    assert (row[3], row[8]) == (FAR, "待复查") and row[7].startswith("不合格（王审核，第 1 次")

    actions.enter(item=sample.items.get(key=FAR), seen=seen(), by=people.reviewer)
    assert client.get(PACK).json()["checks"] == []


def test_finding_from_a_phone_with_position_and_photo(phone, draw):
    item = draw().items.first()
    at = clock.real_now() - timedelta(hours=2)
    said = {
        "outcome": "failed", "mbps": "31.5", "lon": "113.1", "lat": "23.7", "accuracy": "8", "remark": "没有端口",
        "at": at.isoformat(), "photo1_at": at.isoformat(), "photo1_lon": "113.11", "photo1_lat": "23.71",
    }  # fmt: skip
    answer = phone(item, files=[SimpleUploadedFile("a.jpg", photo())], **said)

    assert answer.json()["fate"] == "accepted", answer.json()
    finding = SampleFinding.objects.get()
    assert (finding.outcome, finding.mbps, finding.lon, finding.accuracy_m, finding.remark) == (
        "failed", 31.5, 113.1, 8, "没有端口",
    )  # fmt: skip
    kept = finding.photos.get()
    assert (kept.taken_lon, kept.taken_lat) == (113.11, 23.71)
    assert abs(kept.taken_at - (clock.now() - timedelta(hours=2))) < timedelta(minutes=1)


def test_entry_whose_answer_was_lost_is_one_finding(phone, draw):
    item, number = draw().items.first(), uuid.uuid4()
    first, again = (phone(item, number, outcome="passed") for _ in range(2))

    assert first.json() == again.json() and SampleFinding.objects.count() == 1
    assert Delivery.objects.get().kind == "check"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"outcome": ""}, "请选择结果"),
        ({"outcome": "failed"}, "请在备注中说明"),
        ({"outcome": "passed", "mbps": "12"}, "不足 50 兆"),
        ({"outcome": "passed", "lon": "113"}, "须同时填写"),
        ({"outcome": "passed", "at": "2001-01-01T00:00:00Z"}, "手机日期有误"),
        ({"outcome": "passed", "key": "9/9"}, "没有该抽查对象"),
        ({"outcome": "passed", "key": "x"}, "没有该抽查对象"),
    ],
)
def test_what_is_refused_says_why_and_keeps_nothing(said, why, phone, draw):
    answer = phone(draw().items.first(), **said)

    assert (answer.status_code, answer.json()["fate"]) == (422, "refused")
    assert why in answer.json()["message"]
    assert not SampleFinding.objects.exists() and not Delivery.objects.exists()


def test_finding_of_a_colleague_meanwhile_is_shown_and_chosen(phone, draw, people):
    item = draw().items.first()
    actions.enter(item=item, seen=seen(FindingOutcome.FAILED), by=people.second)
    answer = phone(item, outcome="passed")
    (conflict,) = answer.json()["conflicts"]
    assert answer.status_code == 409 and (conflict["mine"], conflict["theirs"]) == ("合格", "不合格（赵审核，第 1 次）")
    assert item.findings.count() == 1

    theirs = phone(item, outcome="", seen_outcome=conflict["theirs"])
    assert "保留已登记的结果" in theirs.json()["message"] and item.findings.count() == 1
    mine = phone(item, outcome="passed", seen_outcome=conflict["theirs"])
    assert mine.json()["fate"] == "accepted" and item.findings.last().outcome == "passed"


def test_sample_that_ended_meanwhile_refuses_what_comes(phone, draw, people):
    sample = draw()
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)
    answer = phone(sample.items.first(), outcome="passed", seen_outcome="合格（王审核，第 1 次）")

    assert answer.status_code == 422 and "已作结论，不能登记" in answer.json()["message"]


def test_page_lists_what_is_to_be_looked_at_without_scripts_too(client, people, draw):
    sample = draw()
    client.force_login(people.reviewer)
    answer = client.get(reverse("spotcheck:field"))
    page = answer.content.decode()

    assert (
        reverse("spotcheck:card", args=[sample.pk, 1]) in page and answer["Permissions-Policy"] == "geolocation=(self)"
    )
    assert people.reviewer.name not in client.get(reverse("offline:shell", args=["spotcheck"])).content.decode()
