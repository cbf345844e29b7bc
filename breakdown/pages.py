"""The pages of breakdowns: one with its cells and faults, what may be done with it, and what a township or a task has to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from acceptance import plan as plans
from acceptance import wording
from acceptance.judging import standing
from acceptance.rules.plan import Milestone
from accounts.models import User
from areas.models import Area
from breakdown.arithmetic import Fault
from breakdown.checking import problems
from breakdown.following import LineFollowed, followed
from breakdown.models import Breakdown, BreakdownLine
from breakdown.moves import MOVES
from breakdown.people import People
from breakdown.reading import TargetsTyped, person_field, target_field
from breakdown.vocabulary import DRAFTING, OPEN, BreakdownAction, BreakdownState, LineLevel
from common.periods import Quarter

STEPS = (BreakdownAction.PROPOSE, BreakdownAction.SEND_BACK, BreakdownAction.ISSUE, BreakdownAction.DISCARD)
"""What is done with the whole of a breakdown by its buttons."""
BACK = (BreakdownAction.SEND_BACK, BreakdownAction.DISCARD)
TONES = {
    BreakdownState.DRAFT: "pending",
    BreakdownState.PROPOSED: "late",
    BreakdownState.ISSUED: "met",
    BreakdownState.REPLACED: "info",
    BreakdownState.DISCARDED: "info",
}


@dataclass(frozen=True)
class TargetCell:
    """A target; ``fault`` is what is wrong with it, ``name`` its field in the form."""

    quarter: Quarter
    name: str
    value: object
    fault: str


@dataclass(frozen=True)
class LineShown:
    line: BreakdownLine
    cells: tuple[TargetCell, ...]
    person_name: str
    people: tuple[User, ...]
    chosen: str
    fault: str
    course: LineFollowed | None

    @property
    def person_field(self) -> str:
        return person_field(self.line.pk)


class BreakdownPage:
    """A breakdown as one person sees it; ``typed`` is what she sent and could not be kept."""

    def __init__(self, breakdown: Breakdown, user, on: date, typed: TargetsTyped | None = None) -> None:
        self.breakdown, self.user, self.on, self.typed = breakdown, user, on, typed or TargetsTyped()
        self.milestone: Milestone = plans.by_digest(breakdown.plan.digest).milestone(breakdown.milestone)
        rows = BreakdownLine.objects.visible_to(user).filter(breakdown=breakdown)
        self.rows = list(rows.select_related("area", "operator", "person", "breakdown").order_by("number"))
        self.may_edit = MOVES.allows(BreakdownAction.EDIT, breakdown, user)
        is_drafting = breakdown.state in OPEN and MOVES.is_open_to(MOVES[BreakdownAction.EDIT], breakdown.county, user)
        self.faults: Sequence[Fault] = problems(breakdown, on) if is_drafting else ()

    @property
    def title(self) -> str:
        return f"{self.milestone.key} {wording.milestone_title(self.milestone)}"

    @property
    def unit(self) -> str:
        return wording.MEASURES[self.milestone.measure].unit

    @property
    def base(self) -> Quarter:
        return Quarter.parse(self.breakdown.base)

    def lines(self) -> list[LineShown]:
        people = People(self.breakdown.county) if self.may_edit else None
        courses = {each.line.pk: each for each in self._courses()}
        return [self._line(row, people, courses) for row in self.rows]

    def _courses(self) -> list[LineFollowed]:
        if self.breakdown.state != BreakdownState.ISSUED:
            return []
        return followed(self.rows, self.on, standing.of(self.breakdown.county).quarters[-1])

    def _line(self, row: BreakdownLine, people: People | None, courses: Mapping[int, LineFollowed]) -> LineShown:
        own = [fault for fault in self.faults if fault.key == str(row.pk)]
        chosen = str(row.person_id or "")
        return LineShown(
            row,
            tuple(self._cell(row, quarter, own) for quarter in self.breakdown.periods),
            row.person_name,
            tuple(people.of(row.level, row.area_id, row.operator_id, row.unit)) if people else (),
            self.typed.typed.get(person_field(row.pk), chosen),
            self.typed.faults.get(person_field(row.pk)) or "".join(f.text for f in own if f.quarter is None),
            courses.get(row.pk),
        )

    def _cell(self, row: BreakdownLine, quarter: Quarter, own: Sequence[Fault]) -> TargetCell:
        name, kept = target_field(row.pk, quarter), row.targets.get(str(quarter))
        value = self.typed.typed.get(name, "" if kept is None else kept)
        fault = self.typed.faults.get(name) or "".join(fault.text for fault in own if fault.quarter == quarter)
        return TargetCell(quarter, name, value, fault)

    def offered(self) -> list[tuple[BreakdownAction, bool, bool]]:
        """The steps that the person may take: each with whether a reason must be given, and whether it leads back."""
        had_a_hand = self.breakdown.moves.filter(action__in=DRAFTING, by=self.user).exists()
        return [
            (action, MOVES[action].needs_reason, action in BACK)
            for action in STEPS
            if MOVES.allows(action, self.breakdown, self.user) and not (action == BreakdownAction.ISSUE and had_a_hand)
        ]

    def letters(self) -> list[tuple[Area, object]]:
        """The townships in sight, each with the step by which its head signed, or None."""
        signed = {move.township_id: move for move in self.breakdown.moves.exclude(township=None).select_related("by")}
        rows = [row for row in self.rows if row.level == LineLevel.TOWNSHIP]
        return [(row.area, signed.get(row.area_id)) for row in rows]

    @property
    def may_accept(self) -> bool:
        move = MOVES[BreakdownAction.ACCEPT]
        own = self.user.area_id or ""
        is_open = self.breakdown.state == BreakdownState.ISSUED and MOVES.is_open_to(move, own, self.user)
        return is_open and any(area.code == own and not step for area, step in self.letters())
