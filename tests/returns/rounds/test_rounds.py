"""The round: what it opens, when it locks, who is late, who was urged."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import wording
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused
from returns import actions
from returns.entry.saving import save_lines
from returns.models import LineStatus, Return, ReturnMove, ReturnState, Round, Urge
from returns.review import decisions
from returns.rounds import rounds
from returns.rounds.pages import side_by_side, townships
from returns.summary import summary
from returns.tasks import owed_by
from tests.audit_flush import lifted
from tests.returns.conftest import GOOD, ON, QUARTER, TOWN, fill, report, submitted, typed

DUE = date(2019, 4, 15)
AFTER = DUE + timedelta(days=1)
NEXT_DOOR = "441802105"


@pytest.fixture
def opened(make_area, people):
    """The round of 2019Q1 over two towns with two villages each."""
    for town in (TOWN, NEXT_DOOR):
        for number in (1, 2):
            make_area(f"{town}20{number}", f"{number}号村", valid_from=date(2019, 1, 1))
    return rounds.open_round(county="441802", quarter=QUARTER, due=DUE, note="请按时", on=ON, by=people.reviewer)


@pytest.fixture
def quarterly_return(opened) -> Return:
    return Return.objects.get(township_id=TOWN)


def rows(user, round_, on=ON) -> dict[str, tuple]:
    return {
        row.code: (row.standing, row.filled, row.villages, row.is_complete, row.timeliness)
        for row in townships(user, round_, on)
    }


def reported_at(moment: str) -> None:
    """Let what was reported have been so at another moment."""
    with lifted(ReturnMove):
        ReturnMove.objects.filter(action="submit").update(at=moment)


def test_opening_begins_every_return_once(opened, people):
    assert sorted(Return.objects.values_list("township_id", "state")) == [(TOWN, "draft"), (NEXT_DOOR, "draft")]
    assert Return.objects.get(township_id=TOWN).lines.count() == 2
    again = rounds.open_round(county="441802", quarter=QUARTER, due=DUE, note="请按时", on=ON, by=people.bureau_head)
    assert again == opened and ReturnMove.objects.count() == 2
    assert AuditEntry.objects.filter(action="round.open").count() == 1


def test_due_date_can_be_moved(opened, people):
    later = DUE + timedelta(days=5)
    rounds.open_round(county="441802", quarter=QUARTER, due=later, on=ON, by=people.reviewer)
    assert rounds.due_on("441802", QUARTER) == later
    assert not rounds.is_locked(TOWN, QUARTER, later) and rounds.is_locked(TOWN, QUARTER, later + timedelta(days=1))


@pytest.mark.parametrize("who", ["clerk", "head", "leader"])
def test_only_the_bureau_opens(who, people, make_area):
    with pytest.raises(PermissionDenied):
        rounds.open_round(county="441802", quarter=QUARTER, due=DUE, on=ON, by=getattr(people, who))


def test_round_that_cannot_be_is_refused(people):
    for quarter, due in ((QUARTER, QUARTER.last_day), (QUARTER.plus(1), date(2019, 7, 15)), (QUARTER.plus(-12), DUE)):
        with pytest.raises(Refused):
            rounds.open_round(county="441802", quarter=quarter, due=due, on=date(2019, 3, 1), by=people.reviewer)


EARLY = date(2019, 3, 31)
"""The last day of the quarter: it has not ended."""


def test_before_the_quarter_has_ended_a_round_is_opened_only_with_a_reason(people):
    wanted = {"county": "441802", "quarter": QUARTER, "by": people.reviewer}
    for reason in ("", " 　"):
        with pytest.raises(Refused, match="尚未结束"):
            rounds.open_round(due=DUE, early_reason=reason, on=EARLY, **wanted)
    assert not Round.objects.exists()

    opened = rounds.open_round(due=DUE, early_reason=" 区政府要求提前摸底 ", on=EARLY, **wanted)
    assert opened.early_reason == "区政府要求提前摸底"
    (entry,) = AuditEntry.objects.filter(action="round.open")
    assert ("提前开放原因", "区政府要求提前摸底") in wording.changes(entry)

    moved = rounds.open_round(due=DUE + timedelta(days=1), on=EARLY, **wanted)
    assert moved.early_reason == "区政府要求提前摸底"


def test_round_of_a_quarter_that_has_ended_asks_for_no_reason_and_keeps_none(people):
    opened = rounds.open_round(
        county="441802", quarter=QUARTER, due=DUE, early_reason="提前", on=EARLY + timedelta(days=1), by=people.reviewer
    )
    assert opened.early_reason == ""


def test_reason_of_an_early_round_is_shown_to_the_townships(make_area, people, settings):
    settings.PORTAL_TODAY = EARLY
    make_area(f"{TOWN}201", valid_from=date(2018, 1, 1))
    reason = "区政府要求提前摸底"
    rounds.open_round(county="441802", quarter=QUARTER, due=DUE, early_reason=reason, on=EARLY, by=people.reviewer)
    (task,) = [each for each in owed_by(people.clerk, EARLY) if "2019年第一季度" in each.title]
    assert task.words == f"本季度尚未结束，提前开放填报：{reason}。"
    for address in (reverse("returns:rounds"), reverse("returns:round", args=[QUARTER])):
        assert reason in browse(people.clerk).get(address).content.decode()


def test_quarter_is_chosen_and_says_how_it_stands(opened, people, settings):
    page = browse(people.reviewer).get(reverse("returns:rounds"))
    choices = page.context["form"].fields["quarter"].choices
    assert choices[:3] == [
        ("2019Q2", "2019年第二季度（尚未结束）"),
        ("2019Q1", "2019年第一季度（已开放，截止 2019-04-15）"),
        ("2018Q4", "2018年第四季度"),
    ]
    assert choices[-1][0] == "2017Q1" and page.context["form"].initial["quarter"] == "2019Q1"
    assert '<select name="quarter"' in page.content.decode()

    form = {"quarter": "2019Q2", "due": "2019-07-15", "note": ""}
    refused = browse(people.reviewer).post(reverse("returns:open_round"), form)
    assert refused.status_code == 422 and "尚未结束" in refused.content.decode()
    assert (
        browse(people.reviewer).post(reverse("returns:open_round"), form | {"early_reason": "摸底"}).status_code == 302
    )
    later = browse(people.reviewer).post(reverse("returns:open_round"), form | {"quarter": "2019Q3"})
    assert later.status_code == 422 and "请从列表中选择季度" in later.content.decode()


def test_due_date_that_is_left_from_another_quarter_is_said_beside_it(opened, people):
    form = {"quarter": "2019Q2", "due": "2019-04-15", "note": "", "early_reason": "摸底"}
    refused = browse(people.reviewer).post(reverse("returns:open_round"), form)
    fault = "2019年第二季度的截止日期应晚于季末（2019-06-30），通常为 2019-07-15。"
    assert refused.status_code == 422 and refused.context["form"].errors["due"] == [fault]


def test_form_knows_the_due_date_of_every_quarter(opened, people):
    later = DUE + timedelta(days=5)
    rounds.open_round(county="441802", quarter=QUARTER, due=later, on=ON, by=people.reviewer)
    form = browse(people.reviewer).get(reverse("returns:rounds")).context["form"]
    dues = json.loads(form.fields["quarter"].widget.attrs["data-dues"])
    assert (dues["2019Q2"], dues["2019Q1"], dues["2018Q4"]) == ("2019-07-15", f"{later}", "2019-01-15")
    assert form["due"].value() == f"{later}"


def test_entry_locks_after_the_due_date_and_unlocks_for_one_township(opened, quarterly_return, people):
    row = {f"{TOWN}201": typed(*GOOD)}
    with pytest.raises(Refused, match="已经截止"):
        save_lines(quarterly_return=quarterly_return, rows=row, by=people.clerk, on=AFTER)
    save_lines(quarterly_return=quarterly_return, rows=row, by=people.clerk, on=DUE)

    town = Area.objects.get(code=TOWN)
    until = AFTER + timedelta(days=3)
    with pytest.raises(Refused, match="必须写明原因"):
        rounds.unlock(round_=opened, township=town, until=until, reason=" ", on=AFTER, by=people.reviewer)
    with pytest.raises(Refused, match="补报截止日期"):
        rounds.unlock(round_=opened, township=town, until=DUE, reason="停电", on=AFTER, by=people.reviewer)
    given = rounds.unlock(round_=opened, township=town, until=until, reason="停电", on=AFTER, by=people.reviewer)
    again = rounds.unlock(round_=opened, township=town, until=until, reason="停电", on=AFTER, by=people.reviewer)
    assert again == given and opened.unlocks.count() == 1
    assert not rounds.is_locked(TOWN, QUARTER, until) and rounds.is_locked(TOWN, QUARTER, until + timedelta(days=1))
    assert rounds.is_locked(NEXT_DOOR, QUARTER, AFTER)


def test_handing_up_is_locked_but_the_head_may_still_sign(quarterly_return, people):
    fill(quarterly_return, people.clerk)
    with pytest.raises(Refused, match="已经截止"):
        actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk, on=AFTER)
    quarterly_return.refresh_from_db()
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk, on=DUE)
    actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.head)


def test_what_was_sent_back_and_a_correction_stay_open(quarterly_return, people):
    quarterly_return = submitted(quarterly_return, people.clerk)
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="核对", by=people.reviewer
    )
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk, on=AFTER)
    actions.withdraw(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    assert not rounds.is_entry_locked(quarterly_return, AFTER)
    quarterly_return = report(quarterly_return, people.clerk)
    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    new = actions.correct(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="错", by=people.clerk
    )
    assert not rounds.is_entry_locked(new, AFTER)


def test_empty_return_is_not_complete(opened, quarterly_return, people):
    before = ("not_begun", 0, 2, False, "open")
    assert rows(people.leader, opened) == {TOWN: before, NEXT_DOOR: before}
    save_lines(quarterly_return=quarterly_return, rows={f"{TOWN}201": typed(*GOOD)}, by=people.clerk)
    assert rows(people.clerk, opened) == {TOWN: ("draft", 1, 2, False, "open")}
    assert rows(people.clerk, opened, AFTER) == {TOWN: ("draft", 1, 2, False, "overdue")}


def test_opened_returns_are_not_said_to_be_begun(opened, quarterly_return, people):
    client, address = Client(), reverse("returns:index")
    client.force_login(people.leader)
    assert "各街镇都已开始填报" not in client.get(address).content.decode()
    for each in Return.objects.all():
        save_lines(
            quarterly_return=each,
            rows={f"{each.township_id}201": typed(*GOOD)},
            by=people.clerk if each == quarterly_return else people.neighbour,
        )
    assert "各街镇都已开始填报" in client.get(address).content.decode()


def test_township_is_told_of_itself_alone(opened, quarterly_return, people):
    client, address = Client(), reverse("returns:index")
    client.force_login(people.clerk)
    shown = client.get(address).content.decode()
    assert "尚未填报。" in shown and "尚未填报的街镇" not in shown
    save_lines(quarterly_return=quarterly_return, rows={f"{TOWN}201": typed(*GOOD)}, by=people.clerk)
    shown = client.get(address).content.decode()
    assert "已开始填报。" in shown and "各街镇" not in shown


def test_timeliness_is_that_of_the_first_report(opened, quarterly_return, people):
    quarterly_return = submitted(quarterly_return, people.clerk)
    reported_at("2019-04-15T15:59:00Z")
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="核对", by=people.reviewer
    )
    report(quarterly_return, people.clerk)
    assert rows(people.leader, opened, AFTER)[TOWN] == ("submitted", 2, 2, True, "on_time")
    reported_at("2019-04-15T16:00:00Z")
    assert rows(people.leader, opened, AFTER)[TOWN][-1] == "late"


def test_report_is_of_the_day_on_which_the_portal_stands(opened, quarterly_return, people):
    """A demonstration of a past quarter: on time, with a receipt and a history of that day."""
    quarterly_return = submitted(quarterly_return, people.clerk)
    assert rows(people.leader, opened)[TOWN][-1] == "on_time"
    client = Client()
    client.force_login(people.clerk)
    receipt = client.get(
        reverse("returns:receipt", args=[quarterly_return.pk, quarterly_return.moves.last().pk])
    ).content.decode()
    history = client.get(reverse("returns:history", args=[quarterly_return.pk, f"{TOWN}201"])).content.decode()
    assert "<dd>2019年4月8日 " in receipt and "2019年4月8日 " in history


def test_return_that_a_package_reported_has_no_moment(opened, quarterly_return, people):
    Return.objects.filter(pk=quarterly_return.pk).update(state=ReturnState.APPROVED)
    assert rows(people.leader, opened, AFTER)[TOWN][-1] == "undated"


def _imported(quarterly_return: Return, people, state=ReturnState.APPROVED) -> Return:
    """The return as a package brings it in, reported at no known moment."""
    fill(quarterly_return, people.clerk)
    quarterly_return.lines.update(status=LineStatus(state))
    Return.objects.filter(pk=quarterly_return.pk).update(state=state)
    ReturnMove.objects.create(
        quarterly_return=quarterly_return, action="import", from_state=ReturnState.DRAFT, to_state=state, by=None
    )
    return Return.objects.get(pk=quarterly_return.pk)


def test_correction_of_an_imported_return_does_not_make_it_late(opened, quarterly_return, people):
    quarterly_return = _imported(quarterly_return, people)
    new = actions.correct(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="填错", by=people.clerk
    )
    assert rows(people.leader, opened, AFTER)[TOWN][0::4] == ("correcting_draft", "undated")
    report(new, people.clerk)
    reported_at("2019-05-20T00:00:00Z")
    assert rows(people.leader, opened, AFTER)[TOWN][0::4] == ("correcting_submitted", "undated")
    assert summary(people.leader, opened, "reported", AFTER).lines[0].submitted == "—"


def test_imported_return_that_is_sent_back_and_comes_again_is_not_late(opened, quarterly_return, people):
    quarterly_return = _imported(quarterly_return, people, ReturnState.SUBMITTED)
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="核对", by=people.reviewer
    )
    assert rows(people.leader, opened, AFTER)[TOWN][-1] == "undated"
    report(Return.objects.get(pk=quarterly_return.pk), people.clerk)
    reported_at("2019-05-20T00:00:00Z")
    assert rows(people.leader, opened, AFTER)[TOWN][-1] == "undated"


def test_correction_does_not_make_a_punctual_return_late(opened, quarterly_return, people):
    quarterly_return = submitted(quarterly_return, people.clerk)
    reported_at("2019-04-10T00:00:00Z")
    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    quarterly_return.refresh_from_db()
    report(
        actions.correct(
            quarterly_return=quarterly_return, version=quarterly_return.version, reason="填错", by=people.clerk
        ),
        people.clerk,
    )
    assert rows(people.leader, opened, AFTER)[TOWN][-1] == "on_time"


def test_urging_leaves_one_trace_a_day_and_shows_in_the_tasks(opened, quarterly_return, people):
    town = Area.objects.get(code=TOWN)
    done = [rounds.urge(round_=opened, township=town, on=ON, by=people.reviewer) for _ in range(3)]
    assert done == [True, False, False]
    assert rounds.urge(round_=opened, township=town, on=AFTER, by=people.reviewer)
    assert list(Urge.objects.values_list("on", "by__name")) == [(ON, "王审核"), (AFTER, "王审核")]
    assert AuditEntry.objects.filter(action="round.urge").count() == 2
    (task,) = owed_by(people.clerk, ON)
    assert task.state == "未开始" and "王审核于 2019-04-16 催办" in task.words

    submitted(quarterly_return, people.clerk)
    with pytest.raises(Refused, match="已经报送"):
        rounds.urge(round_=opened, township=town, on=AFTER + timedelta(days=1), by=people.reviewer)


@pytest.mark.parametrize(("on", "notice"), [
    (date(2019, 4, 9), ""), (date(2019, 4, 10), "还有 5 天截止。"), (DUE, "今天截止。"),
    (AFTER, "填报已截止。确需补报的，请申请补报。"),
])  # fmt: skip
def test_task_says_how_much_time_is_left(on, notice, opened, people):
    (task,) = owed_by(people.head, on)
    assert (task.due, task.words) == (DUE, notice)


def browse(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_bureau_opens_urges_and_unlocks_on_the_pages(make_area, people, settings):
    make_area(f"{TOWN}201", valid_from=date(2019, 1, 1))
    reviewer = browse(people.reviewer)
    form = {"quarter": "2019Q1", "due": "2019-04-15", "note": ""}
    assert "2019Q1" in reviewer.get(reverse("returns:rounds")).content.decode()
    assert reviewer.post(reverse("returns:open_round"), form | {"quarter": "x"}).status_code == 422
    assert reviewer.post(reverse("returns:open_round"), form | {"due": "2019-03-31"}).status_code == 422
    for _ in range(2):
        assert reviewer.post(reverse("returns:open_round"), form).url == reverse("returns:round", args=["2019Q1"])
    assert Round.objects.count() == Return.objects.count() == 1

    for _ in range(2):
        reviewer.post(reverse("returns:urge", args=["2019Q1", TOWN]))
    assert Urge.objects.count() == 1
    page = reviewer.get(reverse("returns:round", args=["2019Q1"])).content.decode()
    assert "未开始" in page and "王审核催办" in page

    settings.PORTAL_TODAY = AFTER
    clerk = browse(people.clerk)
    address = reverse("returns:return", args=[Return.objects.get().pk])
    page = clerk.get(address).content.decode()
    assert "不能修改" in page and "申请补报" in page
    unlock = reverse("returns:unlock", args=["2019Q1", TOWN])
    assert reviewer.post(unlock, {"until": "2019-04-20", "reason": ""}).status_code == 422
    assert reviewer.post(unlock, {"until": "2019-04-20", "reason": "停电"}).status_code == 302
    assert "检查并提请签发" in clerk.get(address).content.decode()


@pytest.mark.parametrize(("query", "count"), [
    ("standing=not_begun", 2), ("standing=draft", 0), ("timeliness=open", 2), ("complete=0", 2), ("complete=1", 0),
    ("sort=-timeliness", 2),
])  # fmt: skip
def test_progress_filters(query, count, opened, people):
    answer = browse(people.leader).get(reverse("returns:round", args=["2019Q1"]) + f"?{query}")
    assert answer.context["page"].paginator.count == count and not answer.context["problems"]


def test_progress_exports(opened, people):
    answer = browse(people.leader).get(reverse("returns:round", args=["2019Q1"]) + "?export=csv")
    assert answer.status_code == 200 and "未开始" in b"".join(answer).decode("utf-8-sig")


def test_township_sees_its_own_row_only(opened, people):
    page = browse(people.clerk).get(reverse("returns:round", args=["2019Q1"])).content.decode()
    assert f"区域{TOWN}" in page and f"区域{NEXT_DOOR}" not in page and "催办</button>" not in page


def test_batch_passes_what_is_clean_and_nothing_else(opened, quarterly_return, people, make_user):
    other = Return.objects.get(township_id=NEXT_DOOR)
    submitted(quarterly_return, people.clerk)
    fill(other, people.neighbour, 100, 60, 50, 70, 50, explanation="开学后流动人口返校三十户")
    report(other, people.neighbour)
    address, reviewer = reverse("returns:batch"), browse(people.reviewer)
    page = reviewer.get(address)
    assert [each.quarterly_return.pk for each in page.context["ready"]] == [quarterly_return.pk]
    assert "有 2 行须核对" in page.content.decode()

    keys = [f"{each.pk}-{each.version}" for each in Return.objects.all()]
    for _ in range(2):
        reviewer.post(address, {"return": keys})
    assert sorted(Return.objects.values_list("township_id", "state")) == [(TOWN, "approved"), (NEXT_DOOR, "submitted")]
    assert ReturnMove.objects.filter(action="approve").count() == 1


def test_batch_leaves_out_what_changed_or_is_ones_own(opened, quarterly_return, people):
    quarterly_return = submitted(quarterly_return, people.clerk)
    reviewer, address = browse(people.reviewer), reverse("returns:batch")
    answer = reviewer.post(address, {"return": f"{quarterly_return.pk}-{quarterly_return.version - 1}"}, follow=True)
    assert "有变化" in answer.content.decode()
    people.clerk.post, people.clerk.area_id = Post.REVIEWER, "441802"
    people.clerk.save()
    assert browse(people.clerk).get(address).context["ready"] == []
    assert Return.objects.get(pk=quarterly_return.pk).state == ReturnState.SUBMITTED


def test_rounds_stand_side_by_side(opened, quarterly_return, people, django_assert_num_queries):
    save_lines(quarterly_return=quarterly_return, rows={f"{TOWN}201": typed(*GOOD)}, by=people.clerk)
    with django_assert_num_queries(1):
        [(town, [mine]), (next_door, [theirs])] = side_by_side(people.leader, [opened], AFTER)
    assert (town.pk, mine.timeliness, mine.tone, mine.filled, mine.villages) == (TOWN, "overdue", "missed", 1, 2)
    assert (next_door.pk, theirs.filled) == (NEXT_DOOR, 0)
    assert [area.pk for area, _ in side_by_side(people.clerk, [opened], ON)] == [TOWN]
    assert side_by_side(people.leader, [], ON) == []
