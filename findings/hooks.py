"""What rooms above know that a check of the register compares with."""

from collections.abc import Callable

from common.registry import Registry

REPORTED_NAMES: Registry[Callable[[str], dict[str, str]]] = Registry()
"""Each answers a county with the names that its returns gave to areas, by code."""
