"""Who has to accept what: one table by table and column, declared here, which the bureau may set otherwise.

Whatever can turn a verdict or a denominator needs the bureau; spelling and ports do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from acceptance import plan
from acceptance.rules import service
from accounts import audit
from accounts.posts import Power
from areas import workdays
from areas.models import Area
from areas.package import registry
from areas.package.values import MalformedValue
from common.exceptions import Refused, Stale
from common.periods import Quarter
from proposals.drafts import BEGINS, ENDS, ItemDraft
from proposals.models import PolicyRule
from proposals.vocabulary import Act, ApprovalLevel
from workflow.engine import fitting

FRESH_DAYS = 30
"""An access point's rate and dates of so many days back are still news, as long as their quarter has not ended."""

ROW = ""
"""In place of a column: a row that is added, ended or voided."""

_AT_ONCE = {
    "areas": ("name",),
    "sites": ("name",),
    "access_points": ("name", "ports_total", "ports_used"),
    "service_orders": ("completed_on", "cancelled_on", ROW),
    "operators": (),
    "successions": (),
}
"""Columns that nobody has to look at; of the others FRESH and DUE say when."""
_TWO = {"successions": (ROW, "from_code", "to_code", "effective_on", "kind", "carries_title", "document")}
_FRESH = {"access_points": ("downstream_mbps", "tv_only", "opened_on", "closed_on", ROW)}
"""Declared to need the bureau, and accepted at once while they are news."""

TABLES = {
    "areas": registry.AREAS,
    "sites": registry.SITES,
    "access_points": registry.ACCESS_POINTS,
    "service_orders": registry.SERVICE_ORDERS,
    "successions": registry.SUCCESSIONS,
}


def declared(table: str, column: str) -> ApprovalLevel:
    if column in _TWO.get(table, ()):
        return ApprovalLevel.TWO
    return ApprovalLevel.AT_ONCE if column in _AT_ONCE[table] else ApprovalLevel.BUREAU


@dataclass(frozen=True)
class PolicyShown:
    """A row of the table as it stands in a county."""

    table: str
    table_label: str
    column: str
    label: str
    level: ApprovalLevel
    declared: ApprovalLevel
    number: int
    condition: str
    set_by: PolicyRule | None


