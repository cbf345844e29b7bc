"""What a check is: its words, its rule, its bound, and how grave what it finds is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from common.periods import Quarter
from returns.figures import Figures
from returns.oddities.vocabulary import Oddity


class Level(StrEnum):
    """An error blocks, an oddity asks for a sentence of explanation, advice (提示) is only shown."""

    ERROR = "error"
    ODDITY = "oddity"
    ADVICE = "advice"


LABELS = {Level.ERROR: "差错", Level.ODDITY: "需核对", Level.ADVICE: "提示"}
WAYS_OUT = {Level.ERROR: "：请核对后改正。", Level.ODDITY: "：请核对，属实请说明原因。", Level.ADVICE: "：请核对。"}
"""How a sentence ends: what to do about it."""


@dataclass(frozen=True)
class FigureProblem:
    """What is wrong or odd with ``figure`` (a column's name) at ``value``; ``message`` is a short Chinese sentence.

    ``more`` is what it rests on, folded where it is shown; blank where the sentence says all.
    """

    level: Level
    figure: str
    value: int | None
    code: str
    message: str
    more: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == Level.ERROR

    @property
    def is_oddity(self) -> bool:
        """Whether it asks for an explanation."""
        return self.level == Level.ODDITY

    @property
    def label(self) -> str:
        return LABELS[self.level]

    @property
    def gist(self) -> str:
        """What is wrong or odd, without what to do about it."""
        return self.message.removesuffix(WAYS_OUT[self.level])


@dataclass(frozen=True)
class Registered:
    """What the registry holds of a village on the quarter's last day.

    ``households`` are the permanent households (常住户数) of its natural villages; ``is_whole`` says that
    these are all there is: an administrative village without compounds, whose households nobody registers.
    """

    households: int
    is_whole: bool


@dataclass(frozen=True)
class Beside:
    """What a line's figures are checked against. None is not known, and then nothing is compared with it.

    ``previous`` is the quarter before; ``earlier`` the quarters before from the latest back, the first
    of them ``previous`` again; ``counted`` what all operators together count. ``is_part``: the village came out of one
    that was split since, so that there is no figure of the quarter before to compare with. ``agreed`` are figures that
    the sources agree on, each with their names; they are asked on the pages where figures are typed, nowhere else.
    ``odd`` is what stood out when the whole return was surveyed (``returns.surveying``).
    """

    previous: Figures | None = None
    earlier: tuple[Figures | None, ...] = ()
    registered: Registered | None = None
    counted: Figures | None = None
    is_part: bool = False
    agreed: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    odd: tuple[Oddity, ...] = ()


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class CheckHit:
    """Where a rule struck: the column, the words for the sentence's placeholders, and what it rests on besides."""

    figure: str
    words: Mapping[str, Any] = field(default_factory=dict)
    more: str = ""


class Rule(Protocol):
    """How a check looks at a line. ``kind`` is the name by which a browser knows it, blank when it cannot run there."""

    @property
    def kind(self) -> str: ...

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]: ...


@dataclass(frozen=True)
class Bound:
    """The number that a check compares with; the bureau may set another from ``least`` to ``most``."""

    default: int
    unit: str
    label: str
    least: int = 0
    most: int = 1000


@dataclass(frozen=True)
class Terms:
    """How a check is applied: with which bound (0 where it has none), and from which quarter it blocks ('': from the first)."""

    bound: int = 0
    blocks_from: str = ""


@dataclass(frozen=True)
class FigureCheck:
    """A check as it is declared.

    ``sentence`` has the placeholders that its rule fills; the way out is added by level, unless
    ``way_out`` says another. ``on_submission``: only when the line is to be complete. ``compared``
    says for people what is compared, and with which tolerance. A check without ``bound`` is fixed.
    """

    code: str
    name: str
    level: Level
    rule: Rule
    sentence: str
    compared: str
    bound: Bound | None = None
    blocks_from: str = ""
    way_out: str = ""
    on_submission: bool = False

    @property
    def terms(self) -> Terms:
        """As declared, until the bureau sets others."""
        return Terms(self.bound.default if self.bound else 0, self.blocks_from)

    def level_in(self, quarter: Quarter | None, terms: Terms) -> Level:
        """Its level in a quarter: before the one from which it blocks it only advises."""
        is_early = quarter is not None and str(quarter) < terms.blocks_from
        return Level.ADVICE if is_early else self.level

    def problems(
        self, figures: Figures, beside: Beside, quarter: Quarter | None, terms: Terms
    ) -> Iterator[FigureProblem]:
        level = self.level_in(quarter, terms)
        ending = self.way_out or WAYS_OUT[level]
        for found in self.rule.findings(figures, beside, terms.bound):
            said = self.sentence.format(bound=terms.bound, **found.words)
            value = figures.get(found.figure)
            yield FigureProblem(level, found.figure, value, self.code, said + ending, found.more)
