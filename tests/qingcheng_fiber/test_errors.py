"""What is answered when something is wrong."""

import errno
import logging
import re

import psycopg2
import pytest
from django import forms
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.db.transaction import TransactionManagementError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_GET

from accounts.posts import Post
from common.exceptions import Stale
from common.http import RowNotFound
from gate.uploads import NoSpace, OverQuota
from qingcheng_fiber.errors import SENT_ALONG, WORDS, called, is_secret, our_forms
from qingcheng_fiber.urls import *  # noqa: F403
from qingcheng_fiber.urls import urlpatterns as portal
from tests import proxy_pages


class DiskFull(psycopg2.errors.DiskFull):
    """As the server tells it."""

    pgcode = "53100"


def said_by(cause: Exception) -> OperationalError:
    """As Django passes on what a driver raises."""
    fault = OperationalError('could not extend file "base/1/2": No space left on device')
    fault.__cause__ = cause
    return fault


def on_the_way(first: Exception) -> TransactionManagementError:
    """As Django complains of a transaction whose connection has gone."""
    fault = TransactionManagementError("You can't execute queries until the end of the 'atomic' block.")
    fault.__context__ = first
    return fault


FAULTS = {
    "operational": OperationalError("server closed the connection"),
    "interface": InterfaceError("connection already closed"),
    "driver": connection.Database.OperationalError("server closed the connection unexpectedly"),
    "driver_vague": connection.Database.DatabaseError("SSL SYSCALL error: EOF detected"),
    "on_the_way": on_the_way(OperationalError("server closed the connection")),
    "refused_by_the_database": ProgrammingError("relation does not exist"),
    "stale": Stale("另一位审核员已经办理。"),
    "quota": OverQuota("您今天上传的文件合计超过 1 MB。"),
    "reserve": NoSpace("服务器磁盘所剩空间不多。"),
    "disk": OSError(errno.ENOSPC, "No space left on device"),
    "database_full": OperationalError("database or disk is full"),
    "postgresql_full": said_by(DiskFull()),
    "mistake": ZeroDivisionError(),
    "denied": PermissionDenied("您的岗位（街镇经办）没有“查看审计”权限。"),
    "bad": BadRequest(),
    "missing": RowNotFound("没有编码为“9”的区域。"),
    "nothing": Http404("No Area matches the given query."),
}


def fail(request, kind):
    raise FAULTS[kind]


def form(request):
    return HttpResponse(request.POST.get("a", ""))


def empty(request, status):
    response = HttpResponse(status=status)
    response["Allow"] = "POST"
    return response


urlpatterns = [
    path("fail/<kind>/", fail),
    path("form/", form),
    path("empty/<int:status>/", empty),
    path("read/", require_GET(form)),
    *portal,
]


@pytest.fixture
def client(make_user, settings, caplog) -> Client:
    settings.ROOT_URLCONF = __name__
    caplog.set_level(logging.CRITICAL, "django.request")
    client = Client(raise_request_exception=False)
    client.force_login(make_user(Post.CLERK))
    return client


@pytest.mark.parametrize(
    ("kind", "status", "heading"),
    [
        ("operational", 503, "数据库暂时不可用"),
        ("interface", 503, "数据库暂时不可用"),
        ("driver", 503, "数据库暂时不可用"),
        ("driver_vague", 503, "数据库暂时不可用"),
        ("on_the_way", 503, "数据库暂时不可用"),
        ("refused_by_the_database", 500, "门户出错"),
        ("stale", 409, "内容已由他人改动"),
        ("quota", 429, "暂不接收"),
        ("reserve", 507, "磁盘已满"),
        ("disk", 507, "磁盘已满"),
        ("postgresql_full", 507, "磁盘已满"),
        ("database_full", 507, "磁盘已满"),
        ("mistake", 500, "门户出错"),
        ("denied", 403, "没有权限"),
        ("bad", 400, "请求无法识别"),
        ("missing", 404, "未找到"),
        ("nothing", 404, "未找到"),
    ],
)
def test_fault_of_a_view_is_answered_in_chinese(client, kind, status, heading):
    answer = client.get(f"/fail/{kind}/")

    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.text


def test_refusal_says_which_power_is_missing(client):
    assert "您的岗位（街镇经办）没有“查看审计”权限。" in client.get("/fail/denied/").text


def test_missing_row_is_named_in_chinese_only(client):
    assert "没有编码为“9”的区域。" in client.get("/fail/missing/").text
    assert "matches" not in client.get("/fail/nothing/").text


