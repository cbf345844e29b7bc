"""What the pages of the chain show: a report with its units criterion by criterion, how it stands, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from acceptance.models import Verdict
from acceptance.plan import by_digest
from acceptance.verdicts import pages as verdict_pages
from acceptance.verdicts.marks import Mark, area_mark
from acceptance.verdicts.pages import CriterionShown
from accounts.posts import Power
from common.http import get_object_or_404
from inspection import advising, examining, freezing, objections, required, samples
from inspection.doubts import EvidenceDoubt
from inspection.hands import ASKED, Apart
from inspection.models import Evidence, InspectionMove, Report, SecondOpinion, Submission, Unit, UnitObjection
from inspection.moves import MOVES
from inspection.naming import called, units_called
from inspection.reporting import drafted
from inspection.required import EvidenceShown, MissingGroup
from inspection.vocabulary import (
    Decision,
    EvidenceKind,
    Hand,
    InspectionAction,
    ReportState,
    SubmissionState,
    UnitState,
)

REPORT_TONES = {
    ReportState.DRAFT: "pending",
    ReportState.SIGNING: "info",
    ReportState.SUBMITTED: "info",
    ReportState.EXAMINING: "info",
    ReportState.DECIDED: "met",
    ReportState.DISCARDED: "pending",
}
UNIT_TONES = {
    UnitState.OPEN: "pending",
    UnitState.SENT: "info",
    UnitState.VETTED_PASS: "info",
    UnitState.VETTED_REFUSAL: "info",
    UnitState.PASSED: "met",
    UnitState.RETURNED: "late",
    UnitState.REFUSED: "missed",
    UnitState.COMPILED: "met",
    UnitState.REOPENED: "late",
    UnitState.RATIFIED: "met",
    UnitState.ENDED: "missed",
    UnitState.DISCARDED: "pending",
}
SUBMISSION_TONES = {
    SubmissionState.DRAFT: "pending",
    SubmissionState.SUBMITTED: "info",
    SubmissionState.NOTICED: "info",
    SubmissionState.RATIFIED: "met",
    SubmissionState.TURNED_DOWN: "late",
    SubmissionState.ANNOUNCED: "met",
    SubmissionState.DISCARDED: "pending",
}
DECISION_TONES = {Decision.RATIFIED: "met", Decision.RETURNED: "late", "": "pending"}


def report_mark(report: Report) -> Mark:
    return Mark(REPORT_TONES[ReportState(report.state)], report.get_state_display())


def unit_mark(unit: Unit) -> Mark:
    return Mark(UNIT_TONES[UnitState(unit.state)], unit.get_state_display())


def submission_mark(submission: Submission) -> Mark:
    return Mark(SUBMISSION_TONES[SubmissionState(submission.state)], submission.get_state_display())


def as_verdict(unit: Unit) -> Verdict:
    """The frozen verdict in the form that the pages of verdicts read; it is stored nowhere."""
    said = unit.frozen.said
    return Verdict(
        area=unit.area,
        period=said["period"],
        outcome=said["outcome"],
        reference=said["reference"],
        criteria=said["criteria"],
        figures=said["figures"],
        inputs=said["inputs"],
    )


@dataclass(frozen=True)
class CriterionRow:
    """A criterion as it was frozen and, where its figures have changed since, as it is now."""

    then: CriterionShown
    now: CriterionShown | None

    @property
    def key(self) -> str:
        return self.then.criterion.key


class UnitShown:
    """A unit of a report with its criteria, what changed since the freeze, and what the sample found."""

    def __init__(self, unit: Unit, change: freezing.VerdictChange | None, user, apart: Apart | None = None) -> None:
        self.unit, self.change, self.user = unit, change, user
        self.apart = apart or Apart([unit], user)

    @property
    def mark(self) -> Mark:
        return unit_mark(self.unit)

    @property
    def now_mark(self) -> Mark | None:
        """How the unit is judged now, where that differs from the freeze."""
        if self.change is None:
            return None
        now = self.change.now
        return area_mark(now.outcome, now.reference) if now else Mark("missed", "没有评定结果")

    @cached_property
    def criteria(self) -> list[CriterionRow]:
        then = verdict_pages.shown_criteria(by_digest(self.unit.frozen.said["plan"]["digest"]), as_verdict(self.unit))
        changed = {}
        if self.change and self.change.now:
            now = verdict_pages.shown_criteria(by_digest(self.change.now.plan.digest), self.change.now)
            changed = {row.criterion.key: row for row in now if row.criterion.key in self.change.criteria}
        return [CriterionRow(row, changed.get(row.criterion.key)) for row in then]

    @cached_property
    def sample(self) -> samples.SampleShown | None:
        return samples.sample_of(self.unit)

    @property
    def is_short(self) -> bool:
        """Whether the reference indicator is short (S02)."""
        return self.unit.frozen.reference == "short"

    @property
    def is_open(self) -> bool:
        """Whether the reference indicator could not be told."""
        return self.unit.frozen.reference == "unknown"

    @property
    def is_plain(self) -> bool:
        """Whether every criterion is met as it was frozen, nothing changed since, and nobody returned or refused it."""
        outcomes = {row["outcome"] for row in self.unit.frozen.said["criteria"]}
        return self.change is None and self.unit.state not in _STOPPED and outcomes <= {"met", "not_applicable"}

    @property
    def only(self) -> list["UnitShown"]:
        """This unit alone, for a table of units."""
        return [self]

    @cached_property
    def may(self) -> dict[str, bool]:
        """What the user may do with the unit: the post allows it, and no other hand of the user's was in it."""
        return {
            action.value: MOVES.allows(action, self.unit, self.user)
            and self.apart.is_free(self.unit, ASKED.get(action))
            for action in InspectionAction
        }

    @cached_property
    def bar(self) -> str:
        """Why the user may not do what the post would allow, and who may; blank where nothing is kept from the user."""
        hands = (ASKED[action] for action in _DECIDING if MOVES.allows(action, self.unit, self.user))
        return next(filter(None, (self.apart.bar(hand, [self.unit]) for hand in hands)), "")


