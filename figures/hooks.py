"""Registry of those who declare figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from acceptance.rules.plan import Plan
    from figures.declared import OpenedFigure

FIGURES: Registry[Callable[[str, Plan], OpenedFigure | None]] = Registry()
"""Asked for the figure of a name by a plan; None where it is none of theirs."""
