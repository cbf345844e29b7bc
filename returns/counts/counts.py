"""The operators' counts of users: what is given for areas is checked whole and kept whole, each operator's by itself.

What is saved counts at once, and may be changed as long as anybody finds it wrong; the audit trail says by whom.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.posts import Power
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common import clock
from common.exceptions import Refused, Stale
from common.periods import Quarter
from returns.figures import BY_NAME, Figures
from returns.models import COUNTED, OperatorCount
from returns.rounds import calendar

NONE_GIVEN: Figures = dict.fromkeys(COUNTED)


@dataclass(frozen=True)
class CountInput:
    """What is to be kept for an area; all blank: nothing (a count given by mistake is taken back).

    ``seen`` is what the form showed; None: whatever stands there is to be replaced.
    """

    figures: Figures
    seen: Figures | None = None


@dataclass(frozen=True)
class CountFault:
    """What is wrong: with which area (blank: with everything), which figure (blank: the row), in a Chinese sentence."""

    code: str
    figure: str
    value: int | None
    message: str


class Unsound(Refused):
    """Nothing was saved; ``faults`` are all the reasons."""

    def __init__(self, faults: list[CountFault]) -> None:
        super().__init__(f"没有保存：有 {len(faults)} 处问题，请改正后再保存。")
        self.faults = faults


class CountsOvertaken(Stale):
    """Nothing was saved: a colleague has changed the same areas; ``theirs`` are their figures, by code."""

    def __init__(self, theirs: dict[str, Figures]) -> None:
        super().__init__(f"没有保存：您填写时，有 {len(theirs)} 行已被同事改动。两边的数字都列在下面，请选定后再保存。")
        self.theirs = theirs


@dataclass
class Saved:
    """How many areas got a count, another count, none any more, and how many stayed as they were."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    changes: dict[str, dict[str, list]] = field(default_factory=dict)


def areas_counted(codes: list[str], quarter: Quarter) -> dict[str, Area]:
    """Areas, out of those named, for which operators count in a quarter: townships and villages in force at its end."""
    kinds = (*TOWNSHIPS, *VILLAGE_LEVEL)
    found = Area.objects.filter(code__in=codes, kind__in=kinds).in_force(quarter.last_day)
    return {area.code: area for area in found}


@transaction.atomic
def save(*, operator: Operator, quarter: Quarter, rows: Mapping[str, CountInput], on: date, by) -> Saved:
    """Keep the counts of one operator for a quarter, by the areas' codes; giving the same again changes nothing.

    All or nothing: Unsound with every fault, CountsOvertaken when a colleague changed what the form showed.
    """
    if not by.may(Power.ENTER_COUNTS) or by.scope.operator != operator.pk:
        raise PermissionDenied("您的岗位只能填报本企业的数据。")
    if not calendar.can_open(quarter, on):
        raise Refused(f"{quarter.label}还没有开始，或者早于方案的第一个季度，不能填报。")
    Operator.objects.select_for_update().get(pk=operator.pk)
    areas = areas_counted(list(rows), quarter)
    stored = stored_in(operator, quarter, {code[:9] for code in rows})
    if wrong := list(_faults(rows, stored, areas, quarter)):
        raise Unsound(wrong)
    if theirs := _overtaken(rows, stored):
        raise CountsOvertaken(theirs)
    saved = _keep(operator, quarter, rows, stored, areas, by)
    if saved.changes:
        detail = {"period": str(quarter), **saved.changes}
        audit.record(action="count.save", by=by, subject=operator, detail=detail)
    return saved


def faults(operator: Operator, quarter: Quarter, rows: Mapping[str, CountInput]) -> list[CountFault]:
    """What would be wrong if these counts were given; nothing is saved."""
    areas = areas_counted(list(rows), quarter)
    return list(_faults(rows, stored_in(operator, quarter, {code[:9] for code in rows}), areas, quarter))


def stored_in(operator: Operator, quarter: Quarter, townships: set[str]) -> dict[str, OperatorCount]:
    """All that the operator has counted in these townships, by area."""
    found = OperatorCount.objects.filter(operator=operator, period=str(quarter))
    return {count.area_id: count for count in found.select_related("area") if count.area_id[:9] in townships}


