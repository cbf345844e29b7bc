"""What is reported: one return a quarter of each street and town, a line for each village."""

from returns.models.checks import PROTECTED, Checking, CheckTerms
from returns.models.counts import COUNTED, CountDraft, CountEntry, OperatorCount
from returns.models.returns import FIGURES, MOVES_GUARD, FigureEntry, Objection, Return, ReturnLine, ReturnMove
from returns.models.rounds import (
    LEAVE_GUARDS,
    LateRequest,
    LateRequestAction,
    LateRequestMove,
    LateRequestState,
    Round,
    Unlock,
    Urge,
)
from returns.models.vocabulary import (
    AT_BUREAU,
    EDITABLE,
    REPORTED,
    WITH_TOWNSHIP,
    ExplanationReason,
    FigureReturnReason,
    LineStatus,
    ReturnAction,
    ReturnState,
    ReturnStatus,
)

__all__ = [
    "AT_BUREAU",
    "COUNTED",
    "EDITABLE",
    "FIGURES",
    "LEAVE_GUARDS",
    "MOVES_GUARD",
    "PROTECTED",
    "REPORTED",
    "WITH_TOWNSHIP",
    "CheckTerms",
    "Checking",
    "CountDraft",
    "CountEntry",
    "ExplanationReason",
    "FigureEntry",
    "FigureReturnReason",
    "LateRequest",
    "LateRequestAction",
    "LateRequestMove",
    "LateRequestState",
    "LineStatus",
    "Objection",
    "OperatorCount",
    "Return",
    "ReturnAction",
    "ReturnLine",
    "ReturnMove",
    "ReturnState",
    "ReturnStatus",
    "Round",
    "Unlock",
    "Urge",
]
