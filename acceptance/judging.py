"""Giving verdicts and keeping them: what stands is never stale, what stood is never lost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from acceptance import documents, records
from acceptance import plan as plans
from acceptance.facts import Part, access_points, around, read
from acceptance.models import Basis, Judgement, MilestoneVerdict, SiteVerdict, Verdict
from acceptance.neighbours import elsewhere, histories
from acceptance.records import Given, Stamp, Writer
from acceptance.rules import VERSION
from acceptance.rules.capability import NEAREST_LIMIT_M
from acceptance.rules.judge import County, Period
from acceptance.storing import insert
from areas.models import FactChange, Site
from areas.periods import Quarter
from areas.workdays import load as working_days
from returns.models import ReturnLine

BASES = tuple(Basis.values)

AFTERWARDS = 40
"""For ten years after the plan's last milestone verdicts are kept up."""

MANY = 40
"""With more villages than this changed, judging the whole county is quicker."""

AROUND_M = 1_500
"""Of a part, access points are first sought so near; farther only where a site has none."""


@dataclass(frozen=True)
class Changes:
    """What changed: in which villages (None: anywhere), in which quarters (first and last; blank: open), and if only returns."""

    codes: frozenset[str] | None
    spans: frozenset[tuple[str, str]]
    returns_only: bool

    @classmethod
    def noted(cls, notes: Iterable[FactChange]) -> "Changes":
        codes = frozenset(note.area_code[:12] for note in notes)
        anywhere = any(len(code) < 9 for code in codes) or len(codes) > MANY
        spans = frozenset((note.first, note.last) for note in notes)
        return cls(None if anywhere else codes, spans, all(note.returns_only for note in notes))

    def concern(self, quarter: Quarter) -> bool:
        period = str(quarter)
        return any(first <= period and (not last or period <= last) for first, last in self.spans)


EVERYTHING = Changes(None, frozenset({("", "")}), returns_only=False)


def quarters(*counties: str) -> list[Quarter]:
    """The quarters of which one of the counties is judged: from the plan's first to its last milestone, or to the last usable return.

    A return more than AFTERWARDS quarters after the last milestone is taken for a slip of the pen.
    """
    plan = plans.current()
    last = max(milestone.due for milestone in plan.milestones)
    reported = ReturnLine.objects.usable(Basis.REPORTED).filter(county__in=counties)
    latest = reported.filter(period__lte=str(last.plus(AFTERWARDS))).aggregate(latest=Max("period"))["latest"]
    return list(plan.first_period.through(max(last, Quarter.parse(latest)) if latest else last))


def through(last_period: str) -> list[Quarter]:
    """The quarters from the plan's first to the last that was judged, as a Judgement names it."""
    return list(plans.current().first_period.through(Quarter.parse(last_period)))


def is_current(county: str) -> bool:
    """Whether the stored verdicts on a county are those that its facts, the plan and the rules give now."""
    return _given(county) is not None


def ensure_current(county: str) -> None:
    """Judge again what has changed since the last time; a reader of verdicts calls this first."""
    if not is_current(county):
        refresh(county)


def current(county: str) -> Judgement:
    """When and how the county was judged, after judging again what has changed since; one query when nothing has."""
    given = _given(county)
    if given is None:
        refresh(county)
        given = _given(county)
    return given or Judgement.objects.get(county=county)


def _given(county: str) -> Judgement | None:
    """The county's judgement if it is that of the plan, the rules and the facts as they are now."""
    changed = FactChange.objects.filter(county=county)
    given = Judgement.objects.filter(~Exists(changed), county=county, plan__digest=plans.current().digest)
    return given.filter(engine=VERSION).first()


@transaction.atomic
def refresh(county: str, *, everything: bool = False) -> None:
    """Judge again what was noted as changed, or ``everything``, and store what turned out differently.

    ValueError when the calendar of working days falls short.
    """
    judgement = _locked(county)
    notes = list(FactChange.objects.filter(county=county))
    plan, judged = plans.current(), quarters(county)
    if judgement.plan is None or judgement.plan.digest != plan.digest:
        judgement.plan, judgement.engine = plans.version(plan), 0
    stamp = Stamp(county, judgement.plan, timezone.now())
    if everything or (judgement.engine, judgement.last_period) != (VERSION, str(judged[-1])):
        _Judging(stamp, judged, EVERYTHING).run()
    elif notes:
        _Judging(stamp, judged, Changes.noted(notes)).run()
    FactChange.objects.filter(pk__in=[note.pk for note in notes]).delete()
    judgement.engine, judgement.last_period, judgement.judged_at = VERSION, str(judged[-1]), stamp.judged_at
    judgement.save()
    for name in settings.AFTER_JUDGING:
        import_string(name)(county)


def _locked(county: str) -> Judgement:
    """The county's row, held until the transaction ends, so that a county is judged once at a time."""
    row = Judgement.objects.select_related("plan").select_for_update(of=("self",)).filter(county=county)
    found = row.first()
    if found is None:
        Judgement.objects.get_or_create(county=county)
        found = row.get()
    return found


