"""The small district, judged, in the summer of 2018; a bureau, a town and a street with people, an operator, a lead unit."""

from datetime import date

import pytest
from django.core.cache import cache

from acceptance import plan as plans
from acceptance.judging import judging
from accounts.posts import Post
from breakdown import actions
from breakdown.models import Breakdown
from breakdown.vocabulary import BreakdownAction, SharedBy
from tests.scenes import STREET, TOWN, build_district

ON = date(2018, 7, 10)


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
def people(district, make_user):
    return {
        "reviewer": make_user(Post.REVIEWER, name="吴审核"),
        "bureau_head": make_user(Post.BUREAU_HEAD, name="陈局长"),
        "township_head": make_user(Post.TOWNSHIP_HEAD, area=TOWN, name="何镇长"),
        "clerk": make_user(Post.CLERK, area=TOWN, name="黎经办"),
        "neighbour": make_user(Post.TOWNSHIP_HEAD, area=STREET, name="邓主任"),
        "leader": make_user(Post.LEADER, name="周区长"),
        "lead_unit": make_user(Post.LEAD_UNIT, name="区科协甲", unit="区科学技术协会"),
        "telecom": make_user(Post.OPERATOR, operator="telecom", name="电信甲"),
        "mobile": make_user(Post.OPERATOR, operator="mobile", name="移动甲"),
    }


@pytest.fixture
def drafted(people):
    """Task T12: all natural villages of each town."""

    def made(key="T12", by="reviewer", shared_by=SharedBy.GAP, reason="", on=ON) -> Breakdown:
        milestone = plans.current().milestone(key)
        return actions.draft(milestone=milestone, shared_by=shared_by, reason=reason, on=on, by=people[by])

    return made


@pytest.fixture
def step(people):
    def taken(breakdown: Breakdown, action: str, by: str, reason="", version=None, on=ON):
        breakdown = Breakdown.objects.get(pk=breakdown.pk)
        version = breakdown.version if version is None else version
        action = BreakdownAction(action)
        return actions.take_step(
            breakdown=breakdown, action=action, version=version, reason=reason, on=on, by=people[by]
        )

    return taken


@pytest.fixture
def signed(drafted, step):
    breakdown = drafted()
    step(breakdown, "propose", "reviewer")
    step(breakdown, "issue", "bureau_head")
    return Breakdown.objects.get(pk=breakdown.pk)
