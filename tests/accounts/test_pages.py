"""The pages of accounts and of the audit trail, as their posts see them."""

import csv
import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import wording
from accounts.audit import REFUSED, record
from accounts.login import IN_SESSION
from accounts.models import AuditEntry, LoginFailures, User
from accounts.posts import Post

pytestmark = pytest.mark.django_db
PASSWORD = "Good-Pass-123"
ASKED = {"requested_by": "李主任", "basis": "账号申请表第 12 号"}
EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def enter(make_user):
    """Log in as a new user of a post."""

    def enter(post: Post, **fields) -> Client:
        client = Client()
        client.user = make_user(post, **fields)
        client.force_login(client.user)
        return client

    return enter


def page(answer) -> str:
    return answer.content.decode()


def said(answer) -> str:
    return "".join(str(message) for message in get_messages(answer.wsgi_request))


def test_new_account_shows_its_initial_password_once(enter):
    client = enter(Post.SYSTEM_ADMIN)

    answer = client.post(
        reverse("accounts:new_user"), {"username": "zhang.san", "name": "张三", "unit": "东城街道办事处", **ASKED}
    )

    user = User.objects.get(username="zhang.san")
    password = page(answer).split("<code>")[1].split("</code>")[0]
    assert user.check_password(password)
    assert "no-store" in answer["Cache-Control"]
    assert password not in page(client.get(reverse("accounts:user", args=[user.pk])))
    assert password not in AuditEntry.objects.get(action="account.create").detail


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"username": ""}, "请填写用户名"),
        ({"username": "张三"}, "用户名只能用字母"),
        ({"username": "ab"}, "至少 3 个字符"),
        ({"username": "x" * 51}, "50"),
        ({"username": "LI.SI"}, "已有这个用户名"),
        ({"name": ""}, "请填写姓名"),
        ({"unit": ""}, "请填写单位"),
        ({"requested_by": ""}, "请填写申请人"),
        ({"basis": ""}, "请填写申请依据"),
        ({"valid_until": "2001-01-01"}, "有效期不能早于今天"),
        ({"valid_until": "明年"}, "有效期应写作"),
    ],
)
def test_new_account_tells_what_is_wrong(data, sentence, enter, make_user):
    make_user(Post.CLERK, username="li.si")

    answer = enter(Post.SYSTEM_ADMIN).post(
        reverse("accounts:new_user"), {"username": "zhang", "name": "张三", "unit": "单位", **ASKED, **data}
    )

    assert sentence in page(answer)
    assert User.objects.count() == 2


def test_post_is_assigned_on_the_page(enter, make_user, make_area):
    make_area("441802103", name="石角镇")
    user = User.objects.create_user("zhang", name="张三")
    client = enter(Post.SECURITY_ADMIN)
    address = reverse("accounts:assign_post", args=[user.pk])
    assert "石角镇" in page(client.get(address))

    answer = client.post(address, {"post": "clerk", "area": "441802103", "operator": "", "seen": "0"})

    assert answer.url == reverse("accounts:user", args=[user.pk])
    assert User.objects.get(pk=user.pk).area_id == "441802103"


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"area": ""}, 200, "街镇经办必须属于一个街道或镇"),
        ({"area": "441802"}, 200, "街镇经办必须属于一个街道或镇"),
        ({"area": "999"}, 200, "没有该街镇或区"),
        ({"post": "king"}, 200, "king"),
        ({"operator": "nobody"}, 200, "没有该运营企业"),
        ({"seen": "7"}, 409, "刚被他人修改"),
        ({"seen": ""}, 200, "页面已过期"),
    ],
)
def test_assignment_tells_what_is_wrong(data, status, sentence, enter, make_user, make_area):
    make_area("441802103")
    user = User.objects.create_user("zhang", name="张三")

    answer = enter(Post.SECURITY_ADMIN).post(
        reverse("accounts:assign_post", args=[user.pk]),
        {"post": "clerk", "area": "441802103", "operator": "", "seen": "0", **data},
    )

    assert answer.status_code == status
    assert sentence in page(answer)
    assert User.objects.get(pk=user.pk).post == ""


