"""What is looked at, and what is found: the figures of a return with all that stands around them, and an oddity."""

from collections.abc import Mapping
from dataclasses import dataclass

from returns.figures import Figures


@dataclass(frozen=True)
class VillageContext:
    """A village or community with what is known of it beside the return; None is not known, never 0.

    ``course``: the approved quarters, oldest first, nine at most, as (period, five figures). ``counted`` is what all
    operators together count this quarter, ``register`` what the register computes on its last day; ``…_before`` stand
    for the quarter of the last approved figures.
    """

    code: str
    name: str
    kind: str
    course: tuple[tuple[str, Figures], ...] = ()
    counted: Mapping[str, int | None] | None = None
    counted_before: Mapping[str, int | None] | None = None
    register: Mapping[str, int | None] | None = None
    register_before: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class ReturnContext:
    """A township and quarter: its villages in the order of the form, and what the operators count in all of it."""

    township: str
    period: str
    villages: tuple[VillageContext, ...]
    counted_total: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class Oddity:
    """What is odd, why, and how much: from 1.0 on it is above the bound.

    ``code`` is blank for the whole return, ``figure`` for the whole row. ``sentence`` is one clause with the two figures
    that contradict each other, ``grounds`` are whatever else speaks for it. ``likeliest`` says what it probably is
    (疑似数字颠倒，应为 213？), blank where nothing in particular fits.
    """

    code: str
    figure: str
    kind: str
    score: float
    sentence: str
    likeliest: str = ""
    grounds: str = ""

    @property
    def points(self) -> int:
        """The score for people, in hundredths; a bound is never reached by rounding."""
        return int(self.score * 100)

    @property
    def words(self) -> str:
        """What is odd, and what it probably is."""
        return "，".join(filter(None, (self.sentence, self.likeliest)))

    @property
    def more(self) -> str:
        """How odd it is, and what speaks for it."""
        return "；".join(filter(None, (f"异常程度 {self.points} 分", self.grounds)))
