"""The legal moves of the acceptance chain: one table, read by actions, pages, docs/acceptance-chain.md and tests alike."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import PermissionDenied

from accounts.posts import Power
from inspection.models import Report, Submission, Unit
from inspection.vocabulary import NEEDING_REASON, Action, ReportState, SubmissionState, UnitState

Subject = Report | Unit | Submission


class Refused(Exception):
    """What was asked cannot be done; the message is a Chinese sentence that says why and what to do."""


class Stale(Refused):
    """Somebody else was faster: the page on which the decision was taken is no longer true."""


@dataclass(frozen=True)
class LegalMove:
    """Whose state an action changes (``of``), from which states to which, and whose powers allow it (any of them).

    No ``target``: the state stays. ``automatic``: the move follows from another and is nobody's to take alone.
    ``four_eyes``: the move is there only while the setting INSPECTION_FOUR_EYES is so; None: always.
    """

    action: Action
    of: type[Subject]
    sources: tuple[str, ...]
    target: str | None
    powers: frozenset[Power] = field(default=frozenset())
    automatic: bool = False
    four_eyes: bool | None = None

    @property
    def label(self) -> str:
        return self.action.label

    @property
    def needs_reason(self) -> bool:
        return self.action in NEEDING_REASON

    @property
    def is_there(self) -> bool:
        return self.four_eyes in (None, settings.INSPECTION_FOUR_EYES)


_CLERK = frozenset({Power.WRITE_INSPECTIONS})
_HEAD = frozenset({Power.SIGN_INSPECTIONS})
_TOWNSHIP = _CLERK | _HEAD
_REVIEWER = frozenset({Power.EXAMINE})
_CONFIRMER = frozenset({Power.CONFIRM_EXAMINATIONS})
_COMPILER = frozenset({Power.COMPILE_SUBMISSIONS})
_SUBMITTER = frozenset({Power.SUBMIT_SUBMISSIONS})
_GOVERNMENT = frozenset({Power.RATIFY})
_WITHDRAWER = frozenset({Power.WITHDRAW_TITLES})

_R, _U, _S = ReportState, UnitState, SubmissionState
_TO_DECIDE = (_U.SENT, _U.REOPENED)
_VETTED = (_U.VETTED_PASS, _U.VETTED_REFUSAL)

MOVES = {
    move.action: move
    for move in (
        LegalMove(Action.START, Report, (), _R.DRAFT, _CLERK),
        LegalMove(Action.SAVE, Report, (_R.DRAFT,), None, _CLERK),
        LegalMove(Action.REFREEZE, Report, (_R.DRAFT,), None, _CLERK),
        LegalMove(Action.HAND_UP, Report, (_R.DRAFT,), _R.SIGNING, _CLERK),
        LegalMove(Action.HAND_BACK, Report, (_R.SIGNING,), _R.DRAFT, _HEAD),
        LegalMove(Action.SEND, Report, (_R.SIGNING,), _R.SUBMITTED, _HEAD),
        LegalMove(Action.WITHDRAW, Report, (_R.SIGNING, _R.SUBMITTED), _R.DRAFT, _TOWNSHIP),
        LegalMove(Action.DISCARD, Report, (_R.DRAFT,), _R.DISCARDED, _TOWNSHIP),
        LegalMove(Action.TAKE, Report, (_R.SUBMITTED, _R.EXAMINING), _R.EXAMINING, _REVIEWER),
        LegalMove(Action.CONCLUDE, Report, (_R.EXAMINING,), _R.DECIDED, _REVIEWER | _CONFIRMER, automatic=True),
        LegalMove(Action.REOPEN, Report, (_R.DECIDED,), _R.EXAMINING, _GOVERNMENT | _COMPILER, automatic=True),
        LegalMove(Action.PASS, Unit, _TO_DECIDE, _U.PASSED, _REVIEWER, four_eyes=False),
        LegalMove(Action.PASS_SHORT, Unit, _TO_DECIDE, _U.PASSED, _REVIEWER, four_eyes=False),
        LegalMove(Action.REFUSE, Unit, _TO_DECIDE, _U.REFUSED, _REVIEWER, four_eyes=False),
        LegalMove(Action.VET_PASS, Unit, _TO_DECIDE, _U.VETTED_PASS, _REVIEWER, four_eyes=True),
        LegalMove(Action.VET_PASS_SHORT, Unit, _TO_DECIDE, _U.VETTED_PASS, _REVIEWER, four_eyes=True),
        LegalMove(Action.VET_REFUSAL, Unit, _TO_DECIDE, _U.VETTED_REFUSAL, _REVIEWER, four_eyes=True),
        LegalMove(Action.RETURN, Unit, _TO_DECIDE, _U.RETURNED, _REVIEWER),
        LegalMove(Action.CONFIRM_PASS, Unit, (_U.VETTED_PASS,), _U.PASSED, _CONFIRMER),
        LegalMove(Action.CONFIRM_REFUSAL, Unit, (_U.VETTED_REFUSAL,), _U.REFUSED, _CONFIRMER),
        LegalMove(Action.OVERRULE, Unit, _VETTED, _U.SENT, _CONFIRMER),
        LegalMove(Action.INCLUDE, Unit, (_U.PASSED,), _U.COMPILED, _COMPILER),
        LegalMove(Action.EXCLUDE, Unit, (_U.COMPILED,), _U.PASSED, _COMPILER),
        LegalMove(Action.RATIFY, Unit, (_U.COMPILED,), _U.RATIFIED, _GOVERNMENT),
        LegalMove(Action.SEND_DOWN, Unit, (_U.COMPILED,), _U.REOPENED, _GOVERNMENT),
        LegalMove(Action.END_TITLE, Unit, (_U.RATIFIED,), _U.ENDED, _WITHDRAWER),
        LegalMove(Action.COMPILE, Submission, (), _S.DRAFT, _COMPILER),
        LegalMove(Action.EDIT, Submission, (_S.DRAFT,), None, _COMPILER),
        LegalMove(Action.ABANDON, Submission, (_S.DRAFT,), _S.DISCARDED, _COMPILER),
        LegalMove(Action.SUBMIT, Submission, (_S.DRAFT,), _S.SUBMITTED, _SUBMITTER),
        LegalMove(Action.RECALL, Submission, (_S.SUBMITTED,), _S.DRAFT, _SUBMITTER),
        LegalMove(Action.DECIDE, Submission, (_S.SUBMITTED,), _S.RATIFIED, _GOVERNMENT),
        LegalMove(Action.TURN_DOWN, Submission, (_S.SUBMITTED,), _S.TURNED_DOWN, _GOVERNMENT),
        LegalMove(Action.ANNOUNCE, Submission, (_S.RATIFIED,), _S.ANNOUNCED, _GOVERNMENT),
    )
}
"""``start`` and ``compile`` begin from nothing. When a report is sent, withdrawn or discarded its units follow
(``CARRIED``); when a submission is abandoned its units leave it; ``conclude`` follows the last decision on a
report's units, ``reopen`` the government's return of one."""

CARRIED = {
    Action.SEND: ((_U.OPEN,), _U.SENT),
    Action.WITHDRAW: ((_U.SENT,), _U.OPEN),
    Action.DISCARD: ((_U.OPEN,), _U.DISCARDED),
}
"""What becomes of the units of a report that is moved so."""

VETTING = {
    Action.PASS: Action.VET_PASS,
    Action.PASS_SHORT: Action.VET_PASS_SHORT,
    Action.REFUSE: Action.VET_REFUSAL,
    Action.RETURN: Action.RETURN,
}
"""How a reviewer's decision is taken while another has to confirm it (four eyes)."""


