"""The price of one more as people read it: a drawing of steps, and the table of the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from acceptance.wording import number
from planning.naming import ActionNames

WIDTH, HEIGHT, LEFT, FOOT = 640, 240, 48, 28
"""The drawing's measures in its own units; to the left and beneath is room for the figures of the axes."""
_TICKS = 8


@dataclass(frozen=True)
class CurvePoint:
    """A count of new points, and the most members that pass with them; ``more`` than with one point less, None for the first."""

    new: int
    passed: int
    bound: int
    more: int | None
    x: float
    y: float

    @property
    def is_proven(self) -> bool:
        return self.passed == self.bound

    @property
    def proof(self) -> str:
        return "已证明" if self.is_proven else f"不会多于 {number(self.bound)}"


class CurveShown:
    """The document of ``planning.curve``."""

    def __init__(self, answer: Mapping) -> None:
        self.answer, self.needed = answer, answer["needed"]

    @cached_property
    def points(self) -> list[CurvePoint]:
        rows: list[CurvePoint] = []
        before: int | None = None
        for row in self.answer["points"]:
            more: int | None = None if before is None else row["passed"] - before
            rows.append(
                CurvePoint(row["new"], row["passed"], row["bound"], more, self._x(row["new"]), self._y(row["passed"]))
            )
            before = row["passed"]
        return rows

    @property
    def _last(self) -> int:
        return max(1, self.answer["points"][-1]["new"])

    @cached_property
    def _range(self) -> tuple[int, int]:
        """From where to where the axis goes; the target lies within."""
        passed = [row["passed"] for row in self.answer["points"]]
        low, high = min(passed), max(*passed, self.needed or 0)
        return low, max(high, low + 1)

    def _x(self, new: int) -> float:
        return round(LEFT + (WIDTH - LEFT - 16) * new / self._last, 1)

    def _y(self, passed: int) -> float:
        low, high = self._range
        return round(HEIGHT - FOOT - (HEIGHT - FOOT - 24) * (passed - low) / (high - low), 1)

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def target_y(self) -> float | None:
        return None if self.needed is None else self._y(self.needed)

    @property
    def ticks(self) -> list[CurvePoint]:
        """The points that are named beneath, not too many to be read."""
        step = max(1, -(-len(self.points) // _TICKS))
        return self.points[::step]

    @property
    def sentence(self) -> str:
        if not self.points:
            return "该目标已达到，或按所给条件不能达标，没有可比较的新建数量。"
        best = max(self.points[1:], key=lambda each: each.more or 0, default=None)
        first = self.points[0]
        if len(self.points) == 1:
            return f"不新建接入点即可达到 {number(first.passed)}，应达到 {number(self.needed or 0)}。"
        words = f"不新建接入点最多达到 {number(first.passed)}，新建 {number(self.points[-1].new)} 个可达到 {number(self.points[-1].passed)}"
        most = f"；第 {number(best.new)} 个增加最多（{number(best.more)}）" if best and best.more else ""
        return f"{words}，应达到 {number(self.needed or 0)}{most}。"

    @property
    def best_alone(self) -> str:
        """The single action that gains most, in a sentence; blank where none gains any."""
        if not self.alone:
            return ""
        what, where, gained = self.alone[0]
        return f"单项效果最大：{what}（{where}），单独采用可增加 {number(gained)}。"

    @cached_property
    def alone(self) -> list[tuple[str, str, int]]:
        """The single actions that gain most: what, where, and how many members more pass."""
        names = ActionNames(self.answer["alone"])
        return [(names.what(each), names.where(each), each["gained"]) for each in self.answer["alone"]]
