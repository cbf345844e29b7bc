"""What the pages of records of measures show: what is counted, what was changed, what may be done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import QuerySet

from measures.actions import STEPS
from measures.kinds import KINDS, MeasureField, MeasureKind
from measures.listing import state_words, tone
from measures.models import MeasureRecord, MeasureVersion
from measures.moves import RECORDS, may_enter
from measures.values import changed, total, total_words, words_of
from measures.vocabulary import WITH_WRITER, MeasureAction, MeasureState

SENDABLE = WITH_WRITER
_CHANGING = (MeasureAction.REVISE, MeasureAction.CORRECT)


@dataclass(frozen=True)
class MeasureStep:
    """A step that the person may take; ``asked`` is what is to be written for it, blank: nothing; ``typed`` what was."""

    action: MeasureAction
    asked: str
    typed: str

    @property
    def field_id(self) -> str:
        return f"reason_{self.action}"

    @property
    def is_back(self) -> bool:
        return self.action in (MeasureAction.SEND_BACK, MeasureAction.VOID, MeasureAction.DISCARD)


@dataclass(frozen=True)
class MeasureTally:
    """What stands confirmed of a kind: how many, by its choice, and its sums in words."""

    kind: MeasureKind
    count: int
    by_choice: list[tuple[str, int]]
    sums: list[tuple[str, str]]


def kinds(user) -> list[MeasureKind]:
    """The kinds that a person may enter."""
    return [kind for kind in KINDS.values() if may_enter(kind, user)]


def counted(rows: QuerySet, key: str) -> MeasureTally | None:
    """What is counted of a kind among rows in sight; None where no kind is asked for."""
    if key not in KINDS:
        return None
    kind = KINDS[key]
    values = list(rows.standing().filter(kind=key).values_list("confirmed_values", flat=True))
    choices: Counter[str] = Counter()
    if kind.counted_by:
        choices.update(each.get(kind.counted_by) or "" for each in values)
    named = kind.field(kind.counted_by) if kind.counted_by else None
    by_choice = (
        [(words_of(named, choice) or "未填写", count) for choice, count in choices.most_common()] if named else []
    )
    sums = [_sum(kind.field(name), [each.get(name) for each in values]) for name in kind.added_up]
    return MeasureTally(kind, len(values), by_choice, sums)


def _sum(field: MeasureField, values: list) -> tuple[str, str]:
    return field.label, total_words(field, total(field, values))


def may_change(record: MeasureRecord, user) -> bool:
    return any(RECORDS.allows(action, record, user) for action in _CHANGING)


def record(found: MeasureRecord, user, typed: Mapping[str, str]) -> dict:
    """The context of one record's page."""
    versions = list(found.versions.select_related("by").order_by("pk"))
    confirmed, steps = found.confirmed_values, offered(found, user, typed)
    is_own = any(version.by_id == user.pk for version in versions)
    return {
        "record": found,
        "kind": found.declared,
        "state": state_words(found),
        "tone": tone(found),
        "editions": _editions(found.declared, versions),
        "moves": list(found.moves.select_related("by").order_by("pk")),
        "files": list(found.files.select_related("by").order_by("pk")),
        "offered": [step for step in steps if not (is_own and RECORDS[step.action].by_others)],
        "is_own": is_own and any(step.action == MeasureAction.CONFIRM for step in steps),
        "may_change": may_change(found, user),
        "is_confirmed": found.state == MeasureState.CONFIRMED,
        "standing": changed(found.declared, confirmed, found.values) if found.is_correcting and confirmed else [],
    }


def offered(found: MeasureRecord, user, typed: Mapping[str, str]) -> list[MeasureStep]:
    """What the person may do with a record as it stands, with what she has typed for it."""
    return [
        MeasureStep(action, f"{action.label}原因" if RECORDS[action].needs_reason else "", typed.get(action, ""))
        for action in STEPS
        if RECORDS.allows(action, found, user)
    ]


def _editions(kind: MeasureKind, versions: list[MeasureVersion]) -> list[tuple[MeasureVersion, list]]:
    """Every version but the first with what it changed, the latest first."""
    pairs = pairwise(versions)
    return [(after, changed(kind, before.values, after.values)) for before, after in pairs][::-1]
