"""Registry of functions that add samples to an examination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from areas.models import Area
    from common.periods import Quarter
    from inspection.models import Unit
    from inspection.samples import SampleShown, SampleStanding
    from inspection.spotcheck.demands import SampleDemand

SAMPLES: Registry[Callable[[Sequence[Unit]], dict[int, SampleShown]]] = Registry()
"""Each answers what samples found of units, by primary key; units that none bears on are left out."""

STANDINGS: Registry[Callable[[Sequence[Unit]], dict[int, SampleStanding]]] = Registry()
"""Each answers how the samples stand on which the reports of units are to rest, by primary key."""

SAMPLE_DEMANDS: Registry[Callable[[Area, Quarter], SampleDemand | None]] = Registry()
"""Each answers what sample the plan asks of a township's report."""
