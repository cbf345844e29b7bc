"""What rooms above say of their pages that open without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from offline.pages import OfflinePage

OFFLINE_PAGES: Registry[Callable[[], OfflinePage]] = Registry()
"""Each says of one page where it is, what stands for it without a network, and which files it needs."""
