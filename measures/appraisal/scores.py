"""Points as exact fractions: a weight times the share that was reached. Without Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

WHOLE = Fraction(100)


class WrongWeights(ValueError):
    """Weights that cannot be right; the message is a Chinese sentence."""


def read_weights(typed: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Weights in per cent, by measure, as they are kept; blank and 0 are left out.

    WrongWeights where one is no number from 0 to 100 with at most two decimals, or they do not sum to 100 exactly.
    """
    found = {}
    for key, label in labels.items():
        text = typed.get(key, "").strip().removesuffix("%").removesuffix("％").strip()
        try:
            value = Decimal(text or "0")
        except InvalidOperation:
            raise WrongWeights(f"{label}：“{text}”不是权重，应为 0 至 100 的数，最多两位小数。") from None
        if not (value.is_finite() and 0 <= value <= 100) or value != value.quantize(Decimal("0.01")):
            raise WrongWeights(f"{label}：“{text}”不是权重，应为 0 至 100 的数，最多两位小数。")
        if value:
            found[key] = f"{value.normalize():f}"
    total = sum(map(Decimal, found.values()), Decimal())
    if total != 100:
        raise WrongWeights(f"权重合计 {total.normalize():f}，应为 100：{_gap(total)}。")
    return found


def _gap(total: Decimal) -> str:
    short = 100 - total
    return f"尚差 {short.normalize():f}" if short > 0 else f"多出 {(-short).normalize():f}"


@dataclass(frozen=True)
class ScoreLine:
    """A line of a sheet: its weight in points, and how many of how many were reached."""

    weight: Fraction
    passed: int
    total: int

    @property
    def applies(self) -> bool:
        return self.total > 0

    @property
    def points(self) -> Fraction:
        return self.weight * self.passed / self.total if self.applies else Fraction()


def score(lines: Iterable[ScoreLine]) -> Fraction | None:
    """The points of all lines that apply, as of 100; None where none applies."""
    applying = [line for line in lines if line.applies]
    whole = sum((line.weight for line in applying), Fraction())
    return sum((line.points for line in applying), Fraction()) * WHOLE / whole if whole else None


def shown(points: Fraction | None) -> str:
    """Points for people, cut after two decimals; a dash where there are none."""
    if points is None:
        return "—"
    cut = int(points * 100)
    return f"{cut // 100}.{cut % 100:02}"
