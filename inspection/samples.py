"""What spot checks (抽查) found, as the examination reads it; ``inspection.spotcheck`` registers how to ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspection.hooks import SAMPLES
from inspection.models import Unit


@dataclass(frozen=True)
class SampleShown:
    """The sample that bears on a unit: what it found in words, whether it needs a ruling, and where to read it."""

    words: str
    needs_ruling: bool
    url: str
    is_concluded: bool = True
    """Until then the township is not to know what was drawn."""
    checked: int = 0
    """How many of what was drawn there somebody has found to be right or wrong."""


@dataclass(frozen=True)
class SampleStanding:
    """Whether the sample that a unit's report needs is there and supports it, in words, with its page and its estimate."""

    state: str
    words: str
    url: str = ""
    estimate: str = ""

    @property
    def needs_two(self) -> bool:
        """Whether the unit passes only with reasons by two people: the sample is missing, open, late or failed."""
        return self.state != "passed"


def standing_of(units: Sequence[Unit]) -> dict[int, SampleStanding]:
    """How the samples stand that the reports of units need, by the unit's key; a unit that needs none is left out."""
    return {}


def samples_of(units: Sequence[Unit]) -> dict[int, SampleShown]:
    """What samples found of the units, by primary key."""
    found: dict[int, SampleShown] = {}
    for ask in SAMPLES:
        found |= ask(units)
    return found


def sample_of(unit: Unit) -> SampleShown | None:
    return samples_of([unit]).get(unit.pk)


def needs_ruling(unit: Unit) -> bool:
    """Whether the sample found failures, so that the reviewer has to say what follows."""
    found = sample_of(unit)
    return found is not None and found.needs_ruling
