"""What rooms above may add to the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from accounts.models import User
    from register.searching import SearchGroup

FINDERS: Registry[Callable[[User, str], list[SearchGroup]]] = Registry()
"""Each answers a user and a text with the groups that its room found."""
