"""DATABASE_URL, read into Django's settings."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;",
}
"""Writers queue instead of failing; readers never wait (measured, see docs/adr)."""


_HELD: list[sqlite3.Connection] = []


def hold_open() -> None:
    """Keep SQLite's write-ahead log where it is for as long as this process lives, by a connection that does nothing.

    The last connection that closes takes the log's files away, and on a full disk the next could not make them again:
    then nothing could be read any more.
    """
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        with suppress(sqlite3.Error):  # Whoever asks next is told what is wrong with it.
            held = sqlite3.connect(settings.DATABASES["default"]["NAME"], check_same_thread=False)
            _HELD.append(held)
            held.execute("PRAGMA journal_mode=WAL")
            held.execute("SELECT count(*) FROM sqlite_master").fetchone()


def sqlite(path: Path) -> dict:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": SQLITE_OPTIONS}


def database(url: str) -> dict:
    """The settings for ``sqlite:////absolute/path`` or ``postgres://user:password@host:port/name``.

    ValueError with a Chinese sentence when the address is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)[1:]))
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ValueError(
        f"DATABASE_URL 无法识别：{parts.scheme or url}。应为 sqlite:////绝对路径 或 postgres://用户:口令@主机:端口/库名。"
    )


PATIENCE = {"connect_timeout": "2", "tcp_user_timeout": "5000"}
"""Seconds and milliseconds that a standby which does not answer holds up a page, before the primary is asked."""


def standby(url: str, primary: dict) -> dict:
    """The settings for the read replica at ``postgres://…`` of a database. ValueError when either is no PostgreSQL."""
    if urlsplit(url).scheme not in ("postgres", "postgresql") or not primary["ENGINE"].endswith(".postgresql"):
        raise ValueError("PORTAL_REPLICA_URL 只能是 PostgreSQL 的只读副本，DATABASE_URL 也须为 PostgreSQL。")
    settings = database(url)
    return {**settings, "OPTIONS": PATIENCE | settings["OPTIONS"]}
