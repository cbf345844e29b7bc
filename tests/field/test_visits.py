"""What a phone brings back: accepted, proposed, contradicted or refused, and each thing once."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area, Site
from common import clock
from evidence.models import KeptFile
from field.models import Visit, VisitPhoto
from offline.models import Delivery
from proposals.models import Proof, Proposal, ProposalItem
from tests.evidence.files import PNG, photo
from tests.field.walk import LEAF, OTHER_TOWN, TOWN, build_walk, entry

pytestmark = pytest.mark.django_db

NUMBER = "0c8f2c0e-6d53-4a58-9a5c-6c5b1f0d7a11"


@pytest.fixture
def clerk(client, make_area, make_user, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    build_walk(make_area)
    user = make_user(Post.CLERK, area=TOWN)
    client.force_login(user)
    return user


@pytest.fixture
def send(client, clerk):
    def post(data: dict, **files):
        return client.post(reverse("field:visits"), {**data, **files})

    return post


def picture(name: str = "现场.jpg", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or photo(), "image/jpeg")


def item() -> ProposalItem:
    return ProposalItem.objects.get()


# ------------------------------------------------ what becomes of it


def test_what_is_as_the_register_says_is_kept_and_proposes_nothing(send):
    answer = send(entry(note="门口有牌"))

    assert (answer.status_code, answer.json()["fate"]) == (200, "accepted")
    assert Visit.objects.get().note == "门口有牌"
    assert not Proposal.objects.exists()


def test_households_found_otherwise_wait_for_the_bureau(send):
    answer = send(entry(households="35"))

    assert (answer.status_code, answer.json()["fate"]) == (200, "proposed")
    assert (item().act, item().values, item().effective_on) == (
        "change",
        {"permanent_households": ["30", "35"]},
        clock.today(),
    )
    assert item().proposal == Visit.objects.get().proposal
    assert Area.objects.get(code=LEAF).permanent_households == 30


def test_households_entered_wrongly_are_corrected_from_the_beginning(send):
    send(entry(households="35", households_act="correct"), photos=[picture()])

    assert (item().act, item().effective_on) == ("correct", None)


def test_position_on_the_spot_is_a_correction_in_wgs84(send):
    Site.objects.filter(site_id="S-0").update(datum="GCJ02")

    send(entry("sites", "S-0", lon="113.051", lat="23.701", accuracy="8"), photos=[picture()])

    assert item().act == "correct"
    assert item().values == {"lon": ["113.05", "113.051"], "lat": ["23.7", "23.701"], "datum": ["GCJ02", "WGS84"]}
    assert Visit.objects.get().accuracy_m == 8


def test_name_alone_takes_effect_at_once(send):
    answer = send(entry(name="大围新村"))

    assert answer.json() == {
        "fate": "accepted",
        "message": "已收到，台账已更新。",
        "link": f"/proposals/{item().proposal_id}/",
    }
    assert Area.objects.get(code=LEAF).name == "大围新村"


def test_what_is_no_more_ends_on_the_day_of_the_visit(send):
    answer = send(entry(found="gone", reason_code="demolished", note="整村搬迁"), photos=[picture()])

    assert answer.json()["fate"] == "proposed"
    assert (item().act, item().effective_on, item().proposal.reason_code) == ("end", clock.today(), "demolished")


def test_value_that_somebody_changed_meanwhile_is_a_conflict_with_both(send):
    Area.objects.filter(code=LEAF).update(permanent_households=32)
    number = str(uuid.uuid4())

    answer = send(entry(households="35", number=number))

    assert answer.status_code == 409
    assert answer.json()["conflicts"] == [{"column": "households", "label": "常住户数", "mine": "35", "theirs": "32"}]
    assert not Visit.objects.exists() and not Delivery.objects.exists()

    chosen = send(entry(households="35", seen_households="32", number=number))

    assert (chosen.status_code, chosen.json()["fate"]) == (200, "proposed")


def test_same_value_from_somebody_else_is_no_conflict(send):
    Area.objects.filter(code=LEAF).update(permanent_households=35)

    assert send(entry(households="35")).json()["fate"] == "accepted"


# ------------------------------------------------ once


def test_the_same_visit_twice_is_answered_as_the_first_time(send):
    posted = entry(households="35")

    first, second = send(posted), send(posted)

    assert first.json() == second.json()
    assert (Visit.objects.count(), Proposal.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_a_number_is_one_for_each_account(send, client, make_user):
    posted = entry()
    send(posted)
    client.force_login(make_user(Post.CLERK, area=TOWN, username="another"))

    assert client.post(reverse("field:visits"), posted).status_code == 200
    assert Visit.objects.count() == 2


# ------------------------------------------------ photos


def test_photo_keeps_what_the_phone_knew_and_stands_as_proof(send):
    taken = (clock.real_now() - timedelta(hours=2)).isoformat()
    where = {"photo1_at": taken, "photo1_lon": "113.0512", "photo1_lat": "23.7012", "photo1_accuracy": "12"}

    send(entry(households="35", **where), photos=[picture()])

    kept, proof = VisitPhoto.objects.get(), Proof.objects.get()
    assert (kept.taken_lon, kept.taken_lat, kept.accuracy_m) == (113.0512, 23.7012, 12)
    assert abs(clock.now() - kept.taken_at - timedelta(hours=2)) < timedelta(minutes=1)
    assert (proof.taken_lon, proof.taken_lat, proof.digest) == (113.0512, 23.7012, kept.digest)
    assert isinstance(kept, KeptFile) and kept.key == proof.key


def test_same_photo_twice_is_one(send):
    send(entry(), photos=[picture(), picture()])

    assert VisitPhoto.objects.count() == 1


def test_photo_that_is_none_is_refused_and_nothing_is_kept(send):
    answer = send(entry(), photos=[picture("假的.jpg", b"GIF89a" + b"0" * 500)])

    assert answer.status_code == 422
    assert "假的.jpg" in answer.json()["message"]
    assert not Visit.objects.exists()


def test_five_photos_are_too_many_and_a_hundred_are_no_visit(send):
    assert "最多 4 张照片" in send(entry(), photos=[picture() for _ in range(5)]).json()["message"]
    assert send(entry(), photos=[picture() for _ in range(100)]).status_code == 400
    assert not Visit.objects.exists()


def test_photo_too_large_is_refused(send, settings):
    settings.EVIDENCE_MB = 0

    assert "超过" in send(entry(), photos=[picture("a.png", PNG)]).json()["message"]


# ------------------------------------------------ whose


@pytest.mark.parametrize(
    "table, key", [("sites", "S-9"), ("areas", f"{OTHER_TOWN}201201"), ("operators", "telecom"), ("", "")]
)
def test_what_lies_elsewhere_is_refused_with_a_sentence(table, key, send, make_area):
    make_area(f"{OTHER_TOWN}201201")

    answer = send(entry(table, key))

    assert (answer.status_code, answer.json()["fate"]) == (422, "refused")
    assert answer.json()["message"] == "台账中没有该处，或不在您的辖区内，未接收。"


# ------------------------------------------------ garbage


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "7", '"x"', "{", "[" * 100_000, '{"a":' * 20_000, '{"id": 7}', '{"id": "x"}',
        json.dumps({"id": NUMBER, "found": {"a": "here"}}),
        json.dumps({"id": NUMBER, "note": "长" * 5_000}),
        json.dumps({"id": NUMBER, "note": "x" * 70_000}),
        json.dumps({"id": NUMBER, "found": "NaN", "table": "\0", "key": "\ud800"}),
    ],
)  # fmt: skip
def test_garbage_is_refused_in_a_sentence(text, send):
    answer = send({"entry": text})

    assert answer.status_code == 422
    assert answer.json()["message"].endswith(("。", "？"))


@pytest.mark.parametrize(
    "said, word",
    [
        ({"found": "flown"}, "现场情况"),
        ({"found": "gone", "note": "拆了"}, "请选择不存在的原因"),
        ({"found": "elsewhere"}, "请写明情况"),
        ({"households": "-3"}, "常住户数"),
        ({"households": "1e5"}, "常住户数"),
        ({"lon": "113.05"}, "经度和纬度须同时填写"),
        ({"lon": "-113.05", "lat": "23.7"}, "经度"),
        ({"lon": "nan", "lat": "inf"}, "经度"),
        ({"lon": "113.05", "lat": "23.7", "accuracy": "80"}, "定位误差大于 50 米"),
        ({"at": "2031-01-01T00:00:00Z"}, "手机日期有误"),
        ({"at": "昨天"}, "记录"),
        ({"note": "长" * 501}, "说明"),
    ],
)
def test_what_cannot_be_is_said_with_its_field(said, word, send):
    answer = send(entry(**said))

    assert answer.status_code == 422
    assert word in answer.json()["message"]
    assert not Visit.objects.exists()


def test_visit_of_yesterday_counts_from_yesterday(send):
    at = (clock.real_now() - timedelta(days=1)).isoformat()

    send(entry(households="35", at=at))

    assert item().effective_on == clock.today() - timedelta(days=1)


def test_photo_of_the_year_one_has_no_time(send):
    answer = send(entry(photo1_at="0001-01-01T00:00"), photos=picture())

    assert answer.status_code == 200
    assert VisitPhoto.objects.get().taken_at is None
