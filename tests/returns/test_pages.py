"""The list of returns, opening a quarter, what is not in scope, and what pages cost."""

import pytest
from django.urls import reverse

from common.periods import Quarter
from returns import actions
from returns.models import Return, ReturnLine
from tests.returns.conftest import QUARTER, TOWN, approved, fill, submitted
from tests.returns.forms import CODE


def test_quarter_that_has_not_begun_is_refused(people, make_area, browse):
    make_area(CODE)
    clerk = browse(people.clerk)
    assert "不能填报" in clerk.get(reverse("returns:open", args=["2019Q3"])).content.decode()
    answer = clerk.post(reverse("returns:open", args=["2019Q3"]))
    assert answer.status_code == 422 and "尚未开始" in answer.content.decode()
    assert clerk.post("/returns/open/2019Q5/").status_code == 404
    assert clerk.post("/returns/open/0000Q1/").status_code == 404
    assert clerk.post("/returns/open/2016Q4/").status_code == 422
    for far in ("9999Q4", "0001Q1"):
        assert clerk.get(f"/returns/open/{far}/").status_code == 200
        assert clerk.post(f"/returns/open/{far}/").status_code == 422


def test_clerk_opens_the_quarter(people, make_area, browse):
    make_area(CODE)
    answer = browse(people.clerk).post(reverse("returns:open", args=["2019Q1"]))
    assert answer.url == reverse("returns:return", args=[Return.objects.get().pk])


@pytest.mark.parametrize("name", ["return", "check", "sheet", "review", "correct"])
def test_return_next_door_is_not_there(name, make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    expected = 403 if name == "review" else 404
    assert browse(people.neighbour).get(reverse(f"returns:{name}", args=[quarterly_return.pk])).status_code == expected


def test_number_beyond_the_database_is_not_there(people, browse):
    assert browse(people.clerk).get(f"/returns/{2**63}/").status_code == 404
    assert browse(people.clerk).get(f"/returns/{10**40}/").status_code == 404


def test_list_shows_what_is_in_scope_and_which_townships_have_none(make_return, people, browse):
    quarterly_return = make_return()
    address = reverse("returns:index")
    assert "区域441802105" in browse(people.leader).get(address).content.decode()
    assert reverse("returns:return", args=[quarterly_return.pk]) in browse(people.leader).get(address).content.decode()
    page = browse(people.neighbour).get(address).content.decode()
    assert reverse("returns:return", args=[quarterly_return.pk]) not in page
    assert reverse("returns:open", args=["2019Q1"]) in page


@pytest.mark.parametrize(("query", "count"), [
    ("period=2019Q1", 1), ("period=2018Q4", 1), ("state=not_begun", 1), ("state=submitted", 1), (f"township={TOWN}", 2),
    ("sort=-state", 2), ("township=441802105", 0),
])  # fmt: skip
def test_list_filters(query, count, make_return, people, browse):
    make_return()
    submitted(make_return(2, Quarter(2018, 4)), people.clerk)
    answer = browse(people.leader).get(f"{reverse('returns:index')}?{query}")
    assert answer.context["page"].paginator.count == count
    assert not answer.context["problems"]


def test_list_says_who_has_none_for_the_quarter_asked_for(make_return, people, browse):
    fill(make_return(), people.clerk)
    address = reverse("returns:index")
    codes = {
        period: [
            township.code for township in browse(people.leader).get(f"{address}?period={period}").context["absent"]
        ]
        for period in ("2019Q1", "2018Q4", "9999Q4", "")
    }
    assert codes == {
        "2019Q1": ["441802105"],
        "2018Q4": [TOWN, "441802105"],
        "9999Q4": ["441802105"],
        "": ["441802105"],
    }


@pytest.mark.parametrize("query", ["period=2019Q9", "state=x", "township=441803101", "sort=nothing", "page=99"])
def test_list_says_which_condition_it_did_not_understand(query, make_return, people, browse):
    make_return()
    answer = browse(people.leader).get(f"{reverse('returns:index')}?{query}")
    assert answer.status_code == 200 and answer.context["problems"]


def test_text_of_a_stranger_stays_text(make_return, people, browse):
    hostile = '"><img src=x onerror=alert(1)>'
    quarterly_return = make_return(1)
    fill(quarterly_return, people.clerk, explanation=hostile)
    ReturnLine.objects.filter(quarterly_return=quarterly_return).update(explanation=hostile)
    for user in (people.clerk, people.leader):
        for name in ("return", "sheet"):
            assert (
                "<img" not in browse(user).get(reverse(f"returns:{name}", args=[quarterly_return.pk])).content.decode()
            )


PAGES = {"return": "clerk", "check": "clerk", "sheet": "leader"}


@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_hundred_lines_costs_as_many_queries_as_one_of_two(
    name, make_return, people, browse, django_assert_num_queries
):
    costs = []
    for quarter, villages in ((Quarter(2018, 4), 2), (QUARTER, 100)):
        quarterly_return = make_return(villages, quarter)
        fill(quarterly_return, people.clerk)
        client = browse(getattr(people, PAGES[name]))
        address = reverse(f"returns:{name}", args=[quarterly_return.pk])
        client.get(address)
        with django_assert_num_queries(QUERIES[name]) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
    assert costs == [QUERIES[name]] * 2


QUERIES = {"sheet": 13, "check": 26, "return": 23}
"""Session, user, return, terms, lines, villages, earlier lines, leaves, operators, moves, status, round; and what the page adds."""


def test_list_costs_a_fixed_number_of_queries(make_return, people, browse, django_assert_num_queries):
    for number in range(1, 9):
        make_return(2, QUARTER.plus(-number))
    client = browse(people.leader)
    client.get(reverse("returns:index"))
    with django_assert_num_queries(8):
        client.get(reverse("returns:index"))


def test_every_move_has_a_page_that_names_it(make_return, people, browse):
    quarterly_return = approved(make_return(), people.clerk, people.reviewer)
    new = actions.correct(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="错", by=people.head
    )
    page = browse(people.leader).get(reverse("returns:return", args=[new.pk])).content.decode()
    assert "更正" in page and "李镇长" in page