class Policy:
    """Who accepts what in a county, on a day; ``by`` is whose proposal it is.

    Whoever asks for less than declared does so for others: what he proposes himself is accepted as declared.
    """

    def __init__(self, county: str, today: date, by: Any = None) -> None:
        self.county, self.today, self._by = county, today, by
        self._set = {
            (row.table, row.column): row for row in PolicyRule.objects.filter(county=county).order_by("number")
        }

    def of(self, table: str, column: str) -> ApprovalLevel:
        row, least = self._set.get((table, column)), declared(table, column)
        if row is None:
            return least
        is_own = self._by is not None and row.by_id == self._by.pk
        return max(ApprovalLevel(row.level), least) if is_own else ApprovalLevel(row.level)

    def levels(
        self, draft: ItemDraft, before: Mapping[str, Any] | None, columns: Mapping[str, Any]
    ) -> dict[str, ApprovalLevel]:
        """By changed column who accepts; ``before`` is the stored row, ``columns`` are what the draft changes."""
        if draft.table == "service_orders" and draft.act != Act.ADD:
            if draft.act == Act.VOID:
                needed = ApprovalLevel.BUREAU if self._was_due(before) else ApprovalLevel.AT_ONCE
                return dict.fromkeys(columns, max(needed, self.of(draft.table, ROW)))
            least = ApprovalLevel.AT_ONCE if self._was_due(before) else self._brings(before, columns)
            if self._is_postponed(before, columns):
                least = max(least, ApprovalLevel.BUREAU)
            return {name: max(least, self._order_column(before, columns, name)) for name in columns}
        if draft.act in (Act.ADD, Act.END, Act.VOID):
            level = self._news(draft, before, ROW)
            if draft.table == "service_orders":
                level = max(level, self._brings(None, columns))
            return dict.fromkeys(columns, level)
        return {name: self._news(draft, before, name) for name in columns}

    # ------------------------------------------------ access points: what is news

    def _news(self, draft: ItemDraft, before: Mapping[str, Any] | None, column: str) -> ApprovalLevel:
        level = self.of(draft.table, column)
        if level == ApprovalLevel.BUREAU and column in _FRESH.get(draft.table, ()) and draft.act != Act.VOID:
            return ApprovalLevel.AT_ONCE if self._is_fresh(draft, before, column) else level
        return level

    def _is_fresh(self, draft: ItemDraft, before: Mapping[str, Any] | None, column: str) -> bool:
        """Whether every day from which on something would be different is news."""
        begin, end = BEGINS[draft.table], ENDS[draft.table]
        days: list[Any] = [draft.on]
        if draft.act == Act.END:
            # What has ended already would go on in between.
            days += [before[end]] if before and before[end] else []
        elif draft.act == Act.ADD:
            days = [draft.values.get(begin)]
        elif not draft.is_dated:
            named = end if column == end else begin
            days = [draft.values.get(named, before and before[named]), before and before[named]]
            days = [day for day in days if day] or [None]
        return all(self._is_news(day) for day in days)

    def _is_news(self, day: Any) -> bool:
        day = self._day(day)
        return day is not None and self.today - timedelta(days=FRESH_DAYS) <= day and not self.has_ended(day)

    @staticmethod
    def _day(text: Any) -> date | None:
        """A day as the data package writes it; None for anything else."""
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            return None

    def has_ended(self, day: date) -> bool:
        """Whether the quarter of a day has ended: what takes effect in it is treated like a correction."""
        return Quarter.containing(day).last_day < self.today

    # ------------------------------------------------ orders: what was due already

    def _order_column(self, before: Mapping[str, Any] | None, columns: Mapping[str, Any], name: str) -> ApprovalLevel:
        level = self.of("service_orders", name)
        if name in ("completed_on", "cancelled_on"):
            return max(level, self._end_of_order(before, *columns[name]))
        return ApprovalLevel.AT_ONCE if level == ApprovalLevel.BUREAU and not self._was_due(before) else level

    def _end_of_order(self, before: Mapping[str, Any] | None, old: str | None, new: str | None) -> ApprovalLevel:
        """An end on or before the due day of an order that was due already turns a late one into one in time; one in a
        quarter that has ended takes it out of the quarters since.
        """
        if not self._was_due(before):
            return ApprovalLevel.AT_ONCE
        due = self._due(before)
        days = [self._day(text) for text in (new, old) if text]
        is_grave = not new or any(day is None or day <= due or self.has_ended(day) for day in days)
        return ApprovalLevel.BUREAU if is_grave else ApprovalLevel.AT_ONCE

    def _brings(self, before: Mapping[str, Any] | None, columns: Mapping[str, Any]) -> ApprovalLevel:
        """Who accepts an order that is new, or not due yet, for what it would be: one more that was done in time.

        That thins out the late ones of its quarter, and is news no longer than an access point is. Nor is it done on a
        day that has not come.
        """
        after = self._read(before, columns)
        due = self._due(after)
        ends = [day for day in (after.get("completed_on"), after.get("cancelled_on")) if day]
        if any(day > self.today for day in ends):
            return ApprovalLevel.BUREAU
        if due is None or due >= self.today or not ends or min(ends) > due or self._is_news(due):
            return ApprovalLevel.AT_ONCE
        return ApprovalLevel.BUREAU

    @staticmethod
    def _read(before: Mapping[str, Any] | None, columns: Mapping[str, Any]) -> dict[str, Any]:
        """The order as it would be; without what cannot be read, which no order is stored with."""
        after = dict(before or {"needs_expansion": False})
        for name, (_, new) in columns.items():
            column = registry.SERVICE_ORDERS.by_name[name]
            try:
                after[name] = column.kind.read(new) if new else column.blank
            except MalformedValue:
                after.pop(name, None)
        return after

    def _is_postponed(self, before: Mapping[str, Any] | None, columns: Mapping[str, Any]) -> bool:
        """Whether the order would be due later: postponed again and again it never would be late."""
        old, new = self._due(before), self._due(self._read(before, columns))
        return old is not None and (new is None or new > old)

    def _was_due(self, before: Mapping[str, Any] | None) -> bool:
        due = self._due(before)
        return due is not None and due < self.today

    @staticmethod
    def _due(before: Mapping[str, Any] | None) -> date | None:
        if before is None:
            return None
        try:
            return service.due_on(
                before["accepted_on"], before["needs_expansion"], plan.current().service, workdays.load()
            )
        except (ValueError, KeyError):
            return None

    # ------------------------------------------------ the bureau's page

    def shown(self) -> list[PolicyShown]:
        """Every row of the table, in the order of the data package."""
        return [
            self._shown(table, column)
            for table, declaring in TABLES.items()
            for column in (ROW, *(name for name in declaring.by_name if name not in declaring.key))
        ]

    def _shown(self, table: str, column: str) -> PolicyShown:
        row = self._set.get((table, column))
        declaring = TABLES[table]
        label = declaring.by_name[column].label if column else "新增、终止、作废一行"
        return PolicyShown(
            table, declaring.label, column, label, self.of(table, column), declared(table, column),
            row.number if row else 0, _condition(table, column), row,
        )  # fmt: skip


