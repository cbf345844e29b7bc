"""Registries of functions that add accounts to the login page (the demonstration's), and of what goes before an entry of the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from accounts.models import AuditHead

SHOWN_ACCOUNTS: Registry[Callable[[], list]] = Registry()
"""Accounts with their passwords for everyone to see; only a demonstration has any."""

BEFORE_ENTRIES: Registry[Callable[[AuditHead], object]] = Registry()
"""Told of the end of the trail, once it is held, before entries are added: what else the transaction has to add last."""
