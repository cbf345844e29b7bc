"""What is said about a cell, carried into the review: rows opened, words quoted, no batch while it waits."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from entry import threads
from entry.discussion import Discussion
from returns.entry.return_discussion import ReturnDiscussion
from tests.returns.conftest import TOWN, submitted

CODE, FIGURE = f"{TOWN}201", "fibre_users"
OPENED = f'id="v-{CODE}" open'


@pytest.fixture
def talk(make_return, people) -> ReturnDiscussion:
    return ReturnDiscussion(submitted(make_return(), people.clerk))


@pytest.fixture
def reviewer(people) -> Client:
    client = Client()
    client.force_login(people.reviewer)
    return client


def say(talk: Discussion, by, text: str, *mentions: str) -> None:
    threads.write(discussion=talk, code=CODE, column=FIGURE, text=text, mentions=mentions, by=by)


def address(name: str, talk: ReturnDiscussion) -> str:
    return reverse(f"returns:{name}", args=[talk.quarterly_return.pk])


def test_row_with_an_open_thread_stands_open(talk, reviewer, people):
    page = reviewer.get(address("review", talk)).content.decode()
    assert OPENED not in page and "核对规则没有提出问题</summary>" in page
    say(talk, people.clerk, "含专线用户", Post.REVIEWER)
    page = reviewer.get(address("review", talk)).content.decode()
    assert OPENED in page and "含专线用户" in page and "批注 1" in page
    threads.settle(discussion=talk, code=CODE, column=FIGURE, by=people.clerk)
    assert OPENED not in reviewer.get(address("review", talk)).content.decode()


def test_reviewer_settles_and_comes_back_to_the_row(talk, reviewer, people):
    say(talk, people.clerk, "含专线用户", Post.REVIEWER)
    back = f"{address('review', talk)}#v-{CODE}"
    panel = reverse("entry:panel", args=["return", talk.name, CODE])
    assert f'href="{panel}?column={FIGURE}&amp;next=' in reviewer.get(address("review", talk)).content.decode()
    answer = reviewer.post(panel, {"act": "settle", "column": FIGURE, "next": back})
    assert (answer.status_code, answer.url) == (302, back)
    assert not threads.open_threads("return", talk.name)


def test_thread_for_the_bureau_keeps_a_return_out_of_the_batch(talk, reviewer, people):
    say(talk, people.clerk, "给自己记一笔")
    page = reviewer.get(reverse("returns:batch")).content.decode()
    assert "未处理的批注" not in page and 'name="return"' in page
    say(talk, people.clerk, "含专线用户", Post.REVIEWER)
    page = reviewer.get(reverse("returns:batch")).content.decode()
    assert "有 1 条未处理的批注" in page and 'name="return"' not in page


def test_single_return_with_a_thread_can_be_passed(talk, reviewer, people):
    say(talk, people.clerk, "含专线用户", Post.REVIEWER)
    quarterly_return = talk.quarterly_return
    given = {"decision": "approve", "version": quarterly_return.version}
    assert reviewer.post(address("review", talk), given).status_code == 302
    quarterly_return.refresh_from_db()
    assert quarterly_return.state == "approved"


def test_what_is_sent_back_quotes_the_bureau(talk, reviewer, people):
    say(talk, people.clerk, "含专线用户", Post.REVIEWER)
    asked = {"cell": [f"{CODE}-{FIGURE}"]}
    assert "已引用" not in reviewer.get(address("send_back", talk), asked).content.decode()
    say(talk, people.reviewer, "专线不计入", Post.CLERK)
    page = reviewer.get(address("send_back", talk), asked).content.decode()
    assert "已引用审核员的批注" in page and 'value="专线不计入"' in page


def test_history_of_a_village_shows_and_takes_comments(talk, people):
    say(talk, people.reviewer, "专线不计入", Post.CLERK)
    client = Client()
    client.force_login(people.clerk)
    history = reverse("returns:history", args=[talk.quarterly_return.pk, CODE])
    page = client.get(f"{history}?figure={FIGURE}").content.decode()
    assert "专线不计入" in page and f'name="next" value="{history}?figure={FIGURE}"' in page
    panel = reverse("entry:panel", args=["return", talk.name, CODE])
    given = {"act": "comment", "comment": "已剔除", "column": FIGURE, "seen": 1, "next": f"{history}?figure={FIGURE}"}
    assert "已剔除" in client.post(panel, given, follow=True).content.decode()


def test_read_return_marks_the_cell(talk, people):
    say(talk, people.clerk, "含专线用户")
    client = Client()
    client.force_login(people.leader)
    page = client.get(address("return", talk)).content.decode()
    assert 'class="talk-mark"' in page and 'name="comment"' not in page
    panel = client.get(reverse("entry:panel", args=["return", talk.name, CODE]), {"column": FIGURE})
    assert "含专线用户" in panel.content.decode() and 'name="comment"' not in panel.content.decode()
