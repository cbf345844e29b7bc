"""What the acceptance chain puts into the inbox: what waits for a person, the oldest first, and what waits for others."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

from django.db.models import Count, Max, Q
from django.urls import reverse

from acceptance.judging import standing
from acceptance.models import Basis, Verdict
from accounts.contacts import BUREAU, GOVERNMENT
from accounts.models import AuditEntry, User
from accounts.posts import Post, Power
from common.clock import today
from common.templatetags.figures import plain_date
from inbox.hooks import InboxItem
from inbox.places import of_rows
from inspection import freezing, government, notices
from inspection.hands import Apart
from inspection.models import (
    InspectionMove,
    PublicNotice,
    PublicObjection,
    Report,
    SecondOpinion,
    Submission,
    Unit,
)
from inspection.naming import called, units_called
from inspection.vocabulary import Hand, ReportState, SubmissionState, UnitState

KIND = "达标验收"
THE_BUREAU, THE_GOVERNMENT = "区经信局", "区政府"


def pending(user: User) -> list[InboxItem]:
    """What the user's post has to do in the chain, and what it waits for; what is his to do is not said twice."""
    on, found, reports = today(), {}, OpenReports(user)
    for power, items in _BY_POWER:
        for item in items(user, on, reports) if user.may(power) else ():
            if item.key not in found or item.is_mine:
                found[item.key] = item
    return list(found.values())


def _own(user):
    return Report.objects.visible_to(user).select_related("township").annotate(moved_at=Max("moves__at"))


class OpenReports:
    """The reports in the user's scope that somebody has to do with, the longest at rest first; read once, when asked for."""

    def __init__(self, user) -> None:
        self._user = user

    def of(self, *states: str) -> list[Report]:
        return [report for report in self._all if report.state in states]

    @cached_property
    def _all(self) -> list[Report]:
        open_ = (ReportState.DRAFT, ReportState.SIGNING, ReportState.SUBMITTED, ReportState.EXAMINING)
        rows = _own(self._user).filter(state__in=open_).select_related("reviewer")
        return called(rows.order_by("moved_at", "pk"))


def _clerk(user, on: date, reports: OpenReports) -> Iterator[InboxItem]:
    yield from _returned(user)
    for report in reports.of(ReportState.DRAFT):
        yield _item(report, words=_came_back(report))
    yield from _reportable(user, on)
    for report in reports.of(ReportState.SIGNING):
        yield _item(report, who=Post.TOWNSHIP_HEAD.label)
    yield from _sent(reports)


def _sent(reports: OpenReports) -> Iterator[InboxItem]:
    """What the township reported and the bureau has not decided yet."""
    for report in reports.of(ReportState.SUBMITTED, ReportState.EXAMINING):
        yield _item(report, who=str(report.reviewer or THE_BUREAU), other=BUREAU)


def _returned(user) -> Iterator[InboxItem]:
    """Reports of which units came back that have not been reported anew; for the bureau they lie with the township."""
    live = Unit.objects.live()
    back = Q(units__state=UnitState.RETURNED) & ~Q(units__area_id__in=live.values("area_id"))
    found = called(_own(user).filter(back).annotate(back=Count("units", filter=back, distinct=True)).order_by("pk"))
    steps = InspectionMove.objects.filter(unit__report__in=found, to_state=UnitState.RETURNED).select_related("by")
    last = {step.unit.report_id: step for step in steps.select_related("unit").order_by("pk")}
    for report in found:
        step, is_mine = last.get(report.pk), user.area_id == report.township_id
        yield _item(
            report,
            key=f"report/{report.pk}/returned",
            state=f"退回 {report.back} 个单位",
            version=f"{report.back}.{step.pk if step else 0}",
            since=step.at if step else report.moved_at,
            words=f"{step.by}：{step.reason}" if step else "",
            who="" if is_mine else report.township.name,
            other=BUREAU if is_mine else report.township_id,
        )


def _came_back(report: Report) -> str:
    """Why the head gave a draft back; blank when he did not."""
    last = report.moves.filter(action="hand_back").select_related("by").last()
    return f"{last.by}：{last.reason}" if last else ""


