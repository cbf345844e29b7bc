"""What the bureau urged, found by whoever may see the township's returns."""

from datetime import date

import pytest

from accounts.posts import Post
from returns.models import Round
from returns.rounds import rounds
from returns.searching import urges

pytestmark = pytest.mark.django_db

TOWN, STREET = "441802103", "441802006"


@pytest.fixture
def urged(make_area, make_user):
    make_area("441802", "清城区")
    town = make_area(TOWN, "源潭镇")
    make_area(STREET, "凤城街道")
    opened = Round.objects.create(county="441802", period="2018Q2", due=date(2018, 7, 15))
    rounds.urge(round_=opened, township=town, on=date(2018, 7, 12), by=make_user(Post.REVIEWER, name="李审"))


@pytest.mark.parametrize("text", ["源潭", "ytz", TOWN])
def test_urging_is_found_by_name_initials_and_code(urged, make_user, text):
    [group] = urges(make_user(Post.LEADER), text)
    [hit] = group.hits

    assert (group.title, hit.name) == ("催办", "源潭镇2018年第二季度季报")
    assert "2018-07-12 催办" in hit.detail
    assert "/2018Q2/" in hit.url


def test_urging_of_a_neighbour_is_not_found(urged, make_user):
    assert not urges(make_user(Post.CLERK, area=STREET), "源潭")[0].hits
    assert urges(make_user(Post.OPERATOR, operator="telecom"), "源潭") == []