def test_buttons_disable_enable_and_reset(enter, make_user):
    clerk, client = make_user(Post.CLERK, password=PASSWORD), enter(Post.SYSTEM_ADMIN)

    client.post(reverse("accounts:disable_user", args=[clerk.pk]))
    assert not User.objects.get(pk=clerk.pk).is_active
    client.post(reverse("accounts:enable_user", args=[clerk.pk]))
    assert User.objects.get(pk=clerk.pk).is_active
    answer = client.post(reverse("accounts:reset_password", args=[clerk.pk]))
    assert "初始密码" in page(answer)
    assert not User.objects.get(pk=clerk.pk).check_password(PASSWORD)


@pytest.mark.parametrize("name", ["disable_user", "enable_user", "reset_password"])
def test_buttons_do_nothing_without_a_post(name, enter, make_user):
    clerk = make_user(Post.CLERK, password=PASSWORD)

    answer = enter(Post.SYSTEM_ADMIN).get(reverse(f"accounts:{name}", args=[clerk.pk]))

    assert answer.url == reverse("accounts:user", args=[clerk.pk])
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


def test_refused_button_says_why(enter, make_user):
    auditor = make_user(Post.AUDITOR)

    answer = enter(Post.SYSTEM_ADMIN).post(reverse("accounts:disable_user", args=[auditor.pk]))

    assert answer.status_code == 409
    assert "最后一名在用的审计员" in page(answer)


def test_lock_is_shown_and_lifted(enter, make_user):
    clerk, client = make_user(Post.CLERK), enter(Post.SECURITY_ADMIN)
    LoginFailures.objects.create(username=clerk.username, address="10.0.0.7", failures=5, last_at=timezone.now())
    assert "来自 10.0.0.7" in page(client.get(reverse("accounts:user", args=[clerk.pk])))

    client.post(reverse("accounts:unlock_user", args=[clerk.pk]))

    assert not LoginFailures.objects.exists()


@pytest.mark.parametrize("name", ["user", "edit_user", "assign_post", "disable_user"])
def test_account_that_is_not_there_is_404(name, enter):
    post = Post.SECURITY_ADMIN if name == "assign_post" else Post.SYSTEM_ADMIN

    assert enter(post).get(reverse(f"accounts:{name}", args=[999])).status_code == 404


def test_names_are_shown_as_text(enter):
    client = enter(Post.SYSTEM_ADMIN, name=EVIL[:50], unit=EVIL)

    for address in ("accounts:users", "accounts:me"):
        assert "<img src=x" not in page(client.get(reverse(address)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["admin", "gone", "li", "new"]),
        ("?q=LI", ["li"]),
        ("?q=石角", ["li"]),
        ("?post=clerk", ["gone", "li"]),
        ("?post=none", ["new"]),
        ("?is_active=0", ["gone"]),
        ("?sort=-username", ["new", "li", "gone", "admin"]),
        ("?post=king", ["admin", "gone", "li", "new"]),
        ("?size=7&page=99&sort=x", ["admin", "gone", "li", "new"]),
    ],
)
def test_list_of_accounts_filters_and_sorts(query, expected, enter, make_user):
    make_user(Post.CLERK, username="li", unit="石角镇人民政府")
    make_user(Post.CLERK, username="gone", is_active=False)
    User.objects.create_user("new", name="新人")

    answer = enter(Post.SYSTEM_ADMIN, username="admin").get(reverse("accounts:users") + query)

    assert [row[1].text for row in answer.context["rows"]] == expected


