"""What is refused, and who looked at others' data, stands in the audit trail; a flood of it fills no disk."""

import re
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import resolve, reverse

from accounts import audit, tallies
from accounts.models import AuditEntry
from accounts.posts import Post
from accounts.tallies import Repetitions, Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def moment(monkeypatch) -> list[float]:
    """What the counting takes for the time, in seconds."""
    now = [1_000.0]
    monkeypatch.setattr(tallies, "monotonic", lambda: now[0])
    return now


def signed_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def bare(answer) -> str:
    """The page without what is another on every page: the form's token."""
    return re.sub(r'csrf[^>]*value="\w+"', "", answer.content.decode())


def refusals() -> list[tuple[str, int, str, int]]:
    """Who was refused, with which status, why, and how many times; in order."""
    found = AuditEntry.objects.filter(action="access.refused").order_by("sequence")
    return [
        (each.username or each.address, each.facts["status"], each.facts["reason"], each.facts.get("times", 1))
        for each in found
    ]


def test_each_kind_of_refusal_is_an_entry(make_user, make_area):
    make_area("441802103"), make_area("441802105")
    clerk = make_user(Post.CLERK)
    client, page = signed_in(clerk, enforce_csrf_checks=True), reverse("accounts:me")

    client.get(reverse("accounts:users"))
    client.get(reverse("areas:area", args=["441802105"]))
    client.get(reverse("area-detail", args=["441802105"]))
    client.post(page, {"email": "a@example.cn"})
    Client().get(reverse("area-list"))

    assert refusals() == [
        (clerk.username, 403, "没有权限", 1),
        (clerk.username, 404, "不在本人范围内", 1),
        (clerk.username, 404, "不在本人范围内", 1),
        (clerk.username, 403, "表单校验未通过（CSRF）", 1),
        ("127.0.0.1", 401, "未登录，或令牌无效", 1),
    ]
    shown = AuditEntry.objects.filter(action="access.refused", subject_type="areas.area").last()
    assert (shown.by, shown.subject_key, shown.result) == (clerk, "441802105", "refused")
    assert shown.facts["page"] == reverse("areas:area", args=["441802105"])


def test_what_is_not_there_is_no_refusal_and_answered_alike(make_user, make_area):
    make_area("441802103"), make_area("441802105")
    client = signed_in(make_user(Post.CLERK))

    there, nowhere = (client.get(reverse("areas:area", args=[code])) for code in ("441802105", "441802177"))

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert bare(there).replace("441802105", "441802177") == bare(nowhere)
    assert [status for _, status, _, _ in refusals()] == [404]


def test_waiting_at_the_login_is_a_refusal_and_a_wrong_password_is_told_once(client, make_user):
    make_user(Post.CLERK, username="zhang.san", password="Wangcheng-2019")
    for _ in range(5):
        answer = client.post(reverse("accounts:login"), {"username": "zhang.san", "password": "wrong"})

    assert answer.status_code == 429
    assert {(status, why) for _, status, why, _ in refusals()} == {(429, "请求过于频繁")}
    assert AuditEntry.objects.filter(action="session.failed").count() == 3


def test_wrong_token_is_told_once():
    Client().get(reverse("area-list"), headers={"authorization": "Bearer gwtoken_wrong"})

    assert [entry.action for entry in AuditEntry.objects.all()] == ["token.failed"]


def test_thousand_refusals_in_a_minute_are_two_entries_with_the_count(make_user, moment, rf):
    clerk = make_user(Post.CLERK)
    request = rf.get(reverse("accounts:users"))
    request.user, request.resolver_match = clerk, resolve(request.path)
    for _ in range(1_000):
        moment[0] += 0.05
        audit.refused(request, 403, "没有权限")
    audit.REFUSALS.flush()

    assert [times for *_, times in refusals()] == [1, 999]
    assert not audit.verified().problem


def test_another_person_page_or_minute_is_told_apart(make_user, moment):
    first, second = make_user(Post.CLERK), make_user(Post.LEADER)
    for user, page in ((first, "accounts:users"), (second, "accounts:users"), (first, "accounts:audit")):
        signed_in(user).get(reverse(page))
    moment[0] += 61
    signed_in(first).get(reverse("accounts:users"))

    assert [who for who, *_ in refusals()] == [first.username, second.username, first.username, first.username]


