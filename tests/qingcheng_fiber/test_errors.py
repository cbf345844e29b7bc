"""What is answered when something is wrong."""

import errno
import logging

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path

from accounts.posts import Post
from common.http import RowNotFound
from qingcheng_fiber.urls import *  # noqa: F403
from qingcheng_fiber.urls import urlpatterns as portal

FAULTS = {
    "operational": OperationalError("server closed the connection"),
    "interface": InterfaceError("connection already closed"),
    "disk": OSError(errno.ENOSPC, "No space left on device"),
    "database_full": OperationalError("database or disk is full"),
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


urlpatterns = [path("fail/<kind>/", fail), path("form/", form), *portal]


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
        ("disk", 507, "磁盘已满"),
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


def test_text_larger_than_a_form_may_bring_is_413(client, settings):
    answer = client.post("/form/", {"a": "数" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert answer.status_code == 413 and "过大" in answer.content.decode()


def test_every_answer_carries_the_security_headers(client):
    for address in ("/form/", "/fail/mistake/", "/no-such-page/", "/static/css/errors.css"):
        answer = client.get(address)
        answer.close()
        headers = answer.headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_no_cache_keeps_the_page_of_someone_signed_in(client):
    assert client.get("/form/")["Cache-Control"] == "no-store"
