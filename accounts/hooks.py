"""What rooms above lend: accounts on the login page (the demonstration's), the portal's signature, and what goes before an entry of the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from common.registry import Registry

if TYPE_CHECKING:
    from accounts.models import AuditHead, User

SHOWN_ACCOUNTS: Registry[Callable[[], list]] = Registry()
"""Accounts with their passwords for everyone to see; only a demonstration has any."""

BEFORE_ENTRIES: Registry[Callable[[AuditHead], object]] = Registry()
"""Told of the end of the trail, once it is held, before entries are added: what else the transaction has to add last."""
TELLING: Registry[Callable[[User, str, str, str], None]] = Registry()
"""Told of a change that its owner is to know of at once, in its transaction: whose, what and by whom in words, the former mail address."""

SIGNING: Registry[Callable[[Mapping[str, Any]], dict[str, Any]]] = Registry()
"""The one function that makes a signed document of what it is told."""

CHECKING: Registry[Callable[[Any], dict[str, Any]]] = Registry()
"""The one that gives back what a document says which this portal signed, with whichever key; raises where it did not."""
