"""The public notice (公示) before a ratification: its term, the objections that arrive and their answers.

The list stands on a public page for the plan's working days. Nothing on it is ratified before the term is over, nor
while an objection is unanswered.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from acceptance import plan
from accounts import audit
from accounts.contacts import office_phones
from accounts.posts import Power
from areas import workdays
from common import clock
from common.exceptions import Refused, Stale
from common.templatetags.figures import plain_date
from inspection import freezing, notice_papers
from inspection.models import PublicNotice, PublicObjection, PublicObjector, Submission, Unit
from inspection.naming import units_called
from inspection.notice_papers import NoticeData
from inspection.report_papers import district_of
from inspection.vocabulary import ObjectionWay, SubmissionState
from papers.document import Paper
from papers.issuing import bureau, issue
from papers.wording import WordingTexts, words_for
from witness.sealing import seal

HANDLING = (Power.COMPILE_SUBMISSIONS, Power.RATIFY)
"""Whoever has one of these enters objections, answers them, and may read who objected."""
LONGEST_TEXT = 2_000


def required_days() -> int | None:
    """How many working days a list must stand before the public by the plan; None: the plan asks for none."""
    said = plan.current().award.publicity
    return None if said is None else int(said.value)


def standing(submission: Submission) -> PublicNotice | None:
    """The notice on which the list stands, also after its term; None where there is none or it was withdrawn."""
    return submission.notices.filter(withdrawn_at__isnull=True).select_related("document").first()


def publish(submission: Submission, on: date, by) -> PublicNotice:
    """Put the list before the public from ``on``, which is not counted; in the transaction of the move.

    Refused where the plan asks for none, nobody could be called, or the working days are not known.
    """
    token = secrets.token_hex(8)
    data = _data(submission, on, _address(token))
    document = issue(
        kind=notice_papers.KIND,
        subject=submission,
        issuer=data.government,
        area=district_of(submission.county),
        on=on,
        by=by,
        build=lambda number: notice_papers.notice(data, _words(submission), number),
        is_circular=True,
    )
    published = PublicNotice.objects.create(
        submission=submission,
        token=token,
        document=document,
        noticed_on=on,
        until=data.until,
        days=data.days,
        said=data.said,
        by=by,
    )
    seal(published)
    return published


def notice_paper(submission: Submission, number: str, on: date) -> Paper:
    """The notice as it would be published on a day, its address not known before; Refused as by ``publish``."""
    return notice_papers.notice(_data(submission, on, ""), _words(submission), number)


def _words(submission: Submission) -> WordingTexts:
    return words_for(notice_papers.KIND, submission.county, submission)


def _data(submission: Submission, on: date, address: str) -> NoticeData:
    days = required_days()
    if days is None:
        raise Refused("实施方案没有规定公示，无须公示，可直接审定。")
    district = district_of(submission.county)
    office = bureau(district, on)
    phones = [office.phone] if office.phone else office_phones(submission.county)
    if not phones:
        raise Refused(
            "没有区经信局的办公电话，公示无法写明受理电话：请由系统管理员在账号中填写，或者在发文机关中填写后公示。"
        )
    try:
        until = workdays.load().nth_after(on, days)
    except workdays.DayUnknown as unknown:
        raise Refused(str(unknown)) from unknown
    return NoticeData(
        government=notice_papers.issuer(district, on),
        office=office.name,
        phones=tuple(phones),
        on=on,
        until=until,
        days=days,
        units=notice_papers.noticed(listed(submission)),
        address=address,
    )


def _address(token: str) -> str:
    return f"{settings.PUBLIC_ADDRESS}{reverse('notices:notice', args=[token])}" if settings.PUBLIC_ADDRESS else ""


def listed(submission: Submission) -> list[Unit]:
    """The units of a submission, as they were called, in the order of their codes."""
    return units_called(
        submission.units.select_related("area__parent", "report__township", "frozen").order_by("area_id")
    )


def criteria(units: Sequence[Unit]) -> dict[str, str]:
    """What is asked by each criterion of units, by its key."""
    return {key: title for unit in units for key, title in freezing.criterion_titles(unit.frozen).items()}


def withdraw(submission: Submission) -> None:
    """The list no longer stands before the public."""
    for notice in submission.notices.filter(withdrawn_at__isnull=True):
        notice.withdrawn_at = clock.now()
        notice.save(update_fields=["withdrawn_at"])
        seal(notice)


def obstacle(submission: Submission, on: date) -> str:
    """What of the notice stands in the way of ratifying: none yet, not over, or an objection unanswered; blank: nothing."""
    notice, days = standing(submission), required_days()
    if notice is None and days is not None:
        return f"名单尚未公示，不能审定通过：请先公示 {days} 个工作日。"
    if notice is not None and not notice.is_over(on):
        return f"公示至{plain_date(notice.until)}，期满后方可审定通过。"
    left = [each for each in objections_to(submission) if each.answered_at is None]
    if left:
        return f"有 {len(left)} 条公示异议尚未答复：{'；'.join(map(_named, left))}。请答复后审定。"
    return ""


def objections_to(submission: Submission) -> list[PublicObjection]:
    """The objections to a list and to its units, each with the ``name`` of what it is about."""
    found = list(PublicObjection.objects.on(submission))
    for each in found:
        each.name = each.unit.area.full_name if each.unit else "整份名单"
    return found


def _named(objection: PublicObjection) -> str:
    """“青岗村新庄”2018年7月20日电话异议."""
    return f"“{objection.name}”{plain_date(objection.received_on)}{objection.get_way_display()}异议"


# ------------------------------------------------------------ objections


@dataclass(frozen=True)
class ObjectionGiven:
    """An objection as it arrived; ``unit``: primary key, None for the list as a whole; ``criterion`` blank: of none."""

    text: str
    way: str
    received_on: date
    unit: int | None = None
    criterion: str = ""
    name: str = ""
    phone: str = ""


@transaction.atomic
def enter(*, submission: Submission, given: ObjectionGiven, on: date, by) -> PublicObjection:
    """Enter an objection; also after the term, as long as the government has not decided."""
    _permit(submission, by)
    current = Submission.objects.select_for_update().get(pk=submission.pk)
    notice = standing(current)
    if current.state != SubmissionState.NOTICED or notice is None:
        raise Stale(f"{current}现在是“{current.get_state_display()}”，不在公示中，不能登记异议。")
    _require_sound(given, notice, on)
    unit = _unit(current, given)
    objection = PublicObjection.objects.create(
        notice=notice,
        unit=unit,
        criterion=given.criterion,
        way=given.way,
        received_on=given.received_on,
        text=_text(given.text, "异议内容"),
        entered_by=by,
    )
    PublicObjector.objects.create(objection=objection, name=given.name.strip()[:40], phone=given.phone.strip()[:30])
    seal(objection)
    audit.record(action="public_objection.enter", by=by, subject=objection, detail={"way": given.way})
    return objection


def _permit(submission: Submission, by) -> None:
    if not (any(by.may(power) for power in HANDLING) and by.scope.holds(submission.county)):
        raise PermissionDenied("您的岗位不能办理公示异议。")


def _require_sound(given: ObjectionGiven, notice: PublicNotice, on: date) -> None:
    if given.way not in ObjectionWay.values:
        raise Refused("请选择收到的方式。")
    if not notice.noticed_on <= given.received_on <= on:
        raise Refused(f"收到日期应在公示日期（{plain_date(notice.noticed_on)}）和今天之间。")


def _unit(submission: Submission, given: ObjectionGiven) -> Unit | None:
    """The unit that is meant; Refused where it is not on the list, or the criterion is none of its own."""
    if given.unit is None:
        if given.criterion:
            raise Refused("指明了标准的，请一并选择单位。")
        return None
    unit = next((each for each in listed(submission) if each.pk == given.unit), None)
    if unit is None:
        raise Refused("所选单位不在公示名单内。")
    if given.criterion and given.criterion not in {row["key"] for row in unit.frozen.said["criteria"]}:
        raise Refused(f"{given.criterion}不是{unit.area.full_name}的验收标准。")
    return unit


def _text(text: str, what: str) -> str:
    found = text.replace("\r\n", "\n").strip()
    if not found:
        raise Refused(f"请写明{what}。")
    if len(found) > LONGEST_TEXT:
        raise Refused(f"{what}有 {len(found)} 字，最多 {LONGEST_TEXT} 字，请删减。")
    return found


@transaction.atomic
def answer(*, objection: PublicObjection, text: str, by) -> None:
    """Answer an objection, once; Stale where somebody did."""
    _permit(objection.notice.submission, by)
    said = {"answer": _text(text, "答复"), "answered_by": by, "answered_at": clock.now()}
    if not PublicObjection.objects.filter(pk=objection.pk).unanswered().update(**said):
        raise Stale("这条异议已经答复，请核对后办理。")
    objection.refresh_from_db()
    seal(objection)
    audit.record(action="public_objection.answer", by=by, subject=objection, detail={"answer": said["answer"]})


@transaction.atomic
def objector(*, objection: PublicObjection, by) -> PublicObjector:
    """Who objected; the look is told to the audit trail."""
    _permit(objection.notice.submission, by)
    found = PublicObjector.objects.get(objection=objection)
    audit.record(action="public_objection.look", by=by, subject=objection)
    return found


def by_unit(objections: Sequence[PublicObjection]) -> Mapping[int | None, list[PublicObjection]]:
    """Objections by the primary key of their unit; None: those on the list."""
    found: dict[int | None, list[PublicObjection]] = {}
    for each in objections:
        found.setdefault(each.unit_id, []).append(each)
    return found
