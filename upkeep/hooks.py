"""What is looked at to know whether the portal runs and is kept: one list for /readyz, metrics, the status page and the inbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import update_wrapper
from typing import Any

from common.registry import Registry


class StatusLight(StrEnum):
    """How a thing stands; what is BAD has to be mended now."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    OFF = "off"

    @property
    def label(self) -> str:
        return {"good": "正常", "note": "注意", "bad": "异常", "off": "未启用"}[self]


@dataclass(frozen=True, kw_only=True)
class StatusFinding:
    """What a check found: a figure for the page, what is wrong and what to do about it, and numbers for the metrics by their names."""

    light: StatusLight
    figure: str
    why: str = ""
    todo: str = ""
    command: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_amiss(self) -> bool:
        return self.light in (StatusLight.BAD, StatusLight.NOTE)


class StatusCheck:
    """A function that looks at one thing, declared with ``check``."""

    do_not_call_in_templates = True

    def __init__(
        self, look: Callable[[], StatusFinding], key: str, label: str, manual: str, is_needed: bool, asks_database: bool
    ) -> None:
        self.look, self.key, self.label, self.manual = look, key, label, manual
        self.is_needed, self.asks_database = is_needed, asks_database
        update_wrapper(self, look)

    def __call__(self) -> StatusFinding:
        return self.look()


def check(
    key: str, *, label: str, manual: str = "", is_needed: bool = False, asks_database: bool = True
) -> Callable[[Any], StatusCheck]:
    """Declare the function beneath as a check.

    ``manual`` is the heading of docs/operations.md under which all is told that a line on a page cannot; ``is_needed``:
    /readyz asks it, too; ``asks_database``: it is left out while the database does not answer.
    """
    return lambda look: StatusCheck(look, key, label, manual, is_needed, asks_database)


CHECKS: Registry[StatusCheck] = Registry()
"""In the order in which they are asked; the first is the database."""
