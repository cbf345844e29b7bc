"""The operators' counts of users, each operator's by itself.

What is typed is kept, cell by cell, and counts as soon as it is sound: both figures, the fibre users among the broadband
users, a township with no fewer than its villages together. Until then it waits as a draft, and what counted before stands.
What comes whole (``save``: the API, a workbook) is sound, or refused whole. The audit trail says who changed what.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
from entry.forms import Changes
from returns.figures import BY_NAME, Figures
from returns.models import COUNTED, CountDraft, CountEntry, OperatorCount
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
        super().__init__(f"未保存：有 {len(faults)} 处问题，请改正后再保存。")
        self.faults = faults


class CountsOvertaken(Stale):
    """Nothing was saved: a colleague has changed the same areas; ``theirs`` are their figures, by code."""

    def __init__(self, theirs: dict[str, Figures]) -> None:
        super().__init__(f"未保存：您填写时，有 {len(theirs)} 行已被他人改动。双方的数字列在下面，请选定后再保存。")
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


@dataclass
class CountStanding:
    """What stands of an area: the count, and what was typed since and does not count yet."""

    count: OperatorCount | None = None
    draft: CountDraft | None = None

    @property
    def latest(self) -> CountDraft | OperatorCount | None:
        """What was typed last."""
        return self.draft or self.count

    @property
    def figures(self) -> Figures:
        """As typed."""
        return self.latest.figures if self.latest else NONE_GIVEN

    @property
    def counted(self) -> Figures:
        return self.count.figures if self.count else NONE_GIVEN


def hold(operator: Operator, quarter: Quarter, on: date, by) -> None:
    """Keep colleagues out until the transaction ends; PermissionDenied for another's, Refused where nothing is asked for."""
    if not by.may(Power.ENTER_COUNTS) or by.scope.operator != operator.pk:
        raise PermissionDenied("您的岗位只能填报本企业的数据。")
    if not calendar.can_open(quarter, on):
        raise Refused(f"{quarter.label}尚未开始，或早于方案的第一个季度，不能填报。")
    Operator.objects.select_for_update().get(pk=operator.pk)


@transaction.atomic
def save(*, operator: Operator, quarter: Quarter, rows: Mapping[str, CountInput], on: date, by) -> Saved:
    """Keep the counts of one operator for a quarter, by the areas' codes; giving the same again changes nothing.

    All or nothing: Unsound with every fault, CountsOvertaken when a colleague changed what the form showed.
    """
    hold(operator, quarter, on, by)
    standing = standing_in(operator, quarter, {code[:9] for code in rows})
    if wrong := list(_faults(rows, standing, areas_counted(list(rows), quarter), quarter)):
        raise Unsound(wrong)
    if theirs := _overtaken(rows, standing):
        raise CountsOvertaken(theirs)
    saved, changed = Saved(), {}
    for code, given in rows.items():
        stands = standing.setdefault(code, CountStanding())
        if stands.figures == given.figures and not stands.draft:
            saved.unchanged += 1
            continue
        saved.created += stands.count is None and given.figures != NONE_GIVEN
        saved.removed += stands.count is not None and given.figures == NONE_GIVEN
        saved.changed += stands.count is not None and given.figures != NONE_GIVEN
        changed[code] = {name: [stands.figures[name], given.figures[name]] for name in COUNTED}
    keep(operator, quarter, changed, standing, by, sound=changed)
    saved.changes = changed
    return saved


def keep(
    operator: Operator,
    quarter: Quarter,
    changed: Changes,
    standing: dict[str, CountStanding],
    by,
    sound: Iterable[str] = (),
) -> None:
    """Write what changed in areas, by figure [before, after]; count what is sound by now, of their townships, too.

    ``standing`` is all that stands in these townships; ``sound``: areas that are known to be so.
    """
    if not changed:
        return
    place = {"operator": operator, "period": str(quarter)}
    entries = []
    for code, figures in changed.items():
        stands = standing.setdefault(code, CountStanding())
        typed = dict(stands.figures) | {name: after for name, (_, after) in figures.items()}
        stands.draft = stands.draft or CountDraft(**place, area_id=code)
        for name in COUNTED:
            setattr(stands.draft, name, typed[name])
        stands.draft.by, stands.draft.at = by, clock.now()
        entries += [
            CountEntry(**place, area_id=code, figure=name, before=before, after=after, by=by)
            for name, (before, after) in figures.items()
            if before != after
        ]
    CountEntry.objects.bulk_create(entries)
    counted = set(sound) | {
        code for town in {code[:9] for code in changed} for code in _countable(town, standing, sound)
    }
    _settle(operator, quarter, standing, counted, changed)
    audit.record(action="count.save", by=by, subject=operator, detail={"period": str(quarter), **changed})


def _settle(operator: Operator, quarter: Quarter, standing, counted: Collection[str], changed: Collection[str]) -> None:
    """Make counts of the drafts that count; keep the others that changed."""
    for code in sorted(counted):
        stands = standing[code]
        if stands.draft.figures == NONE_GIVEN:
            if stands.count:
                stands.count.delete()
        elif stands.count is None or stands.count.figures != stands.draft.figures:
            stands.count = stands.count or OperatorCount(
                operator=operator, area_id=code, county=code[:6], period=str(quarter)
            )
            for name, value in stands.draft.figures.items():
                setattr(stands.count, name, value)
            stands.count.by, stands.count.at = stands.draft.by, stands.draft.at
            stands.count.save()
        if stands.draft.pk:
            stands.draft.delete()
    for code in set(changed) - set(counted):
        standing[code].draft.save()


