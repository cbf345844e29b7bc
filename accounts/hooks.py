"""Registry of functions that add accounts to the login page (the demonstration's)."""

from collections.abc import Callable

from common.registry import Registry

SHOWN_ACCOUNTS: Registry[Callable[[], list]] = Registry()
"""Accounts with their passwords for everyone to see; only a demonstration has any."""
