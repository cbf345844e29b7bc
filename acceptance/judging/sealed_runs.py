"""Each run of judging is one leaf of the log: which verdicts it gave, and which of earlier ones it superseded, by their digests.

So a verdict that was changed, added, taken away or raised again behind the portal's back is found without judging anything.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from django.utils.timezone import localtime

from acceptance.judging.rows import SAID, SUBJECTS, Stamp, digest_of, written
from acceptance.models import MilestoneVerdict, PlanVersion, SiteVerdict, Stored, Verdict
from acceptance.rules import VERSION
from witness.kinds import plain
from witness.models import Leaf
from witness.sealing import BEGUN, append
from witness.verifying import shown

KIND = "acceptance.judgement"
LENGTH = 32
"""Hexadecimal digits of a digest that a leaf keeps: 128 bits."""

MODELS: tuple[type[Stored], ...] = (Verdict, SiteVerdict, MilestoneVerdict)
JSON = {"criteria", "figures", "inputs", "ledger", "operators"}
"""What is sealed as it is written."""
_IS_JSON = {model: [name in JSON for name in SAID[model]] for model in MODELS}

_when = cache(plain)
"""A moment as it is sealed; a run has one for all of its verdicts."""

Digests = dict[type[Stored], list[str]]


def seal_run(stamp: Stamp, given: Digests, gone: Digests) -> None:
    """Add the leaf of a run, in its transaction; none of a run that turned nothing."""
    if any([*given.values(), *gone.values()]):
        append([(KIND, stamp.county, _content(stamp, given, gone))])


def _content(stamp: Stamp, given: Digests, gone: Digests) -> dict:
    return {
        "engine": VERSION,
        "plan": stamp.plan.digest,
        "judged_at": plain(stamp.judged_at),
        "given": {model._meta.label_lower: _short(digests) for model, digests in given.items()},
        "gone": {model._meta.label_lower: _short(digests) for model, digests in gone.items()},
    }


def _short(digests: Sequence[str]) -> list[str]:
    return sorted(digest[:LENGTH] for digest in digests)


Run = tuple[str, str]
"""A county and the moment of a run."""


class _Sealed:
    """What the leaves say: which digests of a model were given in a run, and which superseded, not yet found again."""

    def __init__(self) -> None:
        self.given: dict[tuple[str, Run], Counter] = defaultdict(Counter)
        self.gone: dict[tuple[str, Run], Counter] = defaultdict(Counter)
        self.engines: dict[Run, set[tuple[int, bool]]] = defaultdict(set)
        """By which versions of the rules, and whether the run was sealed late."""
        self.is_begun = Leaf.objects.filter(kind=BEGUN, key=KIND).exists()
        leaves = Leaf.objects.filter(kind=KIND).order_by("sequence").values_list("key", "content", "is_late")
        for county, text, is_late in leaves.iterator(chunk_size=64):
            content = json.loads(text)
            run = (county, content["judged_at"])
            self.engines[run].add((content["engine"], is_late))
            for kept, name in ((self.given, "given"), (self.gone, "gone")):
                for model, digests in content[name].items():
                    kept[model, run].update(digests)


class JudgingRuns:
    """What is sealed of judging."""

    kind = KIND
    label = "评定"

    @staticmethod
    def problems() -> Iterator[str]:
        """A sentence for each stored verdict that is not what its run gave, and for each that is missing."""
        yield from _plan_faults()
        sealed = _Sealed()
        for model in MODELS if sealed.is_begun else ():
            yield from _Verdicts(model, sealed).problems()

    @staticmethod
    def begin() -> int:
        """Seal the runs that stand already, each as its verdicts say it; how many verdicts."""
        return _begin()


def _plan_faults() -> Iterator[str]:
    for plan in PlanVersion.objects.order_by("pk"):
        if sha256(plan.text.encode()).hexdigest() != plan.digest:
            yield f"方案版本 {plan}（{plan._meta.db_table} {plan.pk}）方案文本 与其摘要不符。"


@dataclass(frozen=True)
class _Row:
    """A stored verdict as it stands."""

    model: type[Stored]
    pk: int
    run: Run
    judged_at: datetime
    superseded_at: datetime | None
    digest: str
    plan: str
    values: Sequence[Any]
    """The values of SUBJECTS and SAID, and whatever else was asked for."""

    def sealed_by(self, engine: int) -> str:
        """The digest, taken again over all that the verdict says, as a version of the rules takes it."""
        width, is_json = len(SUBJECTS[self.model]), _IS_JSON[self.model]
        values = self.values[width : width + len(is_json)]
        said = [
            written(value) if json and value is not None else value for json, value in zip(is_json, values, strict=True)
        ]
        return digest_of(engine, self.plan, self.values[:width], said)


def _rows(model: type[Stored], *more: str) -> Iterator[_Row]:
    names = (*SUBJECTS[model], *SAID[model], *more)
    always = ("pk", "county", "judged_at", "superseded_at", "digest", "plan__digest")
    for pk, county, judged_at, *row in model._base_manager.order_by("pk").values_list(*always, *names).iterator(2000):
        superseded_at, digest, plan, *values = row
        yield _Row(model, pk, (county, _when(judged_at)), judged_at, superseded_at, digest, plan, values)


class _Verdicts:
    """The stored verdicts of a model against the runs that gave them."""

    def __init__(self, model: type[Stored], sealed: _Sealed) -> None:
        self.model, self.sealed, self.kind = model, sealed, model._meta.label_lower

    def problems(self) -> Iterator[str]:
        for row in _rows(self.model):
            if not self.was_given(row):
                yield f"{self._called(row.pk)} 不是当次评定所给：存入后被改动或增加。"
            elif not self.was_superseded(row):
                yield f"{self._called(row.pk)} 被取代时间 被改动：没有取代它的评定。"
        yield from self._left()

    def was_given(self, row: _Row) -> bool:
        """Whether the row's run gave just this, and says so of itself; of what was sealed late its digest is not asked."""
        given = self.sealed.given[self.kind, row.run]
        return any(
            _take(given, digest)
            for engine, is_late in self.sealed.engines[row.run]
            for digest in [row.sealed_by(engine)]
            if is_late or digest == row.digest
        )

    def was_superseded(self, row: _Row) -> bool:
        moment = row.superseded_at
        return moment is None or _take(self.sealed.gone[self.kind, (row.run[0], _when(moment))], row.digest)

    def _called(self, pk: int) -> str:
        row = self.model._base_manager.get(pk=pk)
        return f"{row._meta.verbose_name} {row}（{row._meta.db_table} {pk}）"

    def _left(self) -> Iterator[str]:
        """Verdicts that runs gave and that are not there; and those that were superseded and stand again."""
        for (kind, (county, at)), digests in self.sealed.given.items():
            if kind == self.kind and digests.total():
                yield f"{self._label} {county} {_moment(at)}评定的有 {digests.total()} 条不在：被删除或改动。"
        for (kind, (county, at)), digests in self.sealed.gone.items():
            if kind == self.kind and digests.total():
                yield f"{self._label} {county} {_moment(at)}被取代的有 {digests.total()} 条{self._again(digests)}。"

    def _again(self, digests: Counter) -> str:
        """Which of them stand again."""
        standing = self.model._base_manager.filter(superseded_at__isnull=True).values_list("pk", "digest")
        found = [self._called(pk) for pk, digest in standing.iterator() if digest[:LENGTH] in digests]
        return f"的 被取代时间 被改动：{shown('、'.join(found[:5]))}" if found else "不在：被删除或改动"

    @property
    def _label(self) -> str:
        return str(self.model._meta.verbose_name)


