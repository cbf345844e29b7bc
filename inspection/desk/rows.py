"""The units on the desk: named, ranked, filtered, grouped by village and title, the clean ones in a block of their own."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain

from django import forms

from acceptance.verdicts.marks import Mark
from accounts.models import User
from common.filters import ALL, folded
from inspection import government
from inspection.desk import looking, signals
from inspection.desk.risk import CLEAN, LABELS, Risk, RiskKind, margin_words
from inspection.government import UnitDecision
from inspection.models import InspectionMove, Report, Submission, Unit, UnitLook
from inspection.moves import MOVES
from inspection.naming import units_called, village_name
from inspection.pages import unit_mark
from inspection.reporting import drafted
from inspection.vocabulary import CriterionReturnReason, Decision, InspectionAction, UnitState

_TO_EXAMINE = MOVES[InspectionAction.PASS].sources
_TO_CONFIRM = MOVES[InspectionAction.OVERRULE].sources


@dataclass(frozen=True)
class DeskRow:
    """A unit on the desk: where it lies, what speaks against it, and whether it waits for this person."""

    unit: Unit
    village: str
    village_code: str
    risk: Risk
    is_waiting: bool
    look: UnitLook | None = None
    has_to_be_seen: bool = False
    decision: UnitDecision | None = None
    """What this person would decide now, who ratifies; None for others."""

    @property
    def mark(self) -> Mark:
        return Mark("late", "拟退回") if self.is_set_aside else unit_mark(self.unit)

    @property
    def is_set_aside(self) -> bool:
        """Whether it is to be returned when the submission is decided."""
        return self.decision is not None and self.decision.decision == Decision.RETURNED

    @property
    def return_kind(self) -> str:
        """Why it is to be returned, by its kind."""
        return CriterionReturnReason(self.decision.code).label if self.is_set_aside else ""

    @property
    def name(self) -> str:
        return self.unit.area.full_name

    @property
    def margins(self) -> list[tuple[str, str]]:
        """By how much each criterion is met, by its key."""
        return [(row["key"], margin_words(row)) for row in self.unit.frozen.said["criteria"] if margin_words(row)]

    @property
    def order(self) -> tuple:
        """The gravest first."""
        return -self.risk.score, self.unit.area_id


@dataclass(frozen=True)
class DeskGroup:
    """Units of one village and title."""

    village: str
    title: str
    rows: list[DeskRow]

    @property
    def name(self) -> str:
        return f"{self.village} · {self.title}" if self.village else self.title


@dataclass
class DeskBlock:
    """A part of the desk, folded by groups; ``clean`` holds the criteria written on the block of the clean ones."""

    key: str
    title: str
    rows: list[DeskRow]
    clean: Sequence[str] = ()
    is_open: bool = True

    @property
    def groups(self) -> list[DeskGroup]:
        """By village and title, the group with the gravest unit first."""
        found: dict[tuple[str, str], list[DeskRow]] = {}
        for row in self.rows:
            found.setdefault((row.village_code, row.unit.title), []).append(row)
        return [DeskGroup(rows[0].village, title, rows) for (_, title), rows in found.items()]


class DeskFilter(forms.Form):
    """What the list of the desk is filtered by; a choice that is none filters nothing."""

    state = forms.ChoiceField(label="状态", required=False)
    title = forms.ChoiceField(label="称号", required=False)
    village = forms.ChoiceField(label="村居", required=False)
    risk = forms.ChoiceField(label="风险", required=False)
    text = forms.CharField(label="名称或编码", max_length=50, required=False)

    def __init__(self, data: Mapping[str, str], rows: Sequence[DeskRow]) -> None:
        super().__init__(data, auto_id="filter-%s")
        states = Counter(row.unit.state for row in rows)
        villages = {row.village_code: row.village for row in rows if row.village}
        kinds = {part.kind for row in rows for part in row.risk.parts}
        choices = {
            "state": [("waiting", "待我办理"), *((key, UnitState(key).label) for key in states)],
            "title": [(title, title) for title in dict.fromkeys(row.unit.title for row in rows)],
            "village": sorted(villages.items()),
            "risk": [("high", "风险较高"), *((kind, LABELS[kind]) for kind in RiskKind if kind in kinds)],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", ALL), *found]

    def kept(self, rows: Iterable[DeskRow]) -> list[DeskRow]:
        """The rows that fit what was chosen."""
        self.is_valid()
        return [row for row in rows if all(self._fits(row, name, value) for name, value in self.chosen.items())]

    @property
    def chosen(self) -> dict[str, str]:
        """What is filtered by, in the names of the form."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def _fits(self, row: DeskRow, name: str, value: str) -> bool:
        if name == "state":
            return row.is_waiting if value == "waiting" else row.unit.state == value
        if name == "title":
            return row.unit.title == value
        if name == "village":
            return row.village_code == value
        if name == "risk":
            return row.risk.is_high if value == "high" else value in {part.kind for part in row.risk.parts}
        text = folded(value).lower()
        return text in folded(row.name).lower() or row.unit.area_id.startswith(text)


