"""Problems on the map, as the list shows them to each person."""

import pytest
from django.urls import reverse

from problems.models import Problem
from tests.problems.test_noticing import district
from tests.problems.test_pages import text_of
from tests.scenes import TOWN, XIUXI

__all__ = ["district"]


@pytest.fixture
def town(district):
    """People sit in the judged district."""


def only(client, query="") -> list[str]:
    answer = client.get(f"{reverse('map_data')}?list=problems&{query}")
    assert answer.status_code == 200
    return answer.json()["only"]["keys"]


def test_map_shows_where_the_listed_problems_lie_and_follows_them(client, people, write):
    client.force_login(people["bureau"])
    page = text_of(client.get(reverse("problems:index"), {"kind": "duct", "state": "all"}))
    assert 'href="/map/?list=problems&amp;state=all&amp;kind=duct"' in page
    assert only(client, "kind=duct") == []
    problem = write()
    assert only(client, "kind=duct") == [XIUXI]
    shown = text_of(client.get("/map/?list=problems&kind=duct"))
    assert "“问题台账所列问题（涉及整个街镇的除外）”的 1 个地点" in shown and "/problems/?kind=duct" in shown

    Problem.objects.filter(pk=problem.pk).update(state="closed")
    assert only(client, "kind=duct") == [] and only(client, "kind=duct&state=all") == [XIUXI]


def test_problem_of_a_whole_township_marks_nothing(client, people, write):
    """Else all of the township would be shown as if it were meant."""
    Problem.objects.filter(pk=write().pk).update(area=TOWN)
    client.force_login(people["bureau"])

    assert only(client, "kind=duct") == []


def test_map_is_scoped_as_the_list_is(client, people, write):
    write()
    client.force_login(people["neighbour"])
    assert XIUXI not in only(client)
    client.force_login(people["clerk"])
    assert XIUXI in only(client) and only(client, "side=mine") == []
    client.force_login(people["operator"])
    assert "在地图上看" not in text_of(client.get(reverse("problems:index")))
    assert client.get(f"/map/?list=problems&area={TOWN}").status_code == 403
