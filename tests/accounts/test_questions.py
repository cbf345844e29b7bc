"""The auditor's page: stretches of the trail, saved questions, entries of an archive, groups of actions."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import archives, retention, trail, wording
from accounts.audit import record
from accounts.models import AuditEntry, SavedQuestion
from accounts.posts import Post
from common import clock

pytestmark = pytest.mark.django_db
AUDIT = reverse("accounts:audit")


@pytest.fixture
def enter(make_user):
    def sign_in(post: Post = Post.AUDITOR, **fields) -> Client:
        client = Client()
        client.user = make_user(post, **fields)
        client.force_login(client.user)
        return client

    return sign_in


def shown(client: Client, address: str) -> list[int]:
    return [entry.sequence for entry in client.get(address).context["stretch"].entries]


def test_every_action_stands_in_one_group():
    grouped = [action for group in wording.GROUPS for action in wording.actions_of(group)]

    assert {action for action in wording.ACTIONS if action not in grouped} == {"export"}
    assert {action for action in grouped if grouped.count(action) > 1} == {
        *("session.locked", "public_objection.look", "case.look", "token.failed", "round.remind")
    }
    assert set(wording.HANDED_OUT) <= wording.ACTIONS.keys()


def test_pages_follow_each_other_without_a_gap(enter, monkeypatch):
    monkeypatch.setattr(trail, "PAGE", 3)
    client = enter()
    for number in range(8):
        record(action="test.act", by="某人", detail={"number": number})

    first = client.get(AUDIT).context
    second = client.get(AUDIT + first["older"]).context
    third = client.get(AUDIT + second["older"]).context
    back = client.get(AUDIT + third["newer"]).context

    seen = [[entry.sequence for entry in each["stretch"].entries] for each in (first, second, third, back)]
    assert seen == [[8, 7, 6], [5, 4, 3], [2, 1], [5, 4, 3]]
    assert (first["newer"], third["older"], first["count"]) == ("", "", 8)


def test_page_counts_nothing_and_skips_nothing(enter):
    client = enter()
    record(action="test.act", by="某人")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(f"{AUDIT}?group=季报&before=900000&period=month")

    assert not [each["sql"] for each in queries if "COUNT(" in each["sql"] or "OFFSET" in each["sql"]]


def test_question_is_kept_shared_and_deleted_by_its_owner(enter):
    one, other = enter(), enter()
    one.post(
        reverse("accounts:keep_question"),
        {"name": "夜间登录", "is_shared": "on", "query": "action=session.login&before=7&"},
    )
    question = SavedQuestion.objects.get()

    assert (question.query, question.is_shared, question.owner) == ("action=session.login", True, one.user)
    assert "夜间登录" in other.get(AUDIT).content.decode()
    drop = reverse("accounts:drop_question", args=[question.pk])
    assert (other.post(drop).status_code, one.post(drop).status_code) == (404, 302)
    assert [entry.action for entry in AuditEntry.objects.order_by("sequence")] == [
        *("question.save", "access.refused", "question.drop")
    ]
    saved = AuditEntry.objects.get(action="question.save")
    assert wording.summary(saved) == "条件：动作：登录；供全体审计员使用：是"


def test_question_of_ones_own_is_nobody_elses(enter):
    one, other = enter(), enter()
    one.post(reverse("accounts:keep_question"), {"name": "夜间登录", "query": "action=session.login"})

    assert [len(client.get(AUDIT).context["questions"]) for client in (one, other)] == [1, 0]


@pytest.mark.parametrize("name", ["", "夜间登录"])
def test_question_needs_a_name_of_its_own(name, enter):
    client = enter()
    SavedQuestion.objects.create(name="夜间登录", query="a=1", owner=client.user)
    answer = client.post(reverse("accounts:keep_question"), {"name": name, "query": "b=2"}, follow=True)

    assert "未保存常用查询" in answer.content.decode()
    assert SavedQuestion.objects.count() == 1


@pytest.fixture
def archived(settings, tmp_path, monkeypatch):
    """Four entries of January 2018 in an archive, and two of today."""
    settings.VAR_DIR, settings.AUDIT_MONTHS = tmp_path, 6
    with monkeypatch.context() as patch:
        for day in (15, 16, 17, 18):
            moment = clock.real_now().replace(year=2018, month=1, day=day, hour=4)
            patch.setattr("accounts.audit.clock.real_now", lambda moment=moment: moment)
            record(action="session.login" if day % 2 else "session.logout", by=f"第{day}")
            patch.undo()
    (made,) = retention.archive_expired(by="（服务器命令）")
    record(action="session.login", by="今天")
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [4, 3, 2, 1]),
        ("?action=session.login", [3, 1]),
        ("?group=登录&until=2018-01-16", [2, 1]),
        ("?since=2018-01-17", [4, 3]),
        ("?who=第16", [2]),
        ("?before=3", [2, 1]),
        ("?after=2", [4, 3]),
        ("?result=failed", []),
    ],
)
def test_archive_is_read_with_the_same_filters(query, expected, enter, archived):
    client = enter()

    assert shown(client, reverse("accounts:archive", args=[archived.pk]) + query) == expected
    assert client.get(reverse("accounts:entry", args=[2])).status_code == 200


def test_archive_that_is_spoilt_is_not_shown(enter, archived):
    (archives.folder() / archived.file).write_bytes(b"")
    client = enter()
    answer = client.get(reverse("accounts:archive", args=[archived.pk]), follow=True)

    assert answer.redirect_chain == [(reverse("accounts:archives"), 302)]
    assert "被改动过" in answer.content.decode()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Q(username="li") & Q(sequence__gt=1), True),
        (Q(username="wang") | Q(sequence__lte=2), True),
        (~Q(username="li"), False),
        (Q(username__in=["li"], action__startswith="session"), True),
        (Q(subject_name__icontains="QING"), True),
    ],
)
def test_condition_means_the_same_of_a_file(condition, expected):
    entry = AuditEntry(sequence=2, username="li", action="session.login", subject_name="qingcheng")

    assert archives.holds(condition, entry) == expected
