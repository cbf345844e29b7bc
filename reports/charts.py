"""Charts as figures: what is drawn, and the table of the same figures; colours are named by what they mean.

The names of colours stand in static/css/palette.css, which the charts, the map and the big screen read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from acceptance.wording import number
from common.templatetags.figures import MISSING, rate
from figures.sentences import SaidNumber, linked


@dataclass(frozen=True)
class ChartSeries:
    """A line or a row of bars: its numbers (None: missing), and each as the table writes it; ``tone`` names its colour.

    ``lacks`` says of a point whose members are not all there what is missing: it is drawn hollow and not joined to others.
    """

    name: str
    tone: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    numbers: tuple[Sequence[SaidNumber], ...] = ()
    """For each point the numbers that its text says, with the addresses of their members; none: it leads nowhere."""

    def told(self, place: int) -> str:
        """A point's text, with its numbers as links."""
        return linked(self.texts[place], self.numbers[place]) if self.numbers else self.texts[place]

    @property
    def whole(self) -> tuple[float | None, ...]:
        """What may be joined by a line."""
        return tuple(None if lack else value for value, lack in self._pairs)

    @property
    def partial(self) -> tuple[float | None, ...]:
        return tuple(value if lack else None for value, lack in self._pairs)

    @property
    def _pairs(self) -> list[tuple[float | None, str]]:
        return list(zip(self.values, self.lacks or [""] * len(self.values), strict=True))


@dataclass(frozen=True)
class Chart:
    """``kind`` is line, bar or stack (bars on one another); ``top`` ends the axis, ``target`` is marked on it."""

    key: str
    title: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    kind: str = "line"
    unit: str = ""
    top: float | None = None
    target: float | None = None
    target_name: str = ""
    head: str = "季度"

    @property
    def element(self) -> str:
        """The id of the element that holds ``spec``."""
        return f"chart-{self.key}"

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for series in self.series for value in series.values)

    @property
    def has_partial(self) -> bool:
        return any(lack for series in self.series for lack in series.lacks)

    @property
    def spec(self) -> dict:
        """What static/js/charts.js draws."""
        return {
            "kind": self.kind, "unit": self.unit, "top": self.top, "target": self.target, "title": self.title,
            "targetName": self.target_name, "slanted": self.head != "季度", "categories": self.categories,
            "series": [
                {"name": each.name, "tone": each.tone, "values": each.whole, "partial": each.partial if any(each.lacks) else None}
                for each in self.series
            ],
        }  # fmt: skip

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: for each category the text of every series, in which figures lead to their members."""
        return [(name, [each.told(place) for each in self.series]) for place, name in enumerate(self.categories)]

    @property
    def summary(self) -> str:
        """What a screen reader says in place of the drawing: each series from its first to its last figure."""
        return f"{self.title}。" + "".join(self._from_to(series) for series in self.series)

    def _from_to(self, series: ChartSeries) -> str:
        known = [place for place, value in enumerate(series.whole) if value is not None]
        if not known:
            return f"{series.name}：没有{'齐全的' if any(series.lacks) else ''}数据；"
        first, last = known[0], known[-1]
        if first == last or self.kind != "line":
            return f"{series.name}：" + "，".join(f"{self.categories[at]} {series.texts[at]}" for at in known) + "；"
        begin, end = (f"{self.categories[at]} {series.texts[at]}" for at in (first, last))
        return f"{series.name}：{begin}，到 {end}；"


def shares(
    name: str,
    tone: str,
    parts: Sequence[tuple[int | None, int | None]],
    lacks: Sequence[str] = (),
    members: Sequence[tuple[str, str]] = (),
) -> ChartSeries:
    """A series of percentages, cut after one decimal; None where there is nothing to divide by.

    ``members`` are of each point the addresses of its part's members and of its whole's.
    """
    values = tuple(None if part is None or not whole else 1000 * part // whole / 10 for part, whole in parts)
    texts = tuple(
        MISSING
        if value is None
        else f"{rate(part, whole)}（{number(part)} / {number(whole)}{'，' if lack else ''}{lack}）"
        for value, (part, whole), lack in zip(values, parts, lacks or [""] * len(values), strict=True)
    )
    numbers = tuple(
        [SaidNumber(value, url) for value, url in zip(both, urls, strict=True)]
        for both, urls in zip(parts, members, strict=bool(members))
    )
    return ChartSeries(name, tone, values, texts, tuple(lacks), numbers)


def counts(name: str, tone: str, numbers: Sequence[int | None], members: Sequence[str] = ()) -> ChartSeries:
    """A series of counts; ``members`` are the addresses of those whom each counts."""
    texts = tuple(MISSING if each is None else number(each) for each in numbers)
    said = tuple([SaidNumber(each, url)] for each, url in zip(numbers, members, strict=bool(members)))
    return ChartSeries(name, tone, tuple(numbers), texts, numbers=said)
