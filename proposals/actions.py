"""Proposing what is to change in the register, and deciding on it. Each step leaves its audit record.

What nobody has to look at is applied at once; the rest waits for the bureau, and nobody accepts what he proposed.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from areas.models import Area
from common import clock
from common.exceptions import Refused, Stale
from common.lookups import chunks
from proposals.drafts import Assembly, ItemDraft
from proposals.effects import effect_of
from proposals.hooks import BEFORE_WRITING
from proposals.models import Proposal, ProposalItem, ProposalMove
from proposals.moves import MOVES
from proposals.sketching import Say, Sketch, bears, county_of, least_of, sketch
from proposals.vocabulary import (
    Act,
    ApprovalLevel,
    Door,
    ItemState,
    ProposalAction,
    ProposalState,
    ReasonCode,
)
from proposals.wording import detail_of
from witness.sealing import seal
from workflow.engine import fitting


@dataclass(frozen=True)
class Why:
    """What a proposer says of the whole: the coded reason, the free one, and the paper it rests on."""

    code: str = ""
    reason: str = ""
    document: str = ""


# ------------------------------------------------ proposing


def propose(
    *,
    drafts: Sequence[ItemDraft],
    by,
    source: str,
    why: Why,
    title: str = "",
    has_proof: bool = False,
    is_strict: bool = True,
    found: Sketch | None = None,
    attach: Callable[[Proposal], object] = lambda proposal: None,
    say: Say = lambda text: None,
) -> tuple[Proposal | None, Sketch]:
    """Apply what nobody has to accept, and let the rest wait for the bureau; None when the drafts change nothing.

    Drafts with an error stay out and are told in the sketch; Refused where a reason or a proof is missing
    (``is_strict``), or where a draft was decided on values that are no longer true. ``attach`` adds files in the
    transaction. ``found`` is a sketch of these drafts made a moment ago in the same request.
    """
    is_whole = source == Door.SUCCESSION
    if not is_whole and any(draft.is_undone for draft in drafts):
        raise Refused("撤销只用于撤并。")
    found = found or sketch(drafts=drafts, by=by, document=why.document, least=least_of(source), say=say)
    if not found.items or (is_whole and found.errors):
        return None, found
    _require_fresh(found)
    why = _fit(why, found, has_proof, is_strict)
    try:
        with transaction.atomic():
            if twin := _twin(found, by, source, why):
                return twin, found
            proposal = _stored(found, by, source, why, title)
            attach(proposal)
            return proposal, found
    except IntegrityError:
        raise Stale("未提交：同时有人在写入相同编号的行。请重新打开页面再提交。") from None


def _twin(found: Sketch, by, source: str, why: Why) -> Proposal | None:
    """What the person proposed on a page already and still waits, where it is the very same: a form that was sent twice.

    Who proposes is held until the transaction ends, so that of ten at once the others find the first.
    """
    if source not in (Door.PAGE, Door.SUCCESSION) or not found.waiting:
        return None
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    said = {"reason_code": why.code, "reason": why.reason, "document": why.document}
    rows = Proposal.objects.filter(by=by, source=source, state=ProposalState.OPEN, **said)
    asked = [_asked(item) for item in found.items]
    of_first = rows.filter(items__table=found.items[0].table, items__key=found.items[0].key).distinct()
    return next((row for row in of_first if [_asked(item) for item in row.items.all()] == asked), None)


def _asked(item: ProposalItem) -> tuple:
    """What an item would do, and to which values."""
    return item.table, item.key, item.act, str(item.effective_on), item.old, item.new


def lacking(why: Why, found: Sketch, has_proof: bool) -> str:
    """The sentence with which the sending would be refused for its reason or proof; blank where it would not."""
    try:
        _fit(why, found, has_proof, is_strict=True)
    except Refused as refused:
        return str(refused)
    return ""


def _fit(why: Why, found: Sketch, has_proof: bool, is_strict: bool) -> Why:
    """The reason as it is kept; Refused where one is missing that must be given."""
    reason, document = fitting(why.reason), " ".join(why.document.split())[:200]
    if why.code and why.code not in ReasonCode.values:
        raise Refused("请从列表中选择原因类别。")
    if found.waiting and is_strict:
        if not why.code:
            raise Refused("请选择原因类别：需要审定的变更必须说明原因。")
        if why.code == ReasonCode.OTHER and not reason:
            raise Refused("原因类别为“其他”的，请写明原因。")
        if found.needs_proof and not (document or has_proof):
            raise Refused("本申请改变往季结果或使单位退出分母，必须附依据：请写明文件名称或文号，或上传照片、扫描件。")
    return Why(why.code, reason, document)


def _require_fresh(found: Sketch) -> None:
    """What the proposer saw must still be so."""
    for item, place in zip(found.items, found.places, strict=True):
        seen = found.assembly.drafts[place].seen or {}
        for column, (old, _) in item.values.items():
            if column in seen and (seen[column] or "") != (old or ""):
                raise Stale(
                    f"{item.name}（{item.key}）在您打开页面之后又改过：您看到的是“{seen[column] or '空白'}”，现在是“{old or '空白'}”。"
                    "未提交，请核对后再改。"
                )


def _stored(found: Sketch, by, source: str, why: Why, title: str) -> Proposal:
    waiting = found.waiting
    proposal = Proposal.objects.create(
        county=county_of(by),
        area=by.area,
        operator=by.operator,
        source=source,
        state=ProposalState.OPEN if waiting else ProposalState.SETTLED,
        title=(title or _title(found.items))[:200],
        reason_code=why.code,
        reason=why.reason,
        document=why.document,
        by=by,
        effect=found.effect,
        turns_past=found.turns_past,
        weight=found.effect.get("turned", 0),
    )
    at_once = [item for item in found.items if item.level == ApprovalLevel.AT_ONCE]
    for item in found.items:
        item.proposal = proposal
    if at_once:
        _write(at_once, by, why.document, None if waiting else found.assembly)
    ProposalItem.objects.bulk_create(found.items, batch_size=500)
    seal(*at_once)
    action = ProposalAction.PROPOSE if waiting else ProposalAction.APPLY
    step = MOVES.log(proposal, action, "", by, why.reason)
    MOVES.record(step, **detail_of(found.items), source=proposal.get_source_display())
    return proposal


def _title(items: Sequence[ProposalItem]) -> str:
    first, count = items[0], len({(item.table, item.key) for item in items})
    more = f" 等 {count} 处" if count > 1 else ""
    return f"{first.get_act_display()}{first.name}{more}"


def _write(items: Sequence[ProposalItem], by, document: str, checked: Assembly | None = None) -> None:
    """Bring the items into the register, in the caller's transaction, and say so on them; the caller saves them.

    ``checked`` is their assembly of a moment ago: it is stored as it is if nothing has moved since. Refused with every
    conflict where a value is no longer what it was when the item was proposed. Of two at the same time the second waits
    for the first, and reads what it wrote.
    """
    list(Area.objects.select_for_update(no_key=True).filter(pk=items[0].proposal.county))
    for ask in BEFORE_WRITING:
        ask(items[0].proposal)
    if checked is not None and checked.is_current:
        checked.store()
        _applied(items, by)
        return
    assembly = Assembly([draft_of(item) for item in items], document=document)
    if conflicts := conflicts_of(items, assembly):
        raise Refused(
            f"未办理：{conflicts[0].sentence}" + (f"（共 {len(conflicts)} 处）" if len(conflicts) > 1 else "")
        )
    if assembly.errors:
        first = assembly.errors[0]
        raise Refused(f"未办理：{items[first.index]}按现在的台账不能生效：{first.message}")
    assembly.store()
    _applied(items, by)


def _applied(items: Sequence[ProposalItem], by) -> None:
    now = clock.now()
    for item in items:
        item.state, item.decided_by, item.decided_at = ItemState.APPLIED, by, now


def _save(items: Sequence[ProposalItem], **also: Any) -> None:
    """Store what was decided of items together, which is the same of all of them."""
    for some in chunks(items):
        said = {name: getattr(some[0], name) for name in ("state", "decided_by", "decided_at")}
        ProposalItem.objects.filter(pk__in=[item.pk for item in some]).update(**said, **also)


def draft_of(item: ProposalItem) -> ItemDraft:
    """An item as the draft that it was made of."""
    values = {name: text or "" for name, text in item.new.items()}
    return ItemDraft(item.table, item.key, Act(item.act), values, item.effective_on)


@dataclass(frozen=True)
class Conflict:
    """A value that is no longer what the proposer saw."""

    item: ProposalItem
    column: str
    seen: str | None
    now: str | None

    @property
    def sentence(self) -> str:
        return f"{self.item.name}（{self.item.key}）申请时是“{self.seen or '空白'}”，现在是“{self.now or '空白'}”。"


def conflicts_of(items: Sequence[ProposalItem], assembly: Assembly | None = None) -> list[Conflict]:
    """Where the register has moved on since the items were proposed."""
    assembly = assembly or Assembly([draft_of(item) for item in items])
    found = []
    for index, item in enumerate(items):
        now = assembly.olds(index)
        found += [
            Conflict(item, column, old, now[column])
            for column, old in item.old.items()
            if (old or "") != (now[column] or "") and item.act != Act.ADD
        ]
    return found


# ------------------------------------------------ deciding


@transaction.atomic
def decide(
    *, proposal: Proposal, action: str, version: int, by, reason: str = "", chosen: Collection[int] = ()
) -> ProposalMove:
    """Accept all (ACCEPT) or the ``chosen`` items (ACCEPT_PART; the others are refused), refuse, or send back the rest.

    SEND_BACK applies the ``chosen`` items and returns the others. Where two people are needed the first one's acceptance
    waits for the second's (VET). A succession is decided as a whole, and was proposed by the first of the two. Refused
    where somebody would accept what he proposed, and on a conflict.
    """
    move = MOVES.permit(action, proposal.county, by)
    is_whole = proposal.source == Door.SUCCESSION
    if is_whole and (action == ProposalAction.ACCEPT_PART or chosen):
        raise Refused("撤并不能部分采纳：请整件采纳、退回或不予采纳。")
    reason = MOVES.require_reason(move, reason)
    items = list(proposal.items.filter(state=ItemState.WAITING))
    wanted = set(chosen)
    kept = [item for item in items if item.number in wanted]
    if action in (ProposalAction.ACCEPT, ProposalAction.REFUSE):
        kept = items if action == ProposalAction.ACCEPT else []
    if kept and by.pk in _proposers(proposal):
        raise Refused("本人提出的变更申请不能由本人采纳，请由其他人审定。")
    if action == ProposalAction.ACCEPT_PART and not kept:
        raise Refused("未选择采纳的事项：请勾选，或改为退回、不予采纳。")
    if kept and not reason and proposal.lacks_proof:
        raise Refused("本申请改变往季结果或使单位退出分母，但没有依据：请退回补充，或写明采纳的理由。")
    taken = {item.number for item in kept}
    others = [item for item in items if item.number not in taken]
    needs_two = kept and (MOVES.has_four_eyes or (not is_whole and _any_for_two(kept)))
    if needs_two:
        if action == ProposalAction.SEND_BACK:
            raise Refused("其中有须两人审定的事项：请先退回其余的，或整份采纳后报请复核。")
        move = MOVES.permit(ProposalAction.VET, proposal.county, by)
    step = MOVES.advance(proposal, move, version, by, reason)
    _close(others, ItemState.RETURNED if action == ProposalAction.SEND_BACK else ItemState.REFUSED, by, reason)
    if needs_two:
        _close(kept, ItemState.VETTED, by, reason)
    elif kept:
        _write(kept, by, proposal.document)
        _save(kept)
        seal(*kept)
    return MOVES.record(step, **detail_of(kept or others))


def _proposers(proposal: Proposal) -> set[int | None]:
    """Who proposed it, and whoever of the same unit has sent it again with other items."""
    return {proposal.by_id, *proposal.moves.filter(action=ProposalAction.REVISE).values_list("by_id", flat=True)}


def _any_for_two(items: Iterable[ProposalItem]) -> bool:
    return any(item.level == ApprovalLevel.TWO for item in items)


@transaction.atomic
def confirm(*, proposal: Proposal, version: int, by) -> ProposalMove:
    """The second person's word: what was vetted is applied. Refused for the proposer and for who vetted it."""
    move = MOVES.permit(ProposalAction.CONFIRM, proposal.county, by)
    items = list(proposal.items.filter(state=ItemState.VETTED))
    if by.pk in _proposers(proposal) or any(item.decided_by_id == by.pk for item in items):
        raise Refused("复核应由另一人办理：提出人和初审人均不能复核。")
    step = MOVES.advance(proposal, move, version, by)
    _write(items, by, proposal.document)
    _save(items)
    seal(*items)
    return MOVES.record(step, **detail_of(items))


