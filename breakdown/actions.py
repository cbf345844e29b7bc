"""What is done to breakdowns: drafted from the portal's proposal, changed, proposed, signed, replaced; each in one transaction."""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction

from acceptance import plan as plans
from acceptance.rules.plan import Milestone
from areas.models import Area
from breakdown.checking import problems
from breakdown.counting import counted
from breakdown.models import Breakdown, BreakdownLine, BreakdownMove
from breakdown.moves import MOVES
from breakdown.people import People
from breakdown.proposing import ProposalFacts, propose
from breakdown.vocabulary import DRAFTING, OPEN, BreakdownAction, BreakdownState, LineLevel
from common.exceptions import Refused
from common.periods import Quarter
from witness.sealing import seal

CATCHING_UP = 1
"""Quarters after the present one that an overdue task may be broken down over."""


def quarters_of(milestone: Milestone, on: date) -> list[Quarter]:
    """The quarters that get a target: from the present one to the task's last; of an overdue task the present one and the next."""
    first = Quarter.containing(on)
    return list(first.through(max(milestone.due, first.plus(CATCHING_UP))))


@transaction.atomic
def draft(*, milestone: Milestone, shared_by: str, reason: str, on: date, by) -> Breakdown:
    """Begin a breakdown, or the next version of the one that is signed, with what the portal proposes.

    Refused while another is open, without a reason where one is signed, and where nothing can be proposed.
    """
    county, plan, base = by.area_id, plans.current(), Quarter.containing(on).plus(-1)
    move = MOVES.permit(BreakdownAction.DRAFT, county, by)
    last = Breakdown.objects.filter(county=county, milestone=milestone.key).order_by("-number").first()
    _require_free(county, milestone)
    is_again = Breakdown.objects.in_force().filter(county=county, milestone=milestone.key).exists()
    reason = MOVES.require_reason(move, reason)
    if is_again and not reason:
        raise Refused("该任务已有签发的分解，再次起草须写明调整原因。")
    counts = counted(county, milestone, base)
    if county not in counts:
        raise Refused(f"{base.label}尚未评定，没有基期数，不能分解。")
    quarters, people = quarters_of(milestone, on), People(county)
    lead = plan.duties[milestone.duty].lead
    lines = propose(milestone, ProposalFacts.of(county, counts), quarters, shared_by, people, lead)
    begun = _begin(
        county=county,
        milestone=milestone.key,
        plan=plans.version(plan),
        number=last.number + 1 if last else 1,
        base=str(base),
        quarters=[str(quarter) for quarter in quarters],
        needed=counts[county].needed if milestone.scope == "district" else 0,
        reason=reason,
        drafted_by=by,
    )
    for line in lines:
        line.breakdown = begun
    BreakdownLine.objects.bulk_create(lines)
    MOVES.record(MOVES.log(begun, BreakdownAction.DRAFT, "", by, reason), count=len(lines))
    return begun


def _require_free(county: str, milestone: Milestone) -> None:
    if found := Breakdown.objects.filter(county=county, milestone=milestone.key, state__in=OPEN).first():
        raise Refused(f"{found}{found.get_state_display()}，尚未签发：请先办理完毕或作废，再起草新的分解。")


def _begin(**fields) -> Breakdown:
    try:
        with transaction.atomic():
            return Breakdown.objects.create(**fields)
    except IntegrityError as taken:
        raise Refused("该任务的分解刚由他人起草，请返回列表查看。") from taken


@transaction.atomic
def edit(
    *,
    breakdown: Breakdown,
    version: int,
    targets: Mapping[int, Mapping[str, int | None]],
    persons: Mapping[int, int | None],
    by,
) -> BreakdownMove:
    """Keep targets and persons of a draft, by line. Refused where a person is not of the unit, or nothing was changed."""
    move = MOVES.permit(BreakdownAction.EDIT, breakdown.county, by)
    step = MOVES.advance(breakdown, move, version, by)
    people, changed = People(breakdown.county), []
    for line in breakdown.lines.all():
        kept = {key: targets.get(line.pk, {}).get(key, line.targets.get(key)) for key in breakdown.quarters}
        person = _person(line, persons, people)
        if kept != line.targets or (person and person.pk) != line.person_id:
            line.targets, line.person = kept, person
            line.person_name = person.name if person else ""
            changed.append(line)
    if not changed:
        raise Refused("没有改动，未保存。")
    BreakdownLine.objects.bulk_update(changed, ["targets", "person", "person_name"])
    return MOVES.record(step, count=len(changed))


def _person(line: BreakdownLine, persons: Mapping[int, int | None], people: People):
    if line.pk not in persons:
        return line.person
    chosen = persons[line.pk]
    fitting = {each.pk: each for each in people.of(line.level, line.area_id, line.operator_id, line.unit)}
    if chosen is not None and chosen not in fitting:
        raise Refused(f"所选责任人不属于{line.unit}或账号已停用，请在列表中另选。")
    return fitting.get(chosen)


@transaction.atomic
def take_step(
    *, breakdown: Breakdown, action: BreakdownAction, version: int, reason: str, on: date, by
) -> BreakdownMove:
    """Propose, send back, issue or discard. Refused with the arithmetic where the targets do not make up the plan's."""
    move = MOVES.permit(action, breakdown.county, by)
    reason = MOVES.require_reason(move, reason)
    if action in (BreakdownAction.PROPOSE, BreakdownAction.ISSUE):
        require_sound(breakdown, on)
    if action == BreakdownAction.ISSUE:
        _require_second(breakdown, by)
        _replace(breakdown, by)
    step = MOVES.advance(breakdown, move, version, by, reason)
    if action == BreakdownAction.ISSUE:
        seal(*breakdown.lines.all())
    return MOVES.record(step)


def require_sound(breakdown: Breakdown, on: date) -> None:
    found = problems(breakdown, on)
    if found:
        more = f"另有 {len(found) - 3} 处，见下表。" if len(found) > 3 else ""
        raise Refused("".join(fault.text for fault in found[:3]) + more)


def _require_second(breakdown: Breakdown, by) -> None:
    if breakdown.moves.filter(action__in=DRAFTING, by=by).exists():
        raise Refused("您起草、修改或提请过该分解，不能由本人签发，请由另一人办理。")


def _replace(breakdown: Breakdown, by) -> None:
    """The version that was in force stands as it was and is replaced."""
    for old in Breakdown.objects.in_force().filter(county=breakdown.county, milestone=breakdown.milestone):
        step = MOVES.advance(old, MOVES[BreakdownAction.REPLACE], old.version, by, breakdown.reason)
        MOVES.record(step)


@transaction.atomic
def accept(*, breakdown: Breakdown, township: Area, by) -> BreakdownMove:
    """A township's head signs its letter, whoever signs another at the same time. Refused where it has no target, or has signed."""
    move = MOVES.permit(BreakdownAction.ACCEPT, township.code, by)
    breakdown.refresh_from_db(from_queryset=Breakdown.objects.select_for_update())
    if not breakdown.lines.filter(level=LineLevel.TOWNSHIP, area=township).exists():
        raise Refused(f"该分解没有{township.name}的指标，无须签订责任书。")
    if breakdown.moves.filter(township=township).exists():
        raise Refused(f"{township.name}的责任书已签订，无须再次办理。")
    if breakdown.state != BreakdownState.ISSUED:
        raise Refused(f"该分解现在是“{breakdown.get_state_display()}”，不能签订责任书。")
    return MOVES.record(MOVES.advance(breakdown, move, breakdown.version, by, said={"township": township}))
