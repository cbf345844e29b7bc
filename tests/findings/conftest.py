"""A small judged district on a day after 2018Q2, with one thing that is missing."""

from datetime import date
from types import SimpleNamespace

import pytest

from acceptance.judging import judging
from accounts.posts import Post
from findings.models import RegisterFinding
from findings.surveying import SurveyTally, survey
from returns.models import ReturnLine
from tests.scenes import XINMA, XIUXI, build_district

COUNTY, ON = "441802", date(2018, 7, 20)
UNPLACED = "S-6"
"""The market of a street that nobody has surveyed."""


@pytest.fixture
def district(make_area, settings) -> SimpleNamespace:
    settings.PORTAL_TODAY = ON
    found = build_district(make_area)
    for village, households in ((XIUXI, 30 + 25 + 12), (XINMA, 40)):
        ReturnLine.objects.filter(area=village).update(households=households)
    judging.refresh(COUNTY)
    return found


@pytest.fixture
def people(make_user, district) -> SimpleNamespace:
    """The street's clerk, the town's, an operator, and the bureau."""
    return SimpleNamespace(
        clerk=make_user(Post.CLERK, area=district.street),
        neighbour=make_user(Post.CLERK, area=district.town),
        operator=make_user(Post.OPERATOR, operator="telecom"),
        rival=make_user(Post.OPERATOR, operator="mobile"),
        reviewer=make_user(Post.REVIEWER),
        head=make_user(Post.BUREAU_HEAD),
    )


def judged_and_surveyed() -> SurveyTally:
    judging.refresh(COUNTY)
    return survey(COUNTY)


def finding(code: str = "site_unlocated", key: str = UNPLACED) -> RegisterFinding:
    return RegisterFinding.objects.get(code=code, key=key)
