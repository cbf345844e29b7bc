"""Many at once on one thread: one settles, and what is sent twice is said once, whichever database."""

import pytest

from accounts.posts import Post
from common.exceptions import Stale
from entry import threads
from entry.models import CellComment, CellThread
from returns.entry.return_discussion import ReturnDiscussion
from returns.models import Return
from tests.returns.conftest import TOWN
from tests.returns.entry.test_races import at_once

PLACE = {"code": f"{TOWN}201", "column": "households"}

pytestmark = pytest.mark.django_db(transaction=True)


def fresh() -> ReturnDiscussion:
    return ReturnDiscussion(Return.objects.select_related("township").get())


def test_of_eight_who_settle_one_does(make_return, make_user, people):
    make_return()
    threads.write(discussion=fresh(), **PLACE, text="请核对", by=people.clerk)
    reviewers = [make_user(Post.REVIEWER) for _ in range(8)]
    results = at_once(*(lambda by=by: threads.settle(discussion=fresh(), **PLACE, by=by) for by in reviewers))
    assert sum(isinstance(result, CellThread) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 7, results
    assert CellComment.objects.filter(act="settle").count() == 1


def test_comment_that_is_sent_eight_times_at_once_is_said_once(make_return, people):
    make_return()
    results = at_once(*[lambda: threads.write(discussion=fresh(), **PLACE, text="请核对", seen=0, by=people.clerk)] * 8)
    assert all(isinstance(result, CellThread) for result in results), results
    assert CellComment.objects.count() == CellThread.objects.count() == 1


def test_eight_who_begin_a_thread_at_once_write_into_one(make_return, make_user, people):
    make_return()
    clerks = [make_user(Post.CLERK) for _ in range(8)]
    write = [lambda by=by: threads.write(discussion=fresh(), **PLACE, text="请核对", by=by) for by in clerks]
    results = at_once(*write)
    assert all(isinstance(result, CellThread) for result in results), results
    assert CellThread.objects.count() == 1
    assert sorted(CellComment.objects.values_list("number", flat=True)) == list(range(1, 9))
