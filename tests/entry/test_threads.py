"""Threads on cells: what is written, to whom, what is settled, and who may."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused, Stale
from entry import threads
from entry.models import PROTECTED, CellComment, CellThread, CommentMention
from returns.counts.count_discussion import CountDiscussion
from returns.entry.return_discussion import ReturnDiscussion
from returns.models import Return, Round
from tests.entry.conftest import sent
from tests.returns.conftest import QUARTER, TOWN, approved, fill, submitted

CODE, FIGURE = f"{TOWN}201", "households"


@pytest.fixture
def talk(make_return, people):
    """A return's discussion, its figures typed."""
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    return ReturnDiscussion(quarterly_return)


def say(talk, by, text: str = "请核对", *mentions: str, column: str = FIGURE, **more) -> CellThread:
    return threads.write(discussion=talk, code=CODE, column=column, text=text, mentions=mentions, by=by, **more)


def at(talk, column: str = FIGURE) -> CellThread:
    return threads.thread_at(talk, CODE, column)


def test_comment_keeps_what_stood_in_the_cell(talk, people):
    say(talk, people.clerk, "与村委会核过", Post.REVIEWER, Post.TOWNSHIP_HEAD)
    comment = CellComment.objects.get()
    assert (comment.value, comment.by, comment.post, comment.number) == ("100", people.clerk, "clerk", 1)
    assert list(comment.mentions.values_list("post", flat=True)) == ["reviewer", "township_head"]
    assert str(comment.thread) == f"{talk.title}：1号村·总户数" and comment.thread.is_open


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("@街镇负责人 请看", ["township_head"]),
        ("请＠审核员核对", ["reviewer"]),
        ("@区经信局审核员，@区经信局负责人", ["bureau_head", "reviewer"]),
        ("@负责人", []),
        ("审核员说的", []),
    ],
)
def test_post_named_in_the_text_is_asked(text, asked, talk, people):
    say(talk, people.clerk, text)
    assert threads.awaited(at(talk)) == asked


def test_whose_answer_is_awaited(talk, people):
    say(talk, people.clerk, "对吗", Post.REVIEWER, Post.BUREAU_HEAD)
    assert threads.awaited(at(talk)) == ["bureau_head", "reviewer"]
    say(talk, people.reviewer, "请附依据", Post.CLERK)
    assert threads.awaited(at(talk)) == ["bureau_head", "clerk"]
    say(talk, people.clerk, "已附")
    assert threads.awaited(at(talk)) == ["bureau_head"]
    threads.settle(discussion=talk, code=CODE, column=FIGURE, by=people.clerk)
    assert threads.awaited(at(talk)) == [] and not at(talk).is_open


@pytest.mark.parametrize(
    ("text", "mentions", "says"),
    [
        ("  ", (), "请写明"),
        ("字" * 501, (), "最多 500"),
        ("好", (Post.LEADER,), "不能查看"),
        ("好", ("nobody",), "不能查看"),
    ],
)
def test_what_is_refused(text, mentions, says, talk, people):
    with pytest.raises(Refused, match=says):
        say(talk, people.clerk, text, *mentions)
    assert not CellThread.objects.exists()


def test_title_of_places_with_the_longest_names_fits(talk, people):
    Area.objects.filter(code__in=(TOWN, CODE)).update(name="长" * Area._meta.get_field("name").max_length)
    say(ReturnDiscussion(Return.objects.get()), people.clerk)
    assert len(CellThread.objects.get().title) == CellThread._meta.get_field("title").max_length


def test_form_that_is_sent_twice_says_it_once(talk, people):
    say(talk, people.clerk, "请核对", seen=0)
    say(talk, people.clerk, "请核对", seen=0)
    assert CellComment.objects.count() == 1
    say(talk, people.clerk, "请核对", seen=1)
    assert CellComment.objects.count() == 2


def test_of_two_who_settle_the_second_is_told(talk, people):
    say(talk, people.clerk)
    threads.settle(discussion=talk, code=CODE, column=FIGURE, by=people.reviewer)
    with pytest.raises(Stale, match="王审核已标为已处理"):
        threads.settle(discussion=talk, code=CODE, column=FIGURE, by=people.clerk)
    threads.settle(discussion=talk, code=CODE, column=FIGURE, by=people.reviewer)
    assert CellComment.objects.count() == 2


def test_thread_is_opened_again_by_hand_and_by_a_comment(talk, people):
    say(talk, people.clerk)
    place = {"discussion": talk, "code": CODE, "column": FIGURE}
    threads.settle(**place, by=people.clerk)
    threads.reopen(**place, by=people.reviewer)
    assert at(talk).is_open
    threads.settle(**place, by=people.clerk)
    say(talk, people.reviewer, "还有问题")
    assert at(talk).is_open and CellThread.objects.count() == 1
    assert [each.act for each in at(talk).comments.all()] == ["comment", "settle", "reopen", "settle", "comment"]


def test_nothing_is_settled_where_nothing_was_said(talk, people):
    with pytest.raises(Refused, match="尚无批注"):
        threads.settle(discussion=talk, code=CODE, column=FIGURE, by=people.clerk)
    assert not CellThread.objects.exists()


def test_approved_return_is_read_only(make_return, people):
    talk = ReturnDiscussion(submitted(make_return(), people.clerk))
    say(talk, people.clerk)
    talk = ReturnDiscussion(approved(make_return(quarter=QUARTER.plus(-1)), people.clerk, people.reviewer))
    with pytest.raises(Refused, match="批注仅供查看"):
        say(talk, people.clerk)


def test_leader_reads_and_does_not_write(talk, people):
    with pytest.raises(PermissionDenied, match="没有"):
        say(talk, people.leader)