def test_lists_cost_the_same_however_long(enter, make_user, django_assert_num_queries):
    admin, auditor = enter(Post.SYSTEM_ADMIN), enter(Post.AUDITOR)
    for number in range(40):
        user = make_user(Post.CLERK, area=f"4418021{number % 9 + 1:02}")
        record(action="test.act", by=user, subject=user, detail={"post": ["clerk", ""]})
    for client in (admin, auditor):
        client.get(reverse("accounts:me"))

    with django_assert_num_queries(4):
        assert len(admin.get(reverse("accounts:users")).context["rows"]) == 42
    with django_assert_num_queries(5):
        assert len(auditor.get(reverse("accounts:audit")).context["rows"]) == 40


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def trail(make_user, monkeypatch):
    """Three entries: by li on 30 June late, by wang on 1 July early, by nobody on 2 July."""
    li, wang = (
        make_user(Post.CLERK, username="li", name="李经办"),
        make_user(Post.REVIEWER, username="wang", name="王审核"),
    )
    for moment, entry in (
        (
            "2018-06-30T23:59:59",
            {"action": "account.edit", "by": li, "subject": wang, "detail": {"name": ["王", "王审核"]}},
        ),
        (
            "2018-07-01T00:00:00",
            {"action": "account.disable", "by": wang, "subject": li, "detail": {"is_active": [True, False]}},
        ),
        (
            "2018-07-02T10:00:00",
            {"action": "session.failed", "by": "=cmd|x", "result": REFUSED, "detail": {"test.thing": EVIL}},
        ),
    ):
        monkeypatch.setattr("accounts.audit.clock.real_now", lambda moment=moment: day(moment))
        record(**entry)
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["3", "2", "1"]),
        ("?who=李", ["1"]),
        ("?who=wang", ["2"]),
        ("?action=account.disable", ["2"]),
        ("?subject=王", ["1"]),
        ("?since=2018-07-01", ["3", "2"]),
        ("?until=2018-06-30", ["1"]),
        ("?since=2018-07-01&until=2018-07-01", ["2"]),
        ("?since=0001-01-01&until=9999-12-31", ["3", "2", "1"]),
        ("?result=refused", ["3"]),
        ("?result=king", ["3", "2", "1"]),
        ("?since=soon", ["3", "2", "1"]),
        ("?address=10.0.0.1", []),
        ("?group=账号、岗位和令牌", ["2", "1"]),
        ("?group=导出和下载", []),
        ("?unit=街道", []),
        ("?post=reviewer", ["2"]),
        ("?area=441802", []),
        ("?subject={li}", ["2"]),
        ("?period=week", []),
        ("?before=3", ["2", "1"]),
        ("?after=1", ["3", "2"]),
        ("?before=x", ["3", "2", "1"]),
    ],
)
def test_audit_trail_filters_and_sorts(query, expected, enter, trail):
    query = query.format(li=User.objects.get(username="li").pk)
    answer = enter(Post.AUDITOR).get(reverse("accounts:audit") + query)

    assert [row[0].text for row in answer.context["rows"]] == expected
    assert "<img src=x" not in page(answer)


def test_audit_trail_speaks_chinese(enter, trail):
    shown = page(enter(Post.AUDITOR).get(reverse("accounts:audit")))

    for words in ("修改账号资料", "用户：王审核", "姓名：王 → 王审核", "启用：是 → 否", "被拒绝", "李经办（li）"):
        assert words in shown


def test_long_details_are_cut_in_the_list_and_told_in_full(enter):
    record(action="return.save", by="某人", detail={f"44180210{n}201": {"households": [None, n]} for n in range(5)})
    client = enter(Post.AUDITOR)

    assert "441802102201：总户数 （空） → 2；另有 2 项" in page(client.get(reverse("accounts:audit")))
    assert "总户数 （空） → 4" in page(client.get(reverse("accounts:entry", args=[1])))


def test_entry_is_shown_in_full(enter, trail):
    client = enter(Post.AUDITOR)
    shown = page(client.get(reverse("accounts:entry", args=[1])))

    assert AuditEntry.objects.get(pk=1).hash in shown
    assert "2018-06-30 23:59:59" in shown
    assert client.get(reverse("accounts:entry", args=[99])).status_code == 404


