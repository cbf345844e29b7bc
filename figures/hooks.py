"""Registries of those who declare figures, and of those who say something beside one on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from acceptance.rules.plan import Plan
    from accounts.models import User
    from figures.asking import AskedFigure
    from figures.declared import OpenedFigure
    from register.things import Panel

FIGURES: Registry[Callable[[str, Plan], OpenedFigure | None]] = Registry()
"""Asked for the figure of a name by a plan; None where it is none of theirs."""

BESIDE: Registry[Callable[[User, AskedFigure], Panel | None]] = Registry()
"""Asked what a room has to say of a figure, or to ask about it, to the person who has opened it; None: nothing to this one."""
