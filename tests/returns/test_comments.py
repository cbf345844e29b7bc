"""What is said about figures, in the inboxes of those who are asked and of those who ask."""

import pytest

from accounts.posts import Post
from entry import threads
from inbox import items
from returns.comments import KIND
from returns.entry.return_discussion import ReturnDiscussion
from returns.models import Return
from tests.returns.conftest import TOWN, approved, submitted

PLACE = {"code": f"{TOWN}201", "column": "households"}


@pytest.fixture
def talk(make_return, people) -> ReturnDiscussion:
    return ReturnDiscussion(submitted(make_return(), people.clerk))


def say(talk, by, text: str, *mentions: str) -> None:
    threads.write(discussion=talk, **PLACE, text=text, mentions=mentions, by=by)


def told(user) -> list[tuple[str, str]]:
    """For whom each thread waits (blank: the user), and the words."""
    return [(item.who, item.words) for item in items.pending(user) if item.kind == KIND]


def test_thread_waits_for_the_post_that_was_asked(talk, people):
    say(talk, people.clerk, "对吗", Post.REVIEWER)
    assert told(people.reviewer) == [("", "陈经办：对吗")]
    assert told(people.clerk) == [("区经信局审核员", "陈经办：对吗")]
    assert told(people.head) == told(people.bureau_head) == told(people.neighbour) == told(people.leader) == []


def test_answer_turns_it_round_and_settling_ends_it(talk, people):
    say(talk, people.clerk, "对吗", Post.REVIEWER)
    before = next(item for item in items.pending(people.reviewer) if item.kind == KIND)
    say(talk, people.reviewer, "请附依据", Post.CLERK)
    assert told(people.clerk) == [("", "王审核：请附依据")]
    assert told(people.reviewer) == [("街镇经办", "王审核：请附依据")]
    after = next(item for item in items.pending(people.reviewer) if item.kind == KIND)
    assert (after.key, after.url) == (before.key, before.url) and after.version != before.version
    threads.settle(discussion=talk, **PLACE, by=people.clerk)
    assert told(people.clerk) == told(people.reviewer) == []


def test_nothing_waits_in_a_return_that_was_approved(make_return, people):
    quarterly_return = make_return()
    say(ReturnDiscussion(quarterly_return), people.clerk, "对吗", Post.REVIEWER)
    approved(quarterly_return, people.clerk, people.reviewer)
    assert Return.objects.get().state == "approved" and told(people.reviewer) == []


def test_what_was_said_stands_among_what_is_done(talk, people):
    say(talk, people.clerk, "对吗")
    deed = next(deed for deed in items.done(people.clerk) if deed.what == "写批注")
    assert deed.about == f"{talk.title}：1号村·总户数" and deed.url.endswith("?column=households")
