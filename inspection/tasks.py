"""What waits for a person in the acceptance chain, for the home page: the oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from acceptance.models import Basis, Verdict
from accounts.posts import Power
from inspection import freezing
from inspection.models import Report, Submission, Unit
from inspection.naming import called, units_called
from inspection.vocabulary import ReportState, SubmissionState, UnitState


@dataclass(frozen=True)
class InspectionTask:
    """A task in the acceptance chain: its label, link, state, since when (None: no day), and a remark."""

    label: str
    url: str
    state: str
    since: date | None = None
    remark: str = ""


def waiting_for(user, on: date) -> list[InspectionTask]:
    """What the user's post has to do in the chain."""
    return [task for power, tasks in _BY_POWER if user.may(power) for task in tasks(user, on)]


def _own(user):
    return Report.objects.visible_to(user).select_related("township").annotate(moved_at=Max("moves__at"))


def _reports(user, *states: str) -> list[Report]:
    return called(_own(user).filter(state__in=states).select_related("reviewer").order_by("moved_at", "pk"))


def _clerk(user, on: date) -> Iterator[InspectionTask]:
    yield from _returned(user)
    for report in _reports(user, ReportState.DRAFT):
        yield _task(report, report.get_state_display())
    yield from _reportable(user, on)


def _returned(user) -> Iterator[InspectionTask]:
    """Reports of which units came back that have not been reported anew."""
    live = Unit.objects.live().filter(area__code__startswith=user.area_id).values("area_id")
    back = Q(units__state=UnitState.RETURNED) & ~Q(units__area_id__in=live)
    for report in called(
        _own(user).filter(back).annotate(back=Count("units", filter=back, distinct=True)).order_by("pk")
    ):
        yield _task(report, f"退回 {report.back} 个单位")


def _reportable(user, on: date) -> Iterator[InspectionTask]:
    """That units meet the standard in the last quarter that is over, and are not reported yet."""
    quarter = next(iter(freezing.reportable_quarters(user.area.county, on)), None)
    if quarter is None:
        return
    achieved = Verdict.objects.standing().filter(
        area__code__startswith=user.area_id, period=str(quarter), basis=Basis.APPROVED, outcome="achieved",
        area__kind__in=freezing.KINDS,
    )  # fmt: skip
    ready = achieved.exclude(area_id__in=Unit.objects.live().values("area_id"))
    codes = list(ready.values_list("area_id", flat=True))
    if codes:
        itself = "，其中有本街镇" if user.area_id in codes else ""
        url = f"{reverse('inspection:new')}?period={quarter}"
        yield InspectionTask(
            f"{quarter.label}有 {len(codes)} 个单位达标可申报", url, "可申报", remark=f"共 {len(codes)} 个单位{itself}"
        )


def _head(user, on: date) -> Iterator[InspectionTask]:
    for report in _reports(user, ReportState.SIGNING):
        yield _task(report, report.get_state_display())


def _reviewer(user, on: date) -> Iterator[InspectionTask]:
    for report in _reports(user, ReportState.SUBMITTED, ReportState.EXAMINING):
        remark = f"由{report.reviewer}审核" if report.reviewer and report.state == ReportState.EXAMINING else ""
        yield _task(
            report, report.get_state_display(), "补正后重新报送" if report.follows_id and not remark else remark
        )


def _confirmer(user, on: date) -> Iterator[InspectionTask]:
    vetted = Unit.objects.visible_to(user).filter(state__in=[UnitState.VETTED_PASS, UnitState.VETTED_REFUSAL])
    for unit in units_called(
        vetted.select_related("area", "report").annotate(moved_at=Max("moves__at")).order_by("moved_at")
    ):
        url = reverse("inspection:examine", args=[unit.pk])
        yield InspectionTask(str(unit), url, unit.get_state_display(), _day(unit.moved_at))


def _compiler(user, on: date) -> Iterator[InspectionTask]:
    passed = Unit.objects.visible_to(user).filter(state=UnitState.PASSED).count()
    if passed:
        yield InspectionTask(f"{passed} 个单位审核通过，待汇总上报", reverse("inspection:compile"), "待汇总")
    for submission in Submission.objects.visible_to(user).filter(state=SubmissionState.DRAFT).order_by("pk"):
        yield _submission(submission)


def _government(user, on: date) -> Iterator[InspectionTask]:
    states = [SubmissionState.SUBMITTED, SubmissionState.RATIFIED]
    for submission in Submission.objects.visible_to(user).filter(state__in=states).order_by("pk"):
        state = "待审定" if submission.state == SubmissionState.SUBMITTED else "已审定，待通报"
        yield _submission(submission, state)


def _submission(submission: Submission, state: str = "") -> InspectionTask:
    since = submission.ratified_on or submission.submitted_on or _day(submission.created_at)
    url = reverse("inspection:submission", args=[submission.pk])
    return InspectionTask(str(submission), url, state or submission.get_state_display(), since)


def _task(report: Report, state: str, remark: str = "") -> InspectionTask:
    url = reverse("inspection:report", args=[report.pk])
    return InspectionTask(str(report), url, state, _day(report.moved_at), remark)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


_BY_POWER = (
    (Power.WRITE_INSPECTIONS, _clerk),
    (Power.SIGN_INSPECTIONS, _head),
    (Power.CONFIRM_EXAMINATIONS, _confirmer),
    (Power.EXAMINE, _reviewer),
    (Power.COMPILE_SUBMISSIONS, _compiler),
    (Power.RATIFY, _government),
)
