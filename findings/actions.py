"""What people do with a finding: its owner says why it is none, the bureau does not accept that. All else the facts do."""

from operator import attrgetter

from django.db import transaction

from accounts.posts import Power
from common import clock
from common.exceptions import Refused
from findings.declared import BY_CODE
from findings.models import FindingMove, RegisterFinding
from findings.surveying import due_in
from findings.vocabulary import FindingAction, FindingState
from workflow.engine import Transition, Workflow

_OWNER = frozenset({Power.KEEP_REGISTRY, Power.LOAD_NETWORK})

MOVES = Workflow(
    Transition(FindingAction.EXPLAIN, (FindingState.OPEN,), FindingState.EXPLAINED, _OWNER, needs_reason=True),
    Transition(
        FindingAction.OVERRULE,
        (FindingState.EXPLAINED,),
        FindingState.OPEN,
        frozenset({Power.JUDGE_PROPOSALS}),
        needs_reason=True,
    ),
    Transition(FindingAction.CLOSE, (FindingState.OPEN, FindingState.EXPLAINED), FindingState.CLOSED, automatic=True),
    Transition(FindingAction.REOPEN, (FindingState.EXPLAINED, FindingState.CLOSED), FindingState.OPEN, automatic=True),
    code_of=attrgetter("area_code"),
    trail={RegisterFinding: "finding"},
)
"""What the facts do is automatic; the survey takes those steps in bulk (``surveying``)."""


def may_explain(finding: RegisterFinding, by) -> bool:
    return finding.state == FindingState.OPEN and finding.is_owned_by(by)


def may_overrule(finding: RegisterFinding, by) -> bool:
    return MOVES.allows(FindingAction.OVERRULE, finding, by)


@transaction.atomic
def explain(*, finding: RegisterFinding, reason: str, version: int, by) -> FindingMove:
    """Say why a finding is none; it stays so until the values change for which it was said.

    Refused to all but its owner, and without a reason; Stale when it changed meanwhile.
    """
    if not finding.is_owned_by(by):
        raise Refused(f"该问题由{finding.get_owner_display()}处理，您的岗位不能说明。")
    move = MOVES[FindingAction.EXPLAIN]
    reason = MOVES.require_reason(move, reason)
    said = {"sentence": finding.sentence}
    fields = {"explanation": reason, "explained_by": by, "explained_at": clock.now()}
    return MOVES.record(MOVES.advance(finding, move, version, by, reason, said=said, **fields))


@transaction.atomic
def overrule(*, finding: RegisterFinding, reason: str, version: int, by) -> FindingMove:
    """Do not accept an explanation: the finding is open again, with its whole time to be settled in."""
    move = MOVES.permit(FindingAction.OVERRULE, finding.area_code, by)
    reason = MOVES.require_reason(move, reason)
    check = BY_CODE.get(finding.code)
    fields = {
        "explanation": "",
        "explained_by": None,
        "explained_at": None,
        "due_on": due_in(check.days if check else 0),
    }
    said = {"sentence": finding.sentence}
    return MOVES.record(MOVES.advance(finding, move, version, by, reason, said=said, **fields))
