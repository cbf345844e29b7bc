"""Work out from change notes which verdicts to give again: areas and sites by quarter."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from areas.changes import Span
from areas.models import FactChange
from common.periods import Quarter

MANY = 40
"""With more villages than this changed, judging the whole county is quicker."""


@dataclass(frozen=True)
class Changes:
    """Where the verdicts on sites, and where those on areas, may turn."""

    on_sites: frozenset[Span]
    on_areas: frozenset[Span]

    @classmethod
    def noted(cls, notes: Iterable[FactChange]) -> "Changes":
        spans = [(Span(note.area_code, note.first, note.last, note.site_id), note.only) for note in notes]
        return cls(
            frozenset(span for span, only in spans if only != FactChange.Only.RETURNS),
            frozenset(replace(span, site=None) for span, only in spans if only != FactChange.Only.SITES),
        )


EVERYWHERE = Span("")
EVERYTHING = Changes(frozenset({EVERYWHERE}), frozenset({EVERYWHERE}))


class Concern:
    """Areas, villages with everything beneath them, and single sites, quarter by quarter."""

    def __init__(self, spans: Iterable[Span], judged: Iterable[Quarter]) -> None:
        self._periods = list(map(str, judged))
        self._codes: dict[str, set[str]] = defaultdict(set)
        self._sites: dict[str, set[int]] = defaultdict(set)
        self._above: dict[str, set[str]] = defaultdict(set)
        self.codes: set[str] = set()
        """All areas, those of single sites included."""
        for span in spans:
            self.add(span)

    def add(self, span: Span) -> None:
        self.codes.add(span.code)
        for period in self._periods:
            if (not span.first or str(span.first) <= period) and (not span.last or period <= str(span.last)):
                if span.site is None:
                    self._codes[period].add(span.code)
                else:
                    self._sites[period].add(span.site)

    def rise(self) -> None:
        """Take in the areas above those there are, but not what else is beneath them."""
        for period, codes in self._codes.items():
            self._above[period] = {code[:digits] for code in codes for digits in (6, 9, 12) if digits < len(code)}

    @property
    def villages(self) -> set[str]:
        """The villages, or what stands at an area above them."""
        return {code[:12] for code in self.codes}

    @property
    def is_whole(self) -> bool:
        """Whether the whole county is to be read."""
        return EVERYWHERE.code in self.codes or len(self.villages) > MANY

    @property
    def size(self) -> int:
        """How many areas are concerned, counted anew in each quarter; single sites do not count."""
        return sum(map(len, self._codes.values()))

    @property
    def is_everything(self) -> bool:
        return all(EVERYWHERE.code in self._codes[period] for period in self._periods)

    @property
    def singles(self) -> frozenset[int]:
        """The single sites of all quarters, besides those at the areas."""
        return frozenset().union(*self._sites.values())

    @property
    def is_single(self) -> bool:
        """Whether nothing but single sites is concerned."""
        return not any(self._codes.values())

    def quarters(self, judged: Iterable[Quarter]) -> list[Quarter]:
        """The quarters in which any area or site is concerned."""
        return [each for each in judged if self._codes.get(str(each)) or self._sites.get(str(each))]

    def holds(self, period: str, code: str, site: int | None = None) -> bool:
        """Whether the area is one of the quarter's, or beneath one, or the site at it is."""
        codes = self._codes[period]
        if code in codes or code[:12] in codes or EVERYWHERE.code in codes or code in self._above[period]:
            return True
        return site in self._sites[period]

    def held(self, codes: Iterable[str]) -> list[str]:
        """The areas among ``codes`` that are concerned in some quarter."""
        return [code for code in codes if any(self.holds(period, code) for period in self._periods)]

    def mask(self, period: str, codes: Sequence[str]) -> np.ndarray:
        """For each area of a column, whether it is one of the quarter's or beneath one."""
        return np.array([self.holds(period, code) for code in codes], dtype=bool)

    def singles_of(self, quarter: Quarter) -> set[int]:
        return self._sites[str(quarter)]
