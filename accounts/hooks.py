"""What rooms above lend: accounts on the login page (the demonstration's), and the portal's signature."""

from collections.abc import Callable, Mapping
from typing import Any

from common.registry import Registry

SHOWN_ACCOUNTS: Registry[Callable[[], list]] = Registry()
"""Accounts with their passwords for everyone to see; only a demonstration has any."""

SIGNING: Registry[Callable[[Mapping[str, Any]], dict[str, Any]]] = Registry()
"""The one function that makes a signed document of what it is told."""

CHECKING: Registry[Callable[[Any], dict[str, Any]]] = Registry()
"""The one that gives back what a document says which this portal signed, with whichever key; raises where it did not."""
