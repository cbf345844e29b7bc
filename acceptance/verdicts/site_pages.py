"""What the page of a site shows: who reaches it, who serves in time, and the orders behind that."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.core.paginator import Page, Paginator

from acceptance import wording
from acceptance.models import SiteVerdict
from acceptance.rules.plan import Plan
from acceptance.rules.service import due_on
from acceptance.verdicts.marks import Mark, site_mark
from areas import workdays
from areas.dated import then
from areas.models import AccessPoint, Area, Operator, ServiceOrder, Site
from areas.vocabulary import CODE_LENGTH, AreaKind, Setting
from areas.workdays import DayUnknown, WorkingDays
from common.periods import Quarter

PAGE_SIZE = 20


@dataclass(frozen=True)
class OperatorReach:
    """How one operator stands towards the site; ``reach`` is None where none of its eligible points is within the radius."""

    operator: Operator
    reach: dict | None
    words: str
    mark: Mark

    @property
    def distance(self) -> str:
        return wording.metres(self.reach["distance_m"]) if self.reach else ""


@dataclass(frozen=True)
class OrderRow:
    """An order that counts in the quarter, as of its last day."""

    order: ServiceOrder
    due_on: date
    late: bool
    words: str


class SitePage:
    """The verdict on ``site`` for ``quarter``; every property is asked for at most once."""

    def __init__(self, user, plan: Plan, site: Site, quarter: Quarter) -> None:
        self.user, self.plan, self.quarter = user, plan, quarter
        (self.site,) = then([site], quarter.last_day)

    @cached_property
    def verdict(self) -> SiteVerdict | None:
        standing = SiteVerdict.objects.standing().select_related("plan")
        return standing.filter(site=self.site, period=str(self.quarter)).first()

    @cached_property
    def inputs(self) -> dict:
        return self.verdict.inputs

    @cached_property
    def mark(self) -> Mark:
        return site_mark(self.verdict.capable, self.verdict.reason)

    @cached_property
    def operators(self) -> dict[str, Operator]:
        return {operator.code: operator for operator in Operator.objects.all()}

    @cached_property
    def words(self) -> wording.Words:
        names = {code: operator.name for code, operator in self.operators.items()}
        verdict = self.verdict
        return wording.site_words(
            verdict.capable, verdict.reason, verdict.nearest_m, self.inputs, names, self.plan.capability.min_mbps
        )

    # ------------------------------------------------ setting

    @cached_property
    def lineage(self) -> list[Area]:
        """The site's area and its ancestors, the nearest first."""
        codes = [self.site.area_id, *self.site.area.ancestor_codes]
        return sorted(Area.objects.filter(code__in=codes), key=lambda area: -len(area.code))

    @cached_property
    def setting_words(self) -> str:
        setting, source = self._setting()
        return wording.setting_words(setting, source, self.inputs["radius_m"])

    def _setting(self) -> tuple[str, str]:
        """The setting that was judged by, and where it comes from (A21)."""
        if self.site.setting:
            return self.site.setting, "点位自身登记"
        given = next((area for area in self.lineage if area.setting), None)
        if given is not None:
            return given.setting, f"按{given.name}的登记"
        kind = self.site.area.kind
        rural = kind in (AreaKind.NATURAL_VILLAGE, AreaKind.VILLAGE)
        default = Setting.RURAL if rural else Setting.URBAN
        return default, f"均未登记，{AreaKind(kind).label}的点位缺省为{default.label}"

    # ------------------------------------------------ operators and access points

    @cached_property
    def operator_rows(self) -> list[OperatorReach]:
        reach = {row["operator"]: row for row in self.inputs.get("reach", [])}
        return [self._operator_row(operator, reach.get(code)) for code, operator in sorted(self.operators.items())]

    @staticmethod
    def _operator_row(operator: Operator, reach: dict | None) -> OperatorReach:
        if reach is None:
            return OperatorReach(operator, None, "半径内没有该企业的可用接入点。", Mark("info", "未到达"))
        mark = Mark("met", "到达且按期") if reach["passes"] else Mark("missed", "到达但逾期")
        return OperatorReach(operator, reach, wording.operator_words(reach), mark)

    @cached_property
    def linked_points(self) -> set[str]:
        """Access points named on the page that the user may open."""
        rows = [*self.inputs.get("reach", []), self.inputs.get("nearest"), self.inputs.get("near_miss")]
        named = {row["ap_id"] for row in rows if row}
        return set(AccessPoint.objects.visible_to(self.user).filter(ap_id__in=named).values_list("ap_id", flat=True))

    @cached_property
    def nearest(self) -> dict | None:
        """The nearest eligible access point of any operator, with its words; None within the search limit."""
        return self._point(self.inputs.get("nearest"))

    @cached_property
    def near_miss(self) -> dict | None:
        """The point within the radius that would do but for its reason."""
        return self._point(self.inputs.get("near_miss"))

    def _point(self, row: dict | None) -> dict | None:
        if not row:
            return None
        return {
            "ap_id": row["ap_id"],
            "operator": self.operators[row["operator"]].name,
            "distance": wording.metres(row["distance_m"]),
            "linked": row["ap_id"] in self.linked_points,
        }

    # ------------------------------------------------ service orders

    @cached_property
    def order_rows(self) -> list[OrderRow]:
        """The orders that bear on the site and count in the quarter (A32), the late ones first."""
        calendar = workdays.load()
        codes = [
            code for code in (self.site.area_id, self.site.area_id[:12]) if len(code) >= CODE_LENGTH[AreaKind.VILLAGE]
        ]
        orders = (
            ServiceOrder.objects.visible_to(self.user)
            .filter(area_id__in=codes, accepted_on__lte=self.quarter.last_day)
            .select_related("operator", "area")
        )
        rows = [self._order_row(order, calendar) for order in orders]
        return sorted((row for row in rows if row), key=lambda row: (not row.late, row.due_on, row.order.order_id))

    def orders(self, number: str | None, operator: str = "") -> Page:
        rows = [row for row in self.order_rows if operator in ("", row.order.operator_id)]
        return Paginator(rows, PAGE_SIZE).get_page(number)

    def _order_row(self, order: ServiceOrder, calendar: WorkingDays) -> OrderRow | None:
        """None when the order does not count in the quarter (docs/rules.md, section 2)."""
        due = due_on(order.accepted_on, order.needs_expansion, self.plan.service, calendar)
        done = order.completed_on or order.cancelled_on
        withdrawn = order.cancelled_on is not None and order.cancelled_on <= due
        left_over = due < self.quarter.first_day and (done is None or done >= self.quarter.first_day)
        if withdrawn or not (left_over or self.quarter.first_day <= due <= self.quarter.last_day):
            return None
        as_of = self.quarter.last_day
        late = done is None or done > due
        days = working_days_between(due, min(done or as_of, as_of), calendar) if late else None
        words = wording.order_words(due, order.completed_on, order.cancelled_on, as_of, days)
        return OrderRow(order, due, late, words)

    # ------------------------------------------------ over time

    @cached_property
    def history(self) -> list[tuple[SiteVerdict, Mark]]:
        rows = SiteVerdict.objects.standing().filter(site=self.site).order_by("period")
        return [(row, site_mark(row.capable, row.reason)) for row in rows]


def working_days_between(day: date, last: date, calendar: WorkingDays) -> int | None:
    """Working days after ``day`` up to ``last``; None when the table does not hold them all."""
    span = (last - day).days
    if span <= 0:
        return 0
    try:
        found = calendar.nth_after_each(np.full(span, np.datetime64(day)), np.arange(1, span + 1))
    except DayUnknown:
        return None
    return int((found <= np.datetime64(last)).sum())
