"""The price of one more on its page, and plans that outlive the loss of a point."""

import pytest
from django.urls import reverse

from accounts.posts import Post
from planning import runs
from planning.curve_shown import CurveShown
from tests.planning.conftest import answer
from tests.planning.test_pages import asked, text_of
from tests.scenes import FAR

POINTS = [
    {"new": 0, "passed": 190, "bound": 190, "proven": True},
    {"new": 1, "passed": 199, "bound": 199, "proven": True},
    {"new": 2, "passed": 205, "bound": 206, "proven": False},
]
ALONE = [
    {"action": "new", "operator": "telecom", "lon": 113.15, "lat": 23.7, "gained": 9},
    {"action": "orders", "operator": "mobile", "area_code": FAR, "gained": 1},
    {"action": "open", "ap_id": "DX-1", "gained": 1},
]


def traced(points=POINTS, alone=ALONE, needed=205) -> dict:
    return {"needed": needed, "passed": 188, "points": points, "alone": alone}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (traced(), "不新建接入点最多达到 190，新建 2 个可达到 205，应达到 205；第 1 个增加最多（9）。"),
        (traced(POINTS[:1]), "不新建接入点即可达到 190，应达到 205。"),
        (traced([]), "该目标已达到，或按所给条件不能达标，没有可比较的新建数量。"),
    ],
)
def test_curve_is_said_in_a_sentence(document, words):
    assert CurveShown(document).sentence == words


def test_curve_rises_within_its_drawing():
    shown = CurveShown(traced())

    heights = [point.y for point in shown.points]
    assert heights == sorted(heights, reverse=True) and min(heights) >= 24
    assert [point.more for point in shown.points] == [None, 9, 6]
    assert [point.proof for point in shown.points] == ["已证明", "已证明", "不会多于 206"]


def test_each_point_more_is_drawn_and_listed(enter, core, monkeypatch):
    monkeypatch.setattr(runs, "curve", lambda question: traced())
    client = enter(Post.LEADER)
    run = asked(client).context["run"].job.pk

    page = text_of(client.get(client.post(reverse("planning:price", args=[run])).url))

    assert "单项效果最大：中国电信新建接入点（113.15，23.7），单独采用可增加 9。" in page
    assert "<polyline" in page and "不会多于 206" in page
    assert "中国电信新建接入点" in page and "113.15，23.7" in page and "黄岗" in page and "DX-1" in page


def test_plan_that_outlives_the_loss_of_a_point_is_asked_for(enter, core, monkeypatch):
    monkeypatch.setattr(runs, "robust", lambda question: answer(robust="any_new_point"))

    page = asked(enter(Post.LEADER), is_robust="on")

    assert "即可达标，且任一新建接入点失效时仍达标，已证明不能再少。" in text_of(page)
    assert page.context["asked"].is_robust and ("is_robust", "True") in page.context["asked"].fields
