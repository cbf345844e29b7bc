"""What a data package brought in, as a proposal that is settled already: in the history of each row, and in the bureau's list.

Of rows that changed and, after them, of new ones the first ``MOST`` become items; the title counts all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from acceptance import plan
from acceptance.judging.rehearsing import Rehearsal
from acceptance.packages import handlers
from areas.dated import changes_of
from areas.package.package import ImportOutcome, RowChange
from areas.package.registry import DATED
from areas.package.tables import PackageTable
from common import clock
from proposals.drafts import ItemDraft, Texts
from proposals.effects import summed
from proposals.models import TABLES, Proposal, ProposalItem
from proposals.moves import MOVES
from proposals.sketching import item_of
from proposals.vocabulary import Act, ApprovalLevel, Door, ItemState, ProposalAction, ProposalState
from witness.sealing import seal

MOST = 5_000
"""Rows of an import that become items."""
UNSAID = "没有写明依据"
CHANGES = "changes"


def record(outcome: ImportOutcome, name: str, document: str) -> Callable[[Rehearsal | None], None]:
    """Keep what the import of the package ``name`` did, in its transaction; the answer is told what it turned.

    It is told None where that is too much to be listed, or the counties were judged for the first time.
    """
    created, changed = (sum(counts.values()) for counts in (outcome.created, outcome.changed))
    if not created and not changed:
        return lambda found: None
    proposal = Proposal.objects.create(
        county=_county(outcome),
        source=Door.IMPORT,
        state=ProposalState.SETTLED,
        title=f"数据包 {name[:100]}：新增 {created} 行，改动 {changed} 行",
        document=document[:200] or UNSAID,
    )
    items = list(_items(outcome))
    for item in items:
        item.proposal, item.state, item.decided_at = proposal, ItemState.APPLIED, proposal.at
    ProposalItem.objects.bulk_create(items, batch_size=500)
    seal(*items)
    # What follows from the import is told by its own entry in the trail.
    MOVES.log(proposal, ProposalAction.RECORD, "", None)

    def turned(found: Rehearsal | None) -> None:
        if found is not None:
            effect = summed(found, [], clock.today())
            Proposal.objects.filter(pk=proposal.pk).update(
                effect=effect, turns_past=bool(effect["past"]), weight=effect["turned"]
            )

    return turned


def _county(outcome: ImportOutcome) -> str:
    """The county in whose list it stands: the plan's own, unless the package is of others only."""
    own = plan.current().district
    return own if own in outcome.counties or not outcome.counties else min(outcome.counties)


def _items(outcome: ImportOutcome) -> Iterator[ProposalItem]:
    chosen = list(islice(_rows(outcome), MOST))
    dated = _Dated([change for table, change in chosen if table == CHANGES])
    declared = {handler.table.name: handler.table for handler in handlers()}
    for number, (table, change) in enumerate(chosen, start=1):
        if table == CHANGES:
            draft, before, texts = dated.drafted(change)
        else:
            draft, before, texts = _drafted(declared[table], change)
        yield item_of(number, draft, before, texts, ApprovalLevel.AT_ONCE)


def _rows(outcome: ImportOutcome) -> Iterator[tuple[str, RowChange]]:
    """What changed of the register, and then what is new."""
    tables = [name for name, _ in TABLES] + [CHANGES]
    for is_new in (False, True):
        for table in tables:
            for change in outcome.changes.get(table, ()):
                if (change.before is None) == is_new:
                    yield table, change


def _drafted(table: PackageTable, change: RowChange) -> tuple[ItemDraft, Mapping[str, Any] | None, Texts]:
    before, after = change.before, change.after
    key = "/".join(after[name] for name in table.key)
    texts: Texts = {}
    for column in table.columns:
        if before is not None and before[column.name] != after[column.name]:
            texts[column.name] = [column.write(before[column.name]), column.write(after[column.name])]
        elif before is None and column.name not in table.key and column.write(after[column.name]):
            texts[column.name] = [None, column.write(after[column.name])]
    return ItemDraft(table.name, key, Act.CORRECT if before else Act.ADD), before, texts


class _Dated:
    """Rows of the table of changes as items of the rows that they are of, with what stood there until then."""

    def __init__(self, rows: list[RowChange]) -> None:
        keys: dict[str, set[str]] = defaultdict(set)
        for change in rows:
            keys[change.after["table"]].add(change.after["key"])
        by_table = {handler.table.name: handler for handler in handlers()}
        self._own = {table: by_table[table].fetch(some) for table, some in keys.items()}
        self._steps: dict[tuple[str, str, str], list[tuple[date, str]]] = defaultdict(list)
        names = ("table", "key", "column", "effective_on", "value")
        subjects = {(table, key) for table, some in keys.items() for key in some}
        for table, key, column, day, text in changes_of(subjects).values_list(*names):
            self._steps[table, key, column].append((day, text))

    def drafted(self, change: RowChange) -> tuple[ItemDraft, Mapping[str, Any] | None, Texts]:
        row = change.after
        own = self._own[row["table"]].get(row["key"])
        act = Act.CHANGE if change.before is None else Act.CORRECT
        old = self._until(row, own) if change.before is None else change.before["value"]
        draft = ItemDraft(row["table"], row["key"], act, on=row["effective_on"])
        return draft, own, {row["column"]: [old, row["value"]]}

    def _until(self, row: Mapping[str, Any], own: Mapping[str, Any] | None) -> str:
        """What stood in the column until the day before."""
        column = DATED[row["table"]].by_name[row["column"]]
        earlier = [
            (day, text)
            for day, text in self._steps[row["table"], row["key"], row["column"]]
            if day < row["effective_on"]
        ]
        return max(earlier)[1] if earlier else column.write(own[column.name] if own else None)
