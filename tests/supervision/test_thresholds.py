"""Bounds on figures: told once when crossed, not before the figure has come back and gone again; what cannot be a bound is said."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.posts import Post
from common.exceptions import Refused
from figures.asking import open_figure
from inbox import digest, items
from supervision import thresholds
from supervision.models import Threshold
from supervision.vocabulary import Crossing, Measured
from tests.scenes import STREET, TOWN
from tests.supervision.conftest import ON, judge, reach_all, undo_reach

BELOW_ONE = {"measured": Measured.COUNT, "crossing": Crossing.BELOW, "bound": Decimal(1)}


@pytest.mark.parametrize(
    ("value", "crossing", "bound", "beyond"),
    [
        (Fraction(1), "below", "1", False),
        (Fraction(0), "below", "1", True),
        (Fraction(1), "above", "1", False),
        (Fraction(2), "above", "1", True),
        (Fraction(899, 10), "below", "89.9", False),
        (Fraction(200, 3), "below", "66.7", True),
        (Fraction(200, 3), "above", "66.6", True),
        (None, "below", "1", False),
        (None, "above", "0", False),
    ],
)
def test_beyond_a_bound_is_strictly_beyond(value, crossing, bound, beyond):
    assert thresholds.lies_beyond(value, crossing, Decimal(bound)) == beyond


def bound(user, of="sites", given=None, **how) -> Threshold:
    opened = open_figure(user, of, given or {"area": TOWN, "part": "failed"}, ON)
    return thresholds.set_threshold(opened=opened, by=user, **BELOW_ONE | how)


def waiting(user) -> list[str]:
    return [row.item.state for row in items.of(user).mine if row.item.key.startswith("threshold/")]


def test_crossing_is_told_once_until_crossed_back(leader, settings):
    kept = bound(leader)
    assert (kept.now, kept.is_beyond, waiting(leader)) == ("1 个", False, [])

    reach_all()
    assert waiting(leader) == ["现为 0 个"]
    judge()
    kept.refresh_from_db()
    assert (kept.times, len(waiting(leader))) == (1, 1)
    thresholds.take_notice(kept, leader)
    judge()
    assert waiting(leader) == []

    undo_reach()
    assert waiting(leader) == []
    reach_all()
    kept.refresh_from_db()
    assert (kept.times, waiting(leader)) == (2, ["现为 0 个"])


def test_what_lies_beyond_when_it_is_set_is_told_of_the_next_time_only(leader):
    kept = bound(leader, bound=Decimal(5))
    reach_all()

    assert kept.is_beyond and waiting(leader) == []


def test_digest_names_it_once(leader, settings):
    settings.EMAIL_HOST, leader.email = "mail.example.cn", "leader@example.cn"
    leader.save()
    bound(leader)
    reach_all()
    for day in (11, 12):
        settings.PORTAL_TODAY = date(2018, 7, day)
        digest.send_all()

    assert [message.body.count("源潭镇光网接入能力（不具备）低于 1 个") for message in mail.outbox] == [1]


def test_share_is_compared_exactly(leader):
    """Two of three sites are capable: 66.6…%."""
    just = bound(leader, given={"area": TOWN}, measured=Measured.RATE, bound=Decimal("66.7"))
    under = bound(leader, given={"area": TOWN}, measured=Measured.RATE, bound=Decimal("66.6"))

    assert (just.is_beyond, under.is_beyond, just.now) == (True, False, "66.6%")
    assert str(just) == "源潭镇光网接入能力（全部）低于 66.7%"


def test_same_figure_is_asked_for_once_and_own_area_only(leader, clerk, make_user, district):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            thresholds.look_at("441802")
        return len(asked)

    bound(leader)
    one = queries()
    bound(clerk)
    assert queries() == one
    clerk.area_id = STREET
    clerk.save()
    reach_all()
    assert waiting(leader) and not waiting(clerk)


def test_figure_that_is_no_more_stops_nothing(leader):
    kept = bound(leader)
    Threshold.objects.filter(pk=kept.pk).update(of="G99")

    judge()
    assert waiting(leader) == []


def test_pages_set_list_note_and_remove(client, leader, make_user):
    client.force_login(leader)
    form = {
        "of": "sites",
        "query": urlencode({"area": TOWN, "part": "failed"}),
        "measured": "count",
        "crossing": "below",
    }

    page = client.post(reverse("supervision:set_threshold"), form | {"bound": "1个"}, follow=True).content.decode()
    kept = Threshold.objects.get()
    assert "低于 1 个" in page and "现为 1 个" in page and kept.address in page.replace("&amp;", "&")
    again = client.post(reverse("supervision:set_threshold"), form | {"bound": "1"})
    assert again.status_code == 422 and "已设置相同的提醒" in again.content.decode()
    reach_all()
    assert "已知悉" in client.get("/inbox/").content.decode()
    client.post(reverse("supervision:threshold_noted", args=[kept.pk]))
    assert waiting(leader) == []
    client.post(reverse("supervision:remove_threshold", args=[kept.pk]))
    assert not Threshold.objects.exists()


NO_BOUND = [
    ({"bound": "若干"}, "无法识别"),
    ({"bound": "-1"}, "负数"),
    ({"bound": ""}, "必填"),
    ({"measured": "rate", "bound": "100.1"}, "0 至 100"),
    ({"measured": "rate", "bound": "8.55"}, "0 至 100"),
    ({"crossing": "beside", "bound": "1"}, "没有该选项"),
]


def test_what_is_no_bound_is_said(client, leader):
    client.force_login(leader)
    form = {"of": "sites", "query": urlencode({"area": TOWN}), "measured": "count", "crossing": "below"}
    wrong = []
    for changes, words in NO_BOUND:
        response = client.post(reverse("supervision:set_threshold"), form | changes)
        is_kept = changes.get("bound", "") in response.content.decode()
        if response.status_code != 422 or words not in str(response.context["form"].errors) or not is_kept:
            wrong.append((changes, response.context["form"].errors))
    assert wrong == [] and not Threshold.objects.exists()


def test_not_more_than_a_person_can_follow(leader, monkeypatch):
    monkeypatch.setattr(thresholds, "MOST", 1)
    bound(leader)

    with pytest.raises(Refused, match="最多设置 1 项"):
        bound(leader, bound=Decimal(2))


def test_operators_figures_carry_no_bounds(client, make_user, district):
    client.force_login(make_user(Post.OPERATOR, operator="mobile"))

    assert "提醒我" not in client.get(reverse("figures:figure", args=["points"])).content.decode()
