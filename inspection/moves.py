"""The legal moves of the acceptance chain: one table, read by actions, pages, docs/acceptance-chain.md and tests alike."""

from collections.abc import Iterable

from django.db.models import F

from accounts.posts import Power
from common.exceptions import Stale
from inspection.models import InspectionMove, Report, Submission, Unit
from inspection.vocabulary import NEEDING_REASON, InspectionAction, ReportState, SubmissionState, UnitState
from witness.sealing import seal
from workflow.engine import Transition, Workflow

Subject = Report | Unit | Submission


def code_of(subject: Subject) -> str:
    """The area by which a subject is in somebody's scope."""
    if isinstance(subject, Report):
        return subject.township_id
    return subject.area_id if isinstance(subject, Unit) else subject.county


def _move(action: InspectionAction, of: type[Subject], *rest, **options) -> Transition:
    return Transition(action, *rest, of=of, needs_reason=action in NEEDING_REASON, **options)


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
_BEFORE_GOVERNMENT = (_S.SUBMITTED, _S.NOTICED)

MOVES = Workflow(
    _move(InspectionAction.START, Report, (), _R.DRAFT, _CLERK),
    _move(InspectionAction.SAVE, Report, (_R.DRAFT,), None, _CLERK),
    _move(InspectionAction.REFREEZE, Report, (_R.DRAFT,), None, _CLERK),
    _move(InspectionAction.HAND_UP, Report, (_R.DRAFT,), _R.SIGNING, _CLERK),
    _move(InspectionAction.HAND_BACK, Report, (_R.SIGNING,), _R.DRAFT, _HEAD),
    _move(InspectionAction.SEND, Report, (_R.SIGNING,), _R.SUBMITTED, _HEAD),
    _move(InspectionAction.WITHDRAW, Report, (_R.SIGNING, _R.SUBMITTED), _R.DRAFT, _TOWNSHIP),
    _move(InspectionAction.DISCARD, Report, (_R.DRAFT,), _R.DISCARDED, _TOWNSHIP),
    _move(InspectionAction.TAKE, Report, (_R.SUBMITTED, _R.EXAMINING), _R.EXAMINING, _REVIEWER),
    _move(InspectionAction.CONCLUDE, Report, (_R.EXAMINING,), _R.DECIDED, _REVIEWER | _CONFIRMER, automatic=True),
    _move(InspectionAction.REOPEN, Report, (_R.DECIDED,), _R.EXAMINING, _GOVERNMENT | _COMPILER, automatic=True),
    _move(InspectionAction.PASS, Unit, _TO_DECIDE, _U.PASSED, _REVIEWER, four_eyes=False),
    _move(InspectionAction.PASS_SHORT, Unit, _TO_DECIDE, _U.PASSED, _REVIEWER, four_eyes=False),
    _move(InspectionAction.REFUSE, Unit, _TO_DECIDE, _U.REFUSED, _REVIEWER, four_eyes=False),
    _move(InspectionAction.VET_PASS, Unit, _TO_DECIDE, _U.VETTED_PASS, _REVIEWER),
    _move(InspectionAction.VET_PASS_SHORT, Unit, _TO_DECIDE, _U.VETTED_PASS, _REVIEWER),
    _move(InspectionAction.VET_REFUSAL, Unit, _TO_DECIDE, _U.VETTED_REFUSAL, _REVIEWER, four_eyes=True),
    _move(InspectionAction.RETURN, Unit, _TO_DECIDE, _U.RETURNED, _REVIEWER),
    _move(InspectionAction.CONFIRM_PASS, Unit, (_U.VETTED_PASS,), _U.PASSED, _CONFIRMER),
    _move(InspectionAction.CONFIRM_REFUSAL, Unit, (_U.VETTED_REFUSAL,), _U.REFUSED, _CONFIRMER),
    _move(InspectionAction.OVERRULE, Unit, _VETTED, _U.SENT, _CONFIRMER),
    _move(InspectionAction.INCLUDE, Unit, (_U.PASSED,), _U.COMPILED, _COMPILER),
    _move(InspectionAction.EXCLUDE, Unit, (_U.COMPILED,), _U.PASSED, _COMPILER),
    _move(InspectionAction.RATIFY, Unit, (_U.COMPILED,), _U.RATIFIED, _GOVERNMENT),
    _move(InspectionAction.SEND_DOWN, Unit, (_U.COMPILED,), _U.REOPENED, _GOVERNMENT),
    _move(InspectionAction.END_TITLE, Unit, (_U.RATIFIED,), _U.ENDED, _WITHDRAWER),
    _move(InspectionAction.COMPILE, Submission, (), _S.DRAFT, _COMPILER),
    _move(InspectionAction.EDIT, Submission, (_S.DRAFT,), None, _COMPILER),
    _move(InspectionAction.ABANDON, Submission, (_S.DRAFT,), _S.DISCARDED, _COMPILER),
    _move(InspectionAction.SUBMIT, Submission, (_S.DRAFT,), _S.SUBMITTED, _SUBMITTER),
    _move(InspectionAction.RECALL, Submission, _BEFORE_GOVERNMENT, _S.DRAFT, _SUBMITTER),
    _move(InspectionAction.NOTICE, Submission, (_S.SUBMITTED,), _S.NOTICED, _GOVERNMENT),
    _move(InspectionAction.PROPOSE, Submission, _BEFORE_GOVERNMENT, None, _GOVERNMENT),
    _move(InspectionAction.DECIDE, Submission, _BEFORE_GOVERNMENT, _S.RATIFIED, _GOVERNMENT),
    _move(InspectionAction.TURN_DOWN, Submission, _BEFORE_GOVERNMENT, _S.TURNED_DOWN, _GOVERNMENT),
    _move(InspectionAction.ANNOUNCE, Submission, (_S.RATIFIED,), _S.ANNOUNCED, _GOVERNMENT),
    code_of=code_of,
    trail={Report: "inspection", Unit: "inspection_unit", Submission: "submission"},
    four_eyes="INSPECTION_FOUR_EYES",
    not_there={True: "审核意见须由负责人复核，请报请复核。", False: "审核意见直接生效，无须报请复核。"},
)
"""``start`` and ``compile`` begin from nothing. When a report is sent, withdrawn or discarded its units follow
(``CARRIED``); when a submission is abandoned its units leave it; ``conclude`` follows the last decision on a
report's units, ``reopen`` the government's return of one."""

