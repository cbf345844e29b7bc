"""A figure's course as a small picture: nine quarters, this one marked, and where it was to be expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from common.periods import Quarter
from returns.courses import SPAN, CoursePoint
from returns.figures import Figure

WIDTH, HEIGHT, EDGE = 264, 72, 8
"""The picture in its own units, and how far its points stay from the edge."""


@dataclass(frozen=True)
class PicturePoint:
    """A quarter of the course; ``value`` None where none was approved, and then it has no place in the picture."""

    quarter: Quarter
    value: int | None
    x: int
    y: int

    @property
    def label(self) -> str:
        """Short enough for a row of them: 2018年二季度."""
        return self.quarter.label.replace("第", "")


@dataclass(frozen=True)
class CoursePicture:
    """The course of a figure in a village up to ``quarter``; ``usual`` is where it was to be expected, None without a course."""

    code: str
    figure: Figure
    quarter: Quarter
    known: Mapping[Quarter, int | None]
    usual: tuple[int, int] | None

    @property
    def key(self) -> str:
        return f"course-{self.code}-{self.figure.name}"

    @cached_property
    def points(self) -> list[PicturePoint]:
        """Nine quarters, the last of them this one."""
        first = self.quarter.plus(1 - SPAN)
        quarters = list(first.through(self.quarter))
        step = (WIDTH - 4 * EDGE) / (SPAN - 1)
        return [
            PicturePoint(each, value, round(2 * EDGE + step * at), self._y(value or 0))
            for at, each in enumerate(quarters)
            for value in [self.known.get(each)]
        ]

    @property
    def drawn(self) -> list[PicturePoint]:
        return [each for each in self.points if each.value is not None]

    @property
    def now(self) -> PicturePoint:
        return self.points[-1]

    @property
    def lines(self) -> list[str]:
        """The points of each run of quarters without a gap, as a polyline has them."""
        runs: list[list[str]] = [[]]
        for each in self.points:
            if each.value is None:
                runs.append([])
            else:
                runs[-1].append(f"{each.x},{each.y}")
        return [" ".join(run) for run in runs if len(run) > 1]

    @property
    def band(self) -> tuple[int, int, int] | None:
        """Where the figure was to be expected: left edge, top, height."""
        if self.usual is None:
            return None
        top, bottom = self._y(self.usual[1]), self._y(self.usual[0])
        return self.now.x - EDGE, top, max(2, bottom - top)

    @property
    def description(self) -> str:
        """The numbers of the picture in words."""
        said = "，".join(f"{each.label} {each.value:,}" for each in self.drawn[:-1]) or "此前无已审核的数字"
        now = "未填" if self.now.value is None else f"{self.now.value:,}"
        usual = f"；按往期应在 {self.usual[0]:,} 至 {self.usual[1]:,} 之间" if self.usual else ""
        return f"{said}；本季 {now}{usual}。"

    @cached_property
    def _bounds(self) -> tuple[int, int]:
        values = [value for value in self.known.values() if value is not None] + list(self.usual or ())
        return (min(values), max(values)) if values else (0, 0)

    def _y(self, value: int) -> int:
        low, high = self._bounds
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE))


def picture(
    code: str,
    figure: Figure,
    quarter: Quarter,
    value: int | None,
    course: Sequence[CoursePoint],
    usual: tuple[int, int] | None,
) -> CoursePicture:
    known = {Quarter.parse(point.period): point.figures[figure.name] for point in course[1 - SPAN :]}
    return CoursePicture(code, figure, quarter, known | {quarter: value}, usual)