def _take(digests: Counter, digest: str) -> bool:
    """Whether the leaves have the digest still, which is taken from them."""
    has = digests[digest[:LENGTH]] > 0
    digests[digest[:LENGTH]] -= has
    return has


def _moment(at: str) -> str:
    return f"{localtime(datetime.fromisoformat(at)):%Y-%m-%d %H:%M:%S}"


def _begin() -> int:
    """What was given and superseded before any run was sealed, as the present rules' version reads it: earlier ones may have
    sealed otherwise.
    """
    sealed = _Sealed()
    plans = {plan.pk: plan for plan in PlanVersion.objects.all()}
    given: dict[tuple[str, datetime, int], Digests] = defaultdict(lambda: defaultdict(list))
    gone: dict[tuple[str, datetime, int], Digests] = defaultdict(lambda: defaultdict(list))
    count = 0
    for model in MODELS:
        verdicts = _Verdicts(model, sealed)
        for row in _rows(model, "plan_id"):
            *_, plan = row.values
            if not verdicts.was_given(row):
                count += 1
                given[row.run[0], row.judged_at, plan][model].append(row.sealed_by(VERSION))
            if row.superseded_at is not None and not verdicts.was_superseded(row):
                gone[row.run[0], row.superseded_at, plan][model].append(row.digest)
    contents = [
        (KIND, county, _content(Stamp(county, plans[plan], at), digests, {}))
        for (county, at, plan), digests in given.items()
    ]
    contents += [
        (KIND, county, _content(Stamp(county, plans[plan], at), {}, digests))
        for (county, at, plan), digests in gone.items()
    ]
    append(contents, is_late=True)
    return count
