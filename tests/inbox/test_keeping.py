"""Items of steady rooms are asked for anew when the trail tells of anything, when the verdicts change, and on another day."""

from datetime import date

import pytest

from accounts import audit
from accounts.posts import Post
from inbox import keeping
from inbox.hooks import InboxItem


@pytest.fixture
def asked(monkeypatch, db) -> list:
    """By whom the one steady room was asked; its verdicts have the version that ``asked.verdicts`` holds."""

    class Asked(list):
        verdicts = 1

    told = Asked()

    def room(user) -> list[InboxItem]:
        told.append(user)
        return [InboxItem(key=f"thing/{len(told)}", version="1", kind="事项", title="一件", url="/", state="待办")]

    monkeypatch.setattr(keeping, "STEADY", [room])
    monkeypatch.setattr(keeping, "FOLLOWED", [lambda user: told.verdicts])
    monkeypatch.setattr(keeping, "_seen", None)
    audit.record(action="round.open", by="测试")
    return told


@pytest.mark.parametrize(
    ("action", "is_asked"),
    [("return.save", False), ("personal.look", False), ("round.urge", True), ("inspection.send", True)],
)
def test_items_are_asked_for_anew_after_whatever_is_of_consequence(asked, make_user, action, is_asked):
    user = make_user(Post.REVIEWER)
    first = keeping.steady(user)
    assert keeping.steady(user) == first and len(asked) == 1

    audit.record(action=action, by="测试")
    again = keeping.steady(user)
    assert (again != first, len(asked)) == (is_asked, 1 + is_asked)
    keeping.steady(user)
    assert len(asked) == 1 + is_asked


def test_a_quiet_entry_does_not_hide_one_of_consequence_before_it(asked, make_user):
    user = make_user(Post.REVIEWER)
    keeping.steady(user)
    for action in ("round.urge", "return.save"):
        audit.record(action=action, by="测试")
    keeping.steady(user)
    assert len(asked) == 2


def test_items_are_asked_for_anew_with_other_verdicts_and_on_another_day(asked, make_user, monkeypatch):
    user = make_user(Post.REVIEWER)
    keeping.steady(user)
    asked.verdicts = 2
    keeping.steady(user)
    monkeypatch.setattr(keeping.clock, "today", lambda: date(2030, 1, 1))
    keeping.steady(user)
    assert len(asked) == 3


def test_nobody_is_shown_anothers(asked, make_user):
    one, other = make_user(Post.REVIEWER), make_user(Post.BUREAU_HEAD)
    assert keeping.steady(one) != keeping.steady(other)


def test_long_gap_and_a_trail_that_is_another_are_taken_for_news(asked, make_user, monkeypatch):
    user = make_user(Post.REVIEWER)
    keeping.steady(user)
    monkeypatch.setattr(keeping, "FAR", 2)
    for _ in range(3):
        audit.record(action="return.save", by="测试")
    keeping.steady(user)
    assert len(asked) == 2

    monkeypatch.setattr(keeping, "_seen", keeping.TrailSeen(2, "another", "another"))
    keeping.steady(user)
    assert len(asked) == 2 and keeping._seen.sequence == 4


def test_looking_costs_one_query_while_nothing_has_happened(asked, make_user, django_assert_num_queries):
    user = make_user(Post.REVIEWER)
    keeping.steady(user)
    with django_assert_num_queries(1):
        keeping.steady(user)


def test_nothing_is_kept_where_a_standby_is_read_from(asked, make_user, monkeypatch):
    """The trail is read from the primary, the items from the standby, which may lie behind it."""
    monkeypatch.setattr("common.replica.is_set", lambda: True)
    user = make_user(Post.REVIEWER)

    keeping.steady(user)
    keeping.steady(user)
    assert len(asked) == 2