def test_export_is_what_is_filtered_and_is_recorded(enter, trail):
    client = enter(Post.AUDITOR)

    answer = client.get(reverse("accounts:audit") + "?action=session.failed&export=csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig").split("\r\n", 1)[1])))
    assert [row["序号"] for row in rows] == ["3"]
    assert rows[0]["经手人"] == "'=cmd|x"
    entry = AuditEntry.objects.get(action="export")
    assert (entry.by, entry.facts["list"], entry.facts["format"], entry.facts["rows"]) == (
        client.user,
        "审计记录",
        "csv",
        1,
    )
    assert "登录失败" in entry.facts["condition"]


def test_workbook_holds_text_as_text(enter, trail):
    answer = enter(Post.AUDITOR).get(reverse("accounts:audit") + "?export=xlsx")

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert sheet.max_row == 4
    cell = next(cell for cell in sheet[2] if cell.value == "=cmd|x")
    assert cell.data_type == "s"


def test_chain_is_verified_on_the_page(enter, trail):
    client = enter(Post.AUDITOR)

    answer = client.post(reverse("accounts:audit_verify"))

    assert "审计链完整：共 3 条" in said(answer)
    assert AuditEntry.objects.get(action="audit.verify").facts["count"] == 3
    assert client.get(reverse("accounts:audit_verify")).url == reverse("accounts:audit")


def test_chain_whose_triggers_are_gone_is_not_said_to_be_in_order(enter, trail, monkeypatch):
    monkeypatch.setattr("accounts.triggers.missing", lambda connection: ["audit_no_update"])

    assert "缺少防止改动的触发器：audit_no_update" in said(enter(Post.AUDITOR).post(reverse("accounts:audit_verify")))
    entry = AuditEntry.objects.get(action="audit.verify")
    assert (entry.result, entry.facts["missing"]) == ("failed", ["audit_no_update"])


def test_own_account_page(enter):
    client = enter(Post.CLERK, username="li", password=PASSWORD, unit="石角镇人民政府")
    Client().post(reverse("accounts:login"), {"username": "li", "password": PASSWORD}, REMOTE_ADDR="10.0.0.5")
    Client().post(reverse("accounts:login"), {"username": "li", "password": "wrong"}, REMOTE_ADDR="10.0.0.6")

    shown = page(client.get(reverse("accounts:me")))

    for words in ("街镇经办", "石角镇人民政府", "填报季报", "10.0.0.5", "10.0.0.6", "登录失败"):
        assert words in shown
    assert "审核季报" not in shown


def test_own_account_without_a_post():
    client = Client()
    client.force_login(User.objects.create_user("new", name="新人"))

    assert "尚未为您分配岗位" in page(client.get(reverse("accounts:me")))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"present": "wrong"}, "现在的密码不正确"),
        ({"again": "Other-Pass-1"}, "两次输入的新密码不一致"),
        ({"new": "short", "again": "short"}, "至少要 10 个"),
        ({"new": PASSWORD, "again": PASSWORD}, "该密码已使用过"),
        ({"new": "", "again": ""}, "请输入新密码"),
        ({"new": "Zhang.san-1", "again": "Zhang.san-1"}, "本人信息“zhang.san”"),
    ],
)
def test_password_page_tells_what_is_wrong(data, sentence, enter):
    client = enter(Post.CLERK, username="zhang.san", password=PASSWORD)

    answer = client.post(
        reverse("accounts:password"), {"present": PASSWORD, "new": "Brand-New-77", "again": "Brand-New-77", **data}
    )

    assert sentence in page(answer)
    assert User.objects.get().check_password(PASSWORD)


def test_guesses_on_the_password_page_are_slowed(enter):
    client = enter(Post.CLERK, username="li", password=PASSWORD)
    LoginFailures.objects.create(username="li", address=IN_SESSION, failures=5, last_at=timezone.now())

    answer = client.post(
        reverse("accounts:password"), {"present": PASSWORD, "new": "Brand-New-77", "again": "Brand-New-77"}
    )

    assert answer.status_code == 429
    assert User.objects.get().check_password(PASSWORD)