def _reportable(user, on: date) -> Iterator[InboxItem]:
    """That units meet the standard in the last quarter that is over, and are not reported yet."""
    quarter = next(iter(freezing.reportable_quarters(user.area.county, on)), None)
    if quarter is None or not freezing.may_report(user.area, quarter):
        return
    standing.of(user.area.county)
    achieved = Verdict.objects.standing().filter(
        area__code__startswith=user.area_id, period=str(quarter), basis=Basis.APPROVED, outcome="achieved",
        area__kind__in=freezing.KINDS,
    )  # fmt: skip
    ready = achieved.exclude(area_id__in=Unit.objects.live().values("area_id"))
    codes = list(ready.values_list("area_id", flat=True))
    if codes:
        yield InboxItem(
            key=f"report/{quarter}/reportable",
            version=str(len(codes)),
            kind=KIND,
            title=f"{quarter.label}有 {len(codes)} 个单位达标可申报",
            url=f"{reverse('inspection:new')}?period={quarter}",
            state="可申报",
            words="其中有本街镇" if user.area_id in codes else "",
        )


def _head(user, on: date, reports: OpenReports) -> Iterator[InboxItem]:
    for report in reports.of(ReportState.SIGNING):
        yield _item(report)
    for report in reports.of(ReportState.DRAFT):
        yield _item(report, who=Post.CLERK.label)
    yield from _sent(reports)


def _reviewer(user, on: date, reports: OpenReports) -> Iterator[InboxItem]:
    for report in reports.of(ReportState.SUBMITTED, ReportState.EXAMINING):
        remark = f"由{report.reviewer}审核" if report.reviewer and report.state == ReportState.EXAMINING else ""
        yield _item(
            report, words="补正后重新报送" if report.follows_id and not remark else remark, other=report.township_id
        )
    yield from _returned(user)
    yield from _second_opinions(user)
    for unit in _vetted(user):
        yield _unit(unit, who=Post.BUREAU_HEAD.label)


def _second_opinions(user) -> Iterator[InboxItem]:
    """What the user is asked about, and what the user asked others."""
    waiting = SecondOpinion.objects.open().filter(Q(asked=user) | Q(asker=user))
    for each in waiting.select_related("unit__area__parent", "unit__report", "asker", "asked"):
        yield InboxItem(
            key=f"second-opinion/{each.pk}",
            version="1",
            kind=KIND,
            title=f"{each.unit.area.full_name}会商",
            url=reverse("inspection:unit", args=[each.unit_id]),
            state="待答复",
            since=each.asked_at,
            words=f"{each.asker}：{each.question}",
            who="" if each.asked_id == user.pk else str(each.asked),
        )


def _confirmer(user, on: date, reports: OpenReports) -> Iterator[InboxItem]:
    """What others proposed: not what is not the head's, whose own hand was in it otherwise."""
    for unit in Apart(_vetted(user), user).free(Hand.CONFIRMING):
        yield _unit(unit)


def _vetted(user) -> list[Unit]:
    vetted = Unit.objects.visible_to(user).filter(state__in=[UnitState.VETTED_PASS, UnitState.VETTED_REFUSAL])
    return units_called(
        vetted.select_related("area__parent", "report").annotate(moved_at=Max("moves__at")).order_by("moved_at")
    )


def _unit(unit: Unit, **more) -> InboxItem:
    return InboxItem(
        key=f"unit/{unit.pk}/confirm",
        version=str(unit.version),
        kind=KIND,
        title=str(unit),
        url=reverse("inspection:examine", args=[unit.pk]),
        state=unit.get_state_display(),
        since=unit.moved_at,
        **more,
    )


def _compiler(user, on: date, reports: OpenReports) -> Iterator[InboxItem]:
    passed = Unit.objects.visible_to(user).filter(state=UnitState.PASSED)
    free = Apart(list(passed.select_related("area__parent")), user).free(Hand.COMPILING)
    mine = passed.filter(pk__in=[unit.pk for unit in free])
    yield from _together(mine, "compile", "{} 个单位审核通过，待汇总上报", "待汇总")
    for submission in _submissions(user, SubmissionState.DRAFT):
        yield _submission(submission, on)
    yield from _public_objections(user)
    for submission in _submissions(user, *_WITH_GOVERNMENT):
        yield _submission(submission, on, who=THE_GOVERNMENT, other=GOVERNMENT)


def _public_objections(user) -> Iterator[InboxItem]:
    """Objections to public lists that are not answered, one item for each list."""
    left = PublicObjection.objects.visible_to(user).unanswered().select_related("notice__submission")
    by_list: dict[Submission, list[PublicObjection]] = {}
    for each in left.order_by("pk"):
        by_list.setdefault(each.notice.submission, []).append(each)
    for submission, found in by_list.items():
        yield InboxItem(
            key=f"submission/{submission.pk}/objections",
            version=str(len(found)),
            kind=KIND,
            title=f"{submission}：{len(found)} 条公示异议",
            url=reverse("inspection:public_objections", args=[submission.pk]),
            state="待答复",
            since=found[0].entered_at,
        )


