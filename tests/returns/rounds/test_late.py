"""Asking to report late: on the page where one is refused, answered in one click, once, and by the own bureau."""

from datetime import date, timedelta

import pytest
from django.conf import settings as project
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused, Stale
from inbox import items
from returns.models import LateRequest, LateRequestState, Return, Round, Unlock
from returns.rounds import late, rounds
from tests.returns.conftest import ON, QUARTER, TOWN

DUE = date(2019, 4, 15)
AFTER = DUE + timedelta(days=1)
UNTIL = AFTER + timedelta(days=3)


def enter(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def closed(make_area, people, settings):
    """A round that is over, with the town's return that was begun in it."""
    make_area(f"{TOWN}201", "1号村", valid_from=date(2019, 1, 1))
    round_ = rounds.open_round(county="441802", quarter=QUARTER, due=DUE, on=ON, by=people.reviewer)
    settings.PORTAL_TODAY = AFTER
    return round_


def ask(closed, people, **more) -> LateRequest:
    given = {"reason": "停电三天", "until": UNTIL, "on": AFTER, "by": people.clerk} | more
    return late.ask(round_=closed, township=Area.objects.get(code=TOWN), **given)


FORM = {"reason": "停电三天", "until": UNTIL.isoformat()}


def test_clerk_asks_on_the_page_where_she_is_refused(closed, people):
    clerk = enter(people.clerk)
    page = clerk.get(reverse("returns:return", args=[Return.objects.get().pk]))
    address = reverse("returns:ask_late", args=[QUARTER])
    assert f'action="{address}"' in page.text and "不能修改" in page.text

    assert clerk.post(address, {"until": FORM["until"]}).status_code == 422
    for _ in range(2):
        answer = clerk.post(address, FORM)
        assert answer.url == reverse("returns:late", args=[LateRequest.objects.get().pk])
    page = clerk.get(reverse("returns:return", args=[Return.objects.get().pk])).text
    assert "等待区经信局答复" in page and f'action="{address}"' not in page
    assert AuditEntry.objects.filter(action="late.ask").count() == 1


def test_quarter_that_was_never_begun_is_asked_for_too(make_area, people, settings):
    make_area(f"{TOWN}201", "1号村", valid_from=date(2019, 1, 1))
    Round.objects.create(county="441802", period=str(QUARTER), due=DUE)
    settings.PORTAL_TODAY = AFTER
    page = enter(people.clerk).get(reverse("returns:open", args=[QUARTER])).text
    assert reverse("returns:ask_late", args=[QUARTER]) in page and "开始填报" not in page


def test_quarter_waits_for_the_bureau_while_it_has_not_answered(closed, people):
    asked = ask(closed, people)
    mine, theirs = (
        [row.item.kind for row in rows] for rows in (items.of(people.clerk).mine, items.of(people.clerk).theirs)
    )
    assert (mine, sorted(theirs)) == ([], ["季报", "补报"])
    late.grant(request=asked, version=asked.version, until=UNTIL, on=AFTER, by=people.reviewer)
    assert [row.item.kind for row in items.of(people.clerk).mine] == ["季报"]


def test_bureau_allows_it_from_its_inbox_in_one_click(closed, people):
    asked = ask(closed, people)
    (row,) = [row for row in items.of(people.reviewer).mine if row.item.kind == "补报"]
    (act,) = row.item.acts
    assert act.label == f"允许补报至 {UNTIL}" and "停电三天" in row.item.words
    waits = [row.item for row in items.of(people.clerk).theirs if row.item.kind == "补报"]
    assert [item.who for item in waits] == ["区经信局"] and waits[0].acts == ()

    reviewer = enter(people.reviewer)
    for _ in range(2):
        assert reviewer.post(act.url, act.fields).url == reverse("inbox:index")
    given = Unlock.objects.get()
    assert (given.until, given.reason, given.by) == (UNTIL, "停电三天", people.reviewer)
    assert not rounds.is_locked(TOWN, QUARTER, UNTIL)
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="late.")] == [
        "late.grant",
        "late.ask",
    ]
    assert asked.moves.count() == 2
    assert "允许补报至" in items.of(people.clerk).mine[0].item.words


