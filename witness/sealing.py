"""Seal what a step decided: its rows get their leaves with the step's entry in the audit trail, in one transaction.

A step says early which rows it decides on (``seal``); their content is read, and the log lengthened, when the step
tells the trail of itself, which is the last that it does: from there on writers queue in any case.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from accounts import audit
from accounts.models import AuditHead
from common import clock
from witness import tree
from witness.hooks import FURTHER
from witness.kinds import Content, Sealed, kind_of, kinds, plain, written
from witness.models import Leaf, LogHead

logger = logging.getLogger(__name__)

AT_ONCE = 2_000
"""Rows of a leaf at most."""


class _Waiting:
    """Rows that wait to be sealed: among what the transaction does once it is committed, so that a rollback forgets them."""

    def __init__(self, model: type[Model], keys: Collection[Any], anew: bool) -> None:
        self.model, self.keys, self.anew = model, set(keys), anew

    def __call__(self) -> None:
        if self.keys:
            logger.error("%d rows of %s were not sealed", len(self.keys), self.model._meta.label)


def seal(*rows: Model) -> None:
    """Have rows sealed at the end of the step, as they will stand then."""
    by_model = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row.pk)
    for model, keys in by_model.items():
        seal_keys(model, keys)


def seal_keys(model: type[Model], keys: Iterable[Any], *, anew: bool = False) -> None:
    """Have the rows with these keys sealed; ``anew`` where this step may change what was sealed of them before."""
    transaction.on_commit(_Waiting(model, list(keys), anew))


def flush(head: AuditHead | None = None) -> None:
    """Lengthen the log by what waits in this transaction; ``head`` is the end of the audit trail, which is held."""
    waiting = [each for _, each, *_ in connection.run_on_commit if isinstance(each, _Waiting) and each.keys]
    if not waiting:
        return
    together: dict[tuple[type[Model], bool], set] = defaultdict(set)
    for each in waiting:
        together[each.model, each.anew] |= each.keys
        each.keys = set()
    made = [
        (kind, key, rows, anew)
        for (model, anew), keys in together.items()
        for kind in [kind_of(model)]
        for key, rows in _grouped(kind, _as_they_stand(kind, keys))
    ]
    append(
        [(kind.kind, key, {"rows": rows} | ({"anew": True} if anew else {})) for kind, key, rows, anew in made], head
    )


def _as_they_stand(kind: Sealed, keys: set) -> dict[str, Content | None]:
    """The contents of rows; None of one that is not to have a leaf, or no longer there."""
    found: dict[str, Content | None] = dict.fromkeys(str(plain(key)) for key in sorted(keys))
    found.update(kind.contents(keys))
    return found


def _grouped(kind: Sealed, rows: dict[str, Content | None]) -> Iterator[tuple[str, dict[str, Content | None]]]:
    """The leaves that rows are put into, each with its key."""
    by_group: dict[str, dict[str, Content | None]] = defaultdict(dict)
    for key, content in rows.items():
        by_group[str(content[kind.group]) if kind.group and content else ""][key] = content
    for group, held in by_group.items():
        keys = list(held)
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            yield group or (some[0] if len(some) == 1 else ""), {each: held[each] for each in some}


def append(
    contents: list[tuple[str, str, Any]], trail: AuditHead | None = None, *, is_late: bool = False
) -> list[Leaf]:
    """Add a leaf for each kind, key and content; queries do not grow with them. The one place where any is written."""
    if not contents:
        return []
    with transaction.atomic(savepoint=False):
        trail = trail or audit.held_head()
        end, _ = LogHead.objects.get_or_create(pk=LogHead.ONLY, defaults={"algorithm": settings.AUDIT_HASH})
        using, peaks, now = tree.hashing(end.algorithm), tree.split(end.peaks), clock.real_now()
        leaves = []
        for size, (kind, key, content) in enumerate(contents, end.size):
            leaf = Leaf(
                sequence=size + 1,
                at=now,
                kind=kind,
                key=key[:64],
                content=written(content),
                is_late=is_late,
                trail_sequence=trail.sequence,
                trail_hash=trail.hash,
                algorithm=end.algorithm,
            )
            digest = using.hash_buff(entry(leaf))
            leaf.hash, peaks = digest.hex(), tree.grown(size, peaks, digest, using)
            leaves.append(leaf)
        Leaf.objects.bulk_create(leaves)
        moved = LogHead.objects.filter(pk=end.pk, size=end.size).update(
            size=leaves[-1].sequence, peaks=" ".join(each.hex() for each in peaks)
        )
        if not moved:
            raise RuntimeError("The log moved while the end of the audit trail was held.")
    return leaves


def entry(leaf: Leaf) -> bytes:
    """All that a leaf says, as its hash is taken over it."""
    said = [leaf.sequence, plain(leaf.at), leaf.kind, leaf.key, leaf.is_late, leaf.trail_sequence, leaf.trail_hash]
    return written([*said, leaf.content]).encode()


BEGUN = "witness.begun"
"""The kind of the leaf that says of a kind of rows that from there on each has its leaf."""


@transaction.atomic
def begin() -> dict[str, int]:
    """Seal what stands of each kind that is not begun, marked as such; how many rows of which kind, in words."""
    trail = audit.held_head()
    begun = set(Leaf.objects.filter(kind=BEGUN).values_list("key", flat=True))
    counts = {}
    for name, kind in kinds().items():
        if name not in begun:
            sealed = _sealed_keys(kind)
            rows = {key: content for key, content in kind.contents() if key not in sealed}
            contents = [(name, key, {"rows": some}) for key, some in _grouped(kind, rows)]
            append([*contents, (BEGUN, name, {"rows": len(rows)})], trail, is_late=True)
            counts[kind.label] = len(rows)
    for further in FURTHER:
        if further.kind not in begun:
            counts[further.label] = further.begin()
            append([(BEGUN, further.kind, {"rows": counts[further.label]})], trail, is_late=True)
    return counts


def _sealed_keys(kind: Sealed) -> set[str]:
    """The keys of all rows of which a leaf of the kind speaks."""
    contents = Leaf.objects.filter(kind=kind.kind).values_list("content", flat=True)
    return {key for content in contents.iterator(chunk_size=500) for key in json.loads(content)["rows"]}
