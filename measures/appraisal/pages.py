"""What the pages of appraisals show: the sheet of each subject with its points, and what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings

from measures.appraisal.actions import STEPS
from measures.appraisal.models import Appraisal, AppraisalScore, subject_of
from measures.appraisal.moves import APPRAISALS
from measures.appraisal.scores import score, shown
from measures.appraisal.vocabulary import AppraisalAction


@dataclass(frozen=True)
class ScoreSheet:
    """The sheet of a subject: its lines, and its points of 100."""

    subject: str
    name: str
    lines: list[AppraisalScore]
    points: Fraction | None

    @property
    def points_words(self) -> str:
        return shown(self.points)


@dataclass(frozen=True)
class AppraisalStep:
    """A step that the person may take; ``asked`` is what is to be written for it, blank: nothing; ``typed`` what was."""

    action: AppraisalAction
    asked: str
    typed: str

    @property
    def field_id(self) -> str:
        return f"reason_{self.action}"


def sheets(appraisal: Appraisal, user, by_points: bool = False) -> list[ScoreSheet]:
    """The sheets that a person sees: of a unit its own; in order of the codes, by points only where a league table is allowed."""
    rows = appraisal.standing_scores.order_by("pk")
    _, own = subject_of(user)
    by_subject: dict[str, list[AppraisalScore]] = {}
    for row in rows.filter(subject=own) if own else rows:
        by_subject.setdefault(row.subject, []).append(row)
    found = [
        ScoreSheet(subject, lines[0].name, lines, score(line.line for line in lines))
        for subject, lines in sorted(by_subject.items())
    ]
    if by_points and settings.LEAGUE_TABLE:
        found.sort(key=lambda sheet: -(sheet.points if sheet.points is not None else Fraction(-1)))
    return found


def offered(appraisal: Appraisal, user, typed: Mapping[str, str]) -> list[AppraisalStep]:
    """What the person may do with an appraisal as it stands, with what she has typed for it."""
    return [
        AppraisalStep(action, f"{action.label}原因" if APPRAISALS[action].needs_reason else "", typed.get(action, ""))
        for action in STEPS
        if APPRAISALS.allows(action, appraisal, user)
    ]
