"""Registries of functions that rooms above lend to the chain: samples, whose hands were in it there, titles that were had before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from inspection.hands import Deed
    from inspection.models import Unit
    from inspection.samples import SampleShown

SAMPLES: Registry[Callable[[Sequence[Unit]], dict[int, SampleShown]]] = Registry()
"""Each answers what samples found of units, by primary key; units that none bears on are left out."""
TITLE_HISTORY: Registry[Callable[[Sequence[Unit]], dict[int, str]]] = Registry()
"""Each answers what became of titles that the areas of units had before, in a sentence, by primary key of the unit."""

DEEDS: Registry[Callable[[Sequence[Unit], int | None], dict[int, list[Deed]]]] = Registry()
"""Each answers what was done about units in its room, by primary key; by all, or by the user with that key."""
