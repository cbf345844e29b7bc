"""A town with villages and the people who handle its returns."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import User
from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns import actions
from returns.entry.saving import EXPLANATION, REASON, Typed, save_lines
from returns.figures import NAMES
from returns.models import ExplanationReason, Return
from returns.review import decisions
from returns.sheet import sheet_of

TOWN = "441802103"
ON = date(2019, 4, 8)
QUARTER = Quarter(2019, 1)
GOOD = (100, 90, 80, 60, 50)


def figures(*values) -> dict[str, int | None]:
    return dict(zip(NAMES, values or GOOD, strict=True))


SAID = "城中小区拆迁十二户"
"""A sentence of substance."""


def reason_of(explanation: str) -> str:
    """Which reason a clerk of these tests chooses with a sentence."""
    return str(ExplanationReason.DEMOLITION) if explanation else ""


def typed(*values, explanation: str = "", seen=(None,) * 5, seen_explanation: str = "") -> Typed:
    """A row as the form would bring it, from a page that showed ``seen``."""
    return Typed(
        figures(*values) | {REASON: reason_of(explanation), EXPLANATION: explanation},
        dict(zip(NAMES, seen, strict=True)) | {REASON: reason_of(seen_explanation), EXPLANATION: seen_explanation},
    )


def fill(quarterly_return: Return, by, *values, explanation: str = "") -> None:
    """Type the same figures into every line that is not locked."""
    rows = {}
    for row in sheet_of(quarterly_return).rows:
        if not row.is_locked:
            seen = row.figures.values()
            rows[row.area.code] = typed(
                *values, explanation=explanation, seen=tuple(seen), seen_explanation=row.explanation
            )
    save_lines(quarterly_return=quarterly_return, rows=rows, by=by)


def head_of(quarterly_return: Return) -> User:
    """Who signs for the township; made when nobody does yet."""
    fields = {"post": Post.TOWNSHIP_HEAD, "area_id": quarterly_return.township_id}
    return User.objects.filter(**fields).first() or User.objects.create_user("head", name="何负责人", **fields)


def report(quarterly_return: Return, by) -> Return:
    """Hand it up as it is, and have it signed."""
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=by)
    actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=head_of(quarterly_return))
    return Return.objects.get(pk=quarterly_return.pk)


def submitted(quarterly_return: Return, by) -> Return:
    fill(quarterly_return, by)
    return report(quarterly_return, by)


def approved(quarterly_return: Return, by, reviewer) -> Return:
    quarterly_return = submitted(quarterly_return, by)
    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=reviewer)
    return Return.objects.get(pk=quarterly_return.pk)


@pytest.fixture(autouse=True)
def demonstration_day(settings):
    settings.PORTAL_TODAY = ON


@pytest.fixture
def people(make_user):
    """One of each post that handles returns, and the clerk next door."""
    return SimpleNamespace(
        clerk=make_user(Post.CLERK, name="陈经办"),
        head=make_user(Post.TOWNSHIP_HEAD, name="李镇长"),
        reviewer=make_user(Post.REVIEWER, name="王审核"),
        bureau_head=make_user(Post.BUREAU_HEAD, name="周局长"),
        leader=make_user(Post.LEADER),
        neighbour=make_user(Post.CLERK, area="441802105"),
    )


@pytest.fixture
def make_return(make_area, people):
    """A draft of the town for a quarter, with so many villages (made the first time)."""

    def make(villages: int = 2, quarter: Quarter = QUARTER) -> Return:
        for number in range(1, villages + 1):
            code = f"{TOWN}{200 + number}"
            if not Area.objects.filter(code=code).exists():
                make_area(code, f"{number}号村")
        town = Area.objects.get(code=TOWN)
        return actions.open_return(township=town, quarter=quarter, on=ON, by=people.clerk)

    return make


@pytest.fixture
def browse():
    """A client with a session of the user."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
