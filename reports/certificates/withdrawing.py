"""A title is taken back by a procedure: the bureau proposes, the unit is heard, the government decides.

While it is under way the certificate stays under re-check. Notice and circular are papers that the portal issues, in the
transaction of the step; the circular's number is what the certificate's own step records.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from acceptance import plan
from accounts import audit
from areas import workdays
from common.exceptions import Refused, Stale
from common.templatetags.figures import plain_date
from evidence import keeping
from evidence.keeping import MEGABYTE
from inspection.government import end_title
from reports.certificates import withdrawal_papers
from reports.certificates.actions import confirm, require_none_open
from reports.certificates.models import (
    Certificate,
    CertificateAction,
    CertificateState,
    Withdrawal,
    WithdrawalAction,
    WithdrawalFile,
    WithdrawalGround,
    WithdrawalMove,
    WithdrawalState,
)
from reports.certificates.moves import MOVES, WITHDRAWING, advance
from reports.certificates.watching import fall_of
from workflow.engine import Transition


@transaction.atomic
def propose(*, certificate: Certificate, version: int, ground: str, text: str, on: date, by) -> WithdrawalMove:
    """Propose to withdraw a title that is under re-check; ``version`` is the certificate's.

    Stale when the certificate no longer stands where the page said; Refused when a withdrawal is under way, or the
    portal's own records do not bear the ground out.
    """
    move = WITHDRAWING.permit(WithdrawalAction.PROPOSE, certificate.area_id, by)
    _hold_certificate(certificate, version, move)
    require_none_open(certificate, "不能重复提议。")
    _require_true(certificate, WithdrawalGround(ground))
    text = WITHDRAWING.require_reason(move, text)
    withdrawal = Withdrawal.objects.create(certificate=certificate, ground=ground, text=text)
    return WITHDRAWING.record(WITHDRAWING.log(withdrawal, move.action, "", by, text, on=on), ground=ground)


def _hold_certificate(certificate: Certificate, version: int, move: Transition) -> None:
    """The certificate's row is ours until the transaction ends, if it still is under re-check as the page said."""
    held = Certificate.objects.filter(pk=certificate.pk, state=CertificateState.RECHECKING, version=version)
    if not held.update(version=version):
        raise Stale(MOVES.overtaken(certificate, move))


def _require_true(certificate: Certificate, ground: WithdrawalGround) -> None:
    if ground == WithdrawalGround.FALLEN and fall_of(certificate) is None:
        raise Refused(f"{certificate.quarter.label}之后按已审核数字没有评定未达标，不能以“回落”为由；请另选事由。")
    if ground == WithdrawalGround.MERGED and certificate.area.valid_to is None:
        raise Refused("台账没有登记该单位撤并，不能以“单位撤并”为由；请先登记撤并。")


BORNE_OUT = (WithdrawalGround.FALLEN, WithdrawalGround.MERGED)
"""Grounds of which the portal's own records are the proof; any other needs a file."""


def hearing_days() -> int | None:
    """Working days for which the unit may answer, by the plan in force; None: the plan asks for no hearing."""
    hearing = plan.current().award.hearing
    return int(hearing.value) if hearing else None


def hearing_term(on: date) -> tuple[date, int]:
    """The last day on which a unit that is told on a day may answer, and how many working days that are; Refused where none is set."""
    days = hearing_days()
    if days is None:
        raise Refused("实施方案没有规定陈述申辩的期限，不发告知书；请直接报请区政府决定。")
    try:
        return workdays.load().nth_after(on, days), days
    except workdays.DayUnknown as unknown:
        raise Refused(str(unknown)) from None


@transaction.atomic
def notify(*, withdrawal: Withdrawal, version: int, on: date, by) -> WithdrawalMove:
    """Sign the notice: it goes to the township, which may answer until the last of the plan's working days."""
    move = WITHDRAWING.permit(WithdrawalAction.NOTIFY, withdrawal.certificate.area_id, by)
    until, days = hearing_term(on)
    _lock(withdrawal)
    _require_proof(withdrawal)
    notice = withdrawal_papers.issue_notice(withdrawal, until, days, on, by)
    given = {"served_on": on, "hear_until": until, "notice_number": notice.number}
    step = WITHDRAWING.advance(withdrawal, move, version, by, said={"on": on}, **given)
    return WITHDRAWING.record(step, notice_number=notice.number, hear_until=str(until))


