"""What a change would turn, found by making it: facts are written, judged, compared with what stood, and all of it taken back.

So the answer is what accepting it would give, to the last verdict, and there is no second way to work it out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from acceptance.judging import standing
from acceptance.judging.judging import Superseded, refresh
from acceptance.judging.rows import SUBJECTS
from acceptance.models import Judgement, MilestoneVerdict, SiteVerdict, Stored, Verdict
from areas.models import DatedValue, FactChange, Succession
from areas.vocabulary import DatedTable
from common.lookups import chunks

SHOWN = {
    Verdict: ("outcome", "reference", "covered", "criteria"),
    SiteVerdict: ("capable", "reason", "area_code"),
    MilestoneVerdict: ("status", "held", "passed", "total", "needed", "missing", "due"),
}
"""What of a verdict is compared and shown."""


@dataclass(frozen=True)
class Turn:
    """A verdict that would read differently: its subject (SUBJECTS), and what it says and would say; None: there is none."""

    subject: tuple
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def period(self) -> str:
        return self.subject[0]


@dataclass
class Rehearsal:
    """Everything that would read differently, by the kind of verdict, in the order of the subjects."""

    areas: list[Turn] = field(default_factory=list)
    sites: list[Turn] = field(default_factory=list)
    milestones: list[Turn] = field(default_factory=list)
    successions: list[Succession] = field(default_factory=list)
    """The successions that the change brings, with both areas."""
    kinds: list[DatedValue] = field(default_factory=list)
    """The changes of an area's kind that it brings."""

    @property
    def turns(self) -> Iterator[Turn]:
        yield from (*self.areas, *self.sites, *self.milestones)


def rehearsed(
    write: Callable[[], Iterable[str]], county: str, look: Callable[[Rehearsal], Any] = lambda found: None
) -> tuple[Rehearsal, Any]:
    """What ``write`` would turn; it writes facts with their notes and says which counties it concerns.

    ``look`` is called while the change stands, and its answer returned. What was noted on ``county`` before is judged
    first, so that the answer holds only what ``write`` turns. ValueError when the calendar falls short.
    """
    with transaction.atomic():
        behind = FactChange.objects.filter(county=county).exists()
        if behind or not Judgement.objects.filter(county=county, judged_at__isnull=False).exists():
            refresh(county)
        last = newest()
        gone = {county: refresh(county) for county in sorted(set(write()))}
        found = turned(gone, last)
        seen = look(found)
        transaction.set_rollback(True)
    for each in {county, *gone}:
        standing.forget(each)
    return found, seen


Newest = dict[type[Model], int]
"""The primary key of the newest row of each kind of verdict, and of what a rehearsal tells besides."""


def newest() -> Newest:
    """Where the verdicts end now, for ``turned`` afterwards."""
    models: tuple[type[Model], ...] = (*SUBJECTS, Succession, DatedValue)
    return {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in models}


def turned(gone: Mapping[str, Superseded], last: Newest) -> Rehearsal:
    """What reads differently since ``last``: by county what ``refresh`` said that stands no longer."""
    areas, sites, milestones = (_turns(model, gone, last[model]) for model in (Verdict, SiteVerdict, MilestoneVerdict))
    brought = Succession.objects.filter(pk__gt=last[Succession]).select_related("area", "successor")
    kinds = DatedValue.objects.filter(pk__gt=last[DatedValue], table=DatedTable.AREAS, column="kind")
    return Rehearsal(areas, sites, milestones, list(brought), list(kinds))


def _turns(model: type[Stored], gone: Mapping[str, Superseded], last: int) -> list[Turn]:
    """The verdicts given after the row ``last``, each beside the one that it took the place of, and those that have none now."""
    subject, shown = SUBJECTS[model], SHOWN[model]
    width = len(subject)
    # By the primary key alone: a planner that is told of the county reads the whole of it.
    new = model.objects.filter(pk__gt=last).order_by().values_list(*subject, *shown, "county")
    after = {row[:width]: row[width:-1] for row in new.iterator() if row[-1] in gone}
    before: dict[tuple, tuple] = {}
    for some in chunks(pk for each in gone.values() for pk in each.get(model, ()) if pk <= last):
        rows = model.objects.filter(pk__in=some).order_by()
        before |= {row[:width]: row[width:] for row in rows.values_list(*subject, *shown).iterator()}
    return [
        Turn(each, _said(shown, before.get(each)), _said(shown, after.get(each)))
        for each in sorted(before.keys() | after.keys())
        if before.get(each) != after.get(each)
    ]


def _said(names: tuple[str, ...], values: tuple | None) -> dict[str, Any] | None:
    return None if values is None else dict(zip(names, values, strict=True))
