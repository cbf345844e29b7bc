"""The legal moves of a record of a measure: read by actions, pages, docs and tests alike."""

from dataclasses import dataclass
from typing import Any

from acceptance import plan
from accounts.posts import Power
from measures.kinds import MeasureKind
from measures.models import MeasureRecord
from measures.sides import leads, side_of
from measures.vocabulary import WITH_WRITER, MeasureAction, MeasureState
from workflow.engine import Transition, Workflow

_A, _S = MeasureAction, MeasureState
_ENTERING, _CONFIRMING = frozenset({Power.ENTER_MEASURES}), frozenset({Power.CONFIRM_MEASURES})


@dataclass(frozen=True)
class MeasureTransition(Transition):
    """``by_others``: it is for whoever confirms the kind and had no hand in the record; else for the unit that enters it."""

    by_others: bool = False


def may_enter(kind: MeasureKind, user) -> bool:
    """Whether a person's post, and of lead units hers, enters records of a kind."""
    return user.may(Power.ENTER_MEASURES) and user.post in kind.entered_by and _leads(user, kind)


def may_confirm(kind: MeasureKind, user) -> bool:
    """Whether a person's post, and of lead units hers, confirms records of a kind; not whether this one's is her own."""
    return user.may(Power.CONFIRM_MEASURES) and user.post in kind.confirmed_by and _leads(user, kind)


def _leads(user, kind: MeasureKind) -> bool:
    return not kind.duty or leads(user, kind, plan.current().duties[kind.duty].lead)


class MeasureWorkflow(Workflow):
    """A table of moves whose documents lie with a unit, and are confirmed by others."""

    @staticmethod
    def is_open_to(move: Transition, code: Any, by: Any) -> bool:
        """``code`` is the record itself. Whose hand was in it is asked by the action."""
        record: MeasureRecord = code
        if move.by_others:  # type: ignore[attr-defined]
            return may_confirm(record.declared, by) and by.area_id == record.county
        return may_enter(record.declared, by) and side_of(by) == record.side


RECORDS = MeasureWorkflow(
    MeasureTransition(_A.BEGIN, (), _S.DRAFT, _ENTERING),
    MeasureTransition(_A.REVISE, WITH_WRITER, None, _ENTERING),
    MeasureTransition(_A.SEND, WITH_WRITER, _S.SENT, _ENTERING),
    MeasureTransition(_A.CONFIRM, (_S.SENT,), _S.CONFIRMED, _CONFIRMING, by_others=True),
    MeasureTransition(_A.SEND_BACK, (_S.SENT,), _S.RETURNED, _CONFIRMING, by_others=True, needs_reason=True),
    MeasureTransition(_A.CORRECT, (_S.CONFIRMED,), _S.SENT, _ENTERING, needs_reason=True),
    MeasureTransition(_A.DISCARD, (_S.DRAFT,), _S.VOID, _ENTERING),
    MeasureTransition(_A.VOID, (_S.RETURNED, _S.CONFIRMED), _S.VOID, _CONFIRMING, by_others=True, needs_reason=True),
    code_of=lambda record: record,
    trail={MeasureRecord: "measure"},
)
