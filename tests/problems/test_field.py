"""Problems that a phone brings: each once, the same matter to the open one, nothing lost."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from problems.models import Problem
from tests.evidence.files import photo
from tests.scenes import XIUXI

SEND = reverse("problems:deliveries")


@pytest.fixture
def as_clerk(client, people):
    client.force_login(people["clerk"])
    return client


def sent(client, number: str = "", photos: int = 1, **changes):
    said = {"id": number or str(uuid.uuid4()), "table": "areas", "key": XIUXI, "kind": "access", "text": ""}
    said |= {"photo1_lon": "113.1001", "photo1_lat": "23.7012", "photo1_at": "2018-07-10T02:00:00Z"} | changes
    files = [SimpleUploadedFile(f"现场{each}.jpg", photo(), "image/jpeg") for each in range(photos)]
    response = client.post(SEND, {"entry": json.dumps(said), "photos": files})
    return response.status_code, response.json()


def test_kind_and_photo_are_enough_and_it_is_taken_once(as_clerk):
    number = str(uuid.uuid4())
    first, second = sent(as_clerk, number), sent(as_clerk, number)

    problem = Problem.objects.get()
    assert first == second and first[0] == 200 and first[1]["link"] == problem.get_absolute_url()
    assert (problem.source, problem.text, problem.to_unit) == ("field", "现场发现进场难。", "源潭镇")
    assert (problem.lon, problem.lat) == (113.1001, 23.7012)
    assert problem.files.get().taken_lon == 113.1001


def test_same_matter_joins_the_open_one(as_clerk):
    sent(as_clerk)
    status, answer = sent(as_clerk, text="业主 441802199001011234 锁门。")

    problem = Problem.objects.get()
    assert status == 200 and f"已补入第 {problem.pk} 号" in answer["message"] and "已遮盖" in answer["message"]
    assert problem.notes.get().text == "业主 441802************ 锁门。" and problem.files.count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"kind": ""}, "请选择类别"), ({"kind": "fee"}, "没有该类别"), ({"key": "441802999"}, "不在您的辖区内")],
)
def test_what_cannot_be_taken_comes_back_with_the_reason(as_clerk, change, sentence):
    status, answer = sent(as_clerk, **change)

    assert status == 422 and sentence in answer["message"] and not Problem.objects.exists()


def test_page_takes_the_places_along(as_clerk):
    assert "data-field-app" in as_clerk.get(reverse("problems:field")).content.decode()
    pack = as_clerk.get(reverse("problems:pack")).json()
    assert set(pack) >= {"areas", "sites", "places", "kinds"}
