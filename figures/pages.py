"""What stands above the list of a figure's members: the figure itself, its parts, why members do not count, and the ways on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from figures.address import MemberPart
from figures.declared import FigureQuery, Needed, OpenedFigure


@dataclass(frozen=True)
class PartShown:
    """A part of a figure with its number, and the address of its members; ``is_chosen``: those listed."""

    part: str
    name: str
    value: int
    unit: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class CauseShown:
    name: str
    value: int
    url: str


class FigurePage:
    """A figure as ``asked``, of which the ``part`` is listed; every property is asked for at most once.

    ``members`` are whom it counts, ``kept`` the filters that say so.
    """

    def __init__(
        self, figure: OpenedFigure, asked: FigureQuery, part: str, members: QuerySet, kept: Mapping[str, str]
    ) -> None:
        self.figure, self.asked, self.part, self.members, self.kept = figure, asked, part, members, kept

    def _address(self, part: str, **more: str) -> str:
        return self.asked.address(self.figure.of, part, **{**self.kept, **more})

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """How many members each part has and, of a sum, what each adds up to; one query."""
        counts = {f"n_{part}": Count("pk", filter=condition) for part, condition in self.figure.states.items()}
        sums = {f"s_{part}": Sum(name, filter=Q(part=MemberPart.PASSED)) for part, name in self.figure.adds.items()}
        return self.members.order_by().aggregate(n_all=Count("pk"), **counts, **sums)

    def number(self, part: str) -> int:
        """What the figure is for a part: a sum where it adds up, else how many members."""
        return self._numbers[f"s_{part}"] or 0 if part in self.figure.adds else self._numbers[f"n_{part}"]

    @cached_property
    def parts(self) -> list[PartShown]:
        return [
            PartShown(
                part, name, self.number(part), self.unit_of(part),
                self._address(part), part == self.part,
            )
            for part, name in self.figure.names.items()
        ]  # fmt: skip

    def unit_of(self, part: str) -> str:
        """Members are counted one by one where others add up."""
        return "个" if self.figure.adds and part not in self.figure.adds else self.figure.unit

    @cached_property
    def needed(self) -> Needed | None:
        return self.figure.needed(self.asked)

    @property
    def beyond(self) -> int:
        """How many are wanted that do not exist yet: with all who lack, the target would still not be met."""
        if not self.needed or self.figure.adds:
            return 0
        return max(0, self.needed.missing - self._numbers[f"n_{MemberPart.GAP}"] - bool(self.unrecorded))

    @cached_property
    def unrecorded(self) -> str:
        return self.figure.unrecorded(self.asked)

    @property
    def is_gap(self) -> bool:
        return self.part in (MemberPart.LACKING, MemberPart.GAP)

    @cached_property
    def causes(self) -> list[CauseShown]:
        """Why members do not count, the most frequent first."""
        if not self.figure.causes:
            return []
        rows = (
            self.figure.part(self.members, MemberPart.LACKING)
            .order_by()
            .values_list("cause")
            .annotate(number=Count("pk"))
        )
        return [
            CauseShown(
                self.figure.causes.get(cause, "其他"), number,
                self._address(MemberPart.LACKING, cause=cause),
            )
            for cause, number in sorted(rows, key=lambda row: (-row[1], row[0]))
        ]  # fmt: skip

    @property
    def rate(self) -> tuple[int, int]:
        """What passed, and of how many."""
        return self.number(MemberPart.PASSED), self.number(MemberPart.ALL)

    @property
    def map_url(self) -> str:
        asked = {"of": self.figure.of, "part": self.part, "area": self.asked.code, "period": self.asked.quarter}
        asked["basis"] = self.asked.basis
        return f"{reverse('map')}?{urlencode(asked)}"
