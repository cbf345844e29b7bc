"""What the commands ``evaluate`` and ``milestones`` answer, straight from the facts."""

from collections.abc import Iterable
from pathlib import Path

from acceptance.comparison.differences import View
from acceptance.comparison.differences import document as difference_document
from acceptance.judging import verdict_json
from acceptance.judging.facts import read
from acceptance.judging.judging import ensure_current
from acceptance.models import Basis
from acceptance.packages import handlers
from acceptance.plan import current
from acceptance.rules.judge import County
from acceptance.whatif.question import Answer, Question, Supposition
from acceptance.whatif.question import document as whatif_document
from areas.models import AccessPoint, Area
from areas.package.package import Package, open_package
from areas.package.reading import csv_sheet
from areas.workdays import load as working_days
from common.periods import Quarter


class CannotAnswer(ValueError):
    """A question that has no answer; the message is a Chinese sentence."""


def evaluation(period: str, *, area: str | None = None, basis: str = Basis.APPROVED, sites: bool = False) -> dict:
    """The document of ``evaluate``; CannotAnswer for a malformed period, an unknown area or a calendar that falls short."""
    quarter, code = _quarter(period), _area(area)
    county = _county(code, [quarter], basis)
    return verdict_json.evaluation(county, quarter, basis, beneath=code, sites=sites)


def milestones(period: str, *, area: str | None = None, basis: str = Basis.APPROVED) -> dict:
    """The document of ``milestones``; CannotAnswer also for a period before the plan's first."""
    quarter, code = _since_first(period), _area(area)
    county = _county(code, list(current().first_period.through(quarter)), basis)
    return verdict_json.milestones(county, quarter, basis, beneath=code)


def whatif(
    path: Path, period: str | None, *, area: str | None = None, basis: str = Basis.APPROVED, without: Iterable[str] = ()
) -> tuple[Package, dict | None]:
    """The package at ``path``, checked, and the document of ``whatif``; None when the package has errors.

    CannotAnswer as for ``milestones`` and for an access point that is not there; ``Unreadable`` when the package
    cannot be read.
    """
    quarter = _since_first(period or str(max(milestone.due for milestone in current().milestones)))
    code = _area(area)
    package = _fragment(path)
    if package.check().errors:
        return package, None
    missing = set(without) - set(AccessPoint.objects.filter(ap_id__in=without).values_list("ap_id", flat=True))
    if missing:
        raise CannotAnswer(f"没有编号为 {'、'.join(sorted(missing))} 的接入点。请检查编号。")
    try:
        ensure_current(code[:6])
        question = Question(code[:6], quarter, basis, code)
        return package, whatif_document(Answer(question, Supposition.of(package, without)))
    except ValueError as error:
        raise CannotAnswer(f"工单的到期日无法计算：{error}") from None


def _fragment(path: Path) -> Package:
    """A package, or one of its tables in a CSV file."""
    if path.is_file() and path.suffix.lower() == ".csv":
        return Package(handlers(), [csv_sheet(path)])
    return open_package(path, handlers())


def differences(period: str, to_period: str | None, *, area: str | None = None, basis: str | None = None) -> dict:
    """The document of ``differences``: two quarters on a basis or, of one quarter, approved against reported."""
    first, second, code = _quarter(period), _quarter(to_period or period), _area(area)
    bases = (basis or Basis.APPROVED,) * 2 if to_period else (Basis.APPROVED, Basis.REPORTED)
    if basis and not to_period:
        raise CannotAnswer("只给出一个季度时对照该季度的两种口径，无须给出 --basis；对照两个季度的，请写明后一个季度。")
    try:
        return difference_document(code, View(first, bases[0]), View(second, bases[1]))
    except ValueError as error:
        raise CannotAnswer(f"工单的到期日无法计算：{error}") from None


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise CannotAnswer(str(error)) from None


def _since_first(text: str) -> Quarter:
    quarter, first = _quarter(text), current().first_period
    if quarter < first:
        raise CannotAnswer(f"{quarter} 早于方案的第一个季度 {first}，没有里程碑。请选择 {first} 或以后的季度。")
    return quarter


def _area(code: str | None) -> str:
    code = code or current().district
    if not Area.objects.filter(code=code).exists():
        raise CannotAnswer(f"数据库里没有编码为 {code} 的区域。请检查编码，或先导入数据包。")
    return code


def _county(code: str, quarters: list[Quarter], basis: str) -> County:
    try:
        return County(read(code[:6], quarters, [basis]), current(), working_days())
    except ValueError as error:
        raise CannotAnswer(f"工单的到期日无法计算：{error}") from None
