"""What spot checks (抽查) found, as the examination reads it; ``inspection.spotcheck`` registers how to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from inspection.hooks import SAMPLES, STANDINGS
from inspection.models import Unit

if TYPE_CHECKING:
    from inspection.spotcheck.estimates import Estimate


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


class StandingState(StrEnum):
    """How the sample stands on which a report is to rest."""

    NONE = "none"
    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    LATE = "late"


@dataclass(frozen=True)
class SampleStanding:
    """How the sample of a unit's report stands, in words; ``url`` leads to it, or to where it is drawn.

    ``estimate`` is the share of failures with its interval, None where there is no sample; ``is_required``: whether the
    plan holds a report up without one.
    """

    state: StandingState
    words: str
    url: str
    estimate: Estimate | None = None
    is_required: bool = True

    @property
    def needs_two(self) -> bool:
        """Whether what rests on it passes only with reasons, by two people."""
        return self.is_required and self.state != StandingState.PASSED


def standing_of(units: Sequence[Unit]) -> dict[int, SampleStanding]:
    """How the samples of the units' reports stand, by primary key; nothing where the plan asks for no samples."""
    found: dict[int, SampleStanding] = {}
    for ask in STANDINGS:
        found |= ask(units)
    return found
