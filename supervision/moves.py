"""The legal moves of followed matters, a table for each kind: read by actions, pages, docs and tests alike."""

from dataclasses import dataclass
from typing import Any

from accounts.posts import Power
from supervision.models import Matter
from supervision.vocabulary import AWAITED, MatterAction, MatterKind, MatterState
from workflow.engine import Transition, Workflow

_A, _S = MatterAction, MatterState
_WRITING, _HANDLING = frozenset({Power.WRITE_REMARKS}), frozenset({Power.HANDLE_MATTERS})


@dataclass(frozen=True)
class MatterTransition(Transition):
    """``by_author``: it is the author's, or his successor's; else the addressed unit's."""

    by_author: bool = False


class MatterWorkflow(Workflow):
    """A table of moves whose documents lie with a person or a unit, and not in an area."""

    @staticmethod
    def is_open_to(move: Transition, code: Any, by: Any) -> bool:
        """``code`` is the matter itself."""
        is_theirs = code.is_decided_by if move.by_author else code.is_handled_by  # type: ignore[attr-defined]
        return any(by.may(power) for power in move.powers) and is_theirs(by)


REMARKS = MatterWorkflow(
    MatterTransition(_A.WRITE, (), _S.ISSUED, _WRITING, by_author=True),
    MatterTransition(_A.SIGN, (_S.ISSUED,), _S.HANDLING, _HANDLING),
    MatterTransition(_A.REPORT, (_S.HANDLING, _S.RETURNED), _S.REPORTED, _HANDLING, needs_reason=True),
    MatterTransition(_A.CLOSE, (_S.REPORTED,), _S.CLOSED, _WRITING, by_author=True),
    MatterTransition(_A.SEND_BACK, (_S.REPORTED,), _S.RETURNED, _WRITING, by_author=True, needs_reason=True),
    MatterTransition(_A.WITHDRAW, AWAITED, _S.WITHDRAWN, _WRITING, by_author=True, needs_reason=True),
    code_of=lambda matter: matter,
    trail={Matter: "matter"},
)

MOVES = {MatterKind.REMARK: REMARKS}
"""By kind."""


def moves_of(matter: Matter) -> MatterWorkflow:
    return MOVES[MatterKind(matter.kind)]
