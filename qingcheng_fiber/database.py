"""DATABASE_URL, read into Django's settings."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;",
}
"""Writers queue instead of failing; readers never wait (measured, see docs/adr)."""


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
