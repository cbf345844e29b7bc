"""What the environment may say, and what stops the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from qingcheng_fiber import env
from qingcheng_fiber.database import database

ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789abcdef" * 4


def manage(*arguments: str, var: Path, **variables: str) -> subprocess.CompletedProcess:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**clean, "PORTAL_VAR": str(var), **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def setting(name: str, var: Path, **variables: str) -> str:
    code = f"from django.conf import settings; print(settings.{name})"
    done = manage("shell", "--no-imports", "-c", code, var=var, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("key", "said"),
    [({}, "现在没有设置"), ({"PORTAL_SECRET_KEY": "too short"}, "现在只有 9 个字符")],
)
def test_production_without_a_good_key_refuses_to_start(tmp_path, key, said):
    done = manage("check", var=tmp_path, PORTAL_MODE="production", **key)

    assert done.returncode == 2
    assert "生产模式必须设置环境变量 PORTAL_SECRET_KEY" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_production_settings_pass_the_deployment_checks(tmp_path):
    done = manage(
        "check", "--deploy", "--fail-level", "WARNING", var=tmp_path, PORTAL_MODE="production", PORTAL_SECRET_KEY=KEY
    )

    assert done.returncode == 0, done.stderr


def test_https_can_be_switched_off_in_production(tmp_path):
    production = {"PORTAL_MODE": "production", "PORTAL_SECRET_KEY": KEY}

    assert setting("SECURE_SSL_REDIRECT", tmp_path, **production) == "True"
    assert setting("SECURE_SSL_REDIRECT", tmp_path, **production, PORTAL_HTTPS="0") == "False"


COOKIES = """
from django.conf import settings
from qingcheng_fiber.cookies import MessageCookie
from qingcheng_fiber.replica import COOKIE
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, MessageCookie.cookie_name, COOKIE)
"""


@pytest.mark.parametrize(("https", "prefix"), [("1", "__Host-"), ("0", "")])
def test_cookies_are_of_this_host_alone(tmp_path, https, prefix):
    production = {"PORTAL_MODE": "production", "PORTAL_SECRET_KEY": KEY, "PORTAL_HTTPS": https}
    said = manage("shell", "--no-imports", "-c", COOKIES, var=tmp_path, **production)
    assert said.stdout.split() == [prefix + name for name in ("session", "csrf", "messages", "written")]


def test_own_key_is_made_once_and_kept(tmp_path):
    first = setting("SECRET_KEY", tmp_path)

    assert len(first) >= 50
    assert setting("SECRET_KEY", tmp_path) == first


def test_wrong_mode_is_named(tmp_path):
    done = manage("check", var=tmp_path, PORTAL_MODE="prod")

    assert done.returncode == 2
    assert "PORTAL_MODE 应为 local、demonstration、development、production 之一，现为“prod”" in done.stderr


def test_wrong_database_address_is_named(tmp_path):
    done = manage("check", var=tmp_path, DATABASE_URL="mysql://localhost/portal")

    assert done.returncode == 2
    assert "DATABASE_URL 无法识别：mysql" in done.stderr


def test_output_of_a_command_stands_alone_on_stdout(tmp_path):
    assert manage("shell", "--no-imports", "-c", "print('全光网')", var=tmp_path).stdout == "全光网\n"


@pytest.mark.parametrize("value", ["yes", "true", "2"])
def test_switch_is_1_or_0(monkeypatch, value):
    monkeypatch.setenv("PORTAL_X", value)

    with pytest.raises(ImproperlyConfigured, match=f"PORTAL_X 应为 1 或 0，现为“{value}”"):
        env.switch("PORTAL_X", True)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "３０", "half"])
def test_number_is_whole_and_large_enough(monkeypatch, value):
    monkeypatch.setenv("PORTAL_X", value)

    with pytest.raises(ImproperlyConfigured, match="PORTAL_X 应为不小于 1 的整数"):
        env.number("PORTAL_X", 30, least=1)


@pytest.mark.parametrize("value", [None, "", " "])
def test_blank_variable_means_the_default(monkeypatch, value):
    monkeypatch.setenv("PORTAL_X", value) if value is not None else monkeypatch.delenv("PORTAL_X", raising=False)

    assert env.number("PORTAL_X", 30) == 30
    assert env.switch("PORTAL_X", True) is True
    assert env.choice("PORTAL_X", ("first", "second")) == "first"


def test_listed_drops_blanks(monkeypatch):
    monkeypatch.setenv("PORTAL_X", " a.example , ,b.example,")

    assert env.listed("PORTAL_X") == ["a.example", "b.example"]


def test_postgresql_address_is_read_with_its_quoted_parts():
    found = database("postgres://us%40er:p%2Fw@db.example:5433/%E9%97%A8?sslmode=require")

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("us@er", "p/w", "db.example", "5433")
    assert (found["NAME"], found["OPTIONS"]) == ("门", {"sslmode": "require"})


def test_sqlite_address_is_an_absolute_path():
    assert database("sqlite:////srv/a%20b/portal.sqlite3")["NAME"] == Path("/srv/a b/portal.sqlite3")


DEBUGGED = "from django.conf import settings; import sys; print(settings.DEBUG, settings.ALLOWED_HOSTS)"


@pytest.mark.parametrize(
    ("mode", "command", "debug"),
    [
        ("development", "runserver", True),
        ("development", "serve", False),
        ("development", "demo", False),
        ("production", "runserver", False),
        ("demonstration", "runserver", False),
        ("local", "runserver", False),
    ],
)
def test_debug_page_only_in_development_under_djangos_own_server(tmp_path, mode, command, debug):
    """As granian has no command of ours, it never shows one."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))}
    production = {"PORTAL_SECRET_KEY": KEY, "PORTAL_VAR": str(tmp_path), "PORTAL_MODE": mode}
    done = subprocess.run(
        [sys.executable, "-c", DEBUGGED, command],
        cwd=ROOT,
        env={**clean, **production, "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split(maxsplit=1)[0] == str(debug)


def test_debug_page_is_for_the_own_machine(tmp_path):
    assert "*" not in setting("ALLOWED_HOSTS", var=tmp_path, PORTAL_MODE="development")


def test_debug_page_may_carry_its_own_style(client, settings):
    assert "unsafe-inline" not in client.get("/no-such-page/").headers["Content-Security-Policy"]

    settings.DEBUG = True
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "style-src 'self' 'unsafe-inline'" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in answer.headers["Content-Security-Policy"]
