"""What the judging says of an order on its page: its due day, what is left or how late it is, what it does to the service test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from django.urls import reverse

from acceptance.judging import standing
from acceptance.models import SiteVerdict
from acceptance.rules.service import due_on
from acceptance.rules.shares import needed
from acceptance.verdicts.marks import Mark
from acceptance.wording.figures import number
from accounts.posts import Power
from areas import workdays
from areas.workdays import WorkingDays
from common.clock import today
from common.periods import Quarter
from register.things import Alert, Panel, Thing, change_address

_NAMED = 5
"""Sites named of many."""

SOON_DAYS = 2
"""An open order with so few working days left is told to be urgent."""


def service(user, thing: Thing) -> Panel | None:
    """The service test of an order: its due day, what is left or how late it is, and what it does to the verdicts."""
    if thing.table != "service_orders":
        return None
    test = OrderTest(user, thing)
    return Panel(
        "service", "报装期限和服务检验", template="acceptance/verdicts/_order.html", context={"test": test},
        alerts=test.alerts, is_beside=True,
    )  # fmt: skip


@dataclass(frozen=True)
class OrderQuarter:
    """A quarter in which the order counts, and what becomes of the sites on which it bears."""

    quarter: Quarter
    words: str
    sites: Sequence[tuple[str, str]]
    """Names and addresses of the first of those that fail by it."""
    is_failing: bool


class OrderTest:
    """An order held against the plan's deadlines (S19 to S21), as of today."""

    def __init__(self, user, thing: Thing) -> None:
        self.user, self.thing, self.order = user, thing, thing.row
        self.day, self.rules = thing.day, standing.of(thing.row.county).plan.service

    @cached_property
    def calendar(self) -> WorkingDays:
        return workdays.load()

    @cached_property
    def problem(self) -> str:
        """Why no due day can be told; blank where it can."""
        try:
            self._due()
        except ValueError as error:
            return str(error)
        return ""

    def _due(self) -> date:
        return due_on(self.order.accepted_on, self.order.needs_expansion, self.rules, self.calendar)

    @cached_property
    def due_on(self) -> date | None:
        return None if self.problem else self._due()

    @property
    def rule(self) -> str:
        """How many working days it has."""
        service = self.rules
        if not self.order.needs_expansion:
            return f"受理后 {service.installation_days} 个工作日内（S20）"
        if service.expansion_then_installation.value:
            return (
                f"需扩容：{service.expansion_days} 个工作日扩容，再加 {service.installation_days} 个工作日安装（S21）"
            )
        return f"需扩容：{service.expansion_days} 个工作日内（S21）"

    @cached_property
    def done_on(self) -> date | None:
        """When it was completed or cancelled by the day viewed."""
        done = self.order.completed_on or self.order.cancelled_on
        return done if done and done <= self.day else None

    @cached_property
    def mark(self) -> Mark:
        """How it stands on the day viewed."""
        if self.due_on is None:
            return Mark("pending", "期限无法计算")
        ended, verb = self.done_on, "撤单" if self.order.cancelled_on else "完成"
        days = self._between(self.due_on, ended or self.day)
        if ended:
            return Mark("missed", f"逾期 {days} 个工作日{verb}") if ended > self.due_on else Mark("met", f"按期{verb}")
        if self.due_on < self.day:
            return Mark("missed", f"已逾期 {days} 个工作日")
        left = self._between(self.day, self.due_on)
        return Mark("late" if left <= SOON_DAYS else "info", f"还有 {left} 个工作日" if left else "今天到期")

    def _between(self, day: date, last: date) -> int:
        first, second = (np.array([each], "datetime64[D]") for each in (day, last))
        return max(0, int(self.calendar.between_each(first, second)[0]))

    @property
    def alerts(self) -> list[Alert]:
        """An open order that is late or nearly so, with what to do; a fault of the calendar."""
        if self.problem:
            return [Alert("pending", "期限无法计算", self.problem)]
        if self.done_on or self.mark.tone not in ("missed", "late"):
            return []
        url = change_address(self.user, self.thing, "completed_on", completed_on=today().isoformat())
        said = f"应于 {self.due_on} 办结，尚未完成。{self.rule}。"
        return [Alert(self.mark.tone, self.mark.text, said, url, "登记完成" if url else "")]

    @property
    def is_withdrawn(self) -> bool:
        """Cancelled by its due day, so that it counts nowhere."""
        cancelled = self.order.cancelled_on
        return cancelled is not None and self.due_on is not None and cancelled <= self.due_on

    # ------------------------------------------------ what it does

    @cached_property
    def counted(self) -> list[Quarter]:
        """The quarters in which it counts, up to the present one (docs/rules.md, section 2)."""
        if self.due_on is None or self.is_withdrawn:
            return []
        done = self.order.completed_on or self.order.cancelled_on or today()
        first = Quarter.containing(self.due_on)
        return list(first.through(max(first, Quarter.containing(min(done, today())))))

    @property
    def is_late(self) -> bool:
        done = self.order.completed_on or self.order.cancelled_on
        return self.due_on is not None and (done is None or done > self.due_on)

    @cached_property
    def quarters(self) -> list[OrderQuarter]:
        """One query for all of them."""
        periods = [str(quarter) for quarter in self.counted]
        standing = SiteVerdict.objects.standing().filter(county=self.order.county, period__in=periods)
        found = standing.filter(area_code__startswith=self.order.area_id).select_related("site").order_by("site_id")
        by_period: dict[str, list[_Borne]] = {}
        for row in found:
            reach = [each for each in row.inputs.get("reach", ()) if each["operator"] == self.order.operator_id]
            by_period.setdefault(row.period, []).append(_Borne(row, reach[0] if reach else None))
        return [self._quarter(quarter, by_period.get(str(quarter))) for quarter in self.counted]

    def _quarter(self, quarter: Quarter, rows: Sequence["_Borne"] | None) -> OrderQuarter:
        if rows is None:
            return OrderQuarter(quarter, "计入；该处尚无点位评定。", (), False)
        reached = [row for row in rows if row.reach]
        if not reached:
            return OrderQuarter(quarter, "计入，但该企业的接入点未到达该处点位，不影响评定。", (), False)
        failing = [row for row in reached if row.reach and not row.reach["passes"]]
        if not failing:
            return OrderQuarter(quarter, f"计入，该企业在该处的 {number(len(reached))} 个点位服务检验通过。", (), False)
        return self._failed(quarter, failing)

    def _failed(self, quarter: Quarter, failing: Sequence["_Borne"]) -> OrderQuarter:
        """The operator does not serve these sites in time: which of them nobody else serves, and whether this order alone does it."""
        reach: Any = failing[0].reach
        said = (
            f"计入，应办结 {number(reach['counted'])} 张、逾期 {number(reach['late'])} 张，"
            f"该企业在该处的 {number(len(failing))} 个点位服务检验未通过（S19）"
        )
        lacking = [row for row in failing if row.verdict.capable == "no"]
        said += (
            f"，其中 {number(len(lacking))} 个因此不具备光网接入能力" if lacking else "，但另有企业按期，点位仍具备能力"
        )
        if self.is_late and lacking and self._alone(reach):
            said += "；只要本单按期，服务检验即可通过"
        return OrderQuarter(quarter, f"{said}。", self._named(lacking or failing), bool(lacking))

    def _alone(self, reach: Any) -> bool:
        """Whether the operator would serve in time but for this order."""
        wanted = needed(self.rules.least_on_time, reach["counted"])
        return bool(reach["counted"] - (reach["late"] - 1) >= wanted)

    def _named(self, rows: Sequence["_Borne"]) -> list[tuple[str, str]]:
        """The first of the sites that the user may open, with the addresses of their verdicts."""
        if not self.user.may(Power.SEE_VERDICTS):
            return []
        seen = [row.verdict for row in rows if self.user.scope.holds(row.verdict.area_code)]
        return [
            (each.site.name, reverse("acceptance:site_verdict", args=[each.period, each.site.site_id]))
            for each in seen[:_NAMED]
        ]


@dataclass(frozen=True)
class _Borne:
    """A site's verdict on which the order bears, and how its operator reaches the site; None where it does not."""

    verdict: SiteVerdict
    reach: dict | None
