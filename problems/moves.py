"""The legal moves of problems, in one table that actions, pages, docs and tests read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.posts import Power
from problems.models import Problem
from problems.vocabulary import UNSOLVED, ProblemAction, ProblemState
from workflow.engine import Transition, Workflow

_A, _S = ProblemAction, ProblemState
_HANDLING, _JUDGING = frozenset({Power.HANDLE_PROBLEMS}), frozenset({Power.CLOSE_PROBLEMS})
Side = Callable[[Problem, Any], bool]


@dataclass(frozen=True)
class ProblemTransition(Transition):
    """``side`` says whose it is of all who have the power; None: nobody's alone, for it follows from another step or from figures."""

    side: Side | None = None


class ProblemWorkflow(Workflow):
    """A table of moves whose documents lie with a unit."""

    @staticmethod
    def is_open_to(move: Transition, code: Any, by: Any) -> bool:
        """``code`` is the problem itself."""
        side = move.side  # type: ignore[attr-defined]
        return side is not None and any(by.may(power) for power in move.powers) and side(code, by)


MOVES = ProblemWorkflow(
    ProblemTransition(_A.OPEN, (), _S.OPEN, _HANDLING, side=Problem.is_written_by),
    ProblemTransition(_A.ACCEPT, (_S.OPEN,), _S.HANDLING, _HANDLING, side=Problem.is_handled_by),
    ProblemTransition(
        _A.HAND_OVER, UNSOLVED, _S.OPEN, _HANDLING, side=Problem.is_steered_by, needs_reason=True, needs=("to_unit",)
    ),
    ProblemTransition(
        _A.SOLVE, (_S.HANDLING, _S.RETURNED), _S.SOLVED, _HANDLING, side=Problem.is_handled_by, needs_reason=True
    ),
    ProblemTransition(_A.TURN, UNSOLVED, _S.SOLVED, automatic=True),
    ProblemTransition(_A.CLOSE, (_S.SOLVED,), _S.CLOSED, _JUDGING, side=Problem.is_closed_by),
    ProblemTransition(_A.SEND_BACK, (_S.SOLVED,), _S.RETURNED, _JUDGING, side=Problem.is_closed_by, needs_reason=True),
    ProblemTransition(_A.REOPEN, (_S.SOLVED, _S.CLOSED), _S.OPEN, automatic=True),
    ProblemTransition(_A.MERGE, UNSOLVED, _S.MERGED, _HANDLING, side=Problem.is_steered_by, needs_reason=True),
    ProblemTransition(_A.SPLIT, UNSOLVED, None, _HANDLING, side=Problem.is_steered_by, needs_reason=True),
    ProblemTransition(
        _A.WITHDRAW, (_S.OPEN,), _S.WITHDRAWN, _HANDLING, side=Problem.is_withdrawn_by, needs_reason=True
    ),
    code_of=lambda problem: problem,
    trail={Problem: "problem"},
    noted=("to_unit", "due_on"),
)