CARRIED = {
    InspectionAction.SEND: ((_U.OPEN,), _U.SENT),
    InspectionAction.WITHDRAW: ((_U.SENT,), _U.OPEN),
    InspectionAction.DISCARD: ((_U.OPEN,), _U.DISCARDED),
}
"""What becomes of the units of a report that is moved so."""

VETTING = {
    InspectionAction.PASS: InspectionAction.VET_PASS,
    InspectionAction.PASS_SHORT: InspectionAction.VET_PASS_SHORT,
    InspectionAction.REFUSE: InspectionAction.VET_REFUSAL,
    InspectionAction.RETURN: InspectionAction.RETURN,
}
"""How a reviewer's decision is taken while another has to confirm it (four eyes)."""


def deciding(action: InspectionAction, needs_two: bool = False) -> InspectionAction:
    """A reviewer's decision as it is taken on this installation; what ``needs_two`` another confirms on every one."""
    return VETTING[action] if MOVES.has_four_eyes or needs_two else action


def hold(report: Report) -> Report:
    """The report as it stands, locked until the transaction ends, so that decisions on its units come one by one."""
    return Report.objects.select_for_update().get(pk=report.pk)


def require_fresh(subject: Subject, move: Transition, version: int) -> None:
    """Lock the subject, and refuse with Stale when it no longer stands where the page said."""
    current = type(subject).objects.select_for_update().get(pk=subject.pk)
    if current.version != version or current.state not in move.sources:
        raise Stale(MOVES.overtaken(subject, move))


def carry(
    units: Iterable[Unit], action: InspectionAction, sources: tuple[str, ...], target: str, by, **said
) -> list[InspectionMove]:
    """Move units together, each with its row, in the order given; Stale when one of them no longer stands where it did.

    ``said``: the ``reason`` of the rows, one for all or by primary key; anything else are fields of the units that change
    with the state.
    """
    reason, by_key = said.pop("reason", ""), {unit.pk: unit for unit in units}
    before = dict(Unit.objects.filter(pk__in=by_key).values_list("pk", "state"))
    standing = Unit.objects.filter(pk__in=by_key, state__in=sources)
    if standing.update(state=target, version=F("version") + 1, **said) != len(by_key):
        raise Stale(_faster(by_key, action, sources, target))
    versions = dict(Unit.objects.filter(pk__in=by_key).values_list("pk", "version"))
    made = InspectionMove.objects.bulk_create(
        InspectionMove(
            unit=unit,
            action=action,
            from_state=before[pk],
            to_state=target,
            by=by,
            reason=reason if isinstance(reason, str) else reason[pk],
            version=versions[pk],
        )
        for pk, unit in by_key.items()
    )
    seal(*units, *made)
    return made


def _faster(units: dict[int, Unit], action: InspectionAction, sources: tuple[str, ...], target: str) -> str:
    """Which of the units was moved by somebody else, and where it stands; those of ours are in ``target`` by now."""
    now = dict(Unit.objects.filter(pk__in=units).values_list("pk", "state"))
    elsewhere = [pk for pk in units if now.get(pk) not in (*sources, target)]
    named = units[(elsewhere or list(units))[0]]
    return f"未办理“{action.label}”：{named.area.full_name}现在是“{UnitState(now[named.pk]).label}”，请刷新后重新选择。"
