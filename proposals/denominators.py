"""Who enters or leaves a denominator: what is counted when a share is taken, and therefore never goes without a word.

Counted are natural villages with households enough (plan, S08), compounds, villages and communities, and sites.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from acceptance import plan
from areas.vocabulary import AreaKind
from proposals.drafts import ItemDraft, Texts
from proposals.vocabulary import Act, Denominator

_END = date.max.isoformat()


def what_becomes(draft: ItemDraft, before: Mapping[str, Any] | None, texts: Texts) -> str:
    """Whether the row enters, leaves or changes a denominator by what is drafted; blank where it does neither."""
    if draft.table not in ("areas", "sites", "service_orders"):
        return ""
    if draft.table == "service_orders":
        return Denominator.LEFT if draft.act == Act.VOID else ""
    was = _counts(draft.table, before and _stored(before) | {name: old or "" for name, (old, _) in texts.items()})
    now = _counts(draft.table, _stored(before) | {name: new for name, (_, new) in texts.items()})
    if was != now:
        return Denominator.ENTERED if now else Denominator.LEFT
    if not now:
        return ""
    if "kind" in texts or (draft.table == "sites" and "area_code" in texts):
        return Denominator.MOVED
    old, new = (_interval(side) for side in (_stored(before), {name: new for name, (_, new) in texts.items()}))
    if "valid_to" in new:
        return Denominator.LEFT if (new["valid_to"] or _END) < (old["valid_to"] or _END) else Denominator.ENTERED
    if "valid_from" in new and before is not None:
        return Denominator.LEFT if (new["valid_from"] or "") > (old["valid_from"] or "") else Denominator.ENTERED
    return ""


def _stored(before: Mapping[str, Any] | None) -> dict[str, str]:
    """The stored values as texts, as far as they matter; nothing of a new row."""
    return {} if before is None else {name: "" if value is None else str(value) for name, value in before.items()}


def _interval(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: said[name] or "" for name in ("valid_from", "valid_to") if name in said}


def _counts(table: str, said: Mapping[str, Any] | None) -> bool:
    """Whether a row counts at all, whenever it is in force."""
    if not said or (said.get("valid_to") and said.get("valid_to") == said.get("valid_from")):
        return False
    if table == "sites":
        return True
    if said["kind"] == AreaKind.NATURAL_VILLAGE:
        return int(said.get("permanent_households") or 0) >= plan.current().permanent_households.value
    return said["kind"] not in (AreaKind.DISTRICT,)