def test_database_away_before_the_view_is_503_too(client, monkeypatch):
    def away(*arguments, **options):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    answer = client.get("/form/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"


@pytest.mark.parametrize(
    ("method", "said", "status"),
    [
        ("get", "server closed the connection", 503),
        ("post", "server closed the connection", 503),
        ("get", "database or disk is full", 200),
        ("post", "database or disk is full", 507),
    ],
)
def test_session_that_cannot_be_saved_is_told_by_its_cause(client, monkeypatch, method, said, status):
    """For Django it would be the session's end, which is a bad request."""

    def unsaved(*arguments, **options):
        raise OperationalError(said)

    monkeypatch.setattr("django.contrib.sessions.models.Session.save", unsaved)
    assert getattr(client, method)("/form/").status_code == status


def test_unknown_address_is_404(client):
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "不在您岗位的查看范围内" in answer.text


def test_stale_form_is_told_to_open_the_page_again(client):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    answer = strict.post("/form/", {"a": "1"})

    assert answer.status_code == 403
    assert "页面已过期" in answer.text


def test_return_of_300_villages_fits_in_a_form_and_more_is_refused(client):
    assert client.post("/form/", {f"f{n}": "1" for n in range(300 * 8)}).status_code == 200
    assert client.post("/form/", {f"f{n}": "1" for n in range(5001)}).status_code == 400


def test_body_larger_than_allowed_is_413(client, settings):
    settings.LARGEST_BODY = 100

    assert client.post("/form/", {"a": "1"}, "application/x-www-form-urlencoded").status_code == 200
    answer = client.post("/form/", {"a": "1" * 200})
    assert answer.status_code == 413
    assert "上传的内容过大" in answer.text
    settings.LARGEST_BODY = 2 * 2**20
    assert "合计超过 2 MB" in client.post("/form/", {"a": "1" * 2**21 + "1"}).text


def test_text_larger_than_a_form_may_bring_is_413(client, settings):
    answer = client.post("/form/", {"a": "数" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert answer.status_code == 413 and "过大" in answer.content.decode()


CLOSED = ("default-src", "object-src", "base-uri", "frame-ancestors")


def test_every_answer_carries_the_security_headers(client):
    for address in ("/form/", "/fail/mistake/", "/no-such-page/", "/static/css/errors.css"):
        answer = client.get(address)
        answer.close()
        headers = answer.headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert all(f"{what} 'none'" in headers["Content-Security-Policy"] for what in CLOSED)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PROPFIND"])
def test_strange_method_is_refused(client, method):
    answer = client.generic(method, "/form/?a=1")
    assert answer.status_code == 405 and "GET" in answer["Allow"] and answer["X-Content-Type-Options"] == "nosniff"


def test_api_in_clear_is_refused_and_pages_are_led_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/form/").status_code == 301
    refused = client.get("/api/areas/", headers={"Authorization": "Bearer x"})
    assert refused.status_code == 403 and "https" in refused.json()["detail"]
    assert client.get("/api/areas/", secure=True).status_code == 200


def test_no_cache_keeps_the_page_of_someone_signed_in(client):
    assert client.get("/form/")["Cache-Control"] == "no-store"


TYPED = {"reason": "户数已与村委会核对\n<b>", "password": "Secret-1234", "new_password2": "Secret-5678", "empty": " "}


@pytest.mark.parametrize("kind", FAULTS)
def test_page_shows_what_was_typed_but_no_password_and_offers_it_again(client, kind):
    answer = client.post(f"/fail/{kind}/?x=1", TYPED)
    assert "您填写的内容" in answer.text and "户数已与村委会核对<br>&lt;b&gt;" in answer.text
    assert "Secret-" not in answer.text and "<dt>empty</dt>" not in answer.text
    assert "重新提交</button>" not in answer.text  # It would go without the password.
    answer = client.post(f"/fail/{kind}/?x=1", {"reason": "户数"})
    may_help = answer.status_code in (500, 503, 507)
    assert (f'action="/fail/{kind}/?x=1"' in answer.text) == may_help == ("重新提交</button>" in answer.text)


def test_no_field_of_a_secret_is_shown_again():
    """A form's page that stood too long is the commonest error page: no password and no code may be read off it."""
    secret = {
        name
        for form in our_forms()
        for name, field in form.base_fields.items()
        if isinstance(field.widget, forms.PasswordInput) or "one-time-code" in field.widget.attrs.values()
    }
    assert {"password", "present", "new", "again", "code"} <= secret
    assert {name for name in secret if not is_secret(name)} == set()


def test_page_too_old_shows_no_password(client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post("/accounts/password/", {"present": "Secret-1", "new": "Secret-2", "again": "Secret-2"})
    assert answer.status_code == 403 and "Secret-" not in answer.text


def test_what_is_offered_again_can_be_sent(client):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    token = "x" * 32
    strict.cookies["csrf"] = token
    answer = strict.post("/fail/mistake/", {"a": "1", "csrfmiddlewaretoken": token})
    assert answer.status_code == 500
    again = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text)[1]
    assert strict.post("/form/", {"a": "12", "csrfmiddlewaretoken": again}).text == "12"


def test_button_that_was_pressed_is_offered_again_though_nothing_was_typed(client):
    answer = client.post("/fail/operational/", {"version-7": "3", "seen-name": "青龙村", "decision": "approve"})
    assert "您填写的内容" not in answer.text and 'name="decision" value="approve"' in answer.text
    assert "重新提交</button>" in answer.text


def test_forged_form_is_shown_and_not_offered_again(client, monkeypatch):
    """Else whoever forged it would need no more than a press of the button; also where a fault comes before the check."""
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    answer = strict.post("/form/", {"reason": "改好了"})
    assert answer.status_code == 403 and "改好了" in answer.text and "重新提交</button>" not in answer.text

    def away(*arguments, **options):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    answer = strict.post("/form/", {"reason": "改好了"})
    assert answer.status_code == 503 and "改好了" in answer.text and "重新提交</button>" not in answer.text


@pytest.mark.parametrize("kind", ["stale", "quota", "mistake", "denied", "nothing"])
def test_way_back_leads_to_the_page_of_the_form(client, kind):
    ours = "http://testserver/returns/7/?tab=2"
    assert (
        f'<a href="{ours}">返回刚才的页面</a>' in client.post(f"/fail/{kind}/", TYPED, headers={"Referer": ours}).text
    )
    for other in ("http://elsewhere.example/", "javascript:alert(1)", ""):
        assert "返回刚才的页面</a>" not in client.post(f"/fail/{kind}/", TYPED, headers={"Referer": other}).text
    assert "返回刚才的页面</a>" not in client.get(f"/fail/{kind}/", headers={"Referer": ours}).text


def test_figures_are_shown_by_place_and_only_what_was_changed(client, make_area):
    """A clerk whose page stood too long typed three of some hundred figures."""
    village = make_area("441802103201")
    was = '[800,700,600,500,400,"",""]'
    row = {f"was-{village.pk}": was, f"f-{village.pk}-households": "812", f"f-{village.pk}-fibre_users": "400"}
    row |= {f"f-{village.pk}-reason": "other", f"e-{village.pk}": "拆迁户回迁", "version": "3", "save": "1"}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    shown = re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", strict.post("/returns/7/", row).text)

    assert shown[0] == (f"{village.name} 总户数", "812") and (f"{village.name} 说明", "拆迁户回迁") in shown
    assert len(shown) == 3


HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)"|<button[^>]*? name="([a-z_]+)"')


def test_what_pages_send_along_is_not_shown_as_typed():
    templates = [path.read_text("utf-8") for path in (proxy_pages.FOLDER.parents[1] / "templates").rglob("*.html")]
    sent = {name for text in templates for pair in HIDDEN.findall(text) for name in pair if name}
    hidden = {
        name
        for form in our_forms()
        for name, field in form.base_fields.items()
        if isinstance(field.widget, forms.HiddenInput) and not name.endswith("_FORMS")
    }
    assert "decision" in sent and (sent | hidden) - {"csrfmiddlewaretoken"} <= SENT_ALONG | WORDS.keys()
    assert called("is_shared") == "供全体审计员使用" and called("opinion-12") == "意见"


def test_files_are_said_to_be_chosen_anew(client):
    answer = client.post("/fail/operational/", {"note": "门口有牌", "file": SimpleUploadedFile("a.jpg", b"x")})
    assert "门口有牌" in answer.text and "所选文件须重新选择" in answer.text and "重新提交</button>" not in answer.text


def test_too_large_a_body_keeps_what_was_typed_beside_the_file(client, settings):
    settings.LARGEST_BODY = 1000
    answer = client.post("/form/", {"note": "门口有牌", "file": SimpleUploadedFile("a.jpg", b"x" * 2000)})
    assert answer.status_code == 413 and "门口有牌" in answer.text
    answer = client.post("/form/", {"note": "门口有牌", "file": SimpleUploadedFile("a.jpg", b"x" * 9000)})
    assert answer.status_code == 413 and "门口有牌" not in answer.text
    assert (
        "门口有牌"
        not in Client().post("/form/", {"note": "门口有牌", "file": SimpleUploadedFile("a", b"x" * 2000)}).text
    )


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503, 507])
def test_answer_without_words_gets_its_page(client, status):
    answer = client.get(f"/empty/{status}/")
    assert answer.status_code == status and "<h1>" in answer.text and answer["Allow"] == "POST"
    said = client.get(f"/empty/{status}/", headers={"Accept": "application/json"})
    assert said.json()["detail"].endswith("。")


def test_wrong_method_is_told_on_a_page(client):
    answer = client.post("/read/", {"a": "改好了"})
    assert answer.status_code == 405 and "不能这样访问" in answer.text and "改好了" in answer.text
    assert client.head("/empty/405/").content == b""


def test_pages_for_the_proxy_stand_alone_and_are_up_to_date():
    """After a change: ``.venv/bin/python -m tests.proxy_pages``."""
    written = {path.name: path.read_text("utf-8") for path in proxy_pages.FOLDER.glob("*.html")}
    assert written == proxy_pages.pages()
    named = re.findall(
        r"/portal-pages/(\d+\.html);", (proxy_pages.FOLDER.parent / "nginx/portal.conf").read_text("utf-8")
    )
    assert set(named) == written.keys()
    for name, text in written.items():
        assert not re.search(r"<link|<script|src=|url\(", text), name