def _unknown(rows: Mapping[str, CountInput], areas: Mapping[str, Area], quarter: Quarter) -> Iterator[CountFault]:
    for code in rows:
        if code not in areas:
            yield CountFault(
                code, "", None, f"编码 {code[:20]} 不是{quarter.label}末在册的街道、镇、村或社区：请核对编码。"
            )


def _faults(
    rows: Mapping[str, CountInput], stored: Mapping[str, OperatorCount], areas: Mapping[str, Area], quarter: Quarter
) -> Iterator[CountFault]:
    yield from _unknown(rows, areas, quarter)
    for code, given in rows.items():
        if code in areas:
            yield from _row_faults(areas[code], given.figures)
    after: dict[str, Mapping] = {code: count.figures for code, count in stored.items()}
    after |= {code: given.figures for code, given in rows.items() if code in areas}
    for code in sorted({code[:9] for code in rows if code in areas}):
        yield from _sum_faults(code, after)


def _row_faults(area: Area, figures: Figures) -> Iterator[CountFault]:
    """What a row says against itself."""
    given = {name: figures.get(name) for name in COUNTED}
    for name, value in given.items():
        figure = BY_NAME[name]
        if value is None and any(other is not None for other in given.values()):
            yield CountFault(area.code, name, None, f"{figure.label}没有填：两项要一起填，确实没有请填 0。")
        elif value is not None and not figure.minimum <= value <= figure.maximum:
            message = f"{figure.label}（{value}）应在 {figure.minimum} 至 {figure.maximum} 之间。"
            yield CountFault(area.code, name, value, message)
    broadband, fibre = given["broadband_users"], given["fibre_users"]
    if broadband is not None and fibre is not None and fibre > broadband:
        message = f"光网用户数（{fibre}）大于宽带用户数（{broadband}），不应超过：请核对后改正。"
        yield CountFault(area.code, "fibre_users", fibre, message)


def _sum_faults(township: str, after: Mapping[str, Figures]) -> Iterator[CountFault]:
    """A township with fewer users than its villages together."""
    for name in COUNTED:
        villages = [
            figures[name] for code, figures in after.items() if code.startswith(township) and len(code) > len(township)
        ]
        beneath = sum(value for value in villages if value is not None)
        own = after.get(township, NONE_GIVEN).get(name)
        if own is not None and beneath > own:
            message = f"{BY_NAME[name].label}：全街镇（{own}）小于所属村居之和（{beneath}）：请核对后改正。"
            yield CountFault(township, name, own, message)


def _overtaken(rows: Mapping[str, CountInput], stored: Mapping[str, OperatorCount]) -> dict[str, Figures]:
    """What a colleague has put where the form showed something else and something else again is given."""
    found = {}
    for code, given in rows.items():
        now = stored[code].figures if code in stored else NONE_GIVEN
        if given.seen is not None and now != given.seen and now != given.figures:
            found[code] = now
    return found


def _keep(operator, quarter: Quarter, rows: Mapping[str, CountInput], stored, areas: Mapping[str, Area], by) -> Saved:
    saved, made = Saved(), []
    for code, given in rows.items():
        count = stored.get(code)
        before = count.figures if count else NONE_GIVEN
        if before == given.figures:
            saved.unchanged += 1
            continue
        saved.changes[code] = {name: [before[name], given.figures[name]] for name in COUNTED}
        if given.figures == NONE_GIVEN:
            count.delete()
            saved.removed += 1
        elif count:
            _change(count, given.figures, by)
            saved.changed += 1
        else:
            fields = {"operator": operator, "area": areas[code], "county": code[:6], "period": str(quarter), "by": by}
            made.append(OperatorCount(**fields, **given.figures))
    OperatorCount.objects.bulk_create(made)
    saved.created = len(made)
    return saved


def _change(count: OperatorCount, figures: Figures, by) -> None:
    count.broadband_users, count.fibre_users = figures["broadband_users"], figures["fibre_users"]
    count.by, count.at = by, clock.now()
    count.save()