@transaction.atomic
def refer(*, withdrawal: Withdrawal, version: int, on: date, by) -> WithdrawalMove:
    """Put the proposal before the government without a hearing, where the plan asks for none."""
    move = WITHDRAWING.permit(WithdrawalAction.REFER, withdrawal.certificate.area_id, by)
    if hearing_days() is not None:
        raise Refused("实施方案规定了陈述申辩的期限：请先签发告知书，听取单位意见。")
    _require_proof(withdrawal)
    return WITHDRAWING.record(WITHDRAWING.advance(withdrawal, move, version, by, said={"on": on}, served_on=on))


def _require_proof(withdrawal: Withdrawal) -> None:
    if withdrawal.ground not in BORNE_OUT and not withdrawal.files.exists():
        raise Refused(f"以“{withdrawal.get_ground_display()}”为由的，须先上传证明材料。")


@transaction.atomic
def answer(*, withdrawal: Withdrawal, version: int, reason: str, on: date, by) -> WithdrawalMove:
    """The township answers the notice; after the term too, as long as nothing is decided."""
    return _step(withdrawal, WithdrawalAction.ANSWER, version, reason, on, by)


@transaction.atomic
def drop(*, withdrawal: Withdrawal, version: int, reason: str, on: date, by) -> WithdrawalMove:
    """The bureau takes its proposal back; the certificate stays under re-check."""
    return _step(withdrawal, WithdrawalAction.DROP, version, reason, on, by)


def _step(withdrawal: Withdrawal, action: WithdrawalAction, version: int, reason: str, on: date, by) -> WithdrawalMove:
    move = WITHDRAWING.permit(action, withdrawal.certificate.area_id, by)
    reason = WITHDRAWING.require_reason(move, reason)
    return WITHDRAWING.record(WITHDRAWING.advance(withdrawal, move, version, by, reason, said={"on": on}))


@transaction.atomic
def withdraw(*, withdrawal: Withdrawal, version: int, reason: str, on: date, by) -> WithdrawalMove:
    """The government takes the title back: the circular is issued, the certificate ends, the unit may be reported anew."""
    move, reason = _decision(withdrawal, WithdrawalAction.WITHDRAW, reason, on, by)
    circular = withdrawal_papers.issue_circular(withdrawal, on, by, reason)
    given = {"decided_on": on, "circular_number": circular.number}
    step = WITHDRAWING.advance(withdrawal, move, version, by, reason, said={"on": on}, **given)
    _end(withdrawal, reason, circular.number, on, by)
    return WITHDRAWING.record(step, circular_number=circular.number)


def _end(withdrawal: Withdrawal, reason: str, circular: str, on: date, by) -> None:
    certificate = _fresh(withdrawal)
    move = MOVES.permit(CertificateAction.WITHDRAW, certificate.area_id, by)
    more = f"（撤销事由：{withdrawal.get_ground_display()}）"
    step = advance(certificate, move, certificate.version, on=on, by=by, reason=reason, circular=circular, more=more)
    end_title(unit=certificate.unit, reason=f"{step.circular}：{step.reason}", by=by)


@transaction.atomic
def keep(*, withdrawal: Withdrawal, version: int, reason: str, on: date, by) -> WithdrawalMove:
    """The government lets the title stand, for a reason: the re-check ends with it."""
    move, reason = _decision(withdrawal, WithdrawalAction.KEEP, reason, on, by)
    step = WITHDRAWING.advance(withdrawal, move, version, by, reason, said={"on": on}, decided_on=on)
    certificate = _fresh(withdrawal)
    confirm(certificate=certificate, version=certificate.version, reason=reason, on=on, by=by)
    return WITHDRAWING.record(step)


def _fresh(withdrawal: Withdrawal) -> Certificate:
    return Certificate.objects.select_related("unit", "area").get(pk=withdrawal.certificate_id)


