"""An operator in a person's scope: its access points, its orders quarter by quarter, and where it serves."""

from collections import Counter
from datetime import date
from functools import cached_property

from django.db.models import Count, QuerySet

from acceptance.rules.plan import Plan
from areas.models import AccessPoint, Area, Operator, ServiceOrder
from common.periods import Quarter
from figures.address import figure
from figures.service import Performance, Served
from reports.charts import Chart, counts, shares
from reports.network import NetworkPage


class OperatorPage(NetworkPage):
    """The network of ``operator`` as far as ``user`` sees it, on a day."""

    def __init__(self, user, plan: Plan, operator: Operator, on: date) -> None:
        super().__init__(user, plan, on, operator)

    @cached_property
    def quarters(self) -> list[Quarter]:
        """From the plan's first to the one that the day lies in; those after the plan are left out."""
        last = max(milestone.due for milestone in self.plan.milestones)
        return list(self.plan.first_period.through(max(self.plan.first_period, min(Quarter.containing(self.on), last))))

    @cached_property
    def performance(self) -> Performance:
        orders = ServiceOrder.objects.visible_to(self.user).filter(operator=self.operator, accepted_on__lte=self.on)
        return Performance(orders, self.plan)

    @cached_property
    def served(self) -> list[tuple[Quarter, Served]]:
        """The orders of each quarter, the latest first."""
        none = Served(self.operator.code, 0, 0, None)
        return [(quarter, next(iter(self.performance.of(quarter)), none)) for quarter in reversed(self.quarters)]

    @cached_property
    def service_chart(self) -> Chart:
        parts = [self.performance.total(quarter) for quarter in self.quarters]
        names = tuple(map(str, self.quarters))
        terms = [
            (self._members("orders", quarter, "passed"), self._members("orders", quarter)) for quarter in self.quarters
        ]
        series = (shares("按期办结率", self.operator.code, parts, members=terms),)
        return Chart("service", "报装工单按期办结率", names, series, unit="%", top=100)

    @cached_property
    def growth_chart(self) -> Chart:
        """Open access points at each quarter's end."""
        opened = [self._points.open_on(quarter.last_day).count() for quarter in self.quarters]
        names = tuple(map(str, self.quarters))
        members = [self._members("points", quarter) for quarter in self.quarters]
        series = (counts("在用接入点", self.operator.code, opened, members),)
        return Chart("points", "在用接入点", names, series, kind="bar", unit=" 个")

    def _members(self, of: str, quarter: Quarter, part: str = "all") -> str:
        return figure(of, area=self.place, quarter=quarter, part=part, on=quarter.last_day, operator=self.operator.code)

    @property
    def _points(self) -> QuerySet:
        return AccessPoint.objects.visible_to(self.user).filter(operator=self.operator)

    @cached_property
    def townships(self) -> list[tuple[Area, int]]:
        """Open access points by township, by code."""
        rows = self._points.open_on(self.on).order_by().values_list("township").annotate(Count("pk"))
        found = Counter(dict(rows))
        return [(area, found[area.code]) for area in Area.objects.filter(code__in=[code for code in found if code])]
