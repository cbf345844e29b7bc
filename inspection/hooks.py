"""Registries of functions that add samples to an examination, and sections to the whole file of a unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from accounts.models import User
    from inspection.dossier import Section
    from inspection.models import Unit
    from inspection.samples import SampleShown

SAMPLES: Registry[Callable[[Sequence[Unit]], dict[int, SampleShown]]] = Registry()
"""Each answers what samples found of units, by primary key; units that none bears on are left out."""
SECTIONS: Registry[Callable[[User, Unit], Section | None]] = Registry()
"""Each answers what it adds to the file of a unit for a user; None where it has nothing."""
