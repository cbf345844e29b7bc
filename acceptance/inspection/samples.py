"""What spot checks (抽查) found, as the examination reads it; ``acceptance.spotcheck`` registers how to ask."""

from collections.abc import Callable
from dataclasses import dataclass

from acceptance.inspection.models import Unit


@dataclass(frozen=True)
class SampleShown:
    """The sample that bears on a unit: what it found in words, whether it needs a ruling, and where to read it."""

    words: str
    needs_ruling: bool
    url: str


_ask: list[Callable[[Unit], SampleShown | None]] = []


def register(ask: Callable[[Unit], SampleShown | None]) -> None:
    """``ask`` answers what the sample of a unit found, or None where none was drawn."""
    _ask.append(ask)


def sample_of(unit: Unit) -> SampleShown | None:
    return next((found for ask in _ask if (found := ask(unit)) is not None), None)


def needs_ruling(unit: Unit) -> bool:
    """Whether the sample found failures, so that the reviewer has to say what follows."""
    found = sample_of(unit)
    return found is not None and found.needs_ruling
