"""Was anything changed behind the portal's back? The log against itself, and the rows as they stand against the log."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, Model, OuterRef, Subquery

from accounts import audit, triggers  # noqa: F401 — the triggers of the trail are among all
from accounts.models import AuditEntry
from common.append_only import EVERY
from witness import tree
from witness.hooks import FURTHER
from witness.kinds import Content, Sealed, kinds
from witness.models import Leaf, LogHead
from witness.sealing import BEGUN, entry

LONGEST = 60
"""Characters of a value that a finding shows."""

VERIFIED = "witness.verify"
"""The action of the entries in the trail that say of a run how many leaves there were, and the root."""

ABSENT = object()


@dataclass
class Verification:
    """What was looked at, and a sentence for all that is not as it was sealed."""

    leaves: int = 0
    rows: int = 0
    head: tree.Head = field(default_factory=lambda: tree.Head(0, ""))
    problems: list[str] = field(default_factory=list)


def verified() -> Verification:
    """Look at all of it: the trail's chain, the log's hashes, order and end, each sealed row, states, triggers."""
    found = Verification()
    chain = audit.verified()
    if chain.problem:
        found.problems.append(f"审计链不完整：{chain.problem}")
    found.problems += _log(found)
    for kind in kinds().values():
        found.problems += of_rows(kind, found)
        found.problems += of_states(kind)
    for further in FURTHER:
        found.problems += further.problems()
    found.problems += [f"数据库缺少防止改动的触发器：{name}。" for guard in EVERY for name in guard.missing(connection)]
    return found


def of_rows(kind: Sealed, found: Verification | None = None) -> Iterator[str]:
    """What is not as it was sealed of the rows of a kind."""
    return _Rows(kind, found or Verification()).problems()


def _log(found: Verification) -> Iterator[str]:
    """The leaves one by one, where the trail then ended, and where the log ends."""
    hashes: list[str] = []
    anchors: dict[int, str] = {}
    told = _told_heads()
    peaks: list[bytes] = []
    for leaf in Leaf.objects.order_by("sequence").iterator(chunk_size=500):
        expected = len(hashes) + 1
        if leaf.sequence != expected:
            yield f"存证 第 {expected} 条缺失，其后是第 {leaf.sequence} 条：存证被删除。"
            return
        if tree.hashing(leaf.algorithm).hash_buff(entry(leaf)).hex() != leaf.hash:
            yield f"存证 第 {expected} 条（{_label(leaf)}）的内容与其摘要不符：存证被改动。"
        peaks = tree.grown(len(hashes), peaks, bytes.fromhex(leaf.hash), tree.hashing(leaf.algorithm))
        hashes.append(leaf.hash)
        for entry_at, root in told.pop(expected, []):
            if tree.hashing(leaf.algorithm).hash_fold(peaks[::-1]).hex() != root:
                yield f"存证 前 {expected} 条的树根与审计记录第 {entry_at} 条所载不符：存证和其末尾一并被改动。"
        if leaf.trail_sequence:
            anchors[leaf.trail_sequence] = leaf.trail_hash
    found.leaves = len(hashes)
    for size, ((entry_at, _), *_) in told.items():
        yield f"审计记录第 {entry_at} 条记载存证已有 {size} 条，现有 {len(hashes)} 条：末尾的存证被删除。"
    yield from _trail(anchors)
    yield from _end(found, hashes)


def _told_heads() -> dict[int, list[tuple[int, str]]]:
    """The roots that runs found whole, as the trail tells them, by the number of leaves, each with its entry; none that was archived since."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    told = AuditEntry.objects.filter(action=VERIFIED, result=audit.OK).order_by("sequence")
    for entry_at, detail in told.values_list("sequence", "detail"):
        said = json.loads(detail)
        found[said["count"]].append((entry_at, said["root"]))
    found.pop(0, None)
    return found


def _label(leaf: Leaf) -> str:
    kind = kinds().get(leaf.kind)
    return f"{kind.label if kind else leaf.kind} {leaf.key}".strip()


def _trail(anchors: dict[int, str]) -> Iterator[str]:
    """The trail's entries at which leaves were added; those that were archived since are not there to be compared."""
    standing = AuditEntry.objects.order_by("sequence").values_list("sequence", "hash").iterator(chunk_size=2000)
    for sequence, digest in standing:
        if anchors.get(sequence, digest) != digest:
            yield f"审计记录 第 {sequence} 条的摘要与存证不符：审计链在此处以前被重写。"
            return


def _end(found: Verification, hashes: list[str]) -> Iterator[str]:
    end = LogHead.objects.filter(pk=LogHead.ONLY).first() or LogHead()
    if end.size != len(hashes):
        yield f"存证末尾登记为第 {end.size} 条，实际最后一条是第 {len(hashes)} 条：末尾的存证被删除或增补。"
    elif hashes:
        found.head = tree.LeafTree(end.algorithm, hashes).head()
        if tree.head() != found.head:
            yield f"存证末尾（第 {end.size} 条）登记的树根与各条存证不符：存证或其末尾被改动。"


