"""What of the register's changes stands for good: steps, and items that were applied."""

from django.db.models import Q

from proposals.models import ProposalItem, ProposalMove
from proposals.vocabulary import ItemState
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(ProposalMove, "proposal"),
        Sealed(ProposalItem, due=Q(state=ItemState.APPLIED), group="proposal_id", named=_item),
    )


def _item(row: ProposalItem) -> str:
    return f"{row.proposal.title} 第 {row.number} 项 {row.get_act_display()} {row.name}（{row.key}）"
