"""The head of the log goes outside by mail."""

import pytest
from django.core import mail

from accounts.models import AuditEntry
from inbox import heads, mailing
from witness import tree
from witness.sealing import append

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside(settings):
    settings.EMAIL_HOST, settings.WITNESS_MAIL = "mail.example.cn", ["a@example.cn", "b@example.cn"]
    append([("areas.operator", "telecom", {"rows": {}})])


def test_every_address_gets_size_and_root(outside):
    heads.mail_head("每日存证")

    assert [message.to for message in mail.outbox] == [["a@example.cn"], ["b@example.cn"]]
    assert tree.head().short in mail.outbox[0].body and "第 1 条" in mail.outbox[0].subject
    assert AuditEntry.objects.filter(action="witness.mail", result="ok").count() == 2


def test_mail_that_does_not_go_out_is_told_to_the_trail(outside, monkeypatch):
    monkeypatch.setattr(mailing, "mailed", lambda address, *_: "OSError: 网络中断" if address[0] == "a" else "")
    heads.mail_head("每日存证")

    assert sorted(AuditEntry.objects.values_list("result", flat=True)) == ["failed", "ok"]


def test_nothing_is_mailed_where_nobody_is_named(outside, settings):
    settings.WITNESS_MAIL = []
    heads.mail_head("每日存证")

    assert mail.outbox == []
