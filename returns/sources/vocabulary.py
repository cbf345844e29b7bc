"""What a source is, and what it says of a cell."""

from dataclasses import dataclass

from django.db.models import TextChoices


class FigureSource(TextChoices):
    """Where a figure is known from besides asking in the village now."""

    OPERATORS = "operators", "运营企业合计"
    REGISTER = "register", "台账自然村户数"
    COMPUTED = "computed", "按接入点测算"
    ORDERS = "orders", "往季填报数加竣工工单"
    LAST = "last", "往季填报数"


PREFERRED = {
    "households": (FigureSource.LAST, FigureSource.REGISTER),
    "broadband_covered_households": (FigureSource.LAST, FigureSource.COMPUTED),
    "fibre_covered_households": (FigureSource.LAST, FigureSource.COMPUTED),
    "broadband_users": (FigureSource.OPERATORS, FigureSource.ORDERS, FigureSource.LAST),
    "fibre_users": (FigureSource.OPERATORS, FigureSource.ORDERS, FigureSource.LAST),
}
"""Whose figure is suggested where the sources of a column agree: users as they are counted now; households as the village
itself counted them, which the register of permanent households only confirms."""


MARK = "※"
MARK_MEANS = "※ 取自来源、经填报人确认，不是人工填报"
"""On paper, beside a figure that was taken from a source; and at its foot."""


@dataclass(frozen=True)
class Part:
    """What a source's figure is made of: an operator's count, a natural village's households; or what was left out of it."""

    name: str
    number: int
    is_counted: bool = True


@dataclass(frozen=True)
class SourceFigure:
    """What a source says of a cell: village, column, households or users; ``detail`` says from what (blank: nothing to say).

    ``name`` is what it is called where its quarter is known (上季, 2018年第三季度填报数); blank: as its source is.
    """

    code: str
    figure: str
    value: int
    source: FigureSource
    detail: str = ""
    parts: tuple[Part, ...] = ()
    name: str = ""

    @property
    def title(self) -> str:
        return self.name or self.source.label

    @property
    def label(self) -> str:
        """In words: 运营企业合计（3 家）."""
        return f"{self.title}（{self.detail}）" if self.detail else self.title
