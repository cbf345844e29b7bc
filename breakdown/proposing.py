"""The portal's proposal: who takes how much of what a task lacks, shared by open gaps, households or a signed build plan."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acceptance.rules.plan import Milestone
from areas.models import AccessPoint, Area
from areas.vocabulary import TOWNSHIPS
from breakdown.arithmetic import Counted, apportion, stepped
from breakdown.models import BreakdownLine
from breakdown.people import People
from breakdown.vocabulary import LineLevel, SharedBy
from common.exceptions import Refused
from common.periods import Quarter
from planning.models import PlanTask


@dataclass(frozen=True)
class ProposalFacts:
    """What a proposal is made from: counts and names by code, the gains of signed build plans, who works where."""

    county: str
    counted: Mapping[str, Counted]
    areas: Mapping[str, Area]
    gains: Mapping[tuple[str, str], int]
    """Sites that signed tasks gain, by township and operator."""
    present: Sequence[tuple[str, str]]
    """Township and operator, of operators that have access points there."""

    @classmethod
    def of(cls, county: str, counts: Mapping[str, Counted]) -> "ProposalFacts":
        """Three queries."""
        tasks = PlanTask.objects.filter(plan__county=county, plan__withdrawal=None).order_by()
        gains: Counter[tuple[str, str]] = Counter()
        for township, operator, sites in tasks.values_list("township_id", "operator_id", "sites"):
            gains[township, operator] += len(sites)
        points = AccessPoint.objects.filter(county=county).order_by("township_id", "operator_id")
        present = points.values_list("township_id", "operator_id").distinct()
        areas = {each.code: each for each in Area.objects.filter(code__in=list(counts))}
        return cls(county, counts, areas, gains, list(present))

    def townships(self, milestone: Milestone) -> list[str]:
        """The townships that a task is asked of."""
        kinds = TOWNSHIPS if milestone.scope == "district" else (milestone.scope,)
        codes = (code for code, area in self.areas.items() if len(code) == 9 and area.kind in kinds)
        return sorted(code for code in codes if self.counted[code].total)

    def weights(self, codes: Sequence[str], by: str) -> dict[str, int]:
        if by == SharedBy.HOUSEHOLDS:
            return {code: self.counted[code].households for code in codes}
        if by == SharedBy.PLAN and len(min(codes, default="")) == 9:
            return {code: sum(gain for (at, _), gain in self.gains.items() if at == code) for code in codes}
        return {code: self.counted[code].open for code in codes}


def propose(
    milestone: Milestone, facts: ProposalFacts, quarters: Sequence[Quarter], by: str, people: People, lead: str
) -> list[BreakdownLine]:
    """The lines of a new breakdown, not saved. Refused where all the members that there are do not make up the target."""
    codes = facts.townships(milestone)
    if not codes:
        raise Refused("该任务在本区没有可分解的街镇：没有评定结果，或者没有可计的对象。")
    gains = _gains(milestone, facts, codes, by)
    made = [_lead(facts, codes, gains, lead)]
    for code in codes:
        made.append((LineLevel.TOWNSHIP, code, None, facts.areas[code].name, facts.counted[code], gains[code]))
        made += _villages(facts, code, gains[code], by)
        made += _operators(facts, code, gains[code], people)
    return [_line(number, each, quarters, people) for number, each in enumerate(made, start=1)]


def _gains(milestone: Milestone, facts: ProposalFacts, codes: Sequence[str], by: str) -> dict[str, int]:
    """What each township is to add up to the task's last quarter."""
    if milestone.scope != "district":
        return {code: max(0, facts.counted[code].needed - facts.counted[code].passed) for code in codes}
    whole = facts.counted[facts.county]
    most = {code: facts.counted[code].open for code in codes}
    if (gap := max(0, whole.needed - whole.passed)) > sum(most.values()):
        raise Refused(
            f"全部街镇合计尚可新增 {sum(most.values())}，比须新增 {gap} 少 {gap - sum(most.values())}，不能分解。"
        )
    return apportion(gap, facts.weights(codes, by), most)


def _lead(facts: ProposalFacts, codes: Sequence[str], gains: Mapping[str, int], lead: str) -> tuple:
    each = [facts.counted[code] for code in codes]
    whole = Counted(sum(one.passed for one in each), sum(one.total for one in each), 0)
    return (LineLevel.LEAD_UNIT, facts.county, None, lead, whole, sum(gains.values()))


def _villages(facts: ProposalFacts, township: str, gain: int, by: str) -> list[tuple]:
    """Villages that have members; none where the township is counted as a whole."""
    codes = [code for code in sorted(facts.counted) if len(code) == 12 and code.startswith(township)]
    codes = [code for code in codes if facts.counted[code].total and code in facts.areas]
    if sum(facts.counted[code].total for code in codes) != facts.counted[township].total:
        return []
    shares = apportion(gain, facts.weights(codes, by), {code: facts.counted[code].open for code in codes})
    return [
        (LineLevel.VILLAGE, code, None, facts.areas[code].name, facts.counted[code], shares[code]) for code in codes
    ]


def _operators(facts: ProposalFacts, township: str, gain: int, people: People) -> list[tuple]:
    """By what signed build plans gain with each; where none does, evenly among those that are there."""
    there = sorted({operator for at, operator in [*facts.present, *facts.gains] if at == township})
    there = [operator for operator in there if operator in people.operators]
    weights = {operator: facts.gains.get((township, operator), 0) for operator in there}
    shares = apportion(gain, weights, dict.fromkeys(there, gain))
    whole = Counted(0, facts.counted[township].total, 0)
    return [(LineLevel.OPERATOR, township, each, people.operators[each], whole, shares[each]) for each in there]


def _line(number: int, made: tuple, quarters: Sequence[Quarter], people: People) -> BreakdownLine:
    level, area, operator, unit, counts, gain = made
    person = people.first(level, area, operator, unit)
    steps = stepped(counts.passed, gain, len(quarters))
    return BreakdownLine(
        number=number, level=level, area_id=area, operator_id=operator, unit=unit, person=person,
        person_name=person.name if person else "", base=counts.passed, total=counts.total, needed=counts.needed,
        targets={str(quarter): target for quarter, target in zip(quarters, steps, strict=True)},
    )  # fmt: skip