def test_initial_password_must_be_changed_first(enter):
    client = enter(Post.CLERK, password=PASSWORD, must_change_password=True)

    assert client.get(reverse("accounts:me")).url == reverse("accounts:password")
    assert client.get(reverse("accounts:me"), headers={"accept": "application/json"}).status_code == 403
    assert "初始密码" in page(client.get(reverse("accounts:password")))

    answer = client.post(
        reverse("accounts:password"), {"present": PASSWORD, "new": "Brand-New-77", "again": "Brand-New-77"}
    )
    assert answer.url == "/"
    assert client.get(reverse("accounts:me")).status_code == 200


@pytest.mark.parametrize(("days", "limit", "is_due"), [(91, 90, True), (89, 90, False), (9999, 0, False)])
def test_old_password_must_be_changed(days, limit, is_due, enter, settings):
    settings.PASSWORD_MAX_AGE_DAYS = limit
    client = enter(Post.CLERK, password=PASSWORD)
    User.objects.update(password_changed_at=timezone.now() - timedelta(days=days))

    assert (client.get(reverse("accounts:me")).status_code == 302) is is_due


@pytest.mark.parametrize(
    ("post", "name"),
    [
        (Post.CLERK, "password"),
        (Post.SYSTEM_ADMIN, "new_user"),
        (Post.SYSTEM_ADMIN, "edit_user"),
        (Post.SECURITY_ADMIN, "assign_post"),
    ],
)
def test_empty_form_is_answered(post, name, enter, make_user):
    args = [make_user(Post.CLERK).pk] if name in ("edit_user", "assign_post") else []

    answer = enter(post).post(reverse(f"accounts:{name}", args=args))

    assert answer.status_code == 200
    assert "请先更正以下问题" in page(answer)


LONG_ADDRESS = f"zhang@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.example.cn"
"""Well formed, and longer than is kept."""


def test_mail_address_that_is_too_long_is_refused(enter, make_user):
    clerk, admin = enter(Post.CLERK), enter(Post.SYSTEM_ADMIN)

    own = clerk.post(reverse("accounts:me"), {"email": LONG_ADDRESS})
    edited = admin.post(
        reverse("accounts:edit_user", args=[clerk.user.pk]), {"name": "张三", "unit": "源潭镇", "email": LONG_ADDRESS}
    )

    assert "254" in page(own) and "254" in page(edited)
    assert User.objects.get(pk=clerk.user.pk).email == ""


def test_account_without_a_post_gets_a_first_page(enter):
    client = enter(Post.CLERK)
    User.objects.filter(pk=client.user.pk).update(post="", area=None)
    client.force_login(User.objects.get(pk=client.user.pk))

    answer = client.get(reverse("home"))

    assert answer.status_code == 200 and "未定岗" in page(answer)


def test_every_action_has_its_word():
    """Those that are written out; the auditor reads no English."""
    rooms = {each.name.partition(".")[0] for each in apps.get_app_configs()}
    sources = (path.read_text("utf-8") for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py"))
    written = {action for source in sources for action in re.findall(r'action="([a-z_]+\.[a-z_]+)"', source)}

    assert written and written <= wording.ACTIONS.keys()


SECRET_FIELDS = [
    ("accounts:login", "password"), ("accounts:password", "present"), ("accounts:password", "new"), ("accounts:password", "again"),
    ("accounts:second_step", "code"), ("accounts:second_factor", "code"), ("accounts:renew_codes", "code"),
    ("accounts:remove_second_factor", "code"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "field"), SECRET_FIELDS)
def test_no_password_and_no_code_stands_on_an_error_page(page, field, make_user, settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Post.CLERK))
    expired = client.post(reverse(page), {field: "Geheim-2019-xyz"})
    settings.LARGEST_BODY = 10
    too_large = client.post(reverse(page), {field: "Geheim-2019-xyz"})

    assert (expired.status_code, too_large.status_code) == (403, 413)
    assert "Geheim" not in expired.text + too_large.text
