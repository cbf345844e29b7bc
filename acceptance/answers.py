"""What the commands ``evaluate`` and ``milestones`` answer, straight from the facts."""

from acceptance import documents
from acceptance.facts import read
from acceptance.models import Basis
from acceptance.plan import current
from acceptance.rules.judge import County
from areas.models import Area
from areas.periods import Quarter
from areas.workdays import load as working_days


class CannotAnswer(ValueError):
    """A question that has no answer; the message is a Chinese sentence."""


def evaluation(period: str, *, area: str | None = None, basis: str = Basis.APPROVED, sites: bool = False) -> dict:
    """The document of ``evaluate``; CannotAnswer for a malformed period, an unknown area or a calendar that falls short."""
    quarter, code = _quarter(period), _area(area)
    county = _county(code, [quarter], basis)
    return documents.evaluation(county, quarter, basis, beneath=code, sites=sites)


def milestones(period: str, *, area: str | None = None, basis: str = Basis.APPROVED) -> dict:
    """The document of ``milestones``; CannotAnswer also for a period before the plan's first."""
    quarter, code = _quarter(period), _area(area)
    first = current().first_period
    if quarter < first:
        raise CannotAnswer(f"{quarter} 早于方案的第一个季度 {first}，没有里程碑可看。请选 {first} 或以后的季度。")
    county = _county(code, list(first.through(quarter)), basis)
    return documents.milestones(county, quarter, basis, beneath=code)


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise CannotAnswer(str(error)) from None


def _area(code: str | None) -> str:
    code = code or current().district
    if not Area.objects.filter(code=code).exists():
        raise CannotAnswer(f"数据库里没有编码为 {code} 的区域。请检查编码，或先导入数据包。")
    return code


def _county(code: str, quarters: list[Quarter], basis: str) -> County:
    try:
        return County(read(code[:6], quarters, [basis]), current(), working_days())
    except ValueError as error:
        raise CannotAnswer(f"工单的到期日算不出来：{error}") from None
