"""The portal's draft of a self-inspection report: the words around the frozen figures, for the township to edit."""

from collections import Counter
from collections.abc import Sequence

from acceptance import plan as plans
from acceptance import wording
from acceptance.rules.plan import Plan
from areas.models import Area
from areas.vocabulary import AreaKind
from common.periods import Quarter
from inspection.models import Unit


def overview(township: Area, quarter: Quarter, units: Sequence[Unit]) -> str:
    """基本情况: what is reported, and how coverage and penetration stand."""
    counted = Counter(unit.kind for unit in units)
    listed = "、".join(f"{AreaKind(kind).label} {count} 个" for kind, count in counted.items())
    first = (
        f"按照《{plans.current().name}》的要求，{township.name}对照验收标准（试行），"
        f"以{quarter.label}已审核的数据对辖区光网建设情况进行了自查。"
    )
    return "\n".join([f"{first}本次申报的单位共 {len(units)} 个：{listed}。", *_rates(units)])


def _rates(units: Sequence[Unit]) -> list[str]:
    """A sentence on coverage for each unit that has one; of many leaves none has."""
    said = [(unit, unit.frozen.said["figures"].get("coverage")) for unit in units]
    return [f"{unit.area.name}：{wording.coverage_words(coverage).text}" for unit, coverage in said if coverage]


def problems(units: Sequence[Unit]) -> str:
    """存在问题: what still fails within units that meet the standard, and reference indicators that are short."""
    found = [line for unit in units for line in _shortcomings(plans.current(), unit)]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(found, 1)) or (
        "经自查，申报单位的各项硬性指标均达到标准，未发现影响达标的问题。"
    )


def _shortcomings(plan: Plan, unit: Unit) -> list[str]:
    """Members that fail within a share that is met, and a reference that is short; a hard rate that is met has neither."""
    said = unit.frozen.said
    lines = []
    for figures in said["criteria"]:
        criterion = plan.criteria[figures["key"]]
        if figures["role"] == "reference" and figures["outcome"] == "short":
            words = wording.criterion_words(criterion, figures)
            lines.append(f"{unit.area.name}光网用户渗透率未达参考值：{words.text}将继续{words.gap}")
        elif figures["role"] == "hard" and figures.get("failed"):
            lines.append(f"{unit.area.name}：{wording.criterion_words(criterion, figures).text}")
    return lines


def request(township: Area, units: Sequence[Unit]) -> str:
    """申请事项: the titles asked for."""
    by_title: dict[str, list[str]] = {}
    for unit in units:
        by_title.setdefault(unit.title, []).append(unit.area.name)
    asked = "；".join(f"{_names(names)}为“{title}”" for title, names in by_title.items())
    return f"{township.name}自查认为，上述单位达到验收标准，现申请审核并报请审定{asked}。"


_NAMED = 10


def _names(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:_NAMED])}等 {len(names)} 个单位（名单见对标自评表）"
