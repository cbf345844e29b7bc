"""Charts as figures: what is drawn, and the table of the same figures; colours are named by what they mean.

The names of colours stand in static/css/palette.css, which the charts, the map and the big screen read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from acceptance.wording import number, rate


@dataclass(frozen=True)
class Series:
    """A line or a row of bars: its numbers (None: missing), and each as the table writes it; ``tone`` names its colour."""

    name: str
    tone: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """``kind`` is line, bar or stack (bars on one another); ``top`` ends the axis, ``target`` is marked on it."""

    key: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
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
    def spec(self) -> dict:
        """What static/js/charts.js draws."""
        return {
            "kind": self.kind, "unit": self.unit, "top": self.top, "target": self.target, "title": self.title,
            "targetName": self.target_name, "slanted": self.head != "季度", "categories": self.categories,
            "series": [{"name": each.name, "tone": each.tone, "values": each.values} for each in self.series],
        }  # fmt: skip

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: for each category the text of every series."""
        return [(name, [each.texts[place] for each in self.series]) for place, name in enumerate(self.categories)]

    @property
    def summary(self) -> str:
        """What a screen reader says in place of the drawing: each series from its first to its last figure."""
        return f"{self.title}。" + "".join(self._from_to(series) for series in self.series)

    def _from_to(self, series: Series) -> str:
        known = [place for place, value in enumerate(series.values) if value is not None]
        if not known:
            return f"{series.name}：没有数据；"
        first, last = known[0], known[-1]
        if first == last or self.kind != "line":
            return f"{series.name}：" + "，".join(f"{self.categories[at]} {series.texts[at]}" for at in known) + "；"
        begin, end = (f"{self.categories[at]} {series.texts[at]}" for at in (first, last))
        return f"{series.name}：{begin}，到 {end}；"


def shares(name: str, tone: str, parts: Sequence[tuple[int | None, int | None]]) -> Series:
    """A series of percentages, cut after one decimal; None where there is nothing to divide by."""
    values = tuple(None if part is None or not whole else 1000 * part // whole / 10 for part, whole in parts)
    texts = tuple(
        "—" if value is None else f"{rate(part, whole)}（{number(part)} / {number(whole)}）"
        for value, (part, whole) in zip(values, parts, strict=True)
    )
    return Series(name, tone, values, texts)


def counts(name: str, tone: str, numbers: Sequence[int | None]) -> Series:
    return Series(name, tone, tuple(numbers), tuple("—" if each is None else number(each) for each in numbers))
