"""The legal moves of a certificate: one table, read by actions, pages, docs/certificates.md and tests alike."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from accounts.posts import Power
from reports.certificates.models import Action, Certificate, State


@dataclass(frozen=True)
class LegalMove:
    """From which state an action leads where, and whose powers allow it (any of them); no source: from nothing."""

    action: Action
    source: State | None
    target: State
    powers: frozenset[Power]
    needs_reason: bool = True
    needs_circular: bool = False

    @property
    def label(self) -> str:
        return self.action.label


_AWARDING = frozenset({Power.AWARD_TITLES})
_RECHECKING = frozenset({Power.RECHECK_TITLES})
_AWARDED = frozenset({Power.AWARD_TITLES, Power.WITHDRAW_TITLES})
_WITHDRAWING = frozenset({Power.WITHDRAW_TITLES})

MOVES = {
    move.action: move
    for move in (
        LegalMove(Action.ISSUE, None, State.VALID, _AWARDING, needs_reason=False),
        LegalMove(Action.RECHECK, State.VALID, State.RECHECKING, _RECHECKING),
        LegalMove(Action.CONFIRM, State.RECHECKING, State.VALID, _AWARDED),
        LegalMove(Action.WITHDRAW, State.RECHECKING, State.WITHDRAWN, _WITHDRAWING, needs_circular=True),
    )
}
"""A title is withdrawn only after a re-check, by the body that ratified it; the portal itself may begin a re-check."""


def allows(action: Action, owner: Certificate, by) -> bool:
    """Whether ``by`` may take ``action`` on the certificate as it stands."""
    move = MOVES[action]
    return owner.state == move.source and any(by.may(power) for power in move.powers) and by.scope.holds(owner.area_id)


def permit(action: Action, area_code: str, by) -> LegalMove:
    """The move, if the post and the area of ``by`` allow it; else PermissionDenied."""
    move = MOVES[action]
    if not any(by.may(power) for power in move.powers) or not by.scope.holds(area_code):
        raise PermissionDenied(f"您的岗位不能办理“{move.label}”。")
    return move


def as_table() -> str:
    """The moves as the table of docs/certificates.md, which a test compares with it."""
    rows = [
        f"| {move.label} `{move.action}` | {move.source.label if move.source else '（没有）'} | {move.target.label} "
        f"| {'、'.join(sorted(power.label for power in move.powers))} | {'必填' if move.needs_reason else '–'} "
        f"| {'必填' if move.needs_circular else '–'} |"
        for move in MOVES.values()
    ]
    return "\n".join(["| 动作 | 从 | 到 | 权限（任一） | 原因 | 通报文号 |", "|---|---|---|---|---|---|", *rows])
