"""The legal moves of a proposal: one table, read by actions, pages and docs/proposals.md alike."""

from accounts.posts import Power
from proposals.models import Proposal
from proposals.vocabulary import ProposalAction, ProposalState
from workflow.engine import Transition, Workflow

PROPOSING = frozenset({Power.KEEP_REGISTRY, Power.LOAD_NETWORK})
JUDGING = frozenset({Power.JUDGE_PROPOSALS})
_S, _A = ProposalState, ProposalAction


def code_of(proposal: Proposal) -> str:
    """The area by which it is in somebody's scope; a proposal of an operator belongs to the county."""
    return proposal.area_id or proposal.county


MOVES = Workflow(
    Transition(_A.PROPOSE, (), _S.OPEN, PROPOSING),
    Transition(_A.APPLY, (), _S.SETTLED, PROPOSING),
    Transition(_A.RECORD, (), _S.SETTLED, PROPOSING, automatic=True),
    Transition(_A.ACCEPT, (_S.OPEN,), _S.SETTLED, JUDGING),
    Transition(_A.ACCEPT_PART, (_S.OPEN,), _S.SETTLED, JUDGING, needs_reason=True),
    Transition(_A.VET, (_S.OPEN,), _S.CONFIRMING, JUDGING),
    Transition(_A.CONFIRM, (_S.CONFIRMING,), _S.SETTLED, JUDGING),
    Transition(_A.OVERRULE, (_S.CONFIRMING,), _S.OPEN, JUDGING, needs_reason=True),
    Transition(_A.SEND_BACK, (_S.OPEN,), _S.RETURNED, JUDGING, needs_reason=True),
    Transition(_A.REFUSE, (_S.OPEN,), _S.SETTLED, JUDGING, needs_reason=True),
    Transition(_A.REVISE, (_S.RETURNED,), _S.OPEN, PROPOSING),
    Transition(_A.WITHDRAW, (_S.OPEN, _S.RETURNED), _S.WITHDRAWN, PROPOSING),
    code_of=code_of,
    trail={Proposal: "proposal"},
    four_eyes="PROPOSALS_FOUR_EYES",
)
