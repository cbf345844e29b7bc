"""Judge counties and store verdicts; superseded ones are kept. Whoever only shows verdicts asks ``standing``."""

from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import Max, Q

from acceptance import plan as plans
from acceptance.hooks import AFTER_JUDGING
from acceptance.judging import standing, verdict_json
from acceptance.judging.affected import EVERYTHING, Changes, Concern
from acceptance.judging.facts import FactsPart, read, returns
from acceptance.judging.partial_facts import Survey
from acceptance.judging.rows import SUBJECTS, TOLD, Stamp, VerdictRow, Writer, columns, milestone, turned_answers
from acceptance.judging.sealed_runs import Digests, seal_run
from acceptance.judging.stored_ledgers import elsewhere, histories
from acceptance.judging.storing import insert
from acceptance.models import Basis, Judgement, MilestoneVerdict, SiteVerdict, Stored, Verdict
from acceptance.rules import VERSION
from acceptance.rules.judge import County
from areas.changes import Span
from areas.models import FactChange
from areas.workdays import load as working_days
from common import clock
from common.periods import Quarter
from returns.models import LineStatus, ReturnLine

BASES = tuple(Basis.values)


AFTERWARDS = 40
"""For ten years after the plan's last milestone verdicts are kept up."""


def quarters(*counties: str) -> list[Quarter]:
    """The quarters of which one of the counties is judged: from the plan's first to its last milestone, or to the last usable return.

    A return more than AFTERWARDS quarters after the last milestone is taken for a slip of the pen.
    """
    plan = plans.current()
    last = max(each.due for each in plan.milestones)
    reported = ReturnLine.objects.filter(status__in=(LineStatus.SUBMITTED, LineStatus.APPROVED), county__in=counties)
    later = reported.filter(period__gt=str(last), period__lte=str(last.plus(AFTERWARDS)))
    latest = later.aggregate(latest=Max("period"))["latest"]
    return list(plan.first_period.through(Quarter.parse(latest) if latest else last))


def through(last_period: str) -> list[Quarter]:
    """The quarters from the plan's first to the last that was judged, as a Judgement names it; none where it names none."""
    return list(plans.current().first_period.through(Quarter.parse(last_period))) if last_period else []


def is_current(county: str) -> bool:
    """Whether the stored verdicts on a county are those that its facts, the plan and the rules give now."""
    return not standing.read(county).is_behind


def ensure_current(county: str) -> None:
    """Judge again what has changed since the last time: what decides on verdicts, and every command, calls this first."""
    if not is_current(county):
        refresh(county)


Superseded = dict[type[Stored], list[int]]
"""The primary keys of verdicts that stand no longer, by model."""


@transaction.atomic
def refresh(county: str, *, everything: bool = False) -> Superseded:
    """Judge again what was noted as changed, or ``everything``, and store what turned out differently.

    What stands no longer. ValueError when the calendar of working days falls short.
    """
    judgement = _locked(county)
    notes = list(FactChange.objects.filter(county=county))
    plan, judged = plans.current(), quarters(county)
    if judgement.plan is None or judgement.plan.digest != plan.digest:
        judgement.plan, judgement.engine = plans.version(plan), 0
    stamp, gone = Stamp(county, judgement.plan, clock.now()), Superseded()
    if everything or (judgement.engine, judgement.last_period) != (VERSION, str(judged[-1])):
        gone = _Judging(stamp, judged, EVERYTHING).run(judgement)
    elif notes:
        gone = _Judging(stamp, judged, Changes.noted(notes)).run(judgement)
    FactChange.objects.filter(pk__in=[note.pk for note in notes]).delete()
    judgement.engine, judgement.last_period, judgement.judged_at = VERSION, str(judged[-1]), stamp.judged_at
    judgement.failed_at = judgement.fault = None
    judgement.save()
    standing.forget(county)
    for tell in AFTER_JUDGING:
        tell(county)
    return gone


def _locked(county: str) -> Judgement:
    """The county's row, held until the transaction ends, so that a county is judged once at a time."""
    row = Judgement.objects.select_related("plan").select_for_update(of=("self",)).filter(county=county)
    found = row.first()
    if found is None:
        Judgement.objects.get_or_create(county=county)
        found = row.get()
    return found


