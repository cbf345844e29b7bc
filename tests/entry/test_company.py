"""Who else has a form open, and what they changed: told to a page that asks."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from common import clock
from entry import company
from entry.models import Presence
from returns.models import Return, Round
from tests.entry.conftest import sent
from tests.returns.conftest import ON, QUARTER, TOWN

CODE = f"{TOWN}201"


def ask(client: Client, kind: str, name, number: int, row: str = "", **more):
    said = {"user": client.user.pk, "row": row, "number": number} | more
    return client.post(reverse("entry:since", args=[kind, name]), json.dumps(said), content_type="application/json")


def typed(text: str, name: str = "households", *seen) -> dict:
    return {"code": CODE, "name": name, "text": text, "seen": list(seen or [None])}


@pytest.fixture
def two(make_return, people, browse, make_user):
    """The return, and two clerks of the town in front of it."""
    return make_return(), browse(people.clerk), browse(make_user(Post.CLERK, name="赵二"))


def test_pages_of_a_form_learn_of_each_other(two):
    owner, clerk, other = two
    assert ask(clerk, "return", owner.pk, 0, CODE).json()["people"] == []
    assert ask(other, "return", owner.pk, 0).json()["people"] == [{"name": "陈经办", "row": CODE}]
    assert ask(clerk, "return", owner.pk, 0).json()["people"] == [{"name": "赵二", "row": ""}]
    assert Presence.objects.count() == 2


def test_page_that_is_closed_is_soon_forgotten(two, monkeypatch):
    owner, clerk, other = two
    ask(clerk, "return", owner.pk, 0)
    later = clock.real_now() + company.HEARD_FOR
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert ask(other, "return", owner.pk, 0).json()["people"] == []


def test_colleagues_change_arrives_with_who_made_it(two):
    owner, clerk, other = two
    sent(other, "return", owner.pk, typed("12"))
    said = ask(clerk, "return", owner.pk, 0).json()
    assert (said["number"], said["lines"][CODE][0]) == (1, 12)
    assert said["hands"] == [[CODE, "households", "赵二"]]
    again = ask(clerk, "return", owner.pk, 1).json()
    assert "lines" not in again


def test_page_that_saved_knows_of_its_own_change_and_of_no_other(two):
    """The answer counts the change of the message alone, whoever else was there before."""
    owner, clerk, other = two
    assert sent(clerk, "return", owner.pk, typed("1")).json()["number"] == 1
    assert sent(other, "return", owner.pk, typed("2", "fibre_users")).json()["number"] == 2
    assert sent(clerk, "return", owner.pk, typed("1")).json()["number"] == 2
    assert Return.objects.get().version == 2


def test_asking_costs_little(two, django_assert_num_queries):
    owner, clerk, _ = two
    ask(clerk, "return", owner.pk, 0)
    with django_assert_num_queries(6):  # Session, user, return; its own presence, the others'; what is said.
        ask(clerk, "return", owner.pk, 0)


def test_colleague_at_the_operator_is_told_of_what_is_not_counted_yet(browse, make_area, make_user):
    make_area(f"{TOWN}201")
    Round.objects.create(county=TOWN[:6], period=str(QUARTER), due=ON)
    name = f"{TOWN[:6]}-{QUARTER}"
    mine, theirs = (browse(make_user(Post.OPERATOR, operator="telecom", name=each)) for each in ("孙", "李"))
    cell = {"code": TOWN, "name": "broadband_users", "text": "30", "seen": [None]}
    sent(theirs, "counts", name, cell)
    said = ask(mine, "counts", name, 0).json()
    assert said["lines"][TOWN] == [30, None] and said["hands"] == [[TOWN, "broadband_users", "李"]]
    stranger = browse(make_user(Post.OPERATOR, operator="mobile"))
    assert ask(stranger, "counts", name, 0).json()["number"] == 0


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"{}", b'{"user": 1, "row": 5, "number": 0}', b"[" * 9999,
    b'{"user": 1, "row": "", "number": "x"}', b'{"user": true, "row": "", "number": 0}', b'{"user": 1, "row": "\\u00e9", "number": 0}'])  # fmt: skip
def test_question_that_no_page_asks_is_refused(body, two):
    owner, clerk, _ = two
    answer = clerk.post(reverse("entry:since", args=["return", owner.pk]), body, content_type="application/json")
    assert answer.status_code == 400 and not Presence.objects.exists()


def test_page_of_another_user_is_told_nothing(two):
    owner, clerk, other = two
    assert ask(clerk, "return", owner.pk, 0, user=other.user.pk).status_code == 403
    assert not Presence.objects.exists()
