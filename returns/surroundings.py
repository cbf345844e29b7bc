"""What the lines of a return are checked against and read beside: earlier quarters, the registry, the operators' counts."""

from collections.abc import Collection, Mapping
from functools import cached_property

from django.db.models import Count, Q, Sum

from areas.lineage import Lineage
from areas.models import Area
from areas.vocabulary import LEAVES, VILLAGE_LEVEL, AreaKind
from common.periods import Quarter
from returns.checks import Beside, Registered, Using
from returns.figures import Figures, added
from returns.models import OperatorCount, ReturnLine

A_YEAR = 4


class ReturnSurroundings:
    """The data beside the lines of a township and quarter, in five queries; ``only`` restricts it to some villages."""

    def __init__(self, township: str, quarter: Quarter, using: Using, only: Collection[str] | None = None) -> None:
        self._township, self._quarter, self._only = township, quarter, only
        self._there: dict[Quarter, set[str]] = {}
        self._span = max(A_YEAR, using.terms["unchanged"].bound - 1)

    def beside(self, area: Area) -> Beside:
        earlier = tuple(self._earlier(area.code, back) for back in range(1, self._span + 1))
        return Beside(
            earlier[0],
            earlier,
            self._registered_of(area),
            self._counts.get(area.code),
            is_part=self._origins(area.code, self._quarter.plus(-1)) is None,
        )

    def beside_total(self) -> Beside:
        """What the township's sums are checked against: the operators' counts alone."""
        return Beside(counted=self._counts.get(self._township))

    def _earlier(self, code: str, back: int) -> Figures | None:
        """Figures of an earlier quarter, of a merged village those of what went into it added up; None for a part of a split one."""
        quarter = self._quarter.plus(-back)
        origins = self._origins(code, quarter)
        if origins is None:
            return None
        if origins == {code}:
            line = self._lines.get((code, str(quarter)))
            return line.figures if line else None
        there = origins & self._in_force(quarter)
        return added([line and line.figures for line in (self._lines.get((each, str(quarter))) for each in there)])

    def _origins(self, code: str, quarter: Quarter) -> set[str] | None:
        """The village and what has gone into it since an earlier quarter; None for a part of a split one."""
        return self._lineage.origins(code, quarter.last_day, self._quarter.last_day)

    def _in_force(self, quarter: Quarter) -> set[str]:
        """What of all that went into the villages was there at the quarter's end; one query for each quarter."""
        if quarter not in self._there:
            rows = Area.objects.in_force(quarter.last_day).filter(code__in=self._before)
            self._there[quarter] = set(rows.values_list("code", flat=True))
        return self._there[quarter]

    @cached_property
    def _lines(self) -> Mapping[tuple[str, str], ReturnLine]:
        first = self._quarter.plus(-self._span)
        named = {} if self._only is None else {"area_id__in": self._only}
        quarters = list(first.through(self._quarter.plus(-1)))
        found = ReturnLine.objects.filter(**named).known_in(self._township, quarters)
        if self._lineage:
            found |= ReturnLine.objects.filter(area_id__in=self._before).known_in(self._township[:6], quarters)
        return found

    @cached_property
    def _before(self) -> set[str]:
        """The villages, and everything that ever went into them."""
        own = Area.objects.beneath(self._township).filter(kind__in=VILLAGE_LEVEL).values_list("code", flat=True)
        return self._lineage.before(self._only if self._only is not None else own)

    @cached_property
    def _lineage(self) -> Lineage:
        return Lineage.of(self._township[:6])

    def _registered_of(self, area: Area) -> Registered | None:
        """None where no natural village is registered: then there is nothing to compare with."""
        row = self._leaves.get(area.code)
        if not row or not row["villages"]:
            return None
        is_whole = area.kind == AreaKind.VILLAGE and row["villages"] == row["leaves"]
        return Registered(row["households"], is_whole)

    @cached_property
    def _leaves(self) -> Mapping[str, dict]:
        """How many leaves are in force at the quarter's end in each village, and the households of its natural villages."""
        beneath = Area.objects.beneath(self._township).filter(kind__in=LEAVES).in_force(self._quarter.last_day)
        if self._only is not None:
            beneath = beneath.filter(parent__in=self._only)
        rows = beneath.order_by().values("parent_id")
        is_village = Q(kind=AreaKind.NATURAL_VILLAGE)
        rows = rows.annotate(
            leaves=Count("pk"), villages=Count("pk", filter=is_village), households=Sum("permanent_households")
        )
        return {row["parent_id"]: row for row in rows}

    @cached_property
    def _counts(self) -> Mapping[str, dict[str, int]]:
        """The operators' sums of those areas that all of them have counted: the township's, and villages'."""
        rows = OperatorCount.objects.filter(area__code__startswith=self._township, period=str(self._quarter))
        return (rows if self._only is None else rows.filter(area__in=self._only)).sums()
