"""Registry of functions called after a county was judged again."""

from collections.abc import Callable

from common.registry import Registry

AFTER_JUDGING: Registry[Callable[[str], object]] = Registry()
"""Told of a county in the transaction in which it was judged again."""
