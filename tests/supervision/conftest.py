"""The small district, judged, on a day of the summer of 2018; a leader, the town's people, and a remark on the town's sites."""

from datetime import date

import pytest
from django.core.cache import cache

from acceptance.judging import judging
from accounts.posts import Post
from accounts.units import Addressee
from areas import changes
from areas.models import AccessPoint
from figures.asking import open_figure
from supervision import actions, thresholds
from tests.scenes import TOWN, build_district

ON, DUE = date(2018, 7, 10), date(2018, 7, 20)


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = ON
    cache.clear()


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    judging.ensure_current("441802")
    return scene


@pytest.fixture
def leader(district, make_user):
    return make_user(Post.LEADER, name="周区长")


@pytest.fixture
def clerk(district, make_user):
    return make_user(Post.CLERK, area=TOWN, name="黎经办")


@pytest.fixture
def write(district):
    """Write a remark on the town's sites that are not capable: one, 黄岗聚居点."""

    def written(by, to, of="sites", due_on=DUE, **asked):
        opened = open_figure(by, of, {"area": TOWN, "part": "failed"} | asked, ON)
        return actions.write_remark(
            opened=opened, text="请查明原因。", to=Addressee.of(to), due_on=due_on, on=ON, by=by
        )

    return written


@pytest.fixture
def remark(write, leader, clerk):
    return write(leader, clerk)


def reach_all() -> None:
    """Open a point beside 黄岗聚居点, complete its late order, and judge again: every site of the town is capable."""
    AccessPoint.objects.create(
        ap_id="DX-9", operator_id="telecom", lon=113.15, lat=23.7, given_lon=113.15, given_lat=23.7, downstream_mbps=100,
        tv_only=False, opened_on=date(2017, 1, 1), township_id=TOWN, county="441802",
    )  # fmt: skip
    judge()


def undo_reach() -> None:
    AccessPoint.objects.filter(ap_id="DX-9").delete()
    judge()


def judge() -> None:
    """Judge, and let the worker look at the bounds."""
    changes.note("441802")
    judging.ensure_current("441802")
    thresholds.look()