class _Rows:
    """The rows of one kind as they stand, against the last leaf of each."""

    def __init__(self, kind: Sealed, found: Verification) -> None:
        self.kind, self.found = kind, found
        self.is_begun = Leaf.objects.filter(kind=BEGUN, key=kind.kind).exists()

    def problems(self) -> Iterator[str]:
        sealed: dict[str, Content | None] = {}
        yield from self._leaves(sealed)
        for key, now in self.kind.contents():
            self.found.rows += 1
            before = sealed.pop(key, None)
            if before is not None:
                yield from self._differences(key, before, now, "存证 {}，现为 {}")
            elif self.is_begun:
                yield f"{self._name(key, now)}：没有存证，该行不是经门户增加的。"
        for key, before in sealed.items():
            if before is not None:
                yield from self._gone(key, before)

    def _leaves(self, sealed: dict[str, Content | None]) -> Iterator[str]:
        """Read the leaves in their order into ``sealed``; what one says otherwise than the one before it, and may not."""
        contents = Leaf.objects.filter(kind=self.kind.kind).order_by("sequence").values_list("sequence", "content")
        for sequence, text in contents.iterator(chunk_size=200):
            content = _read(text)
            for key, row in content.get("rows", {}).items():
                before = sealed.get(key)
                if before and row and not content.get("anew"):
                    said = f"原存证 {{}}，第 {sequence} 条存证时已为 {{}}"
                    yield from self._differences(key, before, row, said, but=self.kind.set_later)
                sealed[key] = row

    def _differences(
        self, key: str, before: Content, now: Content, said: str, but: frozenset[str] = frozenset()
    ) -> Iterator[str]:
        """A sentence for each column that both have and in which they differ."""
        if before == now:
            return
        for column, value in before.items():
            if column in now and now[column] != value and column not in but:
                yield f"{self._name(key, before)} {self._told(column, value, now[column], said)}。"

    def _told(self, column: str, before: Any, now: Any, said: str) -> str:
        field = self.kind.columns[column]
        place, before, now = _inside(before, now)
        words = dict(field.flatchoices)
        values = [shown(words.get(each, each) if isinstance(each, str) else each) for each in (before, now)]
        return f"{'·'.join([str(field.verbose_name), *place])} {said.format(*values)}"

    def _name(self, key: str, content: Content) -> str:
        """What the row is called: as it stands, else as it was sealed; its primary key where that fails."""
        try:
            row = self.kind.model._base_manager.filter(pk=key).first()
            if row is None:
                row = self.kind.model(pk=key, **{name: content[name] for name in self.kind.columns if name in content})
            called = self.kind.named(row)
        except Exception:  # what it hangs on may be gone, or its values make no sense
            called = ""
        return f"{self.kind.label} {called or key}（{self.kind.model._meta.db_table} {key}）"

    def _gone(self, key: str, before: Content) -> Iterator[str]:
        """A row that ought to have a leaf and has, and yet is not among them: deleted, or made into what needs none."""
        now = self.kind.content(key)
        if now is None:
            yield f"{self._name(key, before)}：该行被删除。"
        elif now == before:
            yield f"{self._name(key, before)}：所属对象的状态被改动，该行不再计入。"
        else:
            yield from self._differences(key, before, now, "存证 {}，现为 {}")


def _read(text: str) -> dict:
    """A leaf's content; nothing where somebody has made something else of it, which its hash tells."""
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) and isinstance(content.get("rows"), dict) else {}


def _inside(before: Any, now: Any) -> tuple[list[str], Any, Any]:
    """Where in two JSON values the first difference is, and what stands there."""
    place: list[str] = []
    while isinstance(before, dict) and isinstance(now, dict):
        name = next(name for name in sorted({*before, *now}) if before.get(name, ABSENT) != now.get(name, ABSENT))
        place.append(name)
        before, now = before.get(name), now.get(name)
    return place, before, now


def shown(value: Any) -> str:
    text = "空白" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……"


def of_states(kind: Sealed) -> Iterator[str]:
    """Documents whose state is not where their last step led, and those without any step: what has no leaf of its own is known by that."""
    for name in kind.states:
        model: type[Model] = kind.model._meta.get_field(name).related_model
        steps = kind.model._base_manager.filter(**{name: OuterRef("pk")}).order_by("-pk").values("to_state")
        rows = model._base_manager.annotate(led_to=Subquery(steps[:1])).order_by("pk")
        for row in rows.filter(led_to=None) if model._meta.label_lower not in kinds() else ():
            yield f"{model._meta.verbose_name} {row}（{model._meta.db_table} {row.pk}）：没有流转记录，该行不是经门户增加的。"
        for row in rows.exclude(state=F("led_to")):
            words = dict(model._meta.get_field("state").flatchoices)
            led, state = (shown(words.get(each, each)) for each in (row.led_to, row.state))
            yield f"{model._meta.verbose_name} {row}（{model._meta.db_table} {row.pk}）状态 按流转为 {led}，现为 {state}。"
