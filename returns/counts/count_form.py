"""The operator's counts of a quarter as a form of the entry engine: its columns, its rows, and how they are kept."""

from collections.abc import Collection
from functools import cached_property
from typing import Self

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from accounts.access import refusal
from accounts.posts import Power
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common.clock import today
from common.exceptions import Refused
from common.http import get_object_or_404
from entry.forms import Changes, EntryColumn, EntryForm, Values
from returns.counts import counts
from returns.counts.count_discussion import name_of
from returns.counts.counts import CountStanding
from returns.counts.form import CountRow, every, rows_of, sums
from returns.figures import BY_NAME
from returns.models import COUNTED, CountEntry, Round
from returns.rounds import calendar


class CountForm(EntryForm):
    """Broadband and fibre users of each township and, where the operator has them, of villages; named COUNTY-QUARTER."""

    kind = "counts"
    pages = "^/returns/operators/[0-9]+/[^/]+/$"
    columns = tuple(
        EntryColumn(each.name, each.label, each.read, each.unit, each.help)
        for each in (BY_NAME[name] for name in COUNTED)
    )

    def __init__(self, round_: Round, by) -> None:
        self.round, self.quarter, self.by = round_, round_.quarter, by
        self.operator: Operator = by.operator
        self.name = f"{round_.county}-{round_.period}"
        self._standing: dict[str, CountStanding] = {}

    @classmethod
    def opened(cls, user, name: str) -> Self:
        if not user.may(Power.ENTER_COUNTS) or user.operator is None:
            raise PermissionDenied(refusal(user, (Power.ENTER_COUNTS,)))
        county, _, period = name.partition("-")
        return cls(get_object_or_404(Round.objects.all(), county=county, period=period), user)

    @property
    def discussed(self) -> str:
        return name_of(self.round.county, self.quarter, self.operator.pk)

    @property
    def is_open(self) -> bool:
        return calendar.can_open(self.quarter, today())

    def values(self) -> dict[str, Values]:
        standing = counts.standing_in(self.operator, self.quarter)
        return {
            code: standing.get(code, CountStanding()).figures for code in self._areas().values_list("code", flat=True)
        }

    def _areas(self):
        kinds = (*TOWNSHIPS, *VILLAGE_LEVEL)
        return Area.objects.filter(county=self.round.county, kind__in=kinds).in_force(self.quarter.last_day)

    @cached_property
    def number(self) -> int:
        entries = CountEntry.objects.filter(operator=self.operator, period=str(self.quarter))
        return entries.aggregate(last=Max("pk"))["last"] or 0

    def hold(self) -> None:
        counts.hold(self.operator, self.quarter, today(), self.by)

    def take(self, codes: Collection[str]) -> dict[str, Values]:
        known = set(self._areas().filter(code__in=codes).values_list("code", flat=True))
        if unknown := sorted(set(codes) - known):
            raise Refused(f"未保存：{'、'.join(unknown)} 不是{self.quarter.label}末在册的街道、镇、村或社区。")
        self._standing = counts.standing_in(self.operator, self.quarter, {code[:9] for code in codes})
        return {code: self._standing.get(code, CountStanding()).figures for code in codes}

    def keep(self, changed: Changes) -> None:
        counts.keep(self.operator, self.quarter, changed, self._standing, self.by)

    def release(self) -> None:
        """Nothing was done in expectation of a change."""

    def hands(self, codes: Collection[str]) -> dict[tuple[str, str], str]:
        entries = CountEntry.objects.filter(operator=self.operator, period=str(self.quarter), area_id__in=codes)
        return {(each.area_id, each.figure): each.by.name for each in entries.select_related("by")}

    def problems(self, codes: Collection[str] | None, *, is_checking: bool) -> dict:
        """Besides the rows named their townships, and what waits in these: a figure of one bears on the others."""
        towns = None if codes is None else {code[:9] for code in codes}
        rows = self.rows()
        told = [
            row
            for row in every(rows)
            if towns is None
            or row.area.code in towns | set(codes)
            or (row.area.code[:9] in towns and row.standing.draft)
        ]
        return {"rows": [_told(row) for row in told], "total": sums(rows)}

    def rows(self) -> list[CountRow]:
        """The townships, each with its villages."""
        return rows_of(self.operator, self.round.county, self.quarter)


def _told(row: CountRow) -> dict:
    return {
        "code": row.area.code,
        "values": list(row.figures.values()),
        "notes": {
            cell.figure.name: [[each.level, each.message, each.code] for each in cell.problems] for cell in row.cells
        },
        "asks": False,
        "faults": [{"text": fault.text, "href": fault.href} for fault in row.faults],
        "state": row.state,
    }
