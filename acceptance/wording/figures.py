"""Numbers as people read them: grouped, truncated, never flattering."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True)
class Words:
    """What is (``text``), what is missing (``gap``), and what would decide or turn it (``turn``); blank where there is nothing to say."""

    text: str
    gap: str = ""
    turn: str = ""


def number(count: int) -> str:
    """12345 → 12,345."""
    return f"{count:,}"


def percent(threshold: Fraction) -> str:
    """A threshold as the plan writes it: 9/10 → 90%."""
    hundredths = threshold * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}%"
    return f"{float(hundredths):.2f}".rstrip("0").rstrip(".") + "%"


def at_least(threshold: Fraction) -> str:
    """90%以上; the whole is simply 100%."""
    return "100%" if threshold == 1 else f"{percent(threshold)}以上"


def metres(distance: float) -> str:
    """A distance in whole metres, cut; under ten metres to the centimetre."""
    if distance < 10:
        return f"{floor(distance * 100) / 100:g} 米"
    return f"{number(floor(distance))} 米"


def beyond(distance: float, radius: float) -> tuple[str, str]:
    """The distance and by how much it exceeds the radius; a hair's breadth is shown to the centimetre, never as 0."""
    excess = distance - radius
    if excess >= 10:
        return metres(distance), f"{number(floor(distance) - floor(radius))} 米"
    hundredths = max(1, ceil(round(excess * 100, 6)))
    return f"{(floor(radius) * 100 + hundredths) / 100:g} 米", f"{hundredths / 100:g} 米"


def listed(parts: list[str]) -> str:
    """a、b、c."""
    return "、".join(parts)


def sentence(*parts: str) -> str:
    """Clauses joined by the Chinese comma and closed with a full stop; blank ones fall away."""
    return "，".join(part for part in parts if part) + "。"
