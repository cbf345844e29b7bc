"""Items of proposals in words."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from areas.package.registry import OPERATORS
from areas.package.values import Flag
from proposals.models import ProposalItem
from proposals.policy import TABLES
from proposals.vocabulary import Act

_DECLARED = TABLES | {"operators": OPERATORS}

MOST = 20
"""Items that an entry of the audit trail names."""


def value_words(table: str, column: str, text: str | None) -> str:
    """A text as people say it: the label of a listed value, 是 or 否, 空白."""
    if text is None or text == "":
        return "空白"
    declared = _DECLARED[table].by_name[column]
    labels = getattr(declared.kind, "labels", {})
    if isinstance(declared.kind, Flag):
        return {"1": "是", "0": "否"}.get(text, text)
    return f"{labels.get(text, text)}{declared.unit if text.isdecimal() else ''}"


def column_label(table: str, column: str) -> str:
    return _DECLARED[table].by_name[column].label


def item_words(item: ProposalItem, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """变更何岭小组（441802…）：常住户数 59户→19户，自 2018-07-01 起; ``names`` are those of operators, by code."""
    name = f"{item.name}（{item.key}）" if item.name and item.name != item.key else item.key
    parts = [
        _value(item, column, *(_called(column, text, names) for text in pair)) for column, pair in item.values.items()
    ]
    since = [f"自 {item.effective_on} 起"] if item.effective_on and item.act in (Act.CHANGE, Act.END) else []
    return f"{item.get_act_display()}{name}：{'，'.join([*parts, *since])}"


def _called(column: str, text: str | None, names: Mapping[str, str]) -> str | None:
    return names.get(text or "", text) if column == "operator" else text


def _value(item: ProposalItem, column: str, old: str | None, new: str | None) -> str:
    label, now = column_label(item.table, column), value_words(item.table, column, new)
    if item.act == Act.ADD:
        return f"{label} {now}"
    return f"{label} {value_words(item.table, column, old)}→{now}"


def detail_of(items: Iterable[ProposalItem]) -> dict[str, Any]:
    """What the audit trail says of items: the first of them by name, and how many there are."""
    every = list(items)
    return {"items": "；".join(map(item_words, every[:MOST])), "rows": len(every)} if every else {}