def _condition(table: str, column: str) -> str:
    if column in _FRESH.get(table, ()):
        return f"本季度内、{FRESH_DAYS} 天以内的即时生效"
    if table == "service_orders" and column in ("completed_on", "cancelled_on"):
        return "已到期的工单，补登到期日及以前或往季的日期，须区经信局审定"
    if table == "service_orders" and column == ROW:
        return f"作废已到期的工单，新增到期已过 {FRESH_DAYS} 天或在往季到期、按期完成或撤单的，须区经信局审定"
    if table == "service_orders":
        return "未到期的工单即时生效"
    return ""


@transaction.atomic
def set_level(*, county: Area, table: str, column: str, level: int, reason: str, number: int, by) -> PolicyRule:
    """Set who accepts a column from now on; what waits already stays with the level under which it was proposed.

    Refused for what is not in the table, no change or no reason; Stale when somebody else has set it since the page.
    """
    if not by.may(Power.SET_CHECKS) or not by.scope.holds(county.code):
        raise PermissionDenied("您的岗位不能修改变更审定权限。")
    now = Policy(county.code, date.max)
    row = next((each for each in now.shown() if (each.table, each.column) == (table, column)), None)
    if row is None or level not in ApprovalLevel.values:
        raise Refused("没有该项目或该权限，请从表中选择。")
    reason = fitting(" ".join(reason.split()))
    if not reason:
        raise Refused("修改审定权限必须写明原因。")
    if row.number != number:
        raise Stale(f"“{row.table_label}·{row.label}”的审定权限刚被他人修改，未保存：请核对后再改。")
    if row.level == level:
        raise Refused("审定权限没有变化，未保存。")
    try:
        with transaction.atomic():
            saved = PolicyRule.objects.create(
                county=county.code, table=table, column=column, level=level, number=number + 1, reason=reason, by=by
            )
    except IntegrityError:
        raise Stale(f"“{row.table_label}·{row.label}”的审定权限刚被他人修改，未保存：请核对后再改。") from None
    detail = {
        "check": f"{row.table_label}·{row.label}",
        "level": [row.level.label, ApprovalLevel(level).label],
        "reason": reason,
    }
    audit.record(action="proposal.set_policy", by=by, subject=county, detail=detail)
    return saved