def _decision(withdrawal: Withdrawal, action: WithdrawalAction, reason: str, on: date, by) -> tuple[Transition, str]:
    """The move and its reason; Refused before the unit is heard, and for whoever had a hand in the proposal."""
    move = WITHDRAWING.permit(action, withdrawal.certificate.area_id, by)
    _lock(withdrawal)
    if earlier := withdrawal.moves.filter(by=by).first():
        raise Refused(f"您已办理“{earlier.deed}”，不能再作决定，请由他人办理。")
    if withdrawal.state == WithdrawalState.HEARING and not withdrawal.is_decidable(on):
        until = plain_date(withdrawal.hear_until)
        raise Refused(f"陈述申辩的期限至{until}：收到答复或期满之后才能决定。")
    return move, WITHDRAWING.require_reason(move, reason)


def _lock(withdrawal: Withdrawal) -> None:
    """The withdrawal's row is ours until the transaction ends.

    Held before a paper is issued, for that holds the end of the audit trail: who first held that and then wanted the row
    would wait for one who has the row and wants to tell the trail.
    """
    Withdrawal.objects.filter(pk=withdrawal.pk).update(version=F("version"))


def side_of(withdrawal: Withdrawal, by) -> bool | None:
    """As which side ``by`` may hand in files now: False the bureau with its proposal, True the township, None nobody."""
    if not by.scope.holds(withdrawal.certificate.area_id):
        return None
    if withdrawal.state == WithdrawalState.PROPOSED and _may(by, WithdrawalAction.PROPOSE):
        return False
    return True if withdrawal.state == WithdrawalState.HEARING and _may(by, WithdrawalAction.ANSWER) else None


def _may(by, action: WithdrawalAction) -> bool:
    return any(by.may(power) for power in WITHDRAWING[action].powers)


def attach(*, withdrawal: Withdrawal, name: str, data: bytes, by) -> WithdrawalFile:
    """Keep a file with the withdrawal; Refused with a sentence, NoSpace when the disk is full."""
    file = keeping.checked(data, name)
    with transaction.atomic():
        is_answer = _hold(withdrawal, by)
        _require_room(withdrawal, len(data), file.digest)
        fields = file.keep(WithdrawalFile)
        try:
            with transaction.atomic():
                kept = WithdrawalFile.objects.create(withdrawal=withdrawal, is_answer=is_answer, by=by, **fields)
        except BaseException:
            keeping.drop(WithdrawalFile, file.digest)
            raise
        _noted("attach", kept, by)
        return kept


@transaction.atomic
def detach(*, file: WithdrawalFile, by) -> None:
    """Take a file out again, on the side that handed it in, until the next step is taken."""
    if _hold(file.withdrawal, by) != file.is_answer:
        raise Refused("不能移除对方提交的材料。")
    _noted("detach", file, by)
    WithdrawalFile.objects.filter(pk=file.pk).delete()
    keeping.let_go(WithdrawalFile, [file.digest])


def _hold(withdrawal: Withdrawal, by) -> bool:
    """The withdrawal's row is ours, and the side of ``by`` may hand in files as it stands: so no step comes between."""
    _lock(withdrawal)
    withdrawal.refresh_from_db(fields=["state", "version"])
    is_answer = side_of(withdrawal, by)
    if is_answer is None:
        raise Refused(f"撤销程序现为“{withdrawal.get_state_display()}”，您不能增减材料。")
    return is_answer


def _require_room(withdrawal: Withdrawal, size: int, digest: str) -> None:
    if withdrawal.files.filter(digest=digest).exists():
        raise Refused("该文件已经上传，无须重复上传。")
    if withdrawal.files.count() >= settings.EVIDENCE_FILES:
        raise Refused(f"一件撤销程序最多 {settings.EVIDENCE_FILES} 个文件，请合并后上传。")
    held = withdrawal.files.aggregate(total=Sum("size"))["total"] or 0
    if held + size > settings.EVIDENCE_UNIT_MB * MEGABYTE:
        raise Refused(f"一件撤销程序的材料合计不能超过 {settings.EVIDENCE_UNIT_MB} MB。")


def _noted(what: str, file: WithdrawalFile, by) -> None:
    detail = {"file": file.name, "sha256": file.digest}
    audit.record(action=f"withdrawal.{what}", by=by, subject=file.withdrawal, detail=detail)
