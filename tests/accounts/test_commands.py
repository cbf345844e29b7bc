"""The commands on the server: first administrators, and passwords that no page resets."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, User
from accounts.posts import Post

pytestmark = pytest.mark.django_db


def printed_password(capsys) -> str:
    return re.search(r"初始密码：(\S+)", capsys.readouterr().out)[1]


def test_create_user_makes_an_administrator(capsys):
    call_command("create_user", post="system_admin", username="admin", name="张管理")

    user = User.objects.get()
    assert (user.username, user.name, user.post, user.must_change_password) == ("admin", "张管理", "system_admin", True)
    assert user.check_password(printed_password(capsys))
    assert AuditEntry.objects.get().username == "（服务器命令）"


def test_create_user_asks_for_what_is_not_given(capsys, monkeypatch):
    answers = iter(["admin", "张管理"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))

    call_command("create_user", post="auditor")

    assert User.objects.get().name == "张管理"


def test_create_user_with_an_area(make_area, capsys):
    make_area("441802103")

    call_command("create_user", post="clerk", username="zhang", name="张", area="441802103")

    assert User.objects.get().area_id == "441802103"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"post": "king"}, "没有岗位“king”"),
        ({"username": "张"}, "用户名只能用字母"),
        ({"username": "taken"}, "已有这个用户名"),
        ({"post": "clerk"}, "街镇经办必须属于一个街道或镇"),
        ({"post": "clerk", "area": "999999999"}, "没有编码为“999999999”的区域"),
        ({"post": "operator", "operator": "none"}, "没有编码为“none”的运营企业"),
        ({"area": "441802103"}, "系统管理员不属于任何区域"),
    ],
)
def test_create_user_tells_what_is_wrong(options, sentence, make_user):
    make_user(Post.CLERK, username="taken")
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("create_user", **{"post": "system_admin", "username": "admin", "name": "张", **options})

    assert refused.value.returncode == 2
    assert User.objects.count() == 1


def test_create_user_without_anybody_to_ask(monkeypatch):
    def nobody(prompt):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="没有给出用户名"):
        call_command("create_user", post="system_admin")


def test_reset_password_on_the_server(make_user, capsys):
    admin = make_user(Post.SYSTEM_ADMIN, username="admin", password="Old-Pass-1")

    call_command("reset_password", "admin")

    admin.refresh_from_db()
    assert admin.check_password(printed_password(capsys))
    assert admin.must_change_password
    assert AuditEntry.objects.get().action == "account.reset_password"


def test_reset_password_of_nobody():
    with pytest.raises(CommandError, match="没有用户名为“nobody”的账号") as refused:
        call_command("reset_password", "nobody")

    assert refused.value.returncode == 2