def test_marks_count_the_comments_of_open_threads(talk, people):
    say(talk, people.clerk)
    say(talk, people.reviewer, "好")
    say(talk, people.clerk, column="fibre_users")
    threads.settle(discussion=talk, code=CODE, column="fibre_users", by=people.clerk)
    marks = threads.marks_of("return", talk.name)
    assert (marks.of(CODE, FIGURE), marks.of(CODE, "fibre_users"), marks.of(CODE, "")) == (2, 0, 0)
    assert marks.said == {f"{CODE}/{FIGURE}": (2, 2)}


@pytest.mark.parametrize(("model", "changes"), [(CellComment, {"text": "改"}), (CommentMention, {"post": "clerk"})])
def test_what_was_said_is_only_added_to(model, changes, talk, people):
    say(talk, people.clerk, "请核对", Post.REVIEWER)
    for change in (lambda: model.objects.update(**changes), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            change()


def test_guards_are_in_the_database(db):
    assert {guard.table for guard in PROTECTED} == {model._meta.db_table for model in (CellComment, CommentMention)}
    assert [name for guard in PROTECTED for name in guard.missing(connection)] == []


# --- The panel --------------------------------------------------------------------------------------------------


def panel(talk, column: str = FIGURE, code: str = CODE) -> str:
    return f"{reverse('entry:panel', args=[talk.kind, talk.name, code])}?column={column}"


def test_panel_says_what_became_of_the_figure_since(talk, people, browse):
    client = browse(people.clerk)
    client.post(panel(talk), {"act": "comment", "comment": "多了", "seen": 0, "column": FIGURE, "mention": "reviewer"})
    cell = {"code": CODE, "name": FIGURE, "text": "1,231", "seen": [100]}
    assert sent(client, "return", talk.name, cell).status_code == 200
    page = browse(people.reviewer).get(panel(talk)).content.decode()
    assert "此后数字已由 100 改为 1,231" in page and "@区经信局审核员" in page and "100 → 1,231" in page


@pytest.mark.parametrize("column", [FIGURE, "explanation", ""])
def test_panel_is_a_page_and_a_part(column, talk, people, browse):
    client = browse(people.reviewer)
    assert "<html" in client.get(panel(talk, column)).content.decode()
    part = client.get(f"{panel(talk, column)}&part=1").content.decode()
    assert "<html" not in part and 'name="comment"' in part and "1号村" in part


@pytest.mark.parametrize(("column", "code"), [("owner", CODE), (FIGURE, "441802105201"), (FIGURE, "total")])
def test_panel_of_no_cell_is_none(column, code, talk, people, browse):
    assert browse(people.reviewer).get(panel(talk, column, code)).status_code == 404


def test_what_is_refused_stays_written(talk, people, browse):
    given = {"act": "comment", "comment": "字" * 501, "column": FIGURE, "mention": "clerk"}
    answer = browse(people.reviewer).post(panel(talk), given)
    page = answer.content.decode()
    assert answer.status_code == 409 and "最多 500" in page and "字" * 501 in page and 'value="clerk" checked' in page


def test_page_leads_back_to_the_portal_and_nowhere_else(talk, people, browse):
    client, given = browse(people.clerk), {"act": "comment", "comment": "好", "column": FIGURE}
    assert client.post(panel(talk), given | {"next": "/returns/"}).url == "/returns/"
    assert client.post(panel(talk), given | {"next": "//evil.example/"}).url == panel(talk)


def test_whoever_asked_is_ticked_for_the_answer(talk, people, browse):
    say(talk, people.clerk, "对吗", Post.REVIEWER)
    assert 'value="clerk" checked' in browse(people.reviewer).get(panel(talk)).content.decode()
    assert "checked" not in browse(people.bureau_head).get(panel(talk)).content.decode()


@pytest.fixture
def counts(make_user, make_area, make_return, people):
    make_return()
    Round.objects.create(county=TOWN[:6], period=str(QUARTER), due=date(2019, 4, 15))
    operator = make_user(Post.OPERATOR, operator="telecom", name="移甲")
    return CountDiscussion.opened(operator, f"441802-{QUARTER}-telecom"), operator


def test_operator_and_bureau_talk_about_counts(counts, people, browse, make_user):
    talk, operator = counts
    place = {"discussion": talk, "code": CODE, "column": "fibre_users"}
    threads.write(**place, text="含专线", mentions=[Post.REVIEWER], by=operator)
    page = browse(people.reviewer).get(panel(talk, "fibre_users")).content.decode()
    assert "含专线" in page and "未填" in page
    stranger = make_user(Post.OPERATOR, operator="mobile")
    elsewhere = make_user(Post.REVIEWER, area="441803101")
    assert browse(stranger).get(panel(talk, "fibre_users")).status_code == 404
    assert browse(elsewhere).get(panel(talk, "fibre_users")).status_code == 404
    assert browse(people.clerk).get(panel(talk, "fibre_users")).status_code == 403
    with pytest.raises(Refused, match="不能查看"):
        threads.write(**place, text="好", mentions=[Post.CLERK], by=operator)


def test_what_concerns_whom(counts, talk, people):
    counted, operator = counts
    say(talk, people.clerk, "对吗", Post.REVIEWER)
    threads.write(discussion=counted, code=TOWN, column="fibre_users", text="好", by=operator)

    def concerning(user) -> list[str]:
        return [thread.kind for thread, _ in threads.concerning(user)]

    assert concerning(people.reviewer) == ["counts", "return"]
    assert concerning(people.clerk) == concerning(people.leader) == ["return"]
    assert (concerning(operator), concerning(people.neighbour)) == (["counts"], [])
