"""The digest by mail: whom, when, once a day, what it says, and that one bad address stops nobody."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from inbox import digest
from inbox.models import Reminder
from returns.models import Return, ReturnState, Round
from tests import scenes

DUE = date(2018, 7, 15)


class Refusing(EmailBackend):
    """A server that refuses one address."""

    def send_messages(self, messages):
        if messages[0].to == ["bad@example.cn"]:
            raise OSError("no such user")
        return super().send_messages(messages)


@pytest.fixture
def town(make_area, settings):
    scenes.build_district(make_area)
    Return.objects.all().delete()
    for quarter in ("2017Q1", "2017Q2", "2017Q3", "2017Q4", "2018Q1"):
        for code in (scenes.TOWN, scenes.STREET):
            Return.objects.create(township_id=code, county="441802", period=quarter, state=ReturnState.APPROVED)
    Round.objects.create(county="441802", period="2018Q2", due=DUE)
    settings.EMAIL_HOST = "mail.example.cn"
    return scenes.TOWN


@pytest.fixture
def send(settings):
    """Send the digests of a day."""

    def on(day: date) -> digest.DigestRun:
        settings.PORTAL_TODAY = day
        return digest.send_all()

    return on


@pytest.fixture
def clerk(make_user, town):
    return make_user(Post.CLERK, area=town, email="clerk@example.cn")


@pytest.mark.parametrize(
    ("days", "told"),
    [(-6, 0), (-5, 1), (0, 1), (1, 1), (5, 1), (6, 0), (7, 1), (8, 0), (14, 1)],
)
def test_reminder_comes_before_and_after_the_due_date(clerk, send, days, told):
    assert send(DUE + timedelta(days=days)).sent == told


def test_reminder_says_what_is_owed_and_by_when(clerk, send):
    send(DUE - timedelta(days=3))

    message = mail.outbox[0]
    assert message.to == ["clerk@example.cn"]
    assert "还有 3 天截止" in message.subject and "源潭镇2018年第二季度季报" in message.subject
    assert "2018-07-15" in message.body and "我的账号" in message.body


def test_nobody_is_told_twice_a_day(clerk, send):
    first, second = send(DUE), send(DUE)

    assert (first.sent, second.sent, second.told_before, len(mail.outbox)) == (1, 0, 1, 1)
    assert send(DUE + timedelta(days=1)).sent == 1


def test_only_those_who_owe_are_told(clerk, send, make_user):
    make_user(Post.REVIEWER, email="reviewer@example.cn")
    make_user(Post.CLERK, area=scenes.STREET, email="street@example.cn")
    make_user(Post.TOWNSHIP_HEAD, area=scenes.TOWN)
    Return.objects.create(township_id=scenes.STREET, county="441802", period="2018Q2", state=ReturnState.SUBMITTED)

    send(DUE)

    assert [message.to for message in mail.outbox] == [["clerk@example.cn"], ["reviewer@example.cn"]]
    assert "凤城街道2018年第二季度季报" in mail.outbox[1].body and "源潭镇" not in mail.outbox[1].body


def test_one_bad_address_stops_nobody_and_is_tried_again(clerk, send, make_user, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    make_user(Post.TOWNSHIP_HEAD, area=scenes.TOWN, email="bad@example.cn")

    outcome = send(DUE)

    assert (outcome.sent, outcome.failed) == (1, 1)
    assert [entry.result for entry in AuditEntry.objects.filter(action="inbox.digest")] == ["failed", "ok"]
    assert "no such user" in Reminder.objects.get(sent_at=None).problem
    assert (send(DUE).failed, len(mail.outbox)) == (1, 1)


def test_command_says_that_no_server_is_configured(settings):
    settings.EMAIL_HOST = ""

    with pytest.raises(CommandError, match="未配置邮件服务器") as refusal:
        call_command("remind")
    assert refusal.value.returncode == 2


def test_command_counts_mails(clerk, settings):
    settings.PORTAL_TODAY = DUE
    said = StringIO()

    call_command("remind", stdout=said)

    assert "已发送 1 封提醒" in said.getvalue()


def test_command_fails_for_mails_that_failed(clerk, settings):
    settings.PORTAL_TODAY, settings.EMAIL_BACKEND = DUE, f"{__name__}.Refusing"
    type(clerk).objects.filter(pk=clerk.pk).update(email="bad@example.cn")

    with pytest.raises(CommandError, match="有 1 封未发出") as refusal:
        call_command("remind", stdout=StringIO())
    assert refusal.value.returncode == 1


def test_urging_mails_once(client, clerk, make_user, settings):
    settings.PORTAL_TODAY = DUE
    client.force_login(make_user(Post.REVIEWER))
    address = reverse("returns:urge", args=["2018Q2", scenes.TOWN])

    page = client.post(address, follow=True)
    client.post(address)

    assert "并发邮件给 1 人" in page.text
    assert [message.subject for message in mail.outbox] == ["【季报催办】源潭镇2018年第二季度季报"]


def test_own_address_is_kept_and_cleared(client, clerk):
    clerk.set_password("Good-Pass-123")
    clerk.save()
    client.force_login(clerk)
    known = {"present": "Good-Pass-123"}
    client.post(reverse("accounts:me"), {"email": "new@example.cn"} | known)
    clerk.refresh_from_db()
    assert clerk.email == "new@example.cn"
    wrong = client.post(reverse("accounts:me"), {"email": "new@"} | known)
    assert "电子邮箱应写作" in wrong.text
    client.post(reverse("accounts:me"), {"email": ""} | known)
    clerk.refresh_from_db()
    assert clerk.email == ""