def deciding(action: Action) -> Action:
    """A reviewer's decision as it is taken on this installation."""
    return VETTING[action] if settings.INSPECTION_FOUR_EYES else action


def code_of(subject: Subject) -> str:
    """The area by which a subject is in somebody's scope."""
    if isinstance(subject, Report):
        return subject.township_id
    return subject.area_id if isinstance(subject, Unit) else subject.county


def allows(action: Action, subject: Subject, by) -> bool:
    """Whether ``by`` may take ``action`` on the subject as it stands (whose hand was in it is not asked here)."""
    move = MOVES[action]
    return (
        move.is_there
        and not move.automatic
        and isinstance(subject, move.of)
        and subject.state in move.sources
        and any(by.may(power) for power in move.powers)
        and by.scope.holds(code_of(subject))
    )


def permit(action: Action, code: str, by) -> LegalMove:
    """The move, if the post and the area of ``by`` allow it at the area ``code``; else PermissionDenied."""
    move = MOVES[action]
    if not any(by.may(power) for power in move.powers) or not by.scope.holds(code):
        raise PermissionDenied(f"您的岗位不能办理“{move.label}”。")
    if not move.is_there:
        on = settings.INSPECTION_FOUR_EYES
        raise Refused("审核意见要由负责人复核，请报请复核。" if on else "审核意见直接生效，不必报请复核。")
    return move


def require_reason(move: LegalMove, reason: str) -> str:
    """The reason without its margins; Refused when the move needs one and it is blank."""
    reason = reason.strip()
    if move.needs_reason and not reason:
        raise Refused(f"“{move.label}”必须写明原因。")
    return reason


def as_table() -> str:
    """The moves as the table of docs/acceptance-chain.md, which a test compares with it."""
    head = "| 对象 | 动作 | 从 | 到 | 权限（任一） | 原因 | 何时有 |\n|---|---|---|---|---|---|---|"
    return "\n".join([head, *map(_row, MOVES.values())])


def _row(move: LegalMove) -> str:
    states = {Report: ReportState, Unit: UnitState, Submission: SubmissionState}[move.of]
    sources = "、".join(states(source).label for source in move.sources) or "（没有）"
    target = states(move.target).label if move.target else "（不变）"
    powers = "、".join(sorted(power.label for power in move.powers))
    when = "自动" if move.automatic else _EYES[move.four_eyes]
    reason = "必填" if move.needs_reason else "–"
    return (
        f"| {move.of._meta.verbose_name} | {move.label} `{move.action}` | {sources} | {target} "
        f"| {powers} | {reason} | {when} |"
    )


_EYES = {None: "总是", True: "复核开启", False: "复核关闭"}
