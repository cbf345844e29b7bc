"""What is asked, read from the database: the county as the rules judge it, and the target; what makes no sense is refused."""

from dataclasses import dataclass

from acceptance.judging.facts import read
from acceptance.models import Basis
from acceptance.plan import current
from acceptance.rules.judge import County, Period
from acceptance.rules.plan import KINDS, Milestone
from areas.models import Area, Operator
from areas.vocabulary import AreaKind
from areas.workdays import load as working_days
from common.periods import Quarter
from planning.question import OBJECTIVES, PLACES, BuildQuestion, CannotPlan
from planning.solving.targets import Target


@dataclass(frozen=True)
class PosedQuestion:
    """A question with the county in its period, and the target."""

    question: BuildQuestion
    period: Period
    target: Target


def asked(question: BuildQuestion) -> PosedQuestion:
    """CannotPlan for everything that has no answer."""
    period, area, milestone = _period(question), question.area, None
    codes = period.facts.areas.code
    row = codes.index(area)
    kind = KINDS[period.facts.areas.kind[row]]
    if not period.areas_in_force[row]:
        raise CannotPlan(
            f"{area} 在 {question.period} 的截止日没有生效，不能作为目标。请选择生效的区域，或换一个季度。"
        )
    if question.milestone is not None:
        milestone = _milestone(question, kind, period)
    elif kind not in period.county.plan.titles:
        raise CannotPlan(
            f"{area} 是{AreaKind(kind).label}，方案没有为它设称号，不能作为目标。请选择街道、镇、行政村、自然村或小区。"
        )
    return PosedQuestion(question, period, Target(period, question.basis, row, milestone))


def _period(question: BuildQuestion) -> Period:
    try:
        quarter = Quarter.parse(question.period)
    except ValueError as error:
        raise CannotPlan(str(error)) from None
    _choices(question)
    if not Area.objects.filter(code=question.area).exists():
        raise CannotPlan(f"数据库里没有编码为 {question.area} 的区域。请检查编码，或先导入数据包。")
    try:
        facts = read(question.area[:6], [quarter], [question.basis])
        return County(facts, current(), working_days()).period(quarter)
    except ValueError as error:
        raise CannotPlan(f"工单的到期日无法计算：{error}") from None


def _choices(question: BuildQuestion) -> None:
    for name, value, choices in (
        ("口径", question.basis, tuple(Basis.values)),
        ("目标函数", question.objective, OBJECTIVES),
        ("选址方式", question.places, PLACES),
    ):
        if value not in choices:
            raise CannotPlan(f"{name}不能是“{value}”，应为 {'、'.join(choices)} 之一。")
    if question.objective == "cost" and current().costs is None:
        raise CannotPlan(
            "方案文件没有 [costs] 一节，无法按费用最少编制。请先在方案文件中写明各项单价和来源，或按数量最少编制。"
        )
    known = set(Operator.objects.values_list("code", flat=True))
    if unknown := [code for code in question.operators if code not in known]:
        raise CannotPlan(f"没有编码为 {'、'.join(unknown)} 的运营企业。请检查编码。")
    if question.at_most is not None and question.at_most < 0:
        raise CannotPlan("新建接入点的上限不能小于 0。")


def _milestone(question: BuildQuestion, kind: str, period: Period) -> Milestone:
    plan = period.county.plan
    keys = [each.key for each in plan.milestones]
    if question.milestone not in keys:
        raise CannotPlan(f"方案没有编号为 {question.milestone} 的里程碑，应为 {'、'.join(keys)} 之一。")
    milestone = plan.milestone(question.milestone)
    if kind != milestone.scope:
        scope, own = AreaKind(milestone.scope).label, AreaKind(kind).label
        raise CannotPlan(f"里程碑 {milestone.key} 按{scope}考核，{question.area} 是{own}。请选择{scope}的编码。")
    return milestone
