"""A second opinion on a unit: the reviewer asks a colleague or the head, and decides when the answer is there."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from accounts.posts import Power
from common import clock
from common.exceptions import Refused, Stale
from inspection.hands import hands_of, holders
from inspection.models import SecondOpinion, Unit
from inspection.moves import hold
from inspection.vocabulary import Hand, ReportState, UnitState
from witness.sealing import seal
from workflow.engine import fitting

_TO_DECIDE = (UnitState.SENT, UnitState.REOPENED)


def open_on(units: Iterable[Unit]) -> dict[int, SecondOpinion]:
    """The question that is not answered yet, by the unit's key."""
    found = SecondOpinion.objects.open().filter(unit__in=[unit.pk for unit in units])
    return {each.unit_id: each for each in found.select_related("asker", "asked")}


def require_none_open(unit: Unit) -> None:
    """Refused while somebody waits for a second opinion on the unit."""
    if waiting := open_on([unit]).get(unit.pk):
        raise Refused(
            f"{unit.area.full_name}已由{waiting.asker}提请{waiting.asked}会商，尚未答复；答复或撤回会商之后才能作出决定。"
        )


def colleagues(unit: Unit, by: User) -> list[User]:
    """Who can be asked: reviewers and heads beside the asker, but those of the township's own side."""
    hands = hands_of([unit])[unit.pk]
    own = hands.get(Hand.PROPOSING, set()) | hands.get(Hand.SIGNING, set())
    return [each for each in holders([Power.EXAMINE], unit.area_id) if each.pk not in own | {by.pk}]


@transaction.atomic
def ask(*, unit: Unit, version: int, asked: User | None, question: str, by) -> SecondOpinion:
    """Ask a colleague about a unit that the own examination has still to decide; Stale when somebody waits already."""
    hold(unit.report)
    held = Unit.objects.select_for_update().select_related("report", "area").get(pk=unit.pk)
    is_reviewer = held.report.state == ReportState.EXAMINING and held.report.reviewer_id == by.pk
    if not by.may(Power.EXAMINE) or not by.scope.holds(held.area_id):
        raise PermissionDenied("您的岗位不能提请会商。")
    if held.version != version or held.state not in _TO_DECIDE:
        raise Stale(f"未提请会商：{held.area.full_name}现在是“{held.get_state_display()}”，请核对后再办理。")
    if not is_reviewer:
        raise Refused(f"{held.area.full_name}不由您受理审核，不能提请会商。")
    if asked is None or asked not in colleagues(held, by):
        raise Refused("请选择会商人：区经信局的其他审核员或负责人。")
    question = _required(question, "请写明提请会商的问题。")
    try:
        with transaction.atomic():
            opinion = SecondOpinion.objects.create(unit=held, asker=by, asked=asked, question=question)
    except IntegrityError:
        raise Stale(f"{held.area.full_name}已提请会商，尚未答复。") from None
    seal(opinion)
    audit.record(
        action="second_opinion.ask", by=by, subject=opinion, detail={"asked": asked.name, "question": question}
    )
    return opinion


@transaction.atomic
def answer(*, opinion: SecondOpinion, text: str, by) -> SecondOpinion:
    """Say what one thinks; only who was asked does."""
    held = _held(opinion)
    if held.asked_id != by.pk or not by.may(Power.EXAMINE):
        raise PermissionDenied(f"该会商由{held.asked}答复。")
    held.answer, held.answered_at = _required(text, "请写明会商意见。"), clock.now()
    held.save(update_fields=["answer", "answered_at"])
    seal(held)
    audit.record(action="second_opinion.answer", by=by, subject=held, detail={"answer": held.answer})
    return held


@transaction.atomic
def withdraw(*, opinion: SecondOpinion, reason: str, by) -> SecondOpinion:
    """Wait no longer, for a reason: the asker, or whoever examines the report now."""
    held = _held(opinion)
    if by.pk not in (held.asker_id, held.unit.report.reviewer_id) or not by.may(Power.EXAMINE):
        raise PermissionDenied(f"该会商由{held.asker}提请，由其撤回。")
    held.withdrawal, held.withdrawn_at = _required(reason, "撤回会商须写明原因。"), clock.now()
    held.save(update_fields=["withdrawal", "withdrawn_at"])
    seal(held)
    audit.record(action="second_opinion.withdraw", by=by, subject=held, detail={"reason": held.withdrawal})
    return held


def _held(opinion: SecondOpinion) -> SecondOpinion:
    held = SecondOpinion.objects.select_for_update().get(pk=opinion.pk)
    if not held.is_open:
        raise Stale("未办理：该会商已答复或已撤回。")
    return held


def _required(text: str, refusal: str) -> str:
    if not (found := fitting(text)):
        raise Refused(refusal)
    return found