def _government(user, on: date, reports: OpenReports) -> Iterator[InboxItem]:
    yield from _public_objections(user)
    for submission in _submissions(user, *_WITH_GOVERNMENT):
        yield _submission(submission, on, other=BUREAU, **_stage(submission, user, on))
    yield from _together(
        Unit.objects.visible_to(user).filter(state=UnitState.REOPENED),
        "index",
        "退回区经信局的单位 {} 个",
        UnitState.REOPENED.label,
        key="reopened",
        who=THE_BUREAU,
        other=BUREAU,
    )


def _together(units, page: str, title: str, label: str, key: str = "", **more) -> Iterator[InboxItem]:
    """One item for a query of units, where it has any; ``title`` has a place for their number."""
    found = units.aggregate(count=Count("pk", distinct=True), since=Max("moves__at"))
    if found["count"]:
        yield InboxItem(
            key=f"units/{key or page}",
            version=str(found["count"]),
            kind=KIND,
            title=title.format(found["count"]),
            url=reverse(f"inspection:{page}"),
            state=label,
            since=found["since"],
            **more,
        )


def _submissions(user, *states: str) -> Iterator[Submission]:
    found = Submission.objects.visible_to(user).filter(state__in=states).prefetch_related("notices")
    yield from found.annotate(moved_at=Max("moves__at")).order_by("pk")


_WITH_GOVERNMENT = (SubmissionState.SUBMITTED, SubmissionState.NOTICED, SubmissionState.RATIFIED)


def _stage(submission: Submission, user, on: date) -> dict:
    """For the government what is to be confirmed, and that a list is only waited for while its term runs."""
    proposer = government.proposer(submission)
    if proposer and proposer != user and submission.state in _WITH_GOVERNMENT[:2]:
        return {"words": f"{proposer}提出了审定结果，待确认"}
    notice = _notice(submission)
    runs = notice is not None and not notice.is_over(on)
    return {"who": "公示" if runs else "", "version": f"{submission.version}.{runs:d}"}


def _notice(submission: Submission) -> PublicNotice | None:
    return next((each for each in submission.notices.all() if each.withdrawn_at is None), None)


def _state(submission: Submission, on: date) -> str:
    """Where a submission stands, in the words of what comes next."""
    notice = _notice(submission)
    if submission.state == SubmissionState.NOTICED and notice:
        return "公示期满，待审定" if notice.is_over(on) else f"公示至{plain_date(notice.until)}"
    if submission.state == SubmissionState.SUBMITTED:
        return "待审定" if notices.required_days() is None else "待公示"
    return "已审定，待通报" if submission.state == SubmissionState.RATIFIED else submission.get_state_display()


def _submission(submission: Submission, on: date, **more) -> InboxItem:
    said = {"version": str(submission.version), "state": _state(submission, on)} | more
    return InboxItem(
        key=f"submission/{submission.pk}",
        kind=KIND,
        title=str(submission),
        url=reverse("inspection:submission", args=[submission.pk]),
        since=submission.moved_at or submission.created_at,
        **said,
    )


def _item(report: Report, **more) -> InboxItem:
    said = {
        "key": f"report/{report.pk}",
        "version": f"{report.state}.{report.moved_at}",
        "state": report.get_state_display(),
        "since": report.moved_at,
    }
    return InboxItem(kind=KIND, title=str(report), url=reverse("inspection:report", args=[report.pk]), **said | more)


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the reports, units and submissions lie of which entries of the trail tell."""
    found = of_rows(entries, Report.objects.visible_to(user), "inspection:report")
    found |= of_rows(entries, Unit.objects.visible_to(user), "inspection:unit")
    return found | of_rows(entries, Submission.objects.visible_to(user), "inspection:submission")


_BY_POWER = (
    (Power.WRITE_INSPECTIONS, _clerk),
    (Power.SIGN_INSPECTIONS, _head),
    (Power.CONFIRM_EXAMINATIONS, _confirmer),
    (Power.EXAMINE, _reviewer),
    (Power.COMPILE_SUBMISSIONS, _compiler),
    (Power.RATIFY, _government),
)
