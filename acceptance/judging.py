"""Giving verdicts and keeping them: what stands is never stale, what stood is never lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from acceptance import documents, records
from acceptance import plan as plans
from acceptance.facts import Part, read
from acceptance.models import Basis, Judgement, MilestoneVerdict, SiteVerdict, Verdict
from acceptance.neighbours import elsewhere, histories
from acceptance.rules import VERSION
from acceptance.rules.judge import County
from areas.models import FactChange
from areas.periods import Quarter
from areas.workdays import load as working_days
from returns.models import ReturnLine

BASES = tuple(Basis.values)

AFTERWARDS = 40
"""For ten years after the plan's last milestone its verdicts are kept up."""

MANY = 40
"""With more villages than this changed, judging the whole county is quicker."""


@dataclass(frozen=True)
class Changes:
    """What changed: in which villages (None: anywhere) and in the returns of which quarters (None: not only returns)."""

    codes: frozenset[str] | None
    periods: frozenset[str] | None

    @classmethod
    def noted(cls, notes: Iterable[FactChange]) -> "Changes":
        codes = frozenset(note.area_code[:12] for note in notes)
        periods = frozenset(note.period for note in notes)
        anywhere = "" in codes or any(len(code) < 9 for code in codes) or len(codes) > MANY
        return cls(None if anywhere else codes, None if "" in periods else periods)


EVERYTHING = Changes(None, None)


def quarters(county: str) -> list[Quarter]:
    """The quarters that are judged: from the plan's first to its last milestone, or to the last return usable if later.

    A return more than AFTERWARDS quarters after the last milestone is taken for a slip of the pen.
    """
    plan = plans.current()
    last = max(milestone.due for milestone in plan.milestones)
    reported = ReturnLine.objects.usable(Basis.REPORTED).filter(county=county, period__lte=str(last.plus(AFTERWARDS)))
    latest = reported.aggregate(latest=Max("period"))["latest"]
    return list(plan.first_period.through(max(last, Quarter.parse(latest)) if latest else last))


def is_current(county: str) -> bool:
    """Whether the stored verdicts on a county are those that its facts, the plan and the rules give now."""
    given = Judgement.objects.filter(county=county, plan__digest=plans.current().digest, engine=VERSION)
    return given.exists() and not FactChange.objects.filter(county=county).exists()


def ensure_current(county: str) -> None:
    """Judge again what has changed since the last time; a reader of verdicts calls this first."""
    if not is_current(county):
        refresh(county)


@transaction.atomic
def refresh(county: str, *, everything: bool = False) -> None:
    """Judge again what was noted as changed, or ``everything``, and store what turned out differently.

    ValueError when the calendar of working days falls short.
    """
    judgement = _locked(county)
    notes = list(FactChange.objects.filter(county=county))
    plan = plans.version(plans.current())
    last_period = str(quarters(county)[-1])
    known = (judgement.plan_id, judgement.engine, judgement.last_period) == (plan.pk, VERSION, last_period)
    if everything or not known:
        _Judging(county, plan, EVERYTHING).run()
    elif notes:
        _Judging(county, plan, Changes.noted(notes)).run()
    FactChange.objects.filter(pk__in=[note.pk for note in notes]).delete()
    judgement.plan, judgement.engine, judgement.last_period = plan, VERSION, last_period
    judgement.judged_at = timezone.now()
    judgement.save()


def _locked(county: str) -> Judgement:
    """The county's row, held until the transaction ends, so that a county is judged once at a time."""
    Judgement.objects.get_or_create(county=county)
    return Judgement.objects.select_for_update().get(county=county)


class _Judging:
    """One run over a county: the quarters and villages that changed, and the milestones seen from there on."""

    def __init__(self, county: str, plan, changes: Changes) -> None:
        self.county, self.changes = county, changes
        self.quarters = quarters(county)
        self.chosen = [each for each in self.quarters if changes.periods is None or str(each) in changes.periods]
        self.stamp = records.Stamp(county=county, plan=plan, judged_at=timezone.now())
        self.part = Part(tuple(sorted(changes.codes))) if changes.codes is not None else None
        facts = read(county, self.chosen, BASES, self.part)
        if self.part:
            facts.elsewhere.update(elsewhere(facts, self.chosen, BASES))
        self.engine = County(facts, plans.current(), working_days())

    def run(self) -> None:
        if self.changes.periods is None:
            for quarter in self.chosen:
                self._keep(SiteVerdict, quarter, records.site_verdicts(self.engine.period(quarter), self.stamp))
        for basis in BASES:
            for quarter in self.chosen:
                given = records.area_verdicts(self.engine.period(quarter), basis, self.stamp)
                self._keep(Verdict, quarter, given, basis=basis)
            self._milestones(basis)

    def _milestones(self, basis: str) -> None:
        """The milestones seen from the first quarter that changed and from every later one."""
        viewed = [each for each in self.quarters if self.chosen and each >= self.chosen[0]]
        given: dict[Quarter, list[MilestoneVerdict]] = {quarter: [] for quarter in viewed}
        seen = histories(self.county, self.engine.facts.areas.code, self.quarters, basis)
        for quarter, entry in documents.milestone_entries(plans.current(), seen, viewed):
            given[quarter].append(records.milestone_verdict(entry, quarter, basis, self.stamp))
        for quarter in viewed:
            self._keep(MilestoneVerdict, quarter, given[quarter], basis=basis)

    def _keep(self, model, quarter: Quarter, given: Sequence, **basis: str) -> None:
        """Store the verdicts that differ from those that stand, which they supersede; so is what no longer exists."""
        standing = model.objects.standing().filter(county=self.county, period=str(quarter), **basis)
        if self.part:
            path = "area_code" if model is SiteVerdict else "area_id"
            standing = standing.filter(self.part.holding(path))
        stood = {subject: (pk, digest) for subject, pk, digest in records.digests(standing)}
        subject_of = records.SUBJECTS[model].of
        new = [verdict for verdict in given if stood.get(subject_of(verdict), (0, ""))[1] != verdict.digest]
        kept = {subject_of(verdict) for verdict in given} - {subject_of(verdict) for verdict in new}
        gone = [pk for subject, (pk, _) in stood.items() if subject not in kept]
        for start in range(0, len(gone), 500):
            model.objects.filter(pk__in=gone[start : start + 500]).update(superseded_at=self.stamp.judged_at)
        model.objects.bulk_create(new, batch_size=1000)
