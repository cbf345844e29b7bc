"""Pace: what the last quarters brought to a measure, and whether that is enough by the due date."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from acceptance.wording import number
from common.periods import Quarter

SPAN = 3
"""The quarters whose gain makes the pace; fewer where fewer are judged."""
FAR = 8
"""Beyond so many quarters ahead no quarter is named."""

HOW = (
    f"走势按最近 {SPAN} 个季度（不足的按已有季度）平均每季增加的数推算，到期数＝现在数＋平均增加数×剩余季度数，取整数，"
    "只说明按现有速度推算的结果，不作预测。"
)


@dataclass(frozen=True)
class PacePoint:
    """A measure in a quarter: how many passed, how many are needed, and how many of the members are unknown.

    ``members`` are those over which a rate is added up.
    """

    quarter: Quarter
    passed: int
    needed: int
    unknown: int
    members: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pace:
    """``gain`` over ``span`` quarters (None: cannot be told), whether it ``reaches`` the target in time, and all that in words."""

    tone: str
    text: str
    words: str
    gain: int | None = None
    span: int = 0
    reaches: bool | None = None


def pace(course: Sequence[PacePoint], due: Quarter, *, is_rate: bool) -> Pace:
    """The pace of a measure that falls short over its ``course``, the quarters up to the one viewed in order.

    A rate is a sum over returns: where one is missing, sums cannot be compared from quarter to quarter.
    """
    recent = course[-SPAN - 1 :]
    if len(recent) < 2:
        return Pace("pending", "不能推算", "只有一个季度的数据，不能推算走势。")
    if is_rate and any(point.unknown for point in recent):
        return Pace("pending", "不能推算", "最近几个季度有村居缺季报，合计数不可比，不能推算走势。")
    if is_rate and any(point.members != recent[0].members for point in recent):
        return Pace("pending", "不能推算", "最近几个季度合计的村居不同，合计数不可比，不能推算走势。")
    return _told(recent[0], recent[-1], len(recent) - 1, due)


def _told(first: PacePoint, now: PacePoint, span: int, due: Quarter) -> Pace:
    gain, short = now.passed - first.passed, now.needed - now.passed
    left = now.quarter.until(due)
    said = f"最近 {span} 个季度{_gained(gain)}"
    if gain <= 0:
        outlook = "预计到期不能达到" if left > 0 else "预计不能补足"
        return Pace("missed", outlook, f"{said}，{outlook}，尚差 {number(short)}。", gain, span, False)
    wait = ceil(short * span / gain)
    arrival = f"约在{now.quarter.plus(wait).label}前后" if wait <= FAR else "两年内"
    if left <= 0:
        words = f"{said}，预计{arrival}{'补足' if wait <= FAR else '不能补足'}。"
        return Pace("late", "预计能够补足" if wait <= FAR else "预计难以补足", words, gain, span, False)
    if wait <= left:
        return Pace("met", "预计按期达到", f"{said}，预计{arrival}达到，期限为{due.label}末。", gain, span, True)
    rest = short - gain * left // span
    late = f"{arrival}达到" if wait <= FAR else "两年内不能达到"
    return Pace("missed", "预计不能按期达到", f"{said}，预计到期尚差约 {number(rest)}，{late}。", gain, span, False)


def _gained(gain: int) -> str:
    if gain == 0:
        return "没有增加"
    return f"共增加 {number(gain)}" if gain > 0 else f"共减少 {number(-gain)}"
