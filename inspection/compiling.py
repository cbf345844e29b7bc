"""What the bureau puts before the district government: units that passed, compiled into a submission."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts.posts import Power
from common.exceptions import Refused, Stale
from inspection import notices, submission_papers
from inspection.hands import Apart, holders, require_apart
from inspection.models import Entry, InspectionMove, Submission, Unit
from inspection.moves import MOVES, carry
from inspection.naming import units_called
from inspection.vocabulary import Hand, InspectionAction, SubmissionState, UnitState

LONGEST_TEXT = 5_000


def awaiting(county: str) -> list[Unit]:
    """The units of a county that passed and are in no submission, in the order of their codes."""
    passed = Unit.objects.filter(report__county=county, state=UnitState.PASSED)
    return units_called(passed.select_related("area__parent", "report__township", "frozen").order_by("area_id"))


@transaction.atomic
def compile_(*, county: str, units: Sequence[Unit], by) -> Submission:
    """A submission of these units, its opinion drafted; Stale when one of them is no longer to be had."""
    MOVES.permit(InspectionAction.COMPILE, county, by)
    if not units:
        raise Refused("请至少选择一个审核通过的单位。")
    require_apart(units, Hand.COMPILING, by)
    submission = Submission.objects.create(county=county, created_by=by)
    step = MOVES.log(submission, InspectionAction.COMPILE, "", by)
    _include(submission, units, by)
    submission.opinion = drafted_opinion(units)
    submission.save(update_fields=["opinion"])
    MOVES.record(step)
    return submission


def _include(submission: Submission, units: Sequence[Unit], by) -> None:
    if any(unit.report.county != submission.county for unit in units):
        raise Refused("选中的单位不属于本县区。")
    carry(units, InspectionAction.INCLUDE, (UnitState.PASSED,), UnitState.COMPILED, by, submission=submission)
    Entry.objects.bulk_create(Entry(submission=submission, unit=unit) for unit in units)


def statistics(units: Sequence[Unit]) -> list[tuple[str, int]]:
    """How many units ask for each title, those of towns before those of villages."""
    return list(Counter(unit.title for unit in sorted(units, key=lambda unit: len(unit.area_id))).items())


def drafted_opinion(units: Sequence[Unit]) -> str:
    """汇总意见, for the bureau to edit; what is asked stands in the paper's own sentence."""
    counted = "、".join(f"{title} {count} 个" for title, count in statistics(units))
    townships = len({unit.report.township_id for unit in units})
    short = sum(unit.frozen.reference == "short" for unit in units)
    said = (
        f"经对 {townships} 个街镇报送的达标自查报告进行审核，共 {len(units)} 个单位达到验收标准（试行），"
        f"其中：{counted}。"
    )
    return said + (f"有 {short} 个单位的光网用户渗透率（参考指标）未达参考值，见附件备注。" if short else "")


@transaction.atomic
def edit(
    *, submission: Submission, version: int, opinion: str, kept: Sequence[int], added: Sequence[int], by
) -> InspectionMove:
    """Word the opinion, take units out (those not in ``kept``) and add others (primary keys), in one step."""
    move = MOVES.permit(InspectionAction.EDIT, submission.county, by)
    opinion = _opinion(opinion)
    step = MOVES.advance(submission, move, version, by, opinion=opinion)
    held = list(submission.units.select_related("area__parent", "report"))
    _exclude(submission, [unit for unit in held if unit.pk not in kept], by)
    new = [unit for unit in awaiting(submission.county) if unit.pk in added]
    if len(new) != len(set(added)):
        raise Stale("拟加入的单位部分已不在“审核通过”状态，请刷新后重新选择。")
    require_apart([*held, *new], Hand.COMPILING, by)
    _include(submission, new, by)
    if not submission.units.exists():
        raise Refused("汇总须至少有一个单位；不再上报的，请撤销本次汇总。")
    return MOVES.record(step)


def _opinion(text: str) -> str:
    found = text.replace("\r\n", "\n").strip()
    if len(found) > LONGEST_TEXT:
        raise Refused(f"汇总意见有 {len(found)} 字，最多 {LONGEST_TEXT} 字，请删减。")
    return found


def _exclude(submission: Submission, units: Sequence[Unit], by, reason: str = "") -> None:
    submission.entries.filter(unit__in=units).delete()
    carry(units, InspectionAction.EXCLUDE, (UnitState.COMPILED,), UnitState.PASSED, by, submission=None, reason=reason)


def own_list(submission: Submission, user) -> str:
    """Why a submission is not the user's to sign, who compiled it or changed it, and whose it is; blank where it may be."""
    by = submission.moves.filter(action__in=(InspectionAction.COMPILE, InspectionAction.EDIT))
    compilers = set(by.values_list("by", flat=True))
    if user.pk not in compilers:
        return ""
    units, heads = _units(submission), holders((Power.SUBMIT_SUBMISSIONS,), submission.county)
    others = [each for each in heads if each.pk not in compilers and not Apart(units, each).bar(Hand.COMPILING)]
    instead = (
        f"可由{'、'.join(each.name for each in others)}签发。"
        if others
        else "没有这样的负责人的，请撤销本次汇总，由审核员另行汇总。"
    )
    return f"您办理过本次汇总，须由没有参与汇总的区经信局负责人签发上报。{instead}"


@transaction.atomic
def submit(*, submission: Submission, version: int, on: date, by) -> InspectionMove:
    """Sign the submission and put it before the district government; nobody signs what he compiled."""
    move = MOVES.permit(InspectionAction.SUBMIT, submission.county, by)
    step = MOVES.advance(submission, move, version, by, submitted_on=on)
    require_apart(_units(submission), Hand.COMPILING, by)
    if said := own_list(submission, by):
        raise Refused(said)
    if not submission.opinion:
        raise Refused("“汇总意见”尚未填写，请填写后上报。")
    submission_papers.issue_submission(submission, on, by)
    return MOVES.record(step)


@transaction.atomic
def recall(*, submission: Submission, version: int, reason: str, by) -> InspectionMove:
    """Take a submission back on which the government has not decided; its list no longer stands before the public."""
    move = MOVES.permit(InspectionAction.RECALL, submission.county, by)
    reason = MOVES.require_reason(move, reason)
    require_apart(_units(submission), Hand.COMPILING, by)
    step = MOVES.advance(submission, move, version, by, reason, submitted_on=None, proposed={})
    notices.withdraw(submission)
    return MOVES.record(step)


@transaction.atomic
def abandon(*, submission: Submission, version: int, reason: str, by) -> InspectionMove:
    """Give up a draft; its units stay passed, and may be compiled anew."""
    move = MOVES.permit(InspectionAction.ABANDON, submission.county, by)
    reason, units = MOVES.require_reason(move, reason), _units(submission)
    require_apart(units, Hand.COMPILING, by)
    step = MOVES.advance(submission, move, version, by, reason)
    _exclude(submission, units, by, reason)
    return MOVES.record(step)


def _units(submission: Submission) -> list[Unit]:
    return list(submission.units.select_related("area__parent"))


def drafts(county: str) -> list[Submission]:
    """The submissions that the bureau is still compiling."""
    return list(Submission.objects.filter(county=county, state=SubmissionState.DRAFT))
