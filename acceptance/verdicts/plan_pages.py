"""What the plan page shows: every value of the plan file with its clause, the plan's words, and the readings behind it."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from acceptance import wording
from acceptance.rules.plan import Duty, Plan, Reading, Source, Value
from areas.vocabulary import AreaKind
from common.periods import Quarter

_VALUE_LABELS = {
    "permanent_households": "计入的自然村：常住户数不少于",
    "downstream": "光网接入点下行速率不低于",
    "radius_urban": "城市半径",
    "radius_rural": "农村半径",
    "television": "仅传输电视信号的光纤是否算数",
    "operators": "至少几家运营企业有效覆盖",
    "installation": "报装办结期限",
    "expansion": "容量不足时的扩容期限",
    "expansion_then_installation": "扩容之后是否另计装机期限",
    "on_time_share": "按期办结的工单占比不低于",
}


@dataclass(frozen=True)
class PlanRow:
    """A value of the plan: what it is called, what it says, and where that stands."""

    key: str
    label: str
    shown: str
    source: Source
    readings: list[Reading]
    extra: str = ""
    duty: Duty | None = None
    scored: bool = True


class PlanPage:
    """The plan, laid out for reading."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def _row(self, key: str, label: str, shown: str, source: Source, **more) -> PlanRow:
        return PlanRow(key, label, shown, source, [self.plan.readings[name] for name in source.readings], **more)

    @cached_property
    def values(self) -> list[PlanRow]:
        """The plan's values: which sites count, what makes one capable, how soon an order must be completed."""
        capability, service = self.plan.capability, self.plan.service
        values = {
            "permanent_households": self.plan.permanent_households,
            "downstream": capability.downstream,
            "radius_urban": capability.radius_urban,
            "radius_rural": capability.radius_rural,
            "television": capability.television,
            "operators": capability.operators,
            "installation": service.installation,
            "expansion": service.expansion,
            "expansion_then_installation": service.expansion_then_installation,
            "on_time_share": service.on_time_share,
        }
        return [self._row("", _VALUE_LABELS[name], value_shown(value), value.source) for name, value in values.items()]

    @cached_property
    def titles(self) -> list[PlanRow]:
        return [
            self._row("", AreaKind(kind).label, title.name, title.source) for kind, title in self.plan.titles.items()
        ]

    @cached_property
    def criteria(self) -> list[PlanRow]:
        """The standards from the district down, the hard criterion of each first."""
        rows = []
        for kind in AreaKind.values:
            for criterion in self.plan.criteria_of(kind):
                title = self.plan.titles[kind].name if kind in self.plan.titles else AreaKind(kind).label
                shown = wording.at_least(criterion.threshold)
                role = wording.ROLES[criterion.role]
                rows.append(
                    self._row(
                        criterion.key,
                        f"{title}：{wording.criterion_title(criterion)}",
                        shown,
                        criterion.source,
                        extra=role,
                    )
                )
        return rows

    @cached_property
    def milestones(self) -> list[tuple[Quarter, list[PlanRow]]]:
        """The milestones, grouped by the quarter in which they are due."""
        by_due = defaultdict(list)
        for milestone in self.plan.milestones:
            row = self._row(
                milestone.key, wording.milestone_title(milestone), wording.target_words(milestone), milestone.source,
                duty=self.plan.duties[milestone.duty], scored=milestone.scored,
            )  # fmt: skip
            by_due[milestone.due].append(row)
        return sorted(by_due.items())

    @cached_property
    def duties(self) -> list[Duty]:
        return list(self.plan.duties.values())

    @cached_property
    def readings(self) -> list[tuple[Reading, list[str]]]:
        """Each reading with the clauses that it bears on."""
        used: dict = defaultdict(list)
        sources = [row.source for row in (*self.values, *self.titles, *self.criteria)]
        sources += [row.source for _, rows in self.milestones for row in rows]
        for source in sources:
            for name in source.readings:
                if source.clause not in used[name]:
                    used[name].append(source.clause)
        return [(reading, used[key]) for key, reading in sorted(self.plan.readings.items())]


def value_shown(value: Value) -> str:
    """A value with its unit as people write it."""
    if isinstance(value.value, bool):
        return "是" if value.value else "否"
    if isinstance(value.value, Fraction):
        return wording.percent(value.value)
    units = {"m": "米", "Mbit/s": "兆", "工作日": "个工作日"}
    return f"{wording.number(value.value)} {units.get(value.unit, value.unit)}"