class _Judging:
    """One run over a county: sites first, then the areas whose facts changed or whose sites turned, then the milestones."""

    def __init__(self, stamp: Stamp, judged: list[Quarter], changes: Changes) -> None:
        self.stamp, self.county, self.quarters = stamp, stamp.county, judged
        self.on_sites, self.on_areas = Concern(changes.on_sites, judged), Concern(changes.on_areas, judged)
        self.whole: County | None = None
        self.writers: dict[tuple[County, Quarter], Writer] = {}
        self.gone: Superseded = {}
        self.sealed: tuple[Digests, Digests] = ({}, {})
        """What was given and what was superseded, by their digests."""

    def run(self, judgement: Judgement) -> Superseded:
        if judged := self.on_sites.quarters(self.quarters):
            self._sites(Survey(self.county, self.on_sites, judged), judgement)
        self.on_areas.rise()
        if judged := self.on_areas.quarters(self.quarters):
            turned = self._areas(judged)
            self._milestones({area for *_, area in turned}, min((period for period, *_ in turned), default=""))
        seal_run(self.stamp, *self.sealed)
        return self.gone

    def _writer(self, engine: County, quarter: Quarter) -> Writer:
        key = (engine, quarter)
        if key not in self.writers:
            self.writers[key] = Writer(engine.period(quarter), self.stamp)
        return self.writers[key]

    def _sites(self, survey: Survey, judgement: Judgement) -> None:
        """The verdicts on the sites concerned; where one turns, so may those on the areas above it."""
        engine, sites = survey.engine, survey.engine.facts.sites
        if self.on_sites.is_whole:
            self.whole = engine
        judgement.enclose(sites.lon[sites.located], sites.lat[sites.located], anew=self.on_sites.is_whole)
        given = list[VerdictRow]()
        for quarter in survey.judged:
            writer = self._writer(engine, quarter)
            given += writer.sites(survey.evidence(writer.period), survey.numbers, survey.mask(quarter))
        stood = self._stood(SiteVerdict, survey.judged, self._at_sites(engine), self._is_site_concerned)
        self._store(SiteVerdict, stood, given)
        if self.on_areas.is_everything:
            return
        for (period, _), was, now in turned_answers({each: row[2:] for each, row in stood.items()}, given):
            for area, *_ in filter(None, (was, now)):
                self.on_areas.add(Span(area, period, period))

    def _at_sites(self, engine: County) -> Q:
        """The standing verdicts on the sites concerned, and some others."""
        if self.on_sites.is_whole:
            return Q(county=self.county)
        single = Q(site_id__in=self.on_sites.singles)
        if self.on_sites.is_single:
            return single
        return Q(county=self.county, area_code__in=self.on_sites.held(engine.facts.areas.code)) | single

    def _is_site_concerned(self, subject: tuple, area: str) -> bool:
        # A site that moved to another county is judged there.
        return area[:6] == self.county and self.on_sites.holds(subject[0], area, subject[1])

    def _areas(self, judged: list[Quarter]) -> set[tuple]:
        """The verdicts on the areas concerned and on those above them; the subjects of those that turned."""
        engine = self._with_returns(judged)
        codes, given = engine.facts.areas.code, list[VerdictRow]()
        for quarter in judged:
            concerned = self.on_areas.mask(str(quarter), codes)
            for basis in BASES:
                given += self._writer(engine, quarter).areas(basis, concerned)
        # Of areas the index by area is the quicker one; a planner takes another where the county is named.
        within = Q(county=self.county) if self.whole else Q(area_id__in=self.on_areas.held(codes))
        stood = self._stood(Verdict, judged, within, lambda subject, area: self.on_areas.holds(subject[0], area))
        return self._store(Verdict, stood, given)

    def _with_returns(self, judged: list[Quarter]) -> County:
        """The county, or the villages concerned with what stands beside them."""
        plan, calendar = plans.current(), working_days()
        if self.whole or self.on_areas.is_whole:
            self.whole = self.whole or County(read(self.county, [], ()), plan, calendar)
            facts = self.whole.facts
            facts.returns.update(returns(facts.areas, Q(county=self.county), judged, BASES))
            return self.whole
        part = FactsPart(tuple(sorted(self.on_areas.villages)))
        facts = read(self.county, judged, BASES, part, plan.capability.largest_radius_m)
        facts.elsewhere.update(elsewhere(facts, judged, BASES))
        return County(facts, plan, calendar)

    def _milestones(self, areas: set[str], first: str) -> None:
        """The milestones of areas whose verdicts turned, seen from the first quarter in which one did and from every later one."""
        scopes = sorted(code for code in areas if len(code) < 12)
        if not scopes:
            return
        viewed = [each for each in self.quarters if str(each) >= first]
        seen = histories(self.county, scopes, self.quarters, BASES)
        given = [
            milestone(entry, quarter, basis, self.stamp)
            for basis in BASES
            for quarter, entry in verdict_json.milestone_entries(plans.current(), seen[basis], viewed)
        ]
        within = Q(county=self.county) if self.whole else Q(area_id__in=scopes)
        self._store(
            MilestoneVerdict, self._stood(MilestoneVerdict, viewed, within, lambda _, area: area in areas), given
        )

    def _stood(
        self, model, judged: Sequence[Quarter], within: Q, concerned: Callable[[tuple, str], bool]
    ) -> dict[tuple, tuple]:
        """The verdicts that stand on what is concerned, by subject: primary key, digest, and what ``TOLD`` names."""
        subject, told = SUBJECTS[model], TOLD[model]
        standing = model.objects.standing().filter(within, period__in=map(str, judged)).order_by()
        rows = standing.values_list(*subject, "pk", "digest", *told).iterator()
        width = len(subject)
        return {row[:width]: row[width:] for row in rows if concerned(row[:width], row[width + 2])}

    def _store(self, model, stood: dict[tuple, tuple], given: list[VerdictRow]) -> set[tuple]:
        """Store the verdicts that differ from those that stood, which they supersede; so is what no longer exists.

        What they are on, the new ones and those that stand no longer.
        """
        new = [each for each in given if stood.get(each.subject, (0, ""))[1] != each.digest]
        turned = {each.subject for each in new}
        gone = stood.keys() - ({each.subject for each in given} - turned)
        self._supersede(model, [stood[subject][0] for subject in gone])
        for kept, digests in zip(
            self.sealed, ([each.digest for each in new], [stood[subject][1] for subject in gone]), strict=True
        ):
            kept.setdefault(model, []).extend(digests)
        shared = (self.county, self.stamp.plan.pk, connection.ops.adapt_datetimefield_value(self.stamp.judged_at))
        insert(model, columns(model), ((*each.subject, *each.said, each.digest, *shared) for each in new))
        return turned | gone

    def _supersede(self, model, gone: list[int]) -> None:
        self.gone.setdefault(model, []).extend(gone)
        for start in range(0, len(gone), 500):
            model.objects.filter(pk__in=gone[start : start + 500]).update(superseded_at=self.stamp.judged_at)
