"""One unit at a glance: figures with their margin, its course, what others counted, what was changed, what is held against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from acceptance.models import Basis, Verdict
from acceptance.verdicts.marks import Mark, area_mark
from common.periods import Quarter
from common.templatetags.figures import rate
from inspection import freezing, required, samples
from inspection.desk import signals
from inspection.desk.risk import margin_words
from inspection.desk.rows import DeskRow
from inspection.examining import Found
from inspection.hooks import TITLE_HISTORY
from inspection.models import Check, Evidence, Opinion, Unit
from inspection.pages import AdviceShown, CriterionRow, ObjectionShown, UnitShown, shown_objections, unit_mark
from proposals.models import ProposalItem
from returns.models import OperatorCount


@dataclass(frozen=True)
class CheckRow:
    """A criterion with its margin and the finding as far as somebody chose one; nothing is chosen in advance."""

    row: CriterionRow
    found: Found

    @property
    def margin(self) -> str:
        return margin_words(self.row.then.figures)

    @property
    def margin_now(self) -> str:
        return margin_words(self.row.now.figures) if self.row.now else ""


@dataclass(frozen=True)
class CourseQuarter:
    """How a unit was judged in a quarter, with the figures of its hard criterion and its penetration."""

    verdict: Verdict

    @property
    def quarter(self) -> Quarter:
        return self.verdict.quarter

    @property
    def mark(self) -> Mark:
        """How its outcome alone is marked: the reference has a column."""
        return area_mark(self.verdict.outcome, "none")

    @property
    def hard(self) -> str:
        """Each hard criterion's figures: 12/15."""
        return "、".join(
            f"{row['passed']:,}/{row['total']:,}" if "passed" in row else rate(row["numerator"], row["denominator"])
            for row in self.verdict.criteria
            if row["role"] == "hard" and row["outcome"] != "not_applicable"
        )

    @property
    def penetration(self) -> str:
        found = self.verdict.figures.get("penetration")
        return rate(found["numerator"], found["denominator"]) if found else ""


@dataclass(frozen=True)
class CountBeside:
    """The users of a unit as the return says and as the operators count."""

    label: str
    theirs: tuple[tuple[str, int], ...]
    returned: int | None

    @property
    def total(self) -> int:
        return sum(count for _, count in self.theirs)


class UnitGlance:
    """All that a decision on one unit rests on, for the person at the desk; each part asked for at most once."""

    def __init__(self, user, row: DeskRow) -> None:
        self.user, self.row, self.unit = user, row, row.unit

    @cached_property
    def shown(self) -> UnitShown:
        return UnitShown(self.unit, freezing.changes([self.unit]).get(self.unit.pk), self.user)

    @cached_property
    def course(self) -> list[CourseQuarter]:
        """The nine quarters up to the one reported, the latest last; one query."""
        last = self.unit.quarter
        rows = Verdict.objects.standing().filter(
            area=self.unit.area_id,
            basis=Basis.APPROVED,
            period__gte=str(last.plus(1 - signals.COURSE)),
            period__lte=str(last),
        )
        return [CourseQuarter(each) for each in rows.select_related("area").order_by("period")]

    @cached_property
    def counts(self) -> list[CountBeside]:
        """The operators' counts of the quarter beside what the return says; nothing where no operator counted."""
        found = OperatorCount.objects.filter(area=self.unit.area_id, period=self.unit.report.period)
        rows = list(found.select_related("operator").order_by("operator_id"))
        said = self.unit.frozen.said["figures"].get("penetration") or {}
        return [
            CountBeside(label, tuple((str(row.operator), getattr(row, name)) for row in rows), said.get(place))
            for label, name, place in (
                ("光网用户", "fibre_users", "numerator"),
                ("宽带用户", "broadband_users", "denominator"),
            )
            if rows
        ]

    @cached_property
    def _changes(self) -> Sequence[ProposalItem]:
        """Those that weigh first."""
        return sorted(signals.changes_of([self.unit]).get(self.unit.pk, []), key=signals.weighs, reverse=True)

    @property
    def _frozen_at(self) -> datetime:
        return self.unit.frozen.frozen_at

    @property
    def changed_since(self) -> list[ProposalItem]:
        """What took effect in the register after the figures were taken."""
        return [item for item in self._changes if item.decided_at > self._frozen_at]

    @property
    def changed_before(self) -> list[ProposalItem]:
        return [item for item in self._changes if item.decided_at <= self._frozen_at]

    @cached_property
    def evidence_shown(self) -> list[required.EvidenceShown]:
        """What the unit brings, by the plan's rule."""
        return list(required.of_units([self.unit]).values())

    @cached_property
    def evidence(self) -> list[Evidence]:
        """What belongs to the whole report."""
        return list(self.unit.report.evidence.filter(area=None).select_related("area", "by"))

    @cached_property
    def standing(self) -> samples.SampleStanding | None:
        return samples.standing_of([self.unit]).get(self.unit.pk)

    @cached_property
    def objections(self) -> list[ObjectionShown]:
        return shown_objections(self.user, [self.unit]).get(self.unit.pk, [])

    @cached_property
    def advice(self) -> AdviceShown:
        return AdviceShown(self.user, self.unit)

    @cached_property
    def titles_before(self) -> list[str]:
        """What became of titles that the area had before."""
        return [sentence for ask in TITLE_HISTORY for sentence in ask([self.unit]).values()]

    @cached_property
    def reported_before(self) -> list[tuple[Unit, Mark]]:
        """The area's units in other reports, the latest first."""
        found = Unit.objects.visible_to(self.user).filter(area=self.unit.area_id).exclude(pk=self.unit.pk)
        return [(unit, unit_mark(unit)) for unit in found.select_related("report__township").order_by("-pk")]

    @cached_property
    def opinion(self) -> Opinion | None:
        """What the reviewer found last."""
        return self.unit.opinions.select_related("move__by").prefetch_related("checks").last()

    @property
    def findings(self) -> list[Check]:
        return list(self.opinion.checks.all()) if self.opinion else []
