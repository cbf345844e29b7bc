"""Shares and sums of targets: pure, exact, and the same in whatever order the units are given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from breakdown.vocabulary import LineLevel
from common.periods import Quarter


@dataclass(frozen=True)
class Counted:
    """A measure in an area: how many passed, how many there are, how many are needed there, and how many households."""

    passed: int
    total: int
    needed: int
    households: int = 0

    @property
    def open(self) -> int:
        return self.total - self.passed


@dataclass(frozen=True)
class LineRead:
    """A line as the arithmetic reads it; ``targets`` go with the quarters, None where nothing is said."""

    key: str
    level: str
    area: str
    name: str
    base: int
    total: int
    needed: int
    targets: tuple[int | None, ...]

    def at(self, place: int) -> int:
        return self.targets[place] or 0


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line (``key``; blank: with the whole) in a quarter; None: in no single one."""

    key: str
    quarter: Quarter | None
    text: str


def apportion(total: int, weights: Mapping[str, int], most: Mapping[str, int]) -> dict[str, int]:
    """``total`` shared by weights with the largest remainder, nobody getting over ``most``; equals go by their key.

    What does not fit anywhere is left over. Where all weights left are 0 the rest is shared evenly.
    """
    given, left = dict.fromkeys(sorted(weights), 0), total
    while left > 0 and (free := [key for key in given if given[key] < most[key]]):
        step = _one_round(left, {key: weights[key] for key in free})
        for key in free:
            added = min(step[key], most[key] - given[key])
            given[key], left = given[key] + added, left - added
    return given


def _one_round(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Shared without bounds: the floor of each quota, and the rest by the largest remainders."""
    whole = sum(weights.values())
    weights, whole = (weights, whole) if whole else (dict.fromkeys(weights, 1), len(weights))
    quotas = {key: Fraction(total * weight, whole) for key, weight in weights.items()}
    shares = {key: int(quota) for key, quota in quotas.items()}
    order = sorted(quotas, key=lambda key: (shares[key] - quotas[key], key))
    for key in order[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def stepped(base: int, gain: int, quarters: int) -> tuple[int, ...]:
    """``gain`` more than ``base`` in even steps, each rounded up: the sum of parts never falls short of the whole."""
    return tuple(base - (-gain * step // quarters) for step in range(1, quarters + 1))


def faults(lines: Sequence[LineRead], quarters: Sequence[Quarter], needed: int, *, by_township: bool) -> list[Fault]:
    """All that is wrong: cells first, then minima, then sums; ``by_township``: the plan asks each township by itself."""
    cells = [fault for line in lines for fault in _of_cells(line, quarters)]
    if cells:
        return cells
    return [*_of_minima(lines, quarters[-1], needed, by_township), *_of_sums(lines, quarters)]


def _of_cells(line: LineRead, quarters: Sequence[Quarter]) -> Iterator[Fault]:
    before = 0 if line.level == LineLevel.OPERATOR else None
    for quarter, target in zip(quarters, line.targets, strict=True):
        if target is None:
            yield Fault(line.key, quarter, f"{line.name}{quarter.label}没有填写指标，请填写。")
            continue
        if before is not None and target < before:
            yield Fault(
                line.key,
                quarter,
                f"{line.name}{quarter.label}指标 {target} 比上季的 {before} 少 {before - target}。",
            )
        if target > line.total:
            text = f"{line.name}{quarter.label}指标 {target} 比对象总数 {line.total} 多 {target - line.total}。"
            yield Fault(line.key, quarter, text)
        before = target


def _of_minima(lines: Sequence[LineRead], due: Quarter, needed: int, by_township: bool) -> Iterator[Fault]:
    townships = [line for line in lines if line.level == LineLevel.TOWNSHIP]
    if not by_township and (gap := _short(townships, -1, needed)):
        yield Fault("", due, f"{due.label}{_sum_words(townships, -1)} 比目标 {needed} 少 {gap}，请调高街镇指标。")
    for line in townships if by_township else ():
        if line.at(-1) < line.needed:
            gap = line.needed - line.at(-1)
            yield Fault(line.key, due, f"{line.name}{due.label}指标 {line.at(-1)} 比目标 {line.needed} 少 {gap}。")


def _of_sums(lines: Sequence[LineRead], quarters: Sequence[Quarter]) -> Iterator[Fault]:
    """Villages, and what operators add, make up for their township; townships for the lead unit."""
    for line in lines:
        level = {LineLevel.TOWNSHIP: LineLevel.VILLAGE, LineLevel.LEAD_UNIT: LineLevel.TOWNSHIP}.get(
            LineLevel(line.level)
        )
        below = [each for each in lines if each.level == level and each.area.startswith(line.area)]
        firms = [each for each in lines if each.level == LineLevel.OPERATOR and each.area == line.area]
        for place, quarter in enumerate(quarters):
            if below and (gap := _short(below, place, line.at(place))):
                said = f"{line.name}{quarter.label}：{LineLevel(level).label}{_sum_words(below, place)}"
                yield Fault(line.key, quarter, f"{said} 比目标 {line.at(place)} 少 {gap}。")
            wanted = line.at(place) - line.base
            if line.level == LineLevel.TOWNSHIP and firms and (gap := _short(firms, place, wanted)):
                said = f"{line.name}{quarter.label}：运营企业新增{_sum_words(firms, place)}"
                yield Fault(line.key, quarter, f"{said} 比须新增 {line.at(place)} − {line.base} = {wanted} 少 {gap}。")


def _short(lines: Sequence[LineRead], place: int, wanted: int) -> int:
    return max(0, wanted - sum(line.at(place) for line in lines))


MOST_TERMS = 8


def _sum_words(lines: Sequence[LineRead], place: int) -> str:
    """合计 3 + 4 = 7; of many only the sum."""
    terms = " + ".join(str(line.at(place)) for line in lines)
    whole = sum(line.at(place) for line in lines)
    return f"合计 {terms} = {whole}" if 1 < len(lines) <= MOST_TERMS else f"合计 {whole}"


def with_targets(line: LineRead, targets: Sequence[int | None]) -> LineRead:
    return replace(line, targets=tuple(targets))
