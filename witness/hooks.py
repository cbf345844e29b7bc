"""Registry of what the rooms above have sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from common.registry import Registry

if TYPE_CHECKING:
    from witness.kinds import Sealed

KINDS: Registry[Callable[[], Iterable[Sealed[Any]]]] = Registry()
"""Asked once for the kinds of rows of a room, each with what of it stands for good."""
