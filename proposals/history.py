"""What became of a thing of the register over the years: the items that were applied to it, and the dated values nobody
here proposed, because a data package brought them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse

from acceptance.packages import handlers
from areas.dated import changes_of, column_of
from areas.models import Area, DatedValue, Operator
from areas.package import registry
from common.lookups import chunks
from proposals.drafts import ItemDraft
from proposals.models import Proof, Proposal, ProposalItem
from proposals.vocabulary import Act
from proposals.wording import column_label, value_words

IMPORTED = "随数据包导入"


@dataclass(frozen=True)
class ValueTurn:
    """A column of an entry: what it said and says, in words; ``old`` is None where the row was new."""

    column: str
    label: str
    old: str | None
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """A step in the life of a thing, ready to be shown.

    ``since`` is the day from which the values hold, None: from the beginning (a correction, a new row). ``at`` is when it
    took effect in the register, None where only the data package knows. ``url`` leads to the proposal, blank where the
    reader may not open it or there is none.
    """

    title: str
    """变更, 更正, 新增 … or 随数据包导入."""
    act: str
    turns: list[ValueTurn]
    since: date | None
    at: datetime | None = None
    proposed_by: str = ""
    unit: str = ""
    accepted_by: str = ""
    source: str = ""
    reason: str = ""
    document: str = ""
    denominator: str = ""
    url: str = ""
    proofs: list[Proof] = field(default_factory=list)
    """``proposals:proof`` shows one; empty for whoever may not open the proposal."""


def history(table: str, key: str, user=None) -> list[HistoryEntry]:
    """Everything that was done to a row of the register, the latest first; eight queries at most.

    ``user`` is who reads: without one, links and proofs are given for all proposals.
    """
    items = list(
        ProposalItem.objects.of(table, key)
        .applied()
        .select_related("proposal__by", "proposal__area", "proposal__operator", "decided_by")
        .order_by("-decided_at", "-pk")
    )
    proposals = {item.proposal_id for item in items}
    seen = proposals
    if user is not None and proposals:
        seen = set(Proposal.objects.visible_to(user).filter(pk__in=proposals).values_list("pk", flat=True))
    proofs, names = _proofs(seen), names_of(items)
    told = [_of_item(item, item.proposal_id in seen, proofs.get(item.proposal_id, []), names) for item in items]
    return [*told, *_imported(table, key, items)]


def _proofs(proposals: set[int]) -> dict[int, list[Proof]]:
    found: dict[int, list[Proof]] = {}
    for proof in Proof.objects.filter(proposal__in=proposals) if proposals else ():
        found.setdefault(proof.proposal_id, []).append(proof)
    return found


def _of_item(item: ProposalItem, is_open: bool, proofs: list[Proof], names: Mapping[str, str]) -> HistoryEntry:
    proposal = item.proposal
    reason = "：".join(filter(None, [proposal.get_reason_code_display(), proposal.reason]))
    return HistoryEntry(
        title=item.get_act_display(),
        act=item.act,
        turns=turns_of(item, names),
        since=item.effective_on,
        at=item.decided_at,
        proposed_by=proposal.by.name if proposal.by else "",
        unit=proposal.unit_name,
        accepted_by=item.decided_by.name if item.decided_by else "",
        source=proposal.get_source_display(),
        reason=reason,
        document=proposal.document,
        denominator=item.get_denominator_display(),
        url=reverse("proposals:proposal", args=[proposal.pk]) if is_open else "",
        proofs=proofs,
    )


def names_of(items: Iterable[ProposalItem]) -> dict[str, str]:
    """The names of the areas and operators among the values of items, by code."""
    rows = list(items)
    codes = {text for item in rows for pair in [item.values.get("area_code")] if pair for text in pair if text}
    found = dict(Operator.objects.values_list("code", "name")) if any("operator" in row.values for row in rows) else {}
    for some in chunks(codes):
        found |= dict(Area.objects.filter(code__in=some).order_by().values_list("code", "name"))
    return found


def turns_of(item: ProposalItem, names: Mapping[str, str]) -> list[ValueTurn]:
    """The columns of an item in words; ``names`` are those of areas and operators. A voided row's days say nothing to anybody."""
    if item.act == Act.VOID:
        return [ValueTurn("", "登记", "在册", "作废，所有季度都不计入")]
    return [
        ValueTurn(
            column,
            column_label(item.table, column),
            None if item.act == Act.ADD else _named(item.table, column, old, names),
            _named(item.table, column, new, names),
        )
        for column, (old, new) in item.values.items()
    ]


def _named(table: str, column: str, text: str | None, names: Mapping[str, str]) -> str:
    if column == "area_code" and text in names:
        return f"{names[text]}（{text}）"
    return names.get(text or "", "") if column == "operator" and text in names else value_words(table, column, text)


def _imported(table: str, key: str, items: list[ProposalItem]) -> list[HistoryEntry]:
    """The dated values that no item explains, the latest first."""
    if table not in registry.CHANGING:
        return []
    explained = {
        (column, item.effective_on)
        for item in items
        if ItemDraft(item.table, item.key, Act(item.act), {}, item.effective_on).is_dated
        for column in item.values
    }
    steps = list(changes_of([(table, key)]))
    first = _first_values(table, key) if steps else {}
    return list(reversed(list(_unexplained(table, steps, first, explained))))


def _unexplained(
    table: str, steps: list[DatedValue], before: dict[str, str], explained: set[tuple[str, date | None]]
) -> Iterator[HistoryEntry]:
    for step in steps:
        old, before[step.column] = before.get(step.column, ""), step.value
        if (step.column, step.effective_on) in explained:
            continue
        words = [value_words(table, step.column, text) for text in (old, step.value)]
        turn = ValueTurn(step.column, column_label(table, step.column), *words)
        yield HistoryEntry(
            title=IMPORTED, act=Act.CHANGE, turns=[turn], since=step.effective_on, document=step.document
        )


def _first_values(table: str, key: str) -> dict[str, str]:
    """What the row itself holds in the columns that may change, as the data package writes it."""
    [handler] = [each for each in handlers() if each.table.name == table]
    row = handler.fetch({key}).get(key)
    names = registry.CHANGING[table]
    return {name: column_of(table, name).write(row[name]) for name in names} if row else {}
