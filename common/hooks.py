"""Registry of functions that other rooms want called after an export."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from common.registry import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest

AFTER_EXPORT: Registry[Callable[[HttpRequest, dict[str, Any]], object]] = Registry()
"""Told of a request that took a list along, and in a dict which one, in which form, how many rows, on which condition."""
