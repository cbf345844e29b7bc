"""Registry of functions that other rooms want called after an export."""

from collections.abc import Callable

from common.registry import Registry

AFTER_EXPORT: Registry[Callable[..., object]] = Registry()
"""Told of a request that took a list along, and in a dict which one, in which form, how many rows, on which condition."""
