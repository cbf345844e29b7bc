"""The measures by which this room scores: figures that open, and records of measures that were confirmed."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse

from acceptance import plan
from acceptance.models import Basis, MilestoneVerdict
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.periods import Quarter
from figures.address import MemberPart
from figures.asking import open_figure
from measures.appraisal.vocabulary import AppraisedGroup
from measures.ftth import shortcomings
from measures.hooks import APPRAISED, AppraisalQuery, AppraisedMeasure, EarnedShare
from measures.models import MeasureRecord

_G = AppraisedGroup
_MET = ("met", "met_late")
_DECIDED = (*_MET, "missed")
OWN_DUTY = "all"
"""The duty of the plan that is led by the bureau itself, which scores and is not scored."""


def measures() -> tuple[AppraisedMeasure, ...]:
    """What this room counts."""
    return (
        AppraisedMeasure("sites", _G.TOWNSHIP, "点位具备光网接入能力", "S17", partial(_of_areas, "sites")),
        AppraisedMeasure(
            "natural_villages",
            _G.TOWNSHIP,
            "自然村建成全光网自然村",
            "G10",
            partial(_of_areas, "titles.natural_village"),
        ),
        AppraisedMeasure("quarters", _G.TOWNSHIP, "小区建成全光网小区", "T03", partial(_of_areas, "titles.quarter")),
        AppraisedMeasure("returns", _G.TOWNSHIP, "村居季报报齐", "S07", partial(_of_areas, "returns")),
        AppraisedMeasure("township_plan", _G.TOWNSHIP, "推进方案已报送并确认", "M02", _filed),
        AppraisedMeasure("orders", _G.OPERATOR, "报装工单按期完成", "S20", _orders),
        AppraisedMeasure("investment", _G.OPERATOR, "投资按季度填报", "M07", _invested),
        AppraisedMeasure("milestones", _G.UNIT, "牵头任务达到", "M16", _milestones),
        AppraisedMeasure("ftth", _G.UNIT, "新建小区光纤到户符合要求", "M12", _estates),
    )


def of_group(group: str) -> dict[str, AppraisedMeasure]:
    """Every room's measures of a group, by key, in the order of their rooms."""
    return {each.key: each for ask in APPRAISED for each in ask() if each.group == group}


def subjects(group: str, district: Area, quarter: Quarter) -> dict[str, str]:
    """Who is scored in a group, by key and name, as of the quarter's last day."""
    if group == _G.TOWNSHIP:
        rows = Area.objects.in_force(quarter.last_day).filter(county=district.code, kind__in=TOWNSHIPS)
        return dict(rows.order_by("code").values_list("code", "name"))
    if group == _G.OPERATOR:
        return dict(Operator.objects.order_by("code").values_list("code", "name"))
    duties = plan.current().duties
    return {duty.lead: duty.lead for key, duty in duties.items() if key != OWN_DUTY}


def _opened(asked: AppraisalQuery, of: str, **given: str) -> EarnedShare:
    """How many of a figure's members pass, of how many."""
    question = {"period": str(asked.quarter), **given}
    whole = open_figure(asked.user, of, question, today())
    passed = open_figure(asked.user, of, question | {"part": MemberPart.PASSED}, today())
    address = whole.asked.address(of, **{name: value for name, value in given.items() if name != "area"})
    return EarnedShare(passed.counted().members, whole.counted().members, address)


def _of_areas(of: str, asked: AppraisalQuery) -> Mapping[str, EarnedShare]:
    return {code: _opened(asked, of, area=code) for code in asked.subjects}


def _orders(asked: AppraisalQuery) -> Mapping[str, EarnedShare]:
    return {code: _opened(asked, "orders", area=asked.district.code, operator=code) for code in asked.subjects}


def _listed(key: str, **more: str) -> str:
    return f"{reverse('measures:records')}?{urlencode({'kind': key, **more})}"


def _records(asked: AppraisalQuery, key: str):
    return MeasureRecord.objects.standing().filter(kind=key, county=asked.district.code)


def _filed(asked: AppraisalQuery) -> Mapping[str, EarnedShare]:
    filed = set(_records(asked, "township_plan").values_list("area", flat=True))
    return {code: EarnedShare(int(code in filed), 1, _listed("township_plan", q=code)) for code in asked.subjects}


def _invested(asked: AppraisalQuery) -> Mapping[str, EarnedShare]:
    """Quarters of which an operator's sums are confirmed, of all since the plan began up to the one that is scored."""
    due = {str(each) for each in plan.current().first_period.through(asked.quarter)}
    rows = list(_records(asked, "investment").values_list("operator", "confirmed_values"))
    return {
        code: EarnedShare(
            len({values.get("quarter") for operator, values in rows if operator == code} & due),
            len(due),
            _listed("investment", q=name),
        )
        for code, name in asked.subjects.items()
    }


def _milestones(asked: AppraisalQuery) -> Mapping[str, EarnedShare]:
    """Scored milestones of a unit's duty, in all their scopes, that were due by the quarter: met, late or not, of those decided."""
    current = plan.current()
    rows = MilestoneVerdict.objects.standing().filter(
        county=asked.district.code, period=str(asked.quarter), basis=Basis.APPROVED, scored=True, status__in=_DECIDED
    )
    statuses = list(rows.values_list("key", "status"))
    address = f"{reverse('progress')}?{urlencode({'period': str(asked.quarter)})}"
    found = {}
    for lead in asked.subjects:
        own = {each.key for each in current.milestones if current.duties[each.duty].lead == lead}
        mine = [status for key, status in statuses if key in own]
        found[lead] = EarnedShare(sum(status in _MET for status in mine), len(mine), address)
    return found


def _estates(asked: AppraisalQuery) -> Mapping[str, EarnedShare]:
    """For 区住建局 alone: new estates that were confirmed to comply, of all confirmed."""
    values = list(_records(asked, "ftth").values_list("confirmed_values", flat=True))
    complying = sum(not shortcomings(each) for each in values)
    lead = plan.current().duties["urban"].lead
    return {lead: EarnedShare(complying, len(values), _listed("ftth"))}
