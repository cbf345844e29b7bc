"""Drafts looked at before they are sent: what they would do, who would accept, what is wrong and what is odd. Nothing is stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied

from acceptance import plan
from accounts.access import refusal
from accounts.posts import Power
from common import clock
from common.exceptions import Refused
from proposals.denominators import what_becomes
from proposals.drafts import Assembly, DraftProblem, ItemDraft, Texts
from proposals.effects import effect_of
from proposals.models import ProposalItem
from proposals.policy import Policy
from proposals.vocabulary import ApprovalLevel, Denominator, Door, ItemState

MOST_ITEMS = 5_000
"""Items of one proposal."""
KEEPING = {
    "areas": Power.KEEP_REGISTRY,
    "sites": Power.KEEP_REGISTRY,
    "access_points": Power.LOAD_NETWORK,
    "service_orders": Power.LOAD_NETWORK,
    "successions": Power.RECORD_SUCCESSIONS,
}
"""Who may propose anything of a table."""

Say = Callable[[str], None]


@dataclass
class Sketch:
    """Drafts, looked at before they are sent: what they would do, who would accept, what is wrong and what is odd."""

    assembly: Assembly
    items: list[ProposalItem]
    places: list[int]
    """Which draft each item is a part of."""
    effect: dict[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> list[DraftProblem]:
        return self.assembly.errors

    @property
    def warnings(self) -> list[DraftProblem]:
        return self.assembly.warnings

    @property
    def waiting(self) -> list[ProposalItem]:
        return [item for item in self.items if item.level > ApprovalLevel.AT_ONCE]

    @property
    def turns_past(self) -> bool:
        return bool(self.effect.get("past"))

    @property
    def needs_proof(self) -> bool:
        """Whether what waits turns results of quarters that have ended, or lets something out of a denominator."""
        return bool(self.waiting) and (
            self.turns_past or any(item.denominator == Denominator.LEFT for item in self.waiting)
        )


def sketch(
    *,
    drafts: Sequence[ItemDraft],
    by,
    document: str = "",
    with_effect: bool = True,
    least: ApprovalLevel = ApprovalLevel.AT_ONCE,
    say: Say = lambda text: None,
) -> Sketch:
    """Check the drafts of ``by`` and find what those that wait for the bureau would turn; nothing is stored.

    ``least`` is who has to accept whatever the policy says. PermissionDenied where the post keeps no such table; Refused where they are too many.
    """
    _require_keeper(drafts, by)
    if len(drafts) > MOST_ITEMS:
        raise Refused(f"一次最多 {MOST_ITEMS} 项，这次有 {len(drafts)} 项：请分批提交。")
    say(f"正在检查 {len(drafts)} 项")
    assembly = Assembly(drafts, by, document)
    found = Sketch(assembly, *_items(assembly, _policy(by), least))
    if with_effect and found.waiting and bears(found.items):
        say("正在推算影响")
        found.effect = effect_of(assembly.rehearse, county_of(by), clock.today())
    return found


def _require_keeper(drafts: Iterable[ItemDraft], by) -> None:
    for table in {draft.table for draft in drafts}:
        power = KEEPING.get(table)
        if power is None or not by.may(power):
            raise PermissionDenied(refusal(by, (power or Power.KEEP_REGISTRY,)))


def county_of(by) -> str:
    return (by.area_id or plan.current().district)[:6]


def _policy(by) -> Policy:
    return Policy(county_of(by), clock.today(), by)


_SILENT = frozenset({"name", "ports_total", "ports_used", "document"})
"""Columns from which no verdict follows."""


def bears(items: Iterable[ProposalItem]) -> bool:
    return any(not _SILENT.issuperset(item.values) for item in items)


def least_of(source: str) -> ApprovalLevel:
    """A succession is one act: all of it waits together for a second person."""
    return ApprovalLevel.TWO if source == Door.SUCCESSION else ApprovalLevel.AT_ONCE


def _items(assembly: Assembly, policy: Policy, least: ApprovalLevel) -> tuple[list[ProposalItem], list[int]]:
    """The sound drafts as items, one for each level of its columns, and of which draft each is; no change gives none."""
    found: list[ProposalItem] = []
    places: list[int] = []
    for index in assembly.sound:
        draft, before, texts = assembly.drafts[index], assembly.before(index), assembly.texts(index)
        if not texts:
            continue
        levels = {name: max(level, least) for name, level in policy.levels(draft, before, texts).items()}
        for level in sorted(set(levels.values())):
            own = {name: pair for name, pair in texts.items() if levels[name] == level}
            places.append(index)
            found.append(item_of(len(places), draft, before, own, level))
    return found, places


def item_of(
    number: int, draft: ItemDraft, before: Mapping[str, Any] | None, texts: Texts, level: ApprovalLevel
) -> ProposalItem:
    """A draft, or its columns of one level, as an item that waits; ``before`` is what is stored of its row."""
    row: Mapping[str, Any] = before or {name: new for name, (_, new) in texts.items()}
    area = draft.key.split("/")[0] if draft.table in ("areas", "successions") else row.get("area_code") or ""
    return ProposalItem(
        number=number,
        table=draft.table,
        key=draft.key,
        name=str(draft.name or row.get("name") or draft.key)[:100],
        area_code=area,
        act=draft.act,
        effective_on=draft.on,
        values=texts,
        level=level,
        state=ItemState.WAITING,
        denominator=what_becomes(draft, before, texts),
    )