def test_bureau_refuses_with_words_and_the_clerk_reads_them(closed, people):
    asked = ask(closed, people)
    items.mark_opened(people.clerk, [row.item for row in items.of(people.clerk).mine])
    reviewer, address = enter(people.reviewer), reverse("returns:late", args=[asked.pk])
    said = {"version": asked.version, "decision": "refuse"}
    assert reviewer.post(address, said).status_code == 422
    for _ in range(2):
        assert reviewer.post(address, said | {"reason": "已延期一次"}).status_code == 302

    asked.refresh_from_db()
    assert asked.state == LateRequestState.REFUSED and not Unlock.objects.exists()
    (row,) = items.of(people.clerk).mine
    assert row.is_unread and "王审核于 2019-04-16 不予允许补报：已延期一次" in row.item.words
    page = enter(people.clerk).get(reverse("returns:return", args=[Return.objects.get().pk])).text
    assert "已延期一次" in page and reverse("returns:ask_late", args=[QUARTER]) in page
    assert ask(closed, people, reason="情况有变").pk != asked.pk


def test_second_answer_is_told_who_was_faster(closed, people, make_user):
    asked = ask(closed, people)
    late.refuse(request=asked, version=0, reason="不行", by=make_user(Post.REVIEWER, name="赵审核"))
    page = enter(people.reviewer).post(
        reverse("returns:late", args=[asked.pk]), {"version": 0, "decision": "grant", "until": UNTIL.isoformat()}
    )
    assert page.status_code == 409 and "赵审核" in page.text and not Unlock.objects.exists()


def test_withdrawn_request_is_not_granted(closed, people):
    asked = ask(closed, people)
    clerk = enter(people.clerk)
    for _ in range(2):
        assert (
            clerk.post(reverse("returns:late", args=[asked.pk]), {"version": 0, "decision": "withdraw"}).status_code
            == 302
        )
    with pytest.raises(Stale):
        late.grant(request=LateRequest.objects.get(), version=0, until=UNTIL, on=AFTER, by=people.reviewer)
    assert not Unlock.objects.exists() and items.of(people.reviewer).unread == 0


def test_other_townships_and_posts(closed, people):
    asked = ask(closed, people)
    address, grant = (
        reverse("returns:late", args=[asked.pk]),
        {"version": 0, "decision": "grant", "until": UNTIL.isoformat()},
    )
    assert enter(people.neighbour).get(address).status_code == 404
    assert enter(people.neighbour).post(address, grant).status_code == 404
    assert enter(people.clerk).post(address, grant).status_code == 403
    assert enter(people.reviewer).post(address, {"version": 0, "decision": "withdraw"}).status_code == 403
    assert enter(people.leader).get(address).status_code == 403
    assert enter(people.head).get(reverse("returns:ask_late", args=[QUARTER])).status_code == 403
    assert LateRequest.objects.get().state == LateRequestState.OPEN and not Unlock.objects.exists()


@pytest.mark.parametrize(("more", "why"), [
    ({"on": DUE}, "不必申请补报"), ({"until": DUE}, "不能早于今天"), ({"reason": "  "}, "必须写明原因"),
])  # fmt: skip
def test_request_that_makes_no_sense_is_refused(more, why, closed, people):
    with pytest.raises(Refused, match=why):
        ask(closed, people, **more)
    assert not LateRequest.objects.exists()


def test_leave_given_of_its_own_accord_answers_the_request(closed, people):
    asked = ask(closed, people)
    address = reverse("returns:unlock", args=[QUARTER, TOWN])
    assert enter(people.reviewer).post(address, {"until": "2019-05-01", "reason": "同意"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == LateRequestState.GRANTED and Unlock.objects.get().until == date(2019, 5, 1)


def test_request_for_a_day_that_is_gone_is_granted_until_today(closed, people, settings):
    ask(closed, people)
    settings.PORTAL_TODAY = UNTIL + timedelta(days=5)
    (row,) = [row for row in items.of(people.reviewer).mine if row.item.kind == "补报"]
    assert row.item.acts[0].fields["until"] == settings.PORTAL_TODAY.isoformat()


def test_only_one_request_is_open(closed, people):
    asked = ask(closed, people)
    same = {"round": closed, "township_id": TOWN, "until": UNTIL, "reason": "x", "by": people.clerk}
    with pytest.raises(IntegrityError), transaction.atomic():
        LateRequest.objects.create(**same)
    assert LateRequest.objects.get() == asked


def test_table_of_moves_is_documented():
    assert late.LATE_MOVES.as_table() in (project.BASE_DIR / "docs/inbox.md").read_text("utf-8")
