"""What of the register's changes stands for good: steps, items that were applied, and the files that were handed in for them."""

from django.db.models import Q

from proposals.models import Proof, ProposalItem, ProposalMove
from proposals.vocabulary import ItemState
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(ProposalMove, "proposal"),
        Sealed(Proof, named=lambda row: f"{row.proposal.title} {row.name}"),
        Sealed(ProposalItem, due=Q(state=ItemState.APPLIED), group="proposal_id", named=_item),
    )


def _item(row: ProposalItem) -> str:
    return f"{row.proposal.title} 第 {row.number} 项 {row.get_act_display()} {row.name}（{row.key}）"
