"""Registries of functions by which rooms above lend to the chain what they know: of samples, hands, files, titles and limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from inspection.doubts import FileUse
    from inspection.hands import AskedUnit, Deed
    from inspection.models import Unit
    from inspection.samples import SampleShown, SampleStanding

SAMPLES: Registry[Callable[[Sequence[Unit]], dict[int, SampleShown]]] = Registry()
"""Each answers what samples found of units, by primary key; units that none bears on are left out."""
TITLE_HISTORY: Registry[Callable[[Sequence[Unit]], dict[int, str]]] = Registry()
"""Each answers what became of titles that the areas of units had before, in a sentence, by primary key of the unit."""

OBSTACLES: Registry[Callable[[Sequence[Unit]], dict[int, str]]] = Registry()
"""Each answers what keeps units from passing whatever their figures say, in a sentence of what is to be done, by primary key."""

DEEDS: Registry[Callable[[Sequence[AskedUnit], int | None], dict[int, list[Deed]]]] = Registry()
"""Each answers what was done about units in its room, by primary key; by all, or by the user with that key."""
USES: Registry[Callable[[str, Collection[str]], Iterable[tuple[str, FileUse]]]] = Registry()
"""Each answers where in a county files are used, by their digests, besides reports, visits and proposals."""

STANDINGS: Registry[Callable[[Sequence[Unit]], dict[int, SampleStanding]]] = Registry()
"""Each answers how the samples stand on which the reports of units are to rest, by primary key."""

OPEN_CASES: Registry[Callable[[Sequence[Unit]], dict[int, str]]] = Registry()
"""Each answers which cases are open at and beneath the areas of units, in a sentence, by primary key of the unit."""

PUBLIC_LIMITS: Registry[Callable[[str, datetime], int]] = Registry()
"""Each answers how many seconds an address has to wait before it reads another public page; 0: none, and this one counts."""
