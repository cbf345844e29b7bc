"""The page of one matter: the figure as it was and as it is, what may be done by whom, and what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from acceptance.verdicts.lookups import NotThere
from common.periods import Quarter
from figures.asking import FigureCount, open_figure
from supervision.actions import ASKED
from supervision.models import Matter, MatterFigure
from supervision.moves import moves_of
from supervision.vocabulary import MatterAction


@dataclass(frozen=True)
class FigureBeside:
    """A figure as it was when the matter was written, and ``now``; None where there is no such figure any more.

    ``url`` leads to its members, blank for whoever may not see them.
    """

    then: MatterFigure
    now: FigureCount | None
    quarter: Quarter | None
    url: str

    @property
    def has_turned(self) -> bool:
        return self.now is not None and self.now.value != self.then.value


@dataclass(frozen=True)
class StepOffered:
    """A step that the person may take; ``asked`` is what is to be written for it, blank: nothing;
    ``typed`` what was."""

    action: MatterAction
    asked: str
    is_required: bool
    typed: str

    @property
    def field_id(self) -> str:
        return f"reason_{self.action}"

    @property
    def is_back(self) -> bool:
        return self.action in (MatterAction.SEND_BACK, MatterAction.WITHDRAW)


def figures(matter: Matter, user, on: date) -> list[FigureBeside]:
    """The figures of a matter beside what they are on a day.

    The number was put before the unit addressed, so that it sees what became of it, as the author does; its members are shown to
    whoever may see them anyway.
    """
    return [_beside(each, matter, user, on) for each in matter.figures.select_related("area").order_by("pk")]


def _beside(then: MatterFigure, matter: Matter, user, on: date) -> FigureBeside:
    sees = bool(user.scope.area) and user.scope.holds(then.area_id)
    question = {**then.question, "period": ""} | ({"on": on.isoformat()} if "on" in then.question else {})
    try:
        opened = open_figure(user if sees else matter.author, then.of, question, on)
    except NotThere:
        return FigureBeside(then, None, None, "")
    return FigureBeside(then, opened.counted(), opened.asked.quarter, then.address if sees else "")


def offered(matter: Matter, user, typed: Mapping[str, str]) -> list[StepOffered]:
    """What the person may do with the matter as it stands, with what she has typed for it, by action."""
    moves = moves_of(matter)
    return [
        StepOffered(MatterAction(action), ASKED.get(action, ""), moves[action].needs_reason, typed.get(action, ""))
        for action in moves
        if moves.allows(action, matter, user)
    ]
