"""Registries of functions that add samples to an examination, and that say how often an address may ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from inspection.models import Unit
    from inspection.samples import SampleShown

SAMPLES: Registry[Callable[[Sequence[Unit]], dict[int, SampleShown]]] = Registry()
"""Each answers what samples found of units, by primary key; units that none bears on are left out."""

PUBLIC_LIMITS: Registry[Callable[[str, datetime], int]] = Registry()
"""Each answers how many seconds an address has to wait before it reads another public page; 0: none, and this one counts."""
