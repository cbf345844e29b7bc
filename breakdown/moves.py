"""The legal moves of breakdowns: read by actions, pages, docs and tests alike."""

from accounts.posts import Power
from breakdown.models import Breakdown
from breakdown.vocabulary import BreakdownAction, BreakdownState
from workflow.engine import Transition, Workflow

_A, _S = BreakdownAction, BreakdownState
_DRAFTING = frozenset({Power.BREAK_DOWN})
_SIGNING = frozenset({Power.SIGN_BREAKDOWNS})

MOVES = Workflow(
    Transition(_A.DRAFT, (), _S.DRAFT, _DRAFTING),
    Transition(_A.EDIT, (_S.DRAFT,), None, _DRAFTING),
    Transition(_A.PROPOSE, (_S.DRAFT,), _S.PROPOSED, _DRAFTING),
    Transition(_A.SEND_BACK, (_S.PROPOSED,), _S.DRAFT, _SIGNING, needs_reason=True),
    Transition(_A.ISSUE, (_S.PROPOSED,), _S.ISSUED, _SIGNING),
    Transition(_A.ACCEPT, (_S.ISSUED,), None, frozenset({Power.ACCEPT_LETTERS}), needs=("township",)),
    Transition(_A.DISCARD, (_S.DRAFT,), _S.DISCARDED, _DRAFTING, needs_reason=True),
    Transition(_A.REPLACE, (_S.ISSUED,), _S.REPLACED, _SIGNING, automatic=True),
    code_of=lambda breakdown: breakdown.county,
    trail={Breakdown: "breakdown"},
)
