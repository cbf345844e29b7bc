"""The witness log against what it is of: each change of a sealed row has its leaf, and no leaf is of nothing (docs/witness.md)."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import Count, Max, Model

from acceptance.models import MilestoneVerdict, SiteVerdict, Verdict
from inspection.models import Entry, Submission
from returns.models import Return, ReturnLine
from witness.kinds import Sealed, kinds
from witness.models import Leaf, LogHead

JUDGED = "acceptance.judgement"
VERDICTS: tuple[type[Model], ...] = (Verdict, SiteVerdict, MilestoneVerdict)
PARTS = {ReturnLine: (Return, "quarterly_return_id"), Entry: (Submission, "submission_id")}
"""Rows that are sealed with the document that they are part of, at each step of it."""

Rows = dict[str, dict[str, Any]]
_WRITES = re.compile(r'\s*(?:INSERT\s.*?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.I | re.S)


class LeafWatch:
    """What stood when it was last asked, and where the log then ended. Around the connection's queries it learns what is written."""

    def __init__(self) -> None:
        self._written: set[str] = set()
        self._end, self._verdicts = _end(), _verdicts()
        self._rows = {name: _rows(kind) for name, kind in kinds().items()}

    def __call__(self, execute, sql, params, many, context):
        if found := _WRITES.match(sql):
            self._written.add(found[1])
        return execute(sql, params, many, context)

    def wrong(self) -> Iterator[str]:
        """Changes since the last time without their leaves, and leaves without a change."""
        before, end = self._end, _end()
        new = list(Leaf.objects.filter(sequence__gt=before).values_list("kind", "content", "trail_sequence"))
        self._end = end
        if len(new) != end - before or LogHead.objects.values_list("size", flat=True).first() != end:
            yield f"the log grew by {end - before}, and has {len(new)} leaves more"
        sealed: dict[str, Counter] = defaultdict(Counter)
        judged: Counter = Counter()
        at_once: Counter = Counter()
        for name, text, trail in new:
            content = json.loads(text)
            sealed[name].update(list(content.get("rows", ())))
            at_once.update((name, key, trail) for key in content.get("rows", ()))
            for what in ("given", "gone") if name == JUDGED else ():
                judged.update({(what, label): len(digests) for label, digests in content[what].items()})
        yield from (f"{name} {key}: {times} leaves at once" for (name, key, _), times in at_once.items() if times > 1)
        yield from self._of_rows(sealed)
        yield from self._of_verdicts(judged)
        self._written = set()

    def _of_rows(self, sealed: dict[str, Counter]) -> Iterator[str]:
        read = {name: _rows(kind) for name, kind in kinds().items() if self._written & _tables(name) or sealed[name]}
        moved = self._moved(read)
        for name, now in read.items():
            before, self._rows[name] = self._rows[name], now
            changed = {key for key in {*before, *now} if before.get(key) != now.get(key)}
            yield from (f"{name} {key} changed without a leaf" for key in changed - sealed[name].keys())
            for key, times in sealed[name].items():
                # Where a paper is issued within the step the trail is told of that first, and the log grows then, too.
                if times > (key in changed) and times > 2 * moved[_document(name, key)]:
                    yield f"{name} {key}: {times} leaves"

    def _moved(self, read: dict[str, Rows]) -> Counter:
        """How many steps each document took since."""
        moved: Counter = Counter()
        for name, now in read.items():
            kind = kinds()[name]
            for key in now.keys() - self._rows[name].keys() if kind.states else ():
                for field in map(kind.model._meta.get_field, kind.states):
                    moved[field.related_model, str(now[key][field.attname])] += 1
        return moved

    def _of_verdicts(self, judged: Counter) -> Iterator[str]:
        if judged or self._written & {model._meta.db_table for model in VERDICTS}:
            before, self._verdicts = self._verdicts, _verdicts()
            for each, number in self._verdicts.items():
                if number - before[each] != judged[each]:
                    yield f"{each}: {number - before[each]} verdicts, {judged[each]} in leaves"


def _document(name: str, key: str) -> tuple[type[Model], str]:
    """Whose steps may seal a row: the document that it is, or is part of."""
    kind = kinds()[name]
    if kind.model in PARTS and (row := kind.content(key)):
        model, column = PARTS[kind.model]
        return model, str(row[column])
    return kind.model, key


@cache
def _tables(name: str) -> frozenset[str]:
    """The tables on which it hangs which rows are to have a leaf, and what it says."""
    rows = kinds()[name].rows()
    return frozenset({rows.model._meta.db_table, *(each.table_name for each in rows.query.alias_map.values())})


def _end() -> int:
    return Leaf.objects.aggregate(last=Max("sequence"))["last"] or 0


def _rows(kind: Sealed) -> Rows:
    return dict(kind.contents())


def _verdicts() -> dict[tuple[str, str], int]:
    """How many verdicts were ever given, and how many were superseded, of each kind."""
    found = {}
    for model in VERDICTS:
        given, gone = model._base_manager.aggregate(given=Count("pk"), gone=Count("superseded_at")).values()
        found |= {("given", model._meta.label_lower): given, ("gone", model._meta.label_lower): gone}
    return found
