"""The form of a draft: every target and person as typed, what is wrong at its cell, and what of it can be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from breakdown.models import BreakdownLine
from common.periods import Quarter
from common.values import read_number


@dataclass
class TargetsTyped:
    """What was posted: ``typed`` by field, ``faults`` by field, and the readable ``targets`` and ``persons`` by line."""

    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    targets: dict[int, dict[str, int | None]] = field(default_factory=dict)
    persons: dict[int, int | None] = field(default_factory=dict)


def target_field(line: int, quarter: object) -> str:
    return f"target-{line}-{quarter}"


def person_field(line: int) -> str:
    return f"person-{line}"


def read_typed(
    posted: Mapping[str, str], lines: Sequence[BreakdownLine], periods: Sequence[Quarter], unit: str
) -> TargetsTyped:
    """All cells of the lines; a field of another line or quarter is said to be outside of the breakdown."""
    found = TargetsTyped(typed={name: posted[name] for name in posted if name.startswith(("target-", "person-"))})
    known = set()
    for line in lines:
        for quarter in periods:
            known.add(name := target_field(line.pk, quarter))
            if name in posted:
                _take_target(found, name, line.pk, str(quarter), posted[name], unit)
        known.add(name := person_field(line.pk))
        if name in posted:
            _take_person(found, name, line.pk, posted[name])
    for name in found.typed.keys() - known:
        found.faults[name] = "该季度或单位不在本分解之内，请刷新页面后重新填写。"
    return found


def _take_target(found: TargetsTyped, name: str, line: int, quarter: str, text: str, unit: str) -> None:
    try:
        found.targets.setdefault(line, {})[quarter] = read_number(text, unit=unit)
    except ValueError as refusal:
        found.faults[name] = str(refusal)


def _take_person(found: TargetsTyped, name: str, line: int, text: str) -> None:
    if text and not (text.isdecimal() and len(text) < 10):
        found.faults[name] = "没有该选项，请在列表中选择。"
    else:
        found.persons[line] = int(text) if text else None