@dataclass(frozen=True)
class ObjectionShown:
    """An objection with what a user may do about it; ``drafted`` is the answer that its report gives once it is sent."""

    objection: UnitObjection
    may_reply: bool
    may_settle: bool
    drafted: str = ""

    @property
    def mark(self) -> Mark:
        if not self.objection.is_open:
            return Mark("met", "已了结")
        if self.drafted:
            return Mark("info", "已拟答复，签发后送达")
        return Mark("info", "已答复，待了结") if self.objection.is_answered else Mark("late", "待答复")


def shown_objections(user, units: Iterable[Unit]) -> dict[int, list[ObjectionShown]]:
    """What was ever held against units, with what the user may do about it, by the unit's key."""
    return {
        pk: [
            ObjectionShown(each, objections.may_reply(each, user), objections.may_settle(each, user)) for each in found
        ]
        for pk, found in objections.all_on(units).items()
    }


class AdviceShown:
    """The second opinions on a unit as a user sees them; nothing of them to a township."""

    def __init__(self, user, unit: Unit) -> None:
        self.user, self.unit = user, unit

    @cached_property
    def rows(self) -> list[SecondOpinion]:
        visible = SecondOpinion.objects.visible_to(self.user)
        return list(visible.filter(unit=self.unit).select_related("asker", "asked"))

    @property
    def open(self) -> SecondOpinion | None:
        return next((each for each in self.rows if each.is_open), None)

    @property
    def may_answer(self) -> bool:
        return self.open is not None and self.open.asked_id == self.user.pk

    @property
    def may_withdraw(self) -> bool:
        people = (self.open.asker_id, self.unit.report.reviewer_id) if self.open else ()
        return self.user.may(Power.EXAMINE) and self.user.pk in people

    @cached_property
    def colleagues(self) -> list[tuple[str, str]]:
        """Whom the user can ask, who examines the unit's report now."""
        report = self.unit.report
        is_reviewer = report.state == ReportState.EXAMINING and report.reviewer_id == self.user.pk
        if not is_reviewer or self.unit.state not in MOVES[InspectionAction.PASS].sources:
            return []
        return [
            (str(each.pk), f"{each.name}（{each.post_label}）") for each in advising.colleagues(self.unit, self.user)
        ]