@transaction.atomic
def overrule(*, proposal: Proposal, version: int, reason: str, by) -> ProposalMove:
    """Give a vetted proposal back to whoever decides first."""
    move = MOVES.permit(ProposalAction.OVERRULE, proposal.county, by)
    reason = MOVES.require_reason(move, reason)
    step = MOVES.advance(proposal, move, version, by, reason)
    proposal.items.filter(state=ItemState.VETTED).update(state=ItemState.WAITING, decided_by=None, decided_at=None)
    return MOVES.record(step)


def _close(items: Sequence[ProposalItem], state: str, by, said: str) -> None:
    now = clock.now()
    for item in items:
        item.state, item.decided_by, item.decided_at, item.said = state, by, now, said[:500]
    _save(items, said=said[:500])


@transaction.atomic
def withdraw(*, proposal: Proposal, version: int, by, reason: str = "") -> ProposalMove:
    """Take back what waits still; by somebody of the unit that proposed it."""
    move = _own(ProposalAction.WITHDRAW, proposal, by)
    step = MOVES.advance(proposal, move, version, by, fitting(reason))
    items = list(proposal.items.filter(state__in=(ItemState.WAITING, ItemState.RETURNED)))
    _close(items, ItemState.WITHDRAWN, by, "")
    return MOVES.record(step, **detail_of(items))


