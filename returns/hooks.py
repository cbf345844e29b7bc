"""Registry of functions that say what a source knows of the cells of a township's return."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from areas.models import Area
    from common.periods import Quarter
    from returns.sources.vocabulary import SourceFigure

SOURCES: Registry[Callable[[str, Quarter, Sequence[Area]], Iterable[SourceFigure]]] = Registry()
"""Asked with a township's code, the quarter and the villages; answers figures for their cells as of the quarter's last day."""
