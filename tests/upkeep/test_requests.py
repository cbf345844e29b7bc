"""The number of a request, its line in the log, its count, and who may ask how the portal stands."""

import errno
import json
import logging
import os

import pytest
from django.contrib.auth.signals import user_login_failed
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from accounts.posts import Post
from common import request_id
from qingcheng_fiber.settings import LOGGING
from qingcheng_fiber.urls import *  # noqa: F403
from qingcheng_fiber.urls import urlpatterns as portal
from upkeep import metrics, room
from upkeep.heartbeat import beat
from upkeep.logs import LogContext, LogJson, LogLine
from upkeep.middleware import accounted

SECRET = "王小明"


def fail(request, kind):
    raise {
        "mistake": ValueError(f"invalid literal: {SECRET}"),
        "disk": OSError(28, "No space left on device", f"/{SECRET}"),
        "away": OperationalError("server closed the connection"),
        "twice": IntegrityError(f"duplicate key violates accounts_username\nDETAIL:  Key (username)=({SECRET})"),
    }[kind]


def number_of(request):
    return HttpResponse(request_id.current.get())


urlpatterns = [path("fail/<kind>/", fail, name="fail"), path("number/", number_of, name="number"), *portal]


@pytest.fixture
def written(monkeypatch):
    """The lines that the portal's own handler would write, in JSON."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler, root = Kept(), logging.getLogger()
    handler.addFilter(LogContext())
    handler.setFormatter(LogJson())
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def clerk(make_user, settings) -> Client:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    client.force_login(make_user(Post.CLERK, name=SECRET, username="wang.xiaoming"))
    return client


# Numbers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "said", "is_taken"),
    [
        ([], "abc-1", False),
        (["127.0.0.1"], "abc-1", True),
        (["127.0.0.1"], "a b", False),
        (["127.0.0.1"], "x" * 65, False),
        (["127.0.0.1"], "", False),
        (["10.0.0.1"], "abc-1", False),
    ],
)
def test_number_is_taken_over_from_proxies_only(proxies, said, is_taken, clerk, settings):
    settings.PROXIES = proxies
    answer = clerk.get("/number/", headers={"X-Request-ID": said})

    assert answer.text == answer["X-Request-ID"]
    assert (answer["X-Request-ID"] == said) is is_taken
    assert request_id.current.get() == ""


def test_every_answer_has_a_number_of_its_own(clerk):
    answers = [
        clerk.get(address) for address in ("/number/", "/no/", "/static/css/errors.css", "/fail/mistake/", "/healthz")
    ]
    for answer in answers:
        answer.close()

    assert len({answer["X-Request-ID"] for answer in answers}) == len(answers)


@pytest.mark.parametrize(("kind", "status"), [("mistake", 500), ("away", 503), ("disk", 507)])
def test_page_of_a_fault_shows_the_number_under_which_the_log_has_it(kind, status, clerk, written):
    answer = clerk.get(f"/fail/{kind}/")

    assert answer.status_code == status
    assert f"编号 <code>{answer['X-Request-ID']}</code>" in answer.text
    told = [json.loads(line) for line in written]
    assert any(each["request_id"] == answer["X-Request-ID"] and "Traceback" not in each["message"] for each in told)
    assert any("exc_info" in each and each["request_id"] == answer["X-Request-ID"] for each in told)


def test_page_of_a_refusal_shows_none(clerk, settings):
    settings.LARGEST_BODY = 10

    assert "编号" not in clerk.post("/number/", {"a": "1" * 20}).text


# The log ---------------------------------------------------------------------------------------------------------------


def test_line_of_a_request_says_what_and_not_who(clerk, written):
    clerk.get(f"/number/?q={SECRET}")
    (told,) = [json.loads(line) for line in written if "portal.request" in line]

    assert {name: told[name] for name in ("name", "view", "method", "status")} == {
        "name": "portal.request",
        "view": "number",
        "method": "GET",
        "status": 200,
    }
    assert isinstance(told["ms"], int)
    assert set(told) <= {"asctime", "levelname", "name", "message", "request_id", "view", "method", "status", "ms"}


def test_log_holds_nothing_of_a_person(clerk, written):
    for kind in ("mistake", "twice", "away", "disk"):
        clerk.post(f"/fail/{kind}/?q={SECRET}", {"name": SECRET}, headers={"Referer": f"http://testserver/{SECRET}"})
    clerk.get(f"/{SECRET}/")
    clerk.get("/screens/secret-address-of-a-screen/")
    log = "\n".join(written)

    assert len(written) >= 10
    for private in (SECRET, json.dumps(SECRET)[1:-1], "wang.xiaoming", "127.0.0.1", "secret-address"):
        assert private not in log
    assert "duplicate key violates accounts_username" in log
    assert "No space left on device" in log
    assert "in fail" in log


def test_address_is_logged_where_a_setting_says_so(clerk, written, settings):
    settings.LOG_ADDRESSES = True
    clerk.get("/number/")

    assert json.loads(written[-1])["address"] == "127.0.0.1"


def test_cause_of_a_fault_is_told_before_it():
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise OperationalError("no answer") from cause
    except OperationalError as fault:
        told = LogLine().formatException((type(fault), fault, fault.__traceback__))

    assert told.index("builtins.KeyError") < told.index("OperationalError: no answer")
    assert SECRET not in told


def test_lines_of_a_job_carry_its_number():
    record = logging.LogRecord("jobs", logging.ERROR, __file__, 1, "failed", (), None)
    with request_id.of_job(7):
        LogContext().filter(record)

    assert json.loads(LogJson().format(record))["job"] == 7
    assert "[任务 7]" in LogLine().format(record)
    assert request_id.job.get() is None


def test_format_is_json_in_production_only():
    assert LOGGING["handlers"]["stderr"]["formatter"] == "line"
    assert LOGGING["formatters"]["json"]["()"] == "upkeep.logs.LogJson"


@pytest.mark.parametrize("form", [LogLine, LogJson])
def test_line_cannot_be_forged_and_says_its_moment_with_the_zone(form):
    said = logging.LogRecord("x", logging.INFO, "", 0, "%s", ("a\r\n2018-01-01 INFO portal.request: b",), None)
    line = form().format(said)
    assert len(line.splitlines()) == 1 and "+08:00" in line


# Who may ask -----------------------------------------------------------------------------------------------------------

PROBES = ("/healthz", "/readyz", "/metrics")


def ask(address: str, probe: str, **more):
    return Client().get(probe, REMOTE_ADDR=address, headers={"Host": "anything.example"}, **more)


@pytest.mark.django_db
@pytest.mark.parametrize("probe", PROBES)
def test_probes_answer_those_that_are_named_whatever_the_host(probe, settings, monkeypatch):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["gw.example"]
    beat()

    assert ask("127.0.0.1", probe).status_code in (200, 503)
    assert ask("::1", probe).status_code in (200, 503)
    answer = ask("127.0.0.1", probe)
    assert "no-store" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    assert "charset=utf-8" in answer["Content-Type"] or answer["Content-Type"] == "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize("probe", PROBES)
def test_probes_are_not_there_for_others(probe, settings):
    settings.PROXIES = ["127.0.0.1"]
    unknown = Client().get("/no-such-page", REMOTE_ADDR="10.0.0.9")
    through_proxy = Client().get(probe, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.9")
    lied = Client().get(probe, REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="127.0.0.1")

    for answer in (Client().get(probe, REMOTE_ADDR="10.0.0.9"), through_proxy, lied, Client().post(probe)):
        assert answer.status_code == 404
        assert answer.text == unknown.text


def test_life_is_asked_of_no_database_and_of_nothing_else():
    """A test that has asked for no database is refused one."""
    request = RequestFactory().get("/healthz", headers={"Cookie": "session=abc"})
    answer = accounted(lambda request: pytest.fail("The portal was asked."))(request)

    assert (answer.status_code, answer.content) == (200, b"ok\n")


# Metrics ---------------------------------------------------------------------------------------------------------------


def figures(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def grown(act) -> dict[str, float]:
    """What the metrics count more after ``act``."""
    before = figures(Client().get("/metrics").text)
    act()
    after = figures(Client().get("/metrics").text)
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}


@pytest.mark.parametrize(
    ("way", "address", "counted"),
    [
        ("get", "/number/", 'portal_requests_total{method="GET",status="2xx",view="number"}'),
        ("post", "/fail/mistake/", 'portal_requests_total{method="POST",status="5xx",view="fail"}'),
        ("get", "/no/such/page", 'portal_requests_total{method="GET",status="4xx",view="none"}'),
        ("get", "/no/such/other/page", 'portal_requests_total{method="GET",status="4xx",view="none"}'),
        ("get", "/static/css/errors.css", 'portal_requests_total{method="GET",status="2xx",view="static"}'),
        ("get", "/fail/away/", 'portal_database_errors_total{kind="OperationalError"}'),
    ],
)
def test_requests_are_counted_by_view_method_and_status(way, address, counted, clerk):
    assert grown(lambda: getattr(clerk, way)(address).close())[counted] == 1


def test_method_that_nobody_knows_makes_no_label_of_its_own(clerk):
    told = grown(lambda: clerk.generic("BREW", "/number/"))

    assert 'portal_requests_total{method="other",status="4xx",view="none"}' in told


def test_time_and_failed_logins_are_counted(clerk):
    told = grown(lambda: (clerk.get("/number/"), user_login_failed.send(sender=None, credentials={}, request=None)))

    assert told['portal_request_seconds_count{view="number"}'] == 1
    assert told["portal_login_failures_total"] == 1


def test_metrics_carry_the_numbers_of_the_checks(clerk):
    beat()
    told = figures(Client().get("/metrics").text)

    assert told['portal_check_ok{check="worker"}'] == 1
    assert told["portal_worker_heartbeat_age_seconds"] < 60
    assert told["portal_queue_waiting"] == 0
    assert told["portal_disk_free_bytes"] > 0
    assert "portal_login_locked_pairs" in told
    assert not [name for name in told if name.startswith("portal_") and SECRET in name]


def test_sweep_forgets_what_dead_processes_counted(tmp_path):
    (tmp_path / "counter_1.db").touch()
    metrics.sweep(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_a_process_to_count_for_itself(monkeypatch, tmp_path):
    """A hole in a file that is written through memory would kill it."""
    monkeypatch.setenv(room.FOLDER, str(tmp_path))
    room.take()
    assert {file.stat().st_blocks * 512 >= room.BYTES[file.name.split("_")[0]] for file in tmp_path.iterdir()} == {True}
    assert room.FOLDER in os.environ

    for file in tmp_path.iterdir():
        file.unlink()
    monkeypatch.setattr(os, "posix_fallocate", lambda *told: full())
    room.take()
    assert room.FOLDER not in os.environ
    assert list(tmp_path.iterdir()) == []


def full():
    raise OSError(errno.ENOSPC, "No space left on device")


def test_fault_that_is_none_of_the_database_is_not_counted_as_one(clerk):
    told = grown(lambda: got_request_exception.send(sender=None, request=RequestFactory().get("/")))

    assert not [name for name in told if name.startswith("portal_database_errors")]
