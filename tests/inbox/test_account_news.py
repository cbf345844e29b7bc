"""The owner of an account is told of what is changed of it: in the inbox, and by mail, at the former address, too."""

import pytest
from django.core import mail

from accounts import actions, second_factor
from accounts.models import AuditEntry, User
from accounts.posts import Post
from inbox import account_news

pytestmark = pytest.mark.django_db
SECRET = b"12345678901234567890"


@pytest.fixture
def people(make_user, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    return {
        "owner": make_user(Post.CLERK, username="owner", email="owner@example.cn"),
        "system": make_user(Post.SYSTEM_ADMIN, name="张管理"),
        "security": make_user(Post.SECURITY_ADMIN, name="李安全"),
    }


def edited(owner: User, by: User) -> None:
    actions.edit_account(user=owner, name=owner.name, unit=owner.unit, email="new@example.cn", by=by)


def recovered(owner: User, by: User) -> None:
    second_factor.passes(owner, second_factor.renew_codes(owner)[0])


# What is done, by whom; what the owner reads of it, in this order, and the addresses that are written to.
DEEDS = [
    ("own password", lambda owner, by: actions.change_password(user=owner, password="x"), "owner", ["密码已修改"], "本人"),
    ("reset", lambda owner, by: actions.reset_password(user=owner, by=by), "system", ["密码已重置"], "系统管理员张管理"),
    ("on the server", lambda owner, by: actions.reset_password_on_server(owner), "owner", ["密码已重置"], "（服务器命令）"),
    ("own address", lambda owner, by: actions.set_email(user=owner, email="new@example.cn"), "owner", ["电子邮箱已更改"], "本人"),
    ("address", edited, "system", ["电子邮箱已更改"], "系统管理员张管理"),
    ("no address", lambda owner, by: actions.set_email(user=owner, email=""), "owner", ["电子邮箱已更改"], "本人"),
    ("recovery", recovered, "owner", ["恢复码已更换", "已使用恢复码登录"], "本人"),
    ("factor off", lambda owner, by: second_factor.remove(owner), "owner", ["两步验证已解除绑定"], "本人"),
    ("factor reset", lambda owner, by: second_factor.reset(user=owner, by=by), "security", ["两步验证已重置"], "安全管理员李安全"),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "who", "told", "by"), [each[1:] for each in DEEDS], ids=[each[0] for each in DEEDS])
def test_owner_is_told(deed, who, told, by, people, django_capture_on_commit_callbacks):
    owner = people["owner"]
    second_factor.enrol(user=owner, secret=SECRET, step=0)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        deed(owner, people[who])

    items = list(account_news.pending(owner))
    assert [item.title for item in items] == [*reversed(told), "两步验证已启用"]
    assert f"由{by}办理" in items[0].words
    now = User.objects.get(pk=owner.pk).email
    addresses = [each for each in dict.fromkeys(["owner@example.cn", now]) if each]
    assert [each.to for each in mail.outbox] == [[address] for _ in told for address in addresses]
    assert all(f"办理人：{by}" in each.body for each in mail.outbox)
    entries = AuditEntry.objects.filter(action="account.told", subject_key=str(owner.pk))
    assert entries.count() == len(mail.outbox)


def test_another_is_told_nothing_nor_is_the_owner_of_other_changes(people, django_capture_on_commit_callbacks):
    owner, system = people["owner"], people["system"]
    with django_capture_on_commit_callbacks(execute=True):
        actions.edit_account(user=owner, name="改名", unit="", email=owner.email, by=system)

    assert mail.outbox == [] and list(account_news.pending(owner)) == []
    with django_capture_on_commit_callbacks(execute=True):
        actions.reset_password(user=owner, by=system)
    assert list(account_news.pending(system)) == []


def test_without_a_mail_server_the_inbox_says_it_alone(people, settings):
    settings.EMAIL_HOST = ""
    actions.reset_password(user=people["owner"], by=people["system"])

    assert len(list(account_news.pending(people["owner"]))) == 1 and mail.outbox == []
