"""The five figures of a return's line, declared once for forms, checks and package; and how what was typed is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from common.periods import Quarter
from common.values import LARGEST, read_number

STORED_AT_MOST = LARGEST
"""Nothing in the plan bounds a figure."""


@dataclass(frozen=True)
class Figure:
    """A column of the return: a whole number of ``unit`` from ``minimum`` to ``maximum``, both included."""

    name: str
    label: str
    unit: str
    help: str
    minimum: int = 0
    maximum: int = STORED_AT_MOST

    @cached_property
    def read(self) -> Callable[..., int | None]:
        """Reads what a clerk typed (with ``place`` elsewhere): the figure, None for a blank, ValueError with a sentence else."""
        return partial(read_number, minimum=self.minimum, maximum=self.maximum, unit=self.unit)


FIGURES = (
    Figure("households", "总户数", "户", "季末本村居的全部户数。"),
    Figure(
        "broadband_covered_households",
        "宽带覆盖户数",
        "户",
        "任何一种宽带能够到达的户数，不超过总户数；一户有几家企业覆盖仍算一户。",
    ),
    Figure(
        "fibre_covered_households",
        "光网覆盖户数",
        "户",
        "光纤能够到达的户数，不超过宽带覆盖户数；一户有几家企业覆盖仍算一户。",
    ),
    Figure("broadband_users", "宽带用户数", "户", "季末在用的固定宽带用户，各企业合计。"),
    Figure("fibre_users", "光网用户数", "户", "其中使用光纤的用户，不超过宽带用户数。"),
)
"""In the order of the form (data package, table ``returns``; clauses S05 and S06)."""

NAMES = tuple(figure.name for figure in FIGURES)
BY_NAME = {figure.name: figure for figure in FIGURES}

Figures = Mapping[str, int | None]
"""A line's figures by name; None is missing, never 0."""


def added(lines: Sequence[Figures | None]) -> Figures | None:
    """The sums of several lines, a figure None where one of them lacks it; None where there is no line, or one is missing."""
    present = [line for line in lines if line is not None]
    if not present or len(present) < len(lines):
        return None
    columns = {name: [line[name] for line in present] for name in present[0]}
    return {name: None if None in values else sum(filter(None, values)) for name, values in columns.items()}


LAST_QUARTER = "上季"


def called(then: Quarter, now: Quarter) -> str:
    """What screens call a figure of an earlier quarter: 上季, else by its quarter (2018年第三季度填报数)."""
    return LAST_QUARTER if then.until(now) == 1 else f"{then.label}填报数"
