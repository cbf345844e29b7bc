"""Sizes, ages and commands as an administrator reads them."""

from datetime import datetime

from django.conf import settings

from common import clock

UNITS = (("TB", 1024**4), ("GB", 1024**3), ("MB", 1024**2), ("KB", 1024))
OWNER = "ALSO=/etc/portal/owner.env "
AGES = ((86_400, "天"), (3_600, "小时"), (60, "分钟"), (1, "秒"))


def command(line: str, *, by_owner: bool = False) -> str:
    """A command of the portal as it is typed: where it is installed, by the short form of docs/operations.md, which loads the settings.

    Without them it would work on another database than the portal's, and say that all is well. ``by_owner``: the
    portal's own role may not do it.
    """
    if not settings.PRODUCTION:
        return f"python3 manage.py {line}"
    return f"{OWNER if by_owner else ''}portal {line}"


def unit(name: str, line: str) -> str:
    """What starts a unit of deploy/systemd; where none is installed, the command that it runs."""
    return f"systemctl start {name}" if settings.PRODUCTION else command(line)


def size(count: int) -> str:
    """Bytes in the largest unit of which there is one, with one decimal, rounded down."""
    for unit, bytes_ in UNITS:
        if count >= bytes_:
            return f"{count * 10 // bytes_ / 10:g} {unit}"
    return f"{count} 字节"


def ago(moment: datetime) -> str:
    """How long ago, in the largest unit of which there is one, rounded down: 3 小时前."""
    seconds = int((clock.real_now() - moment).total_seconds())
    for length, unit in AGES:
        if seconds >= length:
            return f"{seconds // length} {unit}前"
    return "刚刚"
