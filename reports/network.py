"""An operator's own figures: its access points, and the orders that it owes users."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.db.models import Count, F, Q

from acceptance.rules.plan import Plan
from areas import workdays
from areas.models import AccessPoint, Operator, ServiceOrder
from common.periods import Quarter

LISTED = 20


@dataclass(frozen=True)
class OwedOrder:
    """An order past its due date and not completed on the day."""

    order: ServiceOrder
    due_on: date


class NetworkPage:
    """The network of ``operator`` on a day, as far as ``user`` sees it."""

    def __init__(self, user, plan: Plan, on: date, operator: Operator) -> None:
        self.user, self.plan, self.on, self.operator = user, plan, on, operator

    @property
    def place(self) -> str:
        """The area whose part of the network is shown; blank: all of it."""
        return self.user.scope.area or ""

    @property
    def quarter(self) -> Quarter:
        return Quarter.containing(self.on)

    @property
    def day(self) -> str:
        """The day as an address asks for it."""
        return self.on.isoformat()

    @cached_property
    def points(self) -> dict[str, int]:
        """Access points: all that are open, and those among them that do not count or have no free port (A35)."""
        is_open = Q(opened_on__lte=self.on) & (Q(closed_on__isnull=True) | Q(closed_on__gt=self.on))
        slow = Q(downstream_mbps__lt=self.plan.capability.min_mbps)
        return (
            AccessPoint.objects.visible_to(self.user)
            .filter(operator=self.operator)
            .aggregate(
                opened=Count("pk", filter=is_open),
                slow=Count("pk", filter=is_open & slow & Q(tv_only=False)),
                television=Count("pk", filter=is_open & Q(tv_only=True)),
                full=Count("pk", filter=is_open & Q(ports_used__gte=F("ports_total"))),
            )
        )

    @cached_property
    def _unfinished(self) -> list[tuple[ServiceOrder, date]]:
        """Orders neither completed nor cancelled by the day, each with its due date."""
        rows = list(
            ServiceOrder.objects.visible_to(self.user)
            .filter(operator=self.operator)
            .filter(Q(completed_on__isnull=True) | Q(completed_on__gt=self.on), accepted_on__lte=self.on)
            .filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=self.on))
            .select_related("area")
        )
        return list(zip(rows, self._due(rows), strict=True))

    def _due(self, orders: list[ServiceOrder]) -> list[date]:
        """The due date of each order (S20, S21), counted in one go."""
        service, calendar = self.plan.service, workdays.load()
        days = np.array([order.accepted_on for order in orders], "datetime64[D]")
        expanding = np.array([order.needs_expansion for order in orders], bool)
        due = calendar.nth_after_each(days, np.where(expanding, service.expansion_days, service.installation_days))
        if service.expansion_then_installation.value:
            due = np.where(expanding, calendar.nth_after_each(due, service.installation_days), due)
        return due.tolist()

    @property
    def waiting(self) -> int:
        """Orders not completed, late or not."""
        return len(self._unfinished)

    @cached_property
    def overdue(self) -> list[OwedOrder]:
        """Orders past their due date, the longest overdue first."""
        late = [OwedOrder(order, due) for order, due in self._unfinished if due < self.on]
        return sorted(late, key=lambda owed: (owed.due_on, owed.order.order_id))

    @property
    def listed(self) -> list[OwedOrder]:
        return self.overdue[:LISTED]
