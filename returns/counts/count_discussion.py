"""An operator's counts of a quarter as those see it who talk about them: the operator, and the bureau."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self

from django.http import Http404
from django.urls import reverse

from accounts.posts import Power
from areas.models import Operator
from common.http import NoSuchRow, get_object_or_404
from common.periods import Quarter
from entry.discussion import CellEvent, CellFact, CellStory, Discussion
from entry.forms import Value
from returns.counts import counts
from returns.counts.counts import NONE_GIVEN, CountStanding
from returns.figures import BY_NAME
from returns.models import COUNTED, CountEntry, OperatorCount, Round
from returns.surroundings import A_YEAR


def name_of(county: str, quarter: Quarter, operator: str) -> str:
    """How the counts of an operator are called where others see them as well: 441802-2019Q1-telecom."""
    return f"{county}-{quarter}-{operator}"


class CountDiscussion(Discussion):
    """Counts never freeze, so they can always be talked about, by the operator and by the bureau that compares them."""

    kind = "counts"
    columns = {name: BY_NAME[name].label for name in COUNTED}
    writing = (Power.ENTER_COUNTS, Power.REVIEW_RETURNS)

    def __init__(self, round_: Round, operator: Operator, user) -> None:
        self.round, self.operator, self.quarter, self._user = round_, operator, round_.quarter, user
        self.name = name_of(round_.county, round_.quarter, operator.pk)
        self.title = f"{operator.name}{round_.quarter.label}用户数"

    @classmethod
    def opened(cls, user, name: str) -> Self:
        cls.require_writer(user)
        county, _, rest = name.partition("-")
        period, _, operator = rest.partition("-")
        if not _sees(user, county, operator):
            raise NoSuchRow(f"No counts {name}.", Round.objects.filter(county=county, period=period))
        round_ = get_object_or_404(Round.objects.all(), county=county, period=period)
        return cls(round_, get_object_or_404(Operator.objects.all(), pk=operator), user)

    @classmethod
    def seen_by(cls, user, names: Iterable[str]) -> Mapping[str, Self]:
        if not cls.may_write(user):
            return {}
        rounds = {(each.county, each.period): each for each in Round.objects.all()}
        operators = Operator.objects.in_bulk()
        found = {}
        for name in names:
            county, period, operator = name.split("-", 2)
            if _sees(user, county, operator) and (county, period) in rounds and operator in operators:
                found[name] = cls(rounds[county, period], operators[operator], user)
        return found

    @property
    def address(self) -> str:
        """The operator's form; the bureau compares instead."""
        if self._user.may(Power.ENTER_COUNTS):
            return reverse("returns:counts", args=[self.round.county, self.quarter])
        return reverse("returns:comparison", args=[self.quarter])

    def place(self, code: str, column: str) -> tuple[str, str]:
        areas = counts.areas_counted([code], self.quarter)
        if code not in areas or areas[code].county != self.round.county or (column and column not in self.columns):
            raise Http404(f"No cell {code} {column}.")
        return areas[code].name, self.columns.get(column, "")

    def value(self, code: str, column: str) -> Value:
        return self._standing.get(code, CountStanding()).figures[column] if column else None

    @cached_property
    def _standing(self) -> dict[str, CountStanding]:
        return counts.standing_in(self.operator, self.quarter)

    def story(self, code: str, column: str) -> CellStory:
        standing = self._standing.get(code, CountStanding())
        state = "未计入" if standing.draft else "已计入" if standing.count else "未填"
        return CellStory(self.value(code, column), state, self._facts(code, column), self._events(code, column))

    def _facts(self, code: str, column: str) -> list[CellFact]:
        if not column:
            return []
        periods = {str(self.quarter.plus(-1)): "上季", str(self.quarter.plus(-A_YEAR)): "去年同期"}
        earlier = OperatorCount.objects.filter(operator=self.operator, area=code, period__in=periods)
        stood = {each.period: each.figures for each in earlier}
        known = [(label, stood.get(period, NONE_GIVEN)[column]) for period, label in periods.items()]
        return [CellFact(label, f"{value:,}") for label, value in known if value is not None]

    def _events(self, code: str, column: str) -> list[CellEvent]:
        entries = CountEntry.objects.filter(operator=self.operator, period=str(self.quarter), area=code)
        entries = entries.filter(figure=column) if column else entries
        return [
            CellEvent(each.at, each.by.name, "填写", each.before, each.after, label=BY_NAME[each.figure].label)
            for each in entries.select_related("by")
        ]


def _sees(user, county: str, operator: str) -> bool:
    """The operator sees its own, wherever they are; the bureau those in its county."""
    return user.scope.operator == operator if user.may(Power.ENTER_COUNTS) else user.scope.holds(county)
