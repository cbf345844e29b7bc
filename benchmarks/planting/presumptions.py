"""What is presumed of faults, of what they leave behind, and of the people who look: nothing of it is measured.

Chances are shares of 1, efforts minutes. ``STATED`` is a guess in good faith, ``PESSIMISTIC`` one by somebody who thinks
little of evidence, of samples and of reviewers. What follows from a trace the portal's own code decides.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from inspection.desk.risk import RiskKind


class PlantedKind(StrEnum):
    """Why a unit that the register lets pass does not meet the standard."""

    COORDINATES = "wrong coordinates"
    ORDERS = "late orders hidden"
    DENOMINATOR = "moved denominator"


PLANTED = {PlantedKind.COORDINATES: 0.05, PlantedKind.ORDERS: 0.03, PlantedKind.DENOMINATOR: 0.02}
"""Shares of the units that are planted with each."""


@dataclass(frozen=True)
class TraceChances:
    """How probable it is that a fault, or an honest township, leaves something in the rows from which the desk is fed."""

    point_is_wrong: float = 0.5
    """Of wrong coordinates: the access point's, not the site's; then its picture is taken away from the claimed place."""
    photo_at_settlement: float = 0.3
    """A clerk photographs at the settlement, not at the access point."""
    staged: float = 0.3
    """Who must not be found out photographs another pole at the claimed place: the picture fits."""
    reused: float = 0.2
    """… or hands in another unit's picture, saved anew."""
    given_up: float = 0.1
    """Who has to photograph what is not there notices, brings nothing, and the unit is not sent."""
    says_where: float = 0.7
    """A camera writes where a picture was taken; chats strip it."""
    changed_late: float = 0.35
    """Coordinates, or dates of an order, were right once and changed within the quarters that the desk looks back."""
    moved_late: float = 0.6
    """What left a denominator left it within these quarters; the rest left it before, or never stood in the register."""
    inflated: float = 0.3
    """A village in which orders are hidden reports three to twenty percent more users than are connected."""
    counted: float = 0.6
    """All operators count the users of a village."""
    honest_far: float = 0.02
    """An honest picture says another place: the exchange, or the office where it was taken off a screen."""
    honest_alike: float = 0.02
    """… or is handed in for two units that one access point serves."""
    honest_early: float = 0.02
    """… or is older than a year."""
    honest_moved: float = 0.06
    """Households or a place of an honest unit were put right of late."""
    honest_left: float = 0.01
    """Something of an honest unit left a denominator of late, rightly."""


@dataclass(frozen=True)
class PeopleChances:
    """What people find when they stand in front of it; minutes that they need."""

    visit_finds: dict[PlantedKind, float] = field(
        default_factory=lambda: {PlantedKind.COORDINATES: 0.9, PlantedKind.ORDERS: 0.3, PlantedKind.DENOMINATOR: 0.3}
    )
    """On the spot: no access point in reach is seen, of an order one must ask, what is not on the list one must miss."""
    visit_errs: float = 0.01
    """A sound unit is found failing."""
    visit_fails: float = 0.03
    """Nobody gets there."""
    follows: dict[RiskKind, tuple[tuple[PlantedKind, ...], float]] = field(
        default_factory=lambda: {
            RiskKind.EVIDENCE_DOUBTFUL: ((PlantedKind.COORDINATES,), 0.7),
            RiskKind.MOVED: (tuple(PlantedKind), 0.5),
            RiskKind.LEFT_DENOMINATOR: ((PlantedKind.DENOMINATOR, PlantedKind.ORDERS), 0.6),
            RiskKind.COUNTS: ((PlantedKind.ORDERS,), 0.3),
        }
    )
    """A reviewer who is shown this follows it up and finds such a fault, where there is one."""
    stumbles: float = 0.05
    """A reviewer who looks at a unit for another reason finds its fault."""
    wrongs: dict[RiskKind, float] = field(
        default_factory=lambda: {
            RiskKind.EVIDENCE_DOUBTFUL: 0.3,
            RiskKind.MOVED: 0.05,
            RiskKind.LEFT_DENOMINATOR: 0.1,
            RiskKind.COUNTS: 0.1,
        }
    )
    """A reviewer who is shown this of a sound unit sends it back all the same."""
    second_eyes: float = 0.3
    """The bureau's head finds so many times what the reviewer, shown the same, would have found; of high risk the government, too."""
    objected: float = 0.0
    """公示: somebody objects to a bad unit on the list, and is right. None by default: nobody knows how many do."""
    minutes_batch: float = 5
    """A report taken, its clean block read and passed: the head's or the reviewer's."""
    minutes_unit: float = 8
    """A unit opened, its parts, pictures and register changes read, its criteria ticked."""
    minutes_second: float = 3
    """… by who confirms or ratifies, and reads the reviewer's words."""
    minutes_return: float = 10
    """A return worded."""
    minutes_visit: float = 40
    """A natural village reached, looked at and entered; several lie on one way."""
    minutes_sample: float = 20
    """A sample drawn and concluded with its reasons."""


@dataclass(frozen=True)
class Presumption:
    """A whole set."""

    traces: TraceChances = field(default_factory=TraceChances)
    people: PeopleChances = field(default_factory=PeopleChances)


STATED = Presumption()
PESSIMISTIC = Presumption(
    TraceChances(
        point_is_wrong=0.3,
        staged=0.6,
        reused=0.1,
        given_up=0.0,
        says_where=0.4,
        changed_late=0.15,
        moved_late=0.3,
        inflated=0.1,
        counted=0.3,
        honest_far=0.05,
        honest_alike=0.05,
        honest_early=0.05,
        honest_moved=0.12,
        honest_left=0.03,
    ),
    PeopleChances(
        visit_finds={PlantedKind.COORDINATES: 0.6, PlantedKind.ORDERS: 0.1, PlantedKind.DENOMINATOR: 0.1},
        follows={
            RiskKind.EVIDENCE_DOUBTFUL: ((PlantedKind.COORDINATES,), 0.4),
            RiskKind.MOVED: (tuple(PlantedKind), 0.25),
            RiskKind.LEFT_DENOMINATOR: ((PlantedKind.DENOMINATOR, PlantedKind.ORDERS), 0.3),
            RiskKind.COUNTS: ((PlantedKind.ORDERS,), 0.1),
        },
        stumbles=0.0,
        second_eyes=0.1,
    ),
)
