"""What a change would turn, found by making it: facts are written, judged, compared with what stood, and all of it taken back.

So the answer is what accepting it would give, to the last verdict, and there is no second way to work it out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from acceptance.judging.judging import refresh
from acceptance.judging.rows import SUBJECTS
from acceptance.models import Judgement, MilestoneVerdict, SiteVerdict, Stored, Verdict
from areas.models import DatedValue, FactChange, Succession
from areas.vocabulary import DatedTable

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
        last = {model: _last(model) for model in (*SUBJECTS, Succession, DatedValue)}
        counties = sorted(set(write()))
        for each in counties:
            refresh(each)
        areas, sites, milestones = (
            _turns(model, counties, last[model]) for model in (Verdict, SiteVerdict, MilestoneVerdict)
        )
        brought = Succession.objects.filter(pk__gt=last[Succession]).select_related("area", "successor")
        kinds = DatedValue.objects.filter(pk__gt=last[DatedValue], table=DatedTable.AREAS, column="kind")
        found = Rehearsal(areas, sites, milestones, list(brought), list(kinds))
        seen = look(found)
        transaction.set_rollback(True)
    return found, seen


def _last(model: type[Model]) -> int:
    """The primary key of the latest row of a table."""
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0


def _turns(model: type[Stored], counties: list[str], last: int) -> list[Turn]:
    """The verdicts given after the row ``last``, each beside the one that it took the place of, and those that have none now."""
    subject, shown = SUBJECTS[model], SHOWN[model]
    width = len(subject)
    rows = model.objects.filter(county__in=counties).order_by()
    after = {row[:width]: row[width:] for row in rows.filter(pk__gt=last).values_list(*subject, *shown).iterator()}
    stamps = Judgement.objects.filter(county__in=counties).values("judged_at")
    gone = rows.filter(pk__lte=last, superseded_at__in=stamps)
    before = {row[:width]: row[width:-1] for row in gone.order_by("pk").values_list(*subject, *shown, "pk").iterator()}
    return [
        Turn(each, _said(shown, before.get(each)), _said(shown, after.get(each)))
        for each in sorted(before.keys() | after.keys())
        if before.get(each) != after.get(each)
    ]


def _said(names: tuple[str, ...], values: tuple | None) -> dict[str, Any] | None:
    return None if values is None else dict(zip(names, values, strict=True))