class Desk:
    """What a person has on the desk: the units of a report, or those of a submission."""

    def __init__(self, user, subject: Report | Submission) -> None:
        self.user, self.subject = user, subject
        self.is_submission = isinstance(subject, Submission)

    @cached_property
    def units(self) -> list[Unit]:
        if not self.is_submission:
            return drafted(self.subject)
        found = self.subject.units.select_related("area__parent", "frozen", "report__township", "report__reviewer")
        return units_called(found.order_by("area_id"))

    @cached_property
    def looks(self) -> dict[int, UnitLook]:
        """At what the person looked before ratifying."""
        return looking.looks_of(self.subject, self.user) if self.is_ratifying else {}

    @cached_property
    def verdicts(self) -> dict[int, UnitDecision]:
        """What the person would decide about each unit: as marked, else as a colleague proposed, else that it is ratified."""
        return {unit.pk: self._verdict(unit) for unit in self.units} if self.is_ratifying else {}

    def _verdict(self, unit: Unit) -> UnitDecision:
        look = self.looks.get(unit.pk)
        if look is not None and look.is_return:
            return UnitDecision(Decision.RETURNED, look.reason, look.code, tuple(look.criteria))
        before = self._proposed.get(unit.pk)
        if before and before.decision == Decision.RETURNED and (look is None or look.at < self._proposed_at):
            return before
        return UnitDecision(Decision.RATIFIED)

    @cached_property
    def _proposed(self) -> dict[int, UnitDecision]:
        return government.proposed(self.subject)

    @cached_property
    def _proposal(self) -> InspectionMove | None:
        """By which step a colleague proposed the decisions; None where nobody else did."""
        return government.proposal(self.subject) if self.is_ratifying else None

    @property
    def _proposed_at(self) -> datetime:
        return self._proposal.at

    @property
    def proposer(self) -> User | None:
        return self._proposal.by if self._proposal else None

    @property
    def is_proposed(self) -> bool:
        """Whether a colleague proposed just what this person would decide."""
        return self.proposer not in (None, self.user) and self.subject.proposed == government.said(self.verdicts)

    @property
    def is_own_proposal(self) -> bool:
        """Whether this person proposed just that, and another has to decide."""
        return self.proposer == self.user and self.subject.proposed == government.said(self.verdicts)

    @property
    def is_ratifying(self) -> bool:
        """Whether the person's post decides on this submission now."""
        return self.is_submission and MOVES.allows(InspectionAction.DECIDE, self.subject, self.user)

    @property
    def is_reviewing(self) -> bool:
        """Whether it is this person who examines the report."""
        return not self.is_submission and self.subject.reviewer_id == self.user.pk

    @property
    def is_confirming(self) -> bool:
        """Whether this person confirms what another examined."""
        return not (self.is_submission or self.is_reviewing) and any(
            MOVES.allows(action, unit, self.user) for unit in self.units for action in _CONFIRMING
        )

    @cached_property
    def _waiting(self) -> tuple[str, ...]:
        """In which states a unit waits for this person."""
        if self.is_submission:
            return (UnitState.COMPILED,) if self.subject.state in MOVES[InspectionAction.DECIDE].sources else ()
        return _TO_CONFIRM if self.is_confirming else _TO_EXAMINE

    @cached_property
    def rows(self) -> list[DeskRow]:
        """Every unit, the gravest first; so many queries, however many units there are."""
        risks = signals.risks(self.units)
        rows = [
            DeskRow(
                unit,
                village_name(unit.area),
                unit.area_id[:12] if unit.area_id[:12] != unit.area_id[:9] else "",
                risks[unit.pk],
                unit.state in self._waiting,
                self.looks.get(unit.pk),
                self.is_ratifying and risks[unit.pk].is_high,
                self.verdicts.get(unit.pk),
            )
            for unit in self.units
        ]
        return sorted(rows, key=lambda row: row.order)

    @cached_property
    def unseen(self) -> list[DeskRow]:
        """The units of high risk that the person must look at before ratifying."""
        return [row for row in self.rows if row.has_to_be_seen and row.look is None]

    def blocks(self, rows: Sequence[DeskRow]) -> list[DeskBlock]:
        """The rows in three blocks: one by one, the clean ones, and what is settled."""
        waiting = [row for row in rows if row.is_waiting]
        found = [
            DeskBlock(
                "doubtful",
                "有须说明的事项" if self.is_submission else "须逐个办理",
                [row for row in waiting if not row.risk.is_clean],
            ),
            DeskBlock("clean", "无须说明", [row for row in waiting if row.risk.is_clean], [said for said, _ in CLEAN]),
            DeskBlock(
                "settled",
                "其他" if waiting else "全部单位",
                [row for row in rows if not row.is_waiting],
                (),
                not waiting,
            ),
        ]
        return [block for block in found if block.rows]

    def next_to(self, rows: Sequence[DeskRow], pk: int | None = None) -> DeskRow | None:
        """The row that waits next behind the unit ``pk`` (None: at all), beginning anew at the end; None when none waits."""
        order = [row for block in self.blocks(rows) for group in block.groups for row in group.rows]
        place = next((number for number, row in enumerate(order) if row.unit.pk == pk), -1)
        return next(filter(self._is_due, chain(order[place + 1 :], order[: max(place, 0)])), None)

    def _is_due(self, row: DeskRow) -> bool:
        """Whether the person still has something to do about a unit alone."""
        if self.is_ratifying:
            return row.has_to_be_seen and row.look is None and not row.is_set_aside
        return row.is_waiting


_CONFIRMING = (InspectionAction.CONFIRM_PASS, InspectionAction.CONFIRM_REFUSAL)


def counted(rows: Iterable[DeskRow]) -> list[tuple[str, list[tuple[str, int]]]]:
    """How many units of each title there are in each village, for what is decided together."""
    found: dict[str, Counter] = {}
    for row in sorted(rows, key=lambda row: row.unit.area_id):
        found.setdefault(row.village or "街镇", Counter())[row.unit.title] += 1
    return [(village, list(titles.items())) for village, titles in found.items()]