class _Judging:
    """One run over a county: the quarters and villages that changed, and the milestones seen from there on."""

    def __init__(self, stamp: Stamp, judged: list[Quarter], changes: Changes) -> None:
        self.stamp, self.county, self.quarters, self.changes = stamp, stamp.county, judged, changes
        self.chosen = [each for each in judged if changes.concern(each)]
        self.part = Part(tuple(sorted(changes.codes))) if changes.codes is not None else None
        self.plan, self.calendar = plans.current(), working_days()
        self.engine = self._engine()

    def _engine(self) -> County:
        """The county, or the part of it that changed, with what stands beside it."""
        facts = read(self.county, self.chosen, BASES, self.part, AROUND_M if self.part else NEAREST_LIMIT_M)
        if not self.part:
            return County(facts, self.plan, self.calendar)
        facts.elsewhere.update(elsewhere(facts, self.chosen, BASES))
        engine = County(facts, self.plan, self.calendar)
        return engine if self.changes.returns_only else self._looking_farther(engine)

    def _looking_farther(self, engine: County) -> County:
        """With the access points up to the limit, too, around sites that in some quarter have none near."""
        facts = engine.facts
        lonely = {quarter: self._lonely(engine.period(quarter)) for quarter in self.chosen}
        last = max((quarter for quarter in self.chosen if lonely[quarter].any()), default=None)
        if last is None:
            return engine
        sites = np.logical_or.reduce(list(lonely.values()))
        near = around(facts.sites.lon, facts.sites.lat, AROUND_M)
        far = around(facts.sites.lon[sites], facts.sites.lat[sites], NEAREST_LIMIT_M) & Q(opened_on__lte=last.last_day)
        return County(
            replace(facts, access_points=access_points(facts.operators, near | far)), self.plan, self.calendar
        )

    @staticmethod
    def _lonely(period: Period) -> np.ndarray:
        """Which sites' nearest access point may lie farther away than was looked."""
        return period.sites_in_force & period.county.facts.sites.located & ~(period.nearest[1] <= AROUND_M)

    def run(self) -> None:
        writers = [Writer(self.engine.period(quarter), self.stamp) for quarter in self.chosen]
        if not self.changes.returns_only:
            at_hand = self._at_hand("area_code") & Q(county=self.county)
            self._keep(SiteVerdict, at_hand, self.chosen, self._sites(writers))
        given = [given for writer in writers for basis in BASES for given in writer.areas(basis)]
        turned = self._keep(Verdict, self._at_hand("area_id"), self.chosen, given)
        if self.part:
            self._milestones({area for *_, area in turned}, min((period for period, *_ in turned), default=""))
        else:
            self._milestones(set(self.engine.facts.areas.code), "")

    def _at_hand(self, path: str) -> Q:
        """The rows of the county, or of the part of it that changed, by their area at the lookup ``path``."""
        return Q(**{f"{path}__in": self.engine.facts.areas.code}) if self.part else Q(county=self.county)

    def _sites(self, writers: list[Writer]) -> list[Given]:
        sites = Site.objects.filter(self._at_hand("area_id"))
        numbers = dict(sites.order_by().values_list("site_id", "pk"))
        surveyed = records.Surveyed(self.engine)
        return [given for writer in writers for given in writer.sites(surveyed, numbers)]

    def _milestones(self, areas: set[str], first: str) -> None:
        """The milestones of areas whose verdicts turned, seen from the first quarter in which one did and from every later one."""
        scopes = sorted(code for code in areas if len(code) < 12)
        if not scopes:
            return
        viewed = [each for each in self.quarters if str(each) >= first]
        seen = histories(self.county, scopes, self.quarters, BASES)
        given = [
            records.milestone(entry, quarter, basis, self.stamp)
            for basis in BASES
            for quarter, entry in documents.milestone_entries(self.plan, seen[basis], viewed)
        ]
        at_hand = Q(area_id__in=scopes) if self.part else Q(county=self.county)
        self._keep(MilestoneVerdict, at_hand, viewed, given)

    def _keep(self, model, at_hand: Q, judged: list[Quarter], given: list[Given]) -> set[tuple]:
        """Store the verdicts that differ from those that stand, which they supersede; so is what no longer exists.

        What they are on, the new ones and those that stand no longer.
        """
        standing = model.objects.standing().filter(at_hand, period__in=map(str, judged))
        rows = standing.order_by().values_list(*records.SUBJECTS[model], "pk", "digest")
        stood = {tuple(subject): (pk, digest) for *subject, pk, digest in rows.iterator()}
        new = [each for each in given if stood.get(each.subject, (0, ""))[1] != each.digest]
        turned = {each.subject for each in new}
        gone = stood.keys() - ({each.subject for each in given} - turned)
        self._supersede(model, [stood[subject][0] for subject in gone])
        shared = (self.county, self.stamp.plan.pk, connection.ops.adapt_datetimefield_value(self.stamp.judged_at))
        insert(model, records.columns(model), ((*each.subject, *each.said, each.digest, *shared) for each in new))
        return turned | gone

    def _supersede(self, model, gone: list[int]) -> None:
        for start in range(0, len(gone), 500):
            model.objects.filter(pk__in=gone[start : start + 500]).update(superseded_at=self.stamp.judged_at)
