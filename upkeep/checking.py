"""The checks, carried out: each gets an answer, whatever it meets."""

import logging
from collections.abc import Callable, Iterable, Iterator

from upkeep.hooks import CHECKS, StatusCheck, StatusFinding, StatusLight

log = logging.getLogger(__name__)
NEEDED_BY_ALL = ("database", "migrations")
"""What no other check can do without that asks the database."""


def looked(
    wanted: Callable[[StatusCheck], bool] = lambda check: True, checks: Iterable[StatusCheck] = CHECKS
) -> Iterator[tuple[StatusCheck, StatusFinding]]:
    """The checks that are wanted, each with what it finds; while the database does not answer, or lacks tables, nobody asks it again."""
    is_away = False
    for check in filter(wanted, checks):
        finding = _not_asked() if is_away and check.asks_database else _looked(check)
        is_away = is_away or (check.key in NEEDED_BY_ALL and finding.light is StatusLight.BAD)
        yield check, finding


def _looked(check: StatusCheck) -> StatusFinding:
    try:
        return check()
    except Exception as fault:
        log.exception("The check %s failed", check.key)
        return StatusFinding(
            light=StatusLight.BAD,
            figure="无法检查",
            why=f"检查时出错：{type(fault).__name__}。",
            todo="出错情况已记入运行日志，请据此处理。",
        )


def _not_asked() -> StatusFinding:
    return StatusFinding(
        light=StatusLight.BAD, figure="未检查", why="数据库没有应答，或结构不符。", todo="先恢复数据库。"
    )
