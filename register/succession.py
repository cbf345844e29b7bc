"""Which areas may end in which; how they do is told in ``proposals.successions``."""

from areas.models import Area
from areas.vocabulary import LEAVES, TOWNSHIPS, VILLAGE_LEVEL, AreaKind

LEVELS = (TOWNSHIPS, VILLAGE_LEVEL, LEAVES)
"""An area goes into one of its own level."""


def level_of(area: Area) -> tuple[AreaKind, ...] | None:
    """The kinds of the area's level; None for the district, which goes into nothing."""
    return next((kinds for kinds in LEVELS if area.kind in kinds), None)
