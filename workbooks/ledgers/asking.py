"""What every bulk door asks before it proposes, and shows of the effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from proposals.actions import Why
from proposals.effects import bases_words, periods_words

_SHOWN = 30
"""Lines of each kind; the counts are of all, and the proposal's page lists more."""
_TITLES = {"milestones": "里程碑", "figures": "数字", "areas": "区域评定", "sites": "点位评定"}


def why_of(typed: Mapping[str, str]) -> Why:
    """The reason and the paper as they were typed."""
    return Why(typed.get("reason_code", ""), typed.get("reason", ""), typed.get("document", ""))


@dataclass(frozen=True)
class EffectKind:
    """What of one kind would be said otherwise: the first lines (words, quarters, whether past), and how many there are."""

    title: str
    lines: list[tuple[str, str, bool]]
    count: int


def effect_lines(effect: Mapping[str, Any]) -> list[EffectKind]:
    """An effect in words, what weighs most first; nothing where nothing turns."""
    return [
        EffectKind(title, [_line(line) for line in effect[kind][:_SHOWN]], effect["counts"][kind])
        for kind, title in _TITLES.items()
        if effect.get(kind)
    ]


def _line(line: Mapping[str, Any]) -> tuple[str, str, bool]:
    when = "，".join(filter(None, (periods_words(line["periods"]), bases_words(line["bases"]))))
    return line["words"], when, line["past"]
