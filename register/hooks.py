"""What rooms above may add to the search."""

from collections.abc import Callable
from typing import Any

from common.registry import Registry

FINDERS: Registry[Callable[[Any, str], list]] = Registry()
"""Each answers a user and a text with the groups that its room found (``register.searching.SearchGroup``)."""
