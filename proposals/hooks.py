"""Registry of what rooms above add to the effect of a proposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from acceptance.judging.rehearsing import Rehearsal
    from proposals.models import Proposal

FURTHER_EFFECTS: Registry[Callable[[str, Rehearsal], list[str]]] = Registry()
"""Each answers a county and what would turn, while the change stands, with sentences on what else it touches."""

BEFORE_WRITING: Registry[Callable[[Proposal], None]] = Registry()
"""Each is told, in its transaction, of a proposal of which items are about to be written, and may refuse (Refused)."""

RESTING: Registry[Callable[[Sequence[str], datetime], list[str]]] = Registry()
"""Each answers areas of a succession and when it was applied with sentences on what has come to rest on it since."""
