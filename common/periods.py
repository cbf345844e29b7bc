"""The quarter (季度): the period in which figures are reported and verdicts are given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_WRITTEN = re.compile(r"([0-9]{4})Q([1-4])")
_ORDINALS = "一二三四"


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, written ``2018Q2``; quarters compare in time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """The quarter that ``text`` writes; ValueError with a Chinese sentence otherwise."""
        match = _WRITTEN.fullmatch(text)
        if match is None or match[1] == "0000":
            raise ValueError(f"“{text}”不是季度：应写作四位年份加 Q1 至 Q4，例如 2018Q2。")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year:04d}Q{self.number}"

    @property
    def label(self) -> str:
        """For people: 2018年第二季度."""
        return f"{self.year}年第{_ORDINALS[self.number - 1]}季度"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """The as-of date on which everything of the quarter is judged."""
        if self == Quarter(9999, 4):
            return date.max
        return self.plus(1).first_day - timedelta(days=1)

    def plus(self, quarters: int) -> "Quarter":
        """The quarter so many later, or earlier when negative."""
        year, index = divmod(4 * self.year + self.number - 1 + quarters, 4)
        return Quarter(year, index + 1)

    def until(self, later: "Quarter") -> int:
        """How many quarters ``later`` lies ahead; negative when it lies behind."""
        return 4 * (later.year - self.year) + later.number - self.number

    def through(self, last: "Quarter") -> Iterator["Quarter"]:
        """Every quarter from this one to ``last``, both included."""
        quarter = self
        while quarter <= last:
            yield quarter
            quarter = quarter.plus(1)
