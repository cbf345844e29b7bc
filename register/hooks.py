"""What rooms above may add: answers to the search, and what hangs on a thing to its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from accounts.models import User
    from register.searching import SearchGroup
    from register.things import Panel, Thing

FINDERS: Registry[Callable[[User, str], list[SearchGroup]]] = Registry()
"""Each answers a user and a text with the groups that its room found."""
PANELS: Registry[Callable[[User, Thing], Panel | None]] = Registry()
"""Each answers a user and a thing with what its room says of it: in a fixed number of queries, within the user's scope.

Things are areas, sites, access points and orders on their pages, and the units of the acceptance chain in their whole files;
None where the room has nothing to say of a thing, or this user may not read it.
"""