def test_thousand_sources_are_a_hundred_entries_and_one_count(moment):
    written = []
    tally = Repetitions(seconds=60, write=lambda told, times: written.append((told.by, times)))
    for number in range(1_000):
        tally.note(number, Told("access.refused", "refused", str(number), "", {}))
    tally.flush()

    assert len(written) == 102
    assert written[-2:] == [("（其他来源）", 1), ("（其他来源）", 899)]
    assert sum(times for _, times in written) == 1_000


def test_flood_of_strangers_hides_no_persons_refusals(make_user, moment):
    written, clerk = [], make_user(Post.CLERK)
    tally = Repetitions(seconds=60, write=lambda told, times: written.append((told.by, times)))
    for number in range(200):
        tally.note(number, Told("access.refused", "refused", "", "10.0.0.1", {}))
    for page in ("one", "two", "three"):
        tally.note((clerk, page), Told("access.refused", "refused", clerk, "10.0.0.2", {"page": page}))
    tally.flush()

    assert [times for by, times in written if by == clerk] == [1, 2]


def test_looks_at_all_accounts_of_a_district_are_told_by_name(make_user, moment):
    admin = make_user(Post.SYSTEM_ADMIN)
    client, others = signed_in(admin), [make_user(Post.CLERK) for _ in range(tallies.MOST + 5)]
    for other in others:
        client.get(reverse("accounts:user", args=[other.pk]))

    looks = AuditEntry.objects.filter(action="personal.look", by=admin)
    assert {each.subject_key for each in looks} == {str(other.pk) for other in others}


def test_timer_tells_what_nobody_comes_after(moment, monkeypatch):
    written, set_for = [], []
    monkeypatch.setattr(tallies, "later", lambda seconds, call: set_for.append((seconds, call)) or True)
    monkeypatch.setattr(tallies, "connection", SimpleNamespace(close=lambda: None))
    tally = Repetitions(seconds=60, write=lambda told, times: written.append(times))
    for _ in range(3):
        tally.note("a", Told("access.refused", "refused", "", "", {}))
    moment[0] += 61
    ((seconds, ring),) = set_for
    set_for.clear()
    ring()

    assert (written, seconds, set_for) == ([1, 2], 61, [])


def test_what_the_database_does_not_take_is_counted_on(moment):
    written, is_away = [], True

    def write(told, times):
        if is_away:
            raise DatabaseError
        written.append(times)

    tally = Repetitions(seconds=60, write=write)
    for _ in range(3):
        tally.note("a", Told("access.refused", "refused", "", "", {}))
    is_away = False
    tally.flush()

    assert sum(written) == 3


def test_looks_at_an_account_are_told_once_an_hour(make_user, moment):
    admin, other = make_user(Post.SYSTEM_ADMIN), make_user(Post.CLERK)
    client = signed_in(admin)
    for _ in range(3):
        client.get(reverse("accounts:user", args=[other.pk]))
    client.get(reverse("accounts:user", args=[admin.pk]))
    moment[0] += 3_601
    client.get(reverse("accounts:user", args=[other.pk]))

    looks = list(AuditEntry.objects.filter(action="personal.look").order_by("sequence"))
    assert [(each.by, each.subject_key, each.facts.get("times")) for each in looks] == [
        (admin, str(other.pk), None),
        (admin, str(other.pk), 2),
        (admin, str(other.pk), None),
    ]


def test_telephones_beside_a_return_are_a_look_and_the_number_in_the_header_is_none(make_user):
    make_user(Post.REVIEWER, phone="0763-3361234", name="李审核")
    client = signed_in(make_user(Post.CLERK))

    client.get(reverse("inbox:unread"))
    client.get(reverse("inbox:index"))
    with_people = [each.facts for each in AuditEntry.objects.filter(action="personal.look")]

    assert all(facts["people"] == ["李审核"] and facts["page"] != reverse("inbox:unread") for facts in with_people)
