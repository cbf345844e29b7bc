"""Giving verdicts and keeping them: what stands is never stale, what stood is never lost."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from acceptance import plan as plans
from acceptance import records
from acceptance.facts import read
from acceptance.models import Basis, Judgement, MilestoneVerdict, SiteVerdict, Verdict
from acceptance.rules.judge import County
from areas.models import FactChange
from areas.periods import Quarter
from areas.workdays import load as working_days
from returns.models import ReturnLine

BASES = tuple(Basis.values)


def quarters(county: str) -> list[Quarter]:
    """The quarters that are judged: from the plan's first to its last milestone, or to the last return if later."""
    plan = plans.current()
    last = max(milestone.due for milestone in plan.milestones)
    reported = ReturnLine.objects.filter(county=county).order_by("-period").values_list("period", flat=True).first()
    if reported:
        last = max(last, Quarter.parse(reported))
    return list(plan.first_period.through(last))


def is_current(county: str) -> bool:
    """Whether the stored verdicts on a county are those that its facts and the plan give now."""
    given = Judgement.objects.filter(county=county, plan__digest=plans.current().digest).exists()
    return given and not FactChange.objects.filter(county=county).exists()


def ensure_current(county: str) -> None:
    """Judge again what has changed since the last time; a reader of verdicts calls this first."""
    if not is_current(county):
        refresh(county)


def refresh(county: str, periods: Iterable[Quarter | str] | None = None) -> None:
    """Judge a county again and store what turned out differently; ``periods`` adds quarters to those noted as changed.

    ValueError when the calendar of working days falls short.
    """
    with transaction.atomic():
        judgement = _locked(county)
        noted = list(FactChange.objects.filter(county=county).values_list("pk", "period"))
        plan = plans.version(plans.current())
        everything = judgement.plan_id != plan.pk or any(not period for _, period in noted) or (periods is None and not noted)
        wanted = {period for _, period in noted} | {str(period) for period in periods or ()}
        _judge(county, plan, None if everything else wanted)
        FactChange.objects.filter(pk__in=[pk for pk, _ in noted]).delete()
        judgement.plan, judgement.judged_at = plan, timezone.now()
        judgement.save()


def _locked(county: str) -> Judgement:
    """The county's row, held until the transaction ends, so that a county is judged once at a time."""
    Judgement.objects.get_or_create(county=county)
    return Judgement.objects.select_for_update().get(county=county)


def _judge(county: str, plan, periods: set[str] | None) -> None:
    """Judge every quarter (None), or those quarters whose returns changed and the milestones seen from there on."""
    judged = quarters(county)
    engine = County(read(county, judged, BASES), plans.current(), working_days())
    chosen = [quarter for quarter in judged if periods is None or str(quarter) in periods]
    stamp = records.Stamp(county=county, plan=plan, judged_at=timezone.now())
    if periods is None:
        for quarter in chosen:
            _keep(SiteVerdict, records.site_verdicts(engine.period(quarter), stamp), county, quarter)
    for basis in BASES:
        for quarter in chosen:
            _keep(Verdict, records.area_verdicts(engine.period(quarter), basis, stamp), county, quarter, basis=basis)
        for quarter in judged:
            if chosen and quarter >= chosen[0]:
                _keep(MilestoneVerdict, records.milestone_verdicts(engine, quarter, basis, stamp), county, quarter, basis=basis)


def _keep(model, given: Sequence, county: str, quarter: Quarter, **basis: str) -> None:
    """Store the verdicts that differ from those that stand, which they supersede; what no longer exists is superseded too."""
    standing = model.objects.standing().filter(county=county, period=str(quarter), **basis)
    stood = {subject: (pk, digest) for subject, pk, digest in records.digests(standing)}
    subject_of = records.SUBJECTS[model].of
    new = [verdict for verdict in given if stood.get(subject_of(verdict), (0, ""))[1] != verdict.digest]
    kept = {subject_of(verdict) for verdict in given} - {subject_of(verdict) for verdict in new}
    gone = [pk for subject, (pk, _) in stood.items() if subject not in kept]
    for start in range(0, len(gone), 500):
        model.objects.filter(pk__in=gone[start : start + 500]).update(superseded_at=timezone.now())
    model.objects.bulk_create(new, batch_size=1000)