_DECIDING = (InspectionAction.RETURN, InspectionAction.CONFIRM_PASS, InspectionAction.CONFIRM_REFUSAL)
_STOPPED = (UnitState.RETURNED, UnitState.REFUSED, UnitState.REOPENED, UnitState.ENDED)
_UNFOLDED = 30
"""More units than that are shown folded by title, but those that ask for a look."""


@dataclass(frozen=True)
class Fold:
    """Units of one kind in a long report of which nothing is to be said beyond that they meet the standard."""

    title: str
    units: list[UnitShown]


@dataclass(frozen=True)
class DoubtfulFile:
    """A file about which something seems not to fit, and what."""

    file: Evidence
    place: str
    doubts: list[EvidenceDoubt]


class ReportPage:
    """A report as one user sees it; every property is asked for at most once."""

    def __init__(self, user, report: Report) -> None:
        self.user, self.report = user, report

    @property
    def mark(self) -> Mark:
        return report_mark(self.report)

    @cached_property
    def units(self) -> list[UnitShown]:
        """What the report asks titles for; of a discarded one what it asked."""
        units = drafted(self.report)
        changes = freezing.changes(units) if self._compares else {}
        apart = Apart(units, self.user)
        return [UnitShown(unit, changes.get(unit.pk), self.user, apart) for unit in units]

    @cached_property
    def _apart(self) -> Apart:
        return self.units[0].apart if self.units else Apart([], self.user)

    @cached_property
    def folds(self) -> list[Fold]:
        """Plain units of a long report, by title; none of a short one."""
        if len(self.units) <= _UNFOLDED:
            return []
        by_title: dict[str, list[UnitShown]] = {}
        for each in self.units:
            if each.is_plain:
                by_title.setdefault(each.unit.title, []).append(each)
        return [Fold(title, units) for title, units in by_title.items()]

    @cached_property
    def unfolded(self) -> list[UnitShown]:
        """The units that are shown one by one."""
        folded = {each.unit.pk for fold in self.folds for each in fold.units}
        return [each for each in self.units if each.unit.pk not in folded]

    @property
    def _compares(self) -> bool:
        """While something is to be decided the frozen figures are held against those of today."""
        return self.report.state not in (ReportState.DECIDED, ReportState.DISCARDED)

    @property
    def changed(self) -> list[UnitShown]:
        return [each for each in self.units if each.change is not None]

    @cached_property
    def evidence_shown(self) -> list[EvidenceShown]:
        """What each unit brings, by the plan's rule."""
        found = required.of_units([each.unit for each in self.units], self._files)
        return [found[each.unit.pk] for each in self.units]

    @property
    def evidence_open(self) -> list[EvidenceShown]:
        """The units with evidence of which some is missing or in doubt."""
        return [each for each in self.evidence_shown if each.files and (each.lacking or each.doubtful)]

    @property
    def evidence_settled(self) -> list[EvidenceShown]:
        """The units of whose evidence nothing is missing or in doubt."""
        return [each for each in self.evidence_shown if not (each.lacking or each.doubtful)]

    @property
    def evidence_bare(self) -> list[EvidenceShown]:
        """The units that bring nothing of what they must."""
        return [each for each in self.evidence_shown if each.lacking and not each.files]

    @property
    def lacking(self) -> int:
        """How many units lack something that they must bring."""
        return sum(bool(each.lacking) for each in self.evidence_shown)

    @property
    def asks_statistics(self) -> bool:
        """Whether a unit asks for the statistics of orders, which the portal can make itself."""
        kind = EvidenceKind.ORDER_STATISTICS
        return any(row.kind == kind and row.wanted for each in self.evidence_shown for row in each.rows)

    @cached_property
    def missing(self) -> list[MissingGroup]:
        """What is missing by kind and criterion, what is not required included."""
        return required.grouped(required.missing(self.report, [each.unit for each in self.units], self._files))

    @cached_property
    def doubtful(self) -> list[DoubtfulFile]:
        """Every file that gives a doubt, with its unit."""
        return [
            DoubtfulFile(file, each.unit.area.full_name, [doubt for doubt in each.doubts[file.pk] if doubt.is_doubt])
            for each in self.evidence_shown
            for file in each.files
            if any(doubt.is_doubt for doubt in each.doubts.get(file.pk, ()))
        ]

    @cached_property
    def _files(self) -> list[Evidence]:
        return required.evidence_of([self.report.pk])

    @property
    def evidence(self) -> list[Evidence]:
        """What belongs to no unit: that of the whole report, and that of units that were taken out of it."""
        codes = {each.unit.area_id for each in self.units}
        return [each for each in self._files if each.area_id not in codes]

    @property
    def criteria_keys(self) -> list[tuple[str, str]]:
        """The criteria of the report's units, to choose from."""
        keys = {row.key: row.then.title for each in self.units for row in each.criteria}
        return [(key, f"{key} {title}") for key, title in sorted(keys.items())]

    @cached_property
    def moves(self) -> list[InspectionMove]:
        return list(self.report.moves.select_related("by"))

    @cached_property
    def may(self) -> dict[str, bool]:
        return {
            action.value: MOVES.allows(action, self.report, self.user) and not self._bar(action)
            for action in InspectionAction
        }

    def _bar(self, action: InspectionAction) -> str:
        """Why an act on the report is not the user's: one that decides is asked of what is still to be decided."""
        units = [each.unit for each in self.units]
        if ASKED.get(action) == Hand.EXAMINING:
            units = [unit for unit in units if unit.state in examining.OPEN]
        return self._apart.bar(ASKED.get(action), units)

    @cached_property
    def bar(self) -> str:
        """Why the next step is not the user's though it is the post's, and whose it is; blank where nothing is kept back."""
        steps = (InspectionAction.SAVE, InspectionAction.SEND, InspectionAction.TAKE)
        said = [self._bar(action) for action in steps if MOVES.allows(action, self.report, self.user)]
        vetted = [each.unit for each in self.units if MOVES.allows(_confirming(each.unit), each.unit, self.user)]
        return next(filter(None, [*said, self._apart.bar(Hand.CONFIRMING, vetted)]), "")

    @property
    def is_reviewer(self) -> bool:
        """Whether it is the user who examines the report now."""
        return self.report.state == ReportState.EXAMINING and self.report.reviewer_id == self.user.pk

    @cached_property
    def objections(self) -> list[ObjectionShown]:
        """What was held against the units of the report."""
        found = shown_objections(self.user, [each.unit for each in self.units])
        answers = self.report.answers if self.report.state == ReportState.SIGNING else {}
        return [
            replace(each, drafted=answers.get(str(each.objection.pk), "")) for shown in found.values() for each in shown
        ]

    @property
    def to_answer(self) -> list[tuple[UnitObjection, str]]:
        return objections.to_answer(self.report, [each.unit for each in self.units])

    @property
    def on_desk(self) -> str:
        """What waits for the user on the desk, in a sentence; blank where nothing does."""
        if self.is_reviewer and self.to_examine:
            return f"{len(self.to_examine)} 个单位待审核。"
        return f"{len(self.to_confirm)} 个单位待复核。" if self.to_confirm else ""

    @property
    def to_examine(self) -> list[UnitShown]:
        return [each for each in self.units if each.unit.state in MOVES[InspectionAction.PASS].sources]

    @property
    def to_confirm(self) -> list[UnitShown]:
        return [each for each in self.units if each.may["confirm_pass"] or each.may["confirm_refusal"]]

    @property
    def may_follow(self) -> bool:
        back = [each.unit for each in self.came_back] if self.user.may(Power.WRITE_INSPECTIONS) else []
        return bool(back) and not self._apart.bar(Hand.PROPOSING, back)

    @property
    def has_steps(self) -> bool:
        """Whether the user has anything to do here."""
        moves = self.may["send"] or self.may["hand_back"] or self.may["withdraw"] or self.may["take"]
        return moves or self.is_reviewer or bool(self.to_confirm) or self.may_follow

    @property
    def outcomes(self) -> list[tuple[UnitShown, str]]:
        """The units that did not pass, each with why."""
        return [(each, self.reasons.get(each.unit.pk, "")) for each in self.units if each.unit.state in _STOPPED]

    @property
    def returned_reasons(self) -> list[str]:
        """Why the units of the report that this one follows came back."""
        if self.report.follows is None:
            return []
        back = InspectionMove.objects.filter(
            unit__report=self.report.follows, action=InspectionAction.RETURN
        ).select_related("unit__area__parent")
        return [f"{move.unit.area.full_name}：{move.reason}" for move in back]

    @cached_property
    def came_back(self) -> list[UnitShown]:
        """What was returned and has not been reported anew."""
        returned = [each for each in self.units if each.unit.state == UnitState.RETURNED]
        live = set(
            Unit.objects.live()
            .filter(area_id__in=[each.unit.area_id for each in returned])
            .values_list("area_id", flat=True)
        )
        return [each for each in returned if each.unit.area_id not in live]

    @cached_property
    def reasons(self) -> dict[int, str]:
        """Why each unit was returned, refused or sent down last, by primary key."""
        moves = InspectionMove.objects.filter(unit__report=self.report).exclude(reason="").order_by("pk")
        return {move.unit_id: move.reason for move in moves}

    @property
    def frozen_at(self):
        return max((each.unit.frozen.frozen_at for each in self.units), default=None)

    @property
    def sent_back(self) -> InspectionMove | None:
        """The head's reason, while the clerk has the report to mend."""
        last = next((move for move in reversed(self.moves) if move.action != InspectionAction.SAVE), None)
        return last if last and last.action == InspectionAction.HAND_BACK else None


