"""What rooms above lend to the appraisal: measures of their own by which townships, units or operators are scored."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from areas.models import Area
from common.periods import Quarter
from common.registry import Registry


@dataclass(frozen=True)
class EarnedShare:
    """How many of how many a subject has reached, and the address of the figure, slips or cases that say so; of 0: not applicable."""

    passed: int
    total: int
    address: str


@dataclass(frozen=True)
class AppraisalQuery:
    """What is asked of a measure: who takes the figures, in which district and quarter, of which subjects, by key and name."""

    user: object
    district: Area
    quarter: Quarter
    subjects: Mapping[str, str]


@dataclass(frozen=True)
class AppraisedMeasure:
    """A measure of a group (``township``, ``unit``, ``operator``): ``earned`` answers by subject; a subject left out has none to reach."""

    key: str
    group: str
    label: str
    clause: str
    earned: Callable[[AppraisalQuery], Mapping[str, EarnedShare]]


APPRAISED: Registry[Callable[[], Iterable[AppraisedMeasure]]] = Registry()
"""Each answers the measures of a room; the bureau gives them their weights."""
