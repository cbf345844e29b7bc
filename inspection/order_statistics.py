"""报装工单统计 of a township for a quarter: made by the portal from the orders, kept as evidence that says so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from acceptance.plan import by_digest, cited
from acceptance.rules.facts import FOREVER, Orders
from acceptance.rules.plan import Plan
from acceptance.rules.service import counted, due_dates, late
from areas import workdays
from areas.models import Area, Operator, ServiceOrder
from areas.vocabulary import TOWNSHIPS
from common.clock import now
from common.exceptions import Refused
from common.periods import Quarter
from common.templatetags.figures import rate
from inspection import collecting
from inspection.collecting import EvidenceUpload
from inspection.models import Evidence, Report
from inspection.required import units_of
from inspection.vocabulary import EvidenceKind
from papers.document import Paper, PaperColumn, PaperTable, day_written, paragraphs
from papers.pdf import pdf


@dataclass(frozen=True)
class OperatorOrders:
    """An operator's orders of a township in a quarter: accepted in it, counted by the plan, and of these late."""

    operator: str
    accepted: int
    counted: int
    late: int

    @property
    def on_time(self) -> int:
        return self.counted - self.late

    @property
    def share(self) -> str:
        """On time of those counted, cut to a tenth of a percent, so that no missed standard looks met."""
        return rate(self.on_time, self.counted)


def statistics(township: Area, quarter: Quarter, plan: Plan) -> list[OperatorOrders]:
    """By the rules of the service test (docs/rules.md, section 2), by operator; ValueError where the calendar lacks a day."""
    names = dict(Operator.objects.values_list("code", "name"))
    rows = ServiceOrder.objects.beneath(township.code).filter(accepted_on__lte=quarter.last_day).order_by("order_id")
    fields = "order_id", "operator_id", "accepted_on", "completed_on", "cancelled_on", "needs_expansion"
    found = list(rows.values_list(*fields))
    codes = sorted(names)
    orders = _columns(found, codes)
    due = due_dates(orders, plan.service, workdays.load())
    first, last = (np.datetime64(day) for day in (quarter.first_day, quarter.last_day))
    counts = counted(orders, due, first, last)
    is_late, is_new = counts & late(orders, due), (first <= orders.accepted_on) & (orders.accepted_on <= last)
    tallies = [np.bincount(orders.operator[each], minlength=len(codes)) for each in (is_new, counts, is_late)]
    found_ = (OperatorOrders(names[code], *(int(each[at]) for each in tallies)) for at, code in enumerate(codes))
    return [each for each in found_ if each.accepted or each.counted]


def _columns(rows: Sequence[tuple], codes: Sequence[str]) -> Orders:
    place = {code: number for number, code in enumerate(codes)}
    days = [np.array([row[at] or FOREVER for row in rows], "datetime64[D]") for at in (2, 3, 4)]
    return Orders(
        order_id=[row[0] for row in rows],
        operator=np.array([place[row[1]] for row in rows], int),
        area=np.zeros(len(rows), int),
        accepted_on=days[0],
        completed_on=days[1],
        cancelled_on=days[2],
        needs_expansion=np.array([row[5] for row in rows], bool),
    )


def paper(township: Area, quarter: Quarter, plan: Plan) -> Paper:
    """The statistics as a paper; it says that the portal made it, and from what."""
    rows = statistics(township, quarter, plan)
    columns = (
        PaperColumn("运营企业", 1.6, "left"),
        PaperColumn("本季受理"),
        PaperColumn("本季应办结"),
        PaperColumn("按期办结"),
        PaperColumn("逾期"),
        PaperColumn("按期率"),
    )
    whole = OperatorOrders(
        "合计", *(sum(getattr(row, name) for row in rows) for name in ("accepted", "counted", "late"))
    )
    cells = tuple(
        (row.operator, f"{row.accepted:,}", f"{row.counted:,}", f"{row.on_time:,}", f"{row.late:,}", row.share)
        for row in (*rows, whole)
    )
    service = plan.service
    said = (
        f"本表由全光网城市建设进度门户于{day_written(now().date())}按台账中的报装工单生成。应办结、逾期按方案计算：受理后 "
        f"{service.installation_days} 个工作日内装通，需扩容的 {service.expansion_days} 个工作日内（{cited(service.installation.source.clause)}）；"
        "期限在本季之内，或者期限已过、上季末尚未办结的工单计入应办结。"
    )
    return Paper(
        title=f"{township.name}{quarter.label}报装工单统计",
        body=(*paragraphs(said), PaperTable(columns, cells, caption="报装工单统计表")),
    )


@transaction.atomic
def make(*, report: Report, by) -> Evidence:
    """Add the statistics of the report's township and quarter; what the portal made of them before goes.

    Refused when the report does not ask for the township's title, or a due day cannot be told.
    """
    unit = next((each for each in units_of(report) if each.kind in TOWNSHIPS), None)
    if unit is None:
        raise Refused(f"本报告没有为{report.township.name}申请称号，不需要街镇的报装工单统计。")
    plan = by_digest(unit.frozen.said["plan"]["digest"])
    try:
        made = paper(unit.area, report.quarter, plan)
    except ValueError as error:
        raise Refused(f"报装工单统计未生成：{error}") from error
    before = report.evidence.filter(kind=EvidenceKind.ORDER_STATISTICS, is_made=True)
    for each in before:
        collecting.remove(evidence=each, by=by)
    given = EvidenceUpload(
        f"{made.subject}.pdf", pdf(made, at=now()), EvidenceKind.ORDER_STATISTICS, code=unit.area_id, is_made=True
    )
    return collecting.add(report=report, given=given, by=by)
