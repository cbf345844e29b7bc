"""Undoing a succession as a whole: every row back to what it was, as long as nothing else rests on it.

It is a proposal again, of the same door: done by the bureau, accepted by a second person. What was dated is taken away,
what ended goes on, what began is voided (its code is free for another act then); the items of both stay as history.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import ForeignObjectRel, Max, Model, Q

from areas.models import AccessPoint, Area, DatedValue, Site, Succession
from areas.vocabulary import DatedTable
from common.exceptions import Refused
from common.periods import Quarter
from proposals import actions
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.hooks import RESTING
from proposals.models import Proposal, ProposalItem
from proposals.sketching import Sketch, least_of, sketch
from proposals.successions.acting import permit
from proposals.successions.preview import SuccessionPreview
from proposals.vocabulary import Act, Door, ItemState, ReasonCode
from returns.models import Return, ReturnMove

SHOWN = 20
"""Reasons that are told; the rest is no more hidden than counted."""
_LOOKED_AT = (Area, Succession, AccessPoint, Proposal)
"""What refers to an area and is no reason of its own: asked by itself, worked out anew, or only who proposed."""


def reversed_drafts(act: Proposal) -> list[ItemDraft]:
    """What takes an applied act back, row by row."""
    return [_reversed(item) for item in act.items.filter(state=ItemState.APPLIED)]


def _reversed(item: ProposalItem) -> ItemDraft:
    blank = dict.fromkeys(item.values, "")
    if item.table == "successions" and item.act == Act.ADD:
        return ItemDraft(item.table, item.key, Act.UNDO, blank, name=item.name)
    if item.act == Act.CHANGE:
        return ItemDraft(item.table, item.key, Act.UNDO, blank, item.effective_on)
    if item.act == Act.ADD:
        return ItemDraft(item.table, item.key, Act.VOID)
    old = {name: text or "" for name, text in item.old.items()}
    return ItemDraft(item.table, item.key, Act.CORRECT, old, item.effective_on if item.act == Act.CORRECT else None)


def resting(act: Proposal) -> list[str]:
    """What has come to rest on an applied act, in sentences; nothing: it may be undone."""
    return list(dict.fromkeys(_resting(act)))


def _resting(act: Proposal) -> Iterator[str]:
    items = list(act.items.filter(state=ItemState.APPLIED))
    seen = SuccessionPreview([actions.draft_of(item) for item in items])
    since = applied_at(act)
    if since is None or seen.day is None:
        return
    yield from _later_items(act, items, since)
    yield from _later_changes(items, seen)
    yield from _later_successions(seen, since)
    yield from _at_new_areas(items, seen)
    heirs = {new for _, new, _ in seen.pairs} or {item.key for item in items}
    yield from _later_returns(seen.day, heirs, since)
    for find in RESTING:
        yield from find(sorted(heirs), since)


def applied_at(act: Proposal) -> datetime | None:
    """When an act took effect; None while it has not."""
    return act.items.filter(state=ItemState.APPLIED).aggregate(at=Max("decided_at"))["at"]


def _later_items(act: Proposal, items: list[ProposalItem], since: datetime) -> Iterator[str]:
    """Later changes of the same rows, whoever made them."""
    own = {(item.table, item.key) for item in items}
    later = ProposalItem.objects.applied().filter(decided_at__gte=since).exclude(proposal=act)
    for item in later.filter(key__in={key for _, key in own}).select_related("proposal"):
        if (item.table, item.key) in own:
            yield f"{item.name}（{item.key}）在那之后又有变更（{item.proposal.title}）"


def _later_changes(items: list[ProposalItem], seen: SuccessionPreview) -> Iterator[str]:
    """Dated values of later days on what moved or began, which an import may have brought."""
    moved = [item.key for item in items if item.table == "sites"]
    areas = [item.key for item in items if item.table == "areas"]
    written = {(item.table, item.key, item.effective_on, column) for item in items for column in item.values}
    rows = DatedValue.objects.filter(
        Q(table=DatedTable.SITES, column="area_code", key__in=moved) | Q(table=DatedTable.AREAS, key__in=areas),
        effective_on__gte=seen.day,
    )
    for row in rows.order_by("table", "key", "effective_on"):
        if (row.table, row.key, row.effective_on, row.column) not in written:
            yield f"{row.key} 自 {row.effective_on} 起另有变更"


def _later_successions(seen: SuccessionPreview, since: datetime) -> Iterator[str]:
    codes = {code for old, new, _ in seen.pairs for code in (old, new)}
    own = {(old, new) for old, new, _ in seen.pairs}
    rows = Succession.objects.filter(Q(area__in=codes) | Q(successor__in=codes), at__gte=since)
    for row in rows.select_related("area", "successor"):
        if (row.area_id, row.successor_id) not in own:
            yield f"{row.area.name}{row.words}"


def _at_new_areas(items: list[ProposalItem], seen: SuccessionPreview) -> Iterator[str]:
    """Whatever names an area that the act brought, but for verdicts and what the act itself wrote."""
    begun = seen.begun
    moved = [item.key for item in items if item.table == "sites"]
    for model, name in _references():
        rows = model._base_manager.filter(**{f"{name}__in": begun})
        if model is Site:
            rows = rows.exclude(site_id__in=moved)
        if count := rows.count():
            yield f"新单位名下已有{model._meta.verbose_name} {count} 条"
    beneath = Area.objects.filter(parent__in=begun).exclude(pk__in=begun).exclude(valid_to__isnull=False)
    for area in beneath[:SHOWN]:
        yield f"新单位之下另有{area.name}（{area.code}）"
    elsewhere = DatedValue.objects.filter(table=DatedTable.SITES, column="area_code", value__in=begun)
    for row in elsewhere.exclude(key__in=moved)[:SHOWN]:
        yield f"点位 {row.key} 自 {row.effective_on} 起移到新单位"


def _references() -> Iterator[tuple[type[Model], str]]:
    """Every table of the portal that names an area, with its column; verdicts follow from the rest."""
    for relation in Area._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in _LOOKED_AT:
            continue
        if relation.related_model._meta.app_label != "acceptance":
            yield relation.related_model, relation.field.name


def _later_returns(day: date, heirs: set[str], since: datetime) -> Iterator[str]:
    """Returns of quarters from the day on that were reported after the act and hold a successor's line."""
    moved = ReturnMove.objects.filter(at__gte=since).values("quarterly_return")
    rows = Return.objects.filter(
        lines__area__in=heirs, period__gte=str(Quarter.containing(day)), pk__in=moved
    ).distinct()
    for each in rows.select_related("township"):
        yield f"{each}在那之后办理过，其中有承接单位的数字"