def revise(
    *, proposal: Proposal, version: int, drafts: Sequence[ItemDraft], by, why: Why, has_proof: bool = False
) -> tuple[ProposalMove, Sketch]:
    """Send a returned proposal again, with other items in place of those that were returned."""
    move = _own(ProposalAction.REVISE, proposal, by)
    if proposal.source == Door.SUCCESSION:
        raise Refused("退回的撤并请撤回，更正后重新办理。")
    found = sketch(drafts=drafts, by=by, document=why.document)
    if found.errors or not found.items:
        return None, found
    _require_fresh(found)
    why = _fit(why, found, has_proof, is_strict=True)
    with transaction.atomic():
        step = MOVES.advance(
            proposal, move, version, by, why.reason,
            effect=found.effect, turns_past=found.turns_past, weight=found.effect.get("turned", 0),
        )  # fmt: skip
        Proposal.objects.filter(pk=proposal.pk).update(reason_code=why.code, reason=why.reason, document=why.document)
        proposal.refresh_from_db()
        _close(list(proposal.items.filter(state=ItemState.RETURNED)), ItemState.WITHDRAWN, by, "")
        last = proposal.items.order_by("-number").values_list("number", flat=True).first() or 0
        for number, item in enumerate(found.items, start=last + 1):
            item.proposal, item.number, item.level = proposal, number, max(item.level, ApprovalLevel.BUREAU)
        ProposalItem.objects.bulk_create(found.items, batch_size=500)
        return MOVES.record(step, **detail_of(found.items)), found


def _own(action: str, proposal: Proposal, by):
    """The move, for the unit that proposed it; else PermissionDenied."""
    move = MOVES[action]
    if not any(by.may(power) for power in move.powers) or (by.area_id, by.operator_id) != (
        proposal.area_id,
        proposal.operator_id,
    ):
        raise PermissionDenied(f"只有提出单位可以办理“{move.label}”。")
    return move


def refresh_effect(proposal: Proposal, today: date) -> dict[str, Any]:
    """The effect of what waits, on the register as it is now; kept on the proposal."""
    items = list(proposal.items.waiting())
    if not items or not bears(items):
        return proposal.effect
    assembly = Assembly([draft_of(item) for item in items])
    effect = effect_of(assembly.rehearse, proposal.county, today)
    Proposal.objects.filter(pk=proposal.pk).update(
        effect=effect, turns_past=bool(effect["past"]), weight=effect["turned"]
    )
    proposal.effect, proposal.turns_past = effect, bool(effect["past"])
    return effect
