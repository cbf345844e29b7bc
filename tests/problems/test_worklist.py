"""The gap list of a figure becomes a work list with one click, as many as the page said."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.posts import Post
from areas.models import ServiceOrder
from problems.models import Problem
from tests.problems.test_noticing import district, look, reach
from tests.scenes import TOWN

__all__ = ["district"]

GAP = {"area": TOWN, "period": "2018Q2", "part": "lacking"}


@pytest.fixture
def as_reviewer(client, district, make_user):
    client.force_login(make_user(Post.REVIEWER))
    return client


def posted(client, count: int, of="T12", query=GAP, **options):
    form = {"of": of, "query": urlencode(query), "shown": count}
    return client.post(reverse("problems:work_list"), form, **options)


def test_gap_of_a_milestone_becomes_problems_that_its_figures_close(as_reviewer):
    page = as_reviewer.get(reverse("figures:figure", args=["T12"]), GAP).content.decode()
    assert "将 1 个列入问题台账" in page and "归为 1 个问题" in page

    done = posted(as_reviewer, 1, follow=True).content.decode()
    problem = Problem.objects.get(source="figure")
    assert "已列入 1 个对象：新建 1 个问题" in done and problem.get_absolute_url() in done
    assert (problem.to_unit, problem.kind, problem.members.get().name) == ("源潭镇", "coverage", "黄岗")
    assert "1 个已在未销号的问题中" in as_reviewer.get(reverse("figures:figure", args=["T12"]), GAP).content.decode()

    reach()

    ServiceOrder.objects.all().delete()
    look()
    problem.refresh_from_db()
    assert problem.state == "solved" and problem.moves.last().action == "turn"


def test_other_number_than_the_page_said_is_asked_again(as_reviewer):
    page = posted(as_reviewer, 3)
    assert page.status_code == 409 and "现有 1 个未列入，页面上为 3 个" in page.content.decode()
    assert not Problem.objects.filter(source="figure").exists()


def test_not_offered_where_nothing_lacks_or_to_who_writes_none(client, as_reviewer, make_user):
    whole = {name: text for name, text in GAP.items() if name != "part"}
    assert "列入问题台账" not in as_reviewer.get(reverse("figures:figure", args=["T12"]), whole).content.decode()
    client.force_login(make_user(Post.LEADER))
    assert "列入问题台账" not in client.get(reverse("figures:figure", args=["T12"]), GAP).content.decode()