def _countable(town: str, standing: Mapping[str, CountStanding], sound: Iterable[str]) -> set[str]:
    """The drafts of a township that count: all of them together, else each that makes no sum wrong, in whichever order."""
    near = {code: each for code, each in standing.items() if code[:9] == town}
    after = {code: each.figures if code in sound else each.counted for code, each in near.items()}
    waiting = {
        code: each.figures
        for code, each in near.items()
        if each.draft and code not in sound and not row_fault(each.figures)
    }
    if not list(_sum_faults(town, after | waiting)):
        return set(waiting)
    found: set[str] = set()
    while taken := [
        code for code in waiting.keys() - found if not list(_sum_faults(town, after | {code: waiting[code]}))
    ]:
        code = min(taken)
        after[code] = waiting[code]
        found.add(code)
    return found


def row_fault(figures: Figures) -> tuple[str, str] | None:
    """What keeps a row from being counted by itself: the figure, and in words; None for a blank one."""
    missing = [name for name in COUNTED if figures[name] is None]
    if missing:
        return (
            (missing[0], f"{BY_NAME[missing[0]].label}未填：两项填齐后方可计入，确实没有请填 0。")
            if len(missing) == 1
            else None
        )
    broadband, fibre = figures["broadband_users"], figures["fibre_users"]
    return ("fibre_users", _exceeds(broadband, fibre)) if fibre > broadband else None


def sum_faults(township: str, standing: Mapping[str, CountStanding]) -> dict[str, str]:
    """By figure how a township, as typed, contradicts what its villages have together."""
    typed = {code: each.figures for code, each in standing.items() if code[:9] == township}
    return {fault.figure: fault.message for fault in _sum_faults(township, typed)}


def faults(operator: Operator, quarter: Quarter, rows: Mapping[str, CountInput]) -> list[CountFault]:
    """What would be wrong if these counts were given; nothing is saved."""
    standing = standing_in(operator, quarter, {code[:9] for code in rows})
    return list(_faults(rows, standing, areas_counted(list(rows), quarter), quarter))


def standing_in(
    operator: Operator, quarter: Quarter, townships: Collection[str] | None = None
) -> dict[str, CountStanding]:
    """All that an operator has typed in these townships (None: anywhere), by area; two queries."""
    found: dict[str, CountStanding] = {}
    for model, name in ((OperatorCount, "count"), (CountDraft, "draft")):
        rows = model.objects.filter(operator=operator, period=str(quarter)).select_related("by")
        for row in rows:
            if townships is None or row.area_id[:9] in townships:
                setattr(found.setdefault(row.area_id, CountStanding()), name, row)
    return found


def _unknown(rows: Mapping[str, CountInput], areas: Mapping[str, Area], quarter: Quarter) -> Iterator[CountFault]:
    for code in rows:
        if code not in areas:
            yield CountFault(
                code, "", None, f"编码 {code[:20]} 不是{quarter.label}末在册的街道、镇、村或社区：请核对编码。"
            )


def _faults(
    rows: Mapping[str, CountInput], standing: Mapping[str, CountStanding], areas: Mapping[str, Area], quarter: Quarter
) -> Iterator[CountFault]:
    yield from _unknown(rows, areas, quarter)
    for code, given in rows.items():
        if code in areas:
            yield from _row_faults(areas[code], given.figures)
    after: dict[str, Mapping] = {code: stands.counted for code, stands in standing.items()}
    after |= {code: given.figures for code, given in rows.items() if code in areas}
    for code in sorted({code[:9] for code in rows if code in areas}):
        yield from _sum_faults(code, after)


def _row_faults(area: Area, figures: Figures) -> Iterator[CountFault]:
    """What a row says against itself."""
    given = {name: figures.get(name) for name in COUNTED}
    for name, value in given.items():
        figure = BY_NAME[name]
        if value is None and any(other is not None for other in given.values()):
            yield CountFault(area.code, name, None, f"{figure.label}未填：两项须同时填报，确实没有请填 0。")
        elif value is not None and not figure.minimum <= value <= figure.maximum:
            message = f"{figure.label}（{value}）应在 {figure.minimum} 至 {figure.maximum} 之间。"
            yield CountFault(area.code, name, value, message)
    broadband, fibre = given["broadband_users"], given["fibre_users"]
    if broadband is not None and fibre is not None and fibre > broadband:
        yield CountFault(area.code, "fibre_users", fibre, _exceeds(broadband, fibre))


def _exceeds(broadband: int, fibre: int) -> str:
    return f"光网用户数（{fibre}）大于宽带用户数（{broadband}），不应超过：请核对后改正。"


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


def _overtaken(rows: Mapping[str, CountInput], standing: Mapping[str, CountStanding]) -> dict[str, Figures]:
    """What a colleague has put where the form showed something else and something else again is given."""
    found = {}
    for code, given in rows.items():
        now = standing[code].figures if code in standing else NONE_GIVEN
        if given.seen is not None and now != given.seen and now != given.figures:
            found[code] = now
    return found
