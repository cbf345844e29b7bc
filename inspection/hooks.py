"""Registries of functions that rooms above lend to the chain: samples, whose hands were in it there, where else a file is used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from inspection.doubts import FileUse
    from inspection.hands import Deed
    from inspection.models import Unit
    from inspection.samples import SampleShown

SAMPLES: Registry[Callable[[Sequence[Unit]], dict[int, SampleShown]]] = Registry()
"""Each answers what samples found of units, by primary key; units that none bears on are left out."""

DEEDS: Registry[Callable[[Sequence[Unit], int | None], dict[int, list[Deed]]]] = Registry()
"""Each answers what was done about units in its room, by primary key; by all, or by the user with that key."""
USES: Registry[Callable[[str, Collection[str]], Iterable[tuple[str, FileUse]]]] = Registry()
"""Each answers where in a county files are used, by their digests, besides reports, visits and proposals."""
