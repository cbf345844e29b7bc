"""What rooms above may add to the lists."""

from collections.abc import Callable

from common.registry import Registry

AFTER_EXPORT: Registry[Callable[..., object]] = Registry()
"""Told of a request that took a list along, and in a dict which one, in which form, how many rows, on which condition."""