def _confirming(unit: Unit) -> InspectionAction:
    refuses = unit.state == UnitState.VETTED_REFUSAL
    return InspectionAction.CONFIRM_REFUSAL if refuses else InspectionAction.CONFIRM_PASS


def report_or_404(request: HttpRequest, pk: int) -> Report:
    """The report, if the user may see it; else 404."""
    reports = Report.objects.visible_to(request.user).select_related("township", "signed_by", "reviewer", "follows")
    return called([get_object_or_404(reports, pk=_number(pk))])[0]


def unit_or_404(request: HttpRequest, pk: int) -> Unit:
    units = Unit.objects.visible_to(request.user).select_related(
        "area", "frozen", "submission", "report__township", "report__reviewer", "report__signed_by"
    )
    return units_called([get_object_or_404(units, pk=_number(pk))])[0]


def submission_or_404(request: HttpRequest, pk: int) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(request.user), pk=_number(pk))


def _number(pk: int) -> int:
    """Larger than any key a database holds: there is no such row."""
    if pk >= 2**63:
        raise Http404
    return pk


def address(report: Report) -> str:
    return reverse("inspection:report", args=[report.pk])


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("首页", "/"), ("达标验收", reverse("inspection:index")), *more]


def report_crumb(report: Report) -> tuple[str, str]:
    return f"{report.township.name}{report.quarter.label}", address(report)


def posted_text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")


def numbers(values: Iterable[str]) -> list[int]:
    """Primary keys as a form names them; what is none is left out."""
    return [int(value) for value in values if value.isdecimal() and len(value) < 19]


def refused(
    request: HttpRequest, refusal: Exception, way: str, label: str, status: int = 409, typed: str = ""
) -> HttpResponse:
    """Nothing was done: why, who was faster, what was ``typed`` in vain, and the way on."""
    context = {"refusal": str(refusal), "typed": typed, "way": way, "label": label, "crumbs": crumbs(("未办理", ""))}
    return render(request, "inspection/refused.html", context, status=status)
