"""Sizes and ages as an administrator reads them."""

from datetime import datetime

from common import clock

UNITS = (("TB", 1024**4), ("GB", 1024**3), ("MB", 1024**2), ("KB", 1024))
AGES = ((86_400, "天"), (3_600, "小时"), (60, "分钟"), (1, "秒"))


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
