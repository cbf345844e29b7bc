"""What spot checks put into the bureau's inbox: reports that are to be expected or have arrived without a sample, and open samples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.http import urlencode

from acceptance import plan as plans
from acceptance.judging import standing
from acceptance.models import Basis, Verdict
from accounts.models import AuditEntry, User
from accounts.posts import Power
from areas.models import Area
from common.clock import today
from common.periods import Quarter
from inbox.hooks import InboxAct, InboxItem
from inbox.places import of_rows
from inspection.freezing import KINDS, reportable_quarters
from inspection.models import Report, Unit
from inspection.spotcheck.models import Sample, SampleState
from inspection.vocabulary import ReportState

KIND = "抽查"
ARRIVED = (ReportState.SUBMITTED, ReportState.EXAMINING)


@dataclass(frozen=True)
class MissingSample:
    """A township and quarter whose report lacks its sample: it has arrived, or so many units can be reported (``ready``)."""

    township: Area
    quarter: Quarter
    since: datetime | None = None
    ready: int = 0

    @property
    def has_arrived(self) -> bool:
        return self.since is not None

    @property
    def state(self) -> str:
        return "报告已到，未抽样" if self.has_arrived else "待抽样"

    @property
    def url(self) -> str:
        query = urlencode({"township": self.township.code, "period": str(self.quarter)})
        return f"{reverse('spotcheck:draw')}?{query}"


def missing(user: User, on: date) -> list[MissingSample]:
    """The reports of the user's county without a sample, those that have arrived first; nothing where the plan asks for none."""
    if plans.current().award.sampling is None or user.area is None:
        return []
    drawn = set(Sample.objects.visible_to(user).standing().values_list("township_id", "period"))
    arrived = [each for each in _arrived(user) if (each.township.code, str(each.quarter)) not in drawn]
    known = drawn | {(each.township.code, str(each.quarter)) for each in arrived}
    expected = [each for each in _expected(user, on) if (each.township.code, str(each.quarter)) not in known]
    return [*arrived, *expected]


def _arrived(user: User) -> Iterator[MissingSample]:
    reports = Report.objects.visible_to(user).filter(state__in=ARRIVED).select_related("township")
    for report in reports.annotate(moved_at=Max("moves__at")).order_by("moved_at", "pk"):
        yield MissingSample(report.township, report.quarter, report.moved_at)


def _expected(user: User, on: date) -> Iterator[MissingSample]:
    """The townships of which units can be reported in the last quarter that is over."""
    county = user.area.county
    quarter = next(iter(reportable_quarters(county, on)), None)
    if quarter is None:
        return
    standing.of(county)
    achieved = Verdict.objects.standing().filter(
        county=county, period=str(quarter), basis=Basis.APPROVED, outcome="achieved", area__kind__in=KINDS
    )
    ready = achieved.exclude(area_id__in=Unit.objects.live().values("area_id"))
    counts: dict[str, int] = {}
    for code in ready.values_list("area_id", flat=True):
        counts[code[:9]] = counts.get(code[:9], 0) + 1
    for township in Area.objects.visible_to(user).filter(code__in=counts).order_by("code"):
        yield MissingSample(township, quarter, ready=counts[township.code])


def pending(user: User) -> list[InboxItem]:
    """What whoever draws samples has to draw, and which samples are still to be looked at."""
    if not user.may(Power.SPOT_CHECK):
        return []
    return [*(_missing(each) for each in missing(user, today())), *_open(user)]


def _missing(each: MissingSample) -> InboxItem:
    fields = {"township": each.township.code, "period": str(each.quarter)}
    act = InboxAct(label="按规则抽取", url=reverse("spotcheck:draw"), fields=fields)
    return InboxItem(
        key=f"sample/{each.township.code}/{each.quarter}",
        version=each.state,
        kind=KIND,
        title=f"{each.township.name}{each.quarter.label}抽取样本",
        url=each.url,
        state=each.state,
        since=each.since,
        words="" if each.has_arrived else f"{each.ready} 个单位可申报，应在报告送达前抽取",
        acts=() if each.has_arrived else (act,),
    )


def _open(user: User) -> Iterator[InboxItem]:
    done = Count("items", filter=Q(items__findings__isnull=False), distinct=True)
    samples = Sample.objects.visible_to(user).filter(state=SampleState.OPEN).select_related("township")
    for sample in samples.annotate(done=done).order_by("drawn_at", "pk"):
        is_full = sample.done == sample.size
        yield InboxItem(
            key=f"sample/{sample.pk}",
            version="full" if is_full else "open",
            kind=KIND,
            title=str(sample),
            url=reverse("spotcheck:sample", args=[sample.pk]),
            state="待作结论" if is_full else sample.get_state_display(),
            since=sample.drawn_at,
            words=f"已登记 {sample.done} / {sample.size}",
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the samples lie of which entries of the trail tell."""
    return of_rows(entries, Sample.objects.visible_to(user), "spotcheck:sample")
