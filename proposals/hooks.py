"""Registry of what rooms above add to the effect of a proposal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from acceptance.judging.rehearsing import Rehearsal

FURTHER_EFFECTS: Registry[Callable[[str, Rehearsal], list[str]]] = Registry()
"""Each answers a county and what would turn, while the change stands, with sentences on what else it touches."""
