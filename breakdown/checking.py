"""All that is wrong with a breakdown on a day: its sums and minima, its persons, its units, its quarters."""

from collections.abc import Iterator, Sequence
from datetime import date

from acceptance import plan as plans
from areas.models import Area
from breakdown.arithmetic import Fault, LineRead, faults
from breakdown.models import Breakdown, BreakdownLine
from breakdown.people import People
from breakdown.vocabulary import LineLevel
from common.periods import Quarter


def read(line: BreakdownLine, periods: Sequence[Quarter]) -> LineRead:
    targets = tuple(line.targets.get(str(quarter)) for quarter in periods)
    name = f"{line.unit}（{line.area.name}）" if line.level == LineLevel.OPERATOR else line.unit
    return LineRead(str(line.pk), line.level, line.area_id, name, line.base, line.total, line.needed, targets)


def problems(breakdown: Breakdown, on: date) -> list[Fault]:
    """Three queries."""
    lines = list(breakdown.lines.select_related("area"))
    milestone = plans.by_digest(breakdown.plan.digest).milestone(breakdown.milestone)
    read_lines = [read(line, breakdown.periods) for line in lines]
    sums = faults(read_lines, breakdown.periods, breakdown.needed, by_township=milestone.scope != "district")
    return [*_of_units(lines, on), *_of_persons(lines, People(breakdown.county)), *sums]


def _of_units(lines: Sequence[BreakdownLine], on: date) -> Iterator[Fault]:
    there = set(
        Area.objects.in_force(on).filter(code__in={line.area_id for line in lines}).values_list("code", flat=True)
    )
    for line in lines:
        if line.area_id not in there:
            text = f"{line.area.name}已撤销，不能再下达指标：请作废本分解，按现有区域重新起草。"
            yield Fault(str(line.pk), None, text)


def _of_persons(lines: Sequence[BreakdownLine], people: People) -> Iterator[Fault]:
    for line in lines:
        fitting = {each.pk for each in people.of(line.level, line.area_id, line.operator_id, line.unit)}
        if line.person_id is None:
            hint = "请选择。" if fitting else f"{line.unit}没有可用的账号，请先由系统管理员建立。"
            yield Fault(str(line.pk), None, f"{line.unit}没有责任人：{hint}")
        elif line.person_id not in fitting:
            yield Fault(str(line.pk), None, f"{line.unit}的责任人{line.person_name}已离岗或不属于该单位，请另选。")