def prepare(act: Proposal, by, document: str = "", *, with_effect: bool = True) -> Sketch:
    """The undoing worked out, without storing anything. Refused where something rests on the act, or it is not applied."""
    permit(by, [act.county])
    if act.source != Door.SUCCESSION or act.undoes_id or applied_at(act) is None:
        raise Refused("只有已经生效的撤并可以撤销。")
    if standing_undoing(act):
        raise Refused("该撤并已撤销，或正在办理撤销。")
    _require_nothing_rests(act)
    return sketch(
        drafts=reversed_drafts(act),
        by=by,
        document=document,
        with_effect=with_effect,
        least=least_of(Door.SUCCESSION),
    )


def _require_nothing_rests(act: Proposal) -> None:
    if found := resting(act):
        more = f"（共 {len(found)} 处）" if len(found) > 1 else ""
        raise Refused(f"不能整件撤销，已有其他事项以其为依据：{found[0]}{more}。")


def require_free(proposal: Proposal) -> None:
    """Refused where something has come to rest on an act while its undoing waited."""
    if proposal.undoes is not None:
        _require_nothing_rests(proposal.undoes)


def standing_undoing(act: Proposal) -> Proposal | None:
    """The undoing of an act that waits or has taken effect; one that was refused or withdrawn is none."""
    return act.undoings.filter(items__state__in=_ALIVE).distinct().first()


_ALIVE = (ItemState.WAITING, ItemState.VETTED, ItemState.APPLIED, ItemState.RETURNED)


def _name(act: Proposal, made: Proposal) -> None:
    made.undoes = act
    made.save(update_fields=["undoes"])


@transaction.atomic
def undo(*, act: Proposal, by, document: str, reason: str) -> Proposal:
    """Send the undoing of an act to the second person."""
    document = " ".join(document.split())
    if not document or not reason.strip():
        raise Refused("撤销撤并必须写明依据和原因。")
    found = prepare(act, by, document)
    if found.errors:
        raise Refused(f"不能整件撤销：{found.errors[0].message}")
    proposal, _ = actions.propose(
        drafts=found.assembly.drafts,
        by=by,
        source=Door.SUCCESSION,
        why=Why(ReasonCode.MISENTERED, reason, document),
        title=f"撤销 {act.title}",
        found=found,
        attach=partial(_name, act),
    )
    if proposal is None:
        raise Refused("没有可以撤销的。")
    return proposal
