"""Registries of functions called after a county was judged again, and after a data package was imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from acceptance.judging.rehearsing import Rehearsal
    from areas.package.package import ImportOutcome

AFTER_JUDGING: Registry[Callable[[str], object]] = Registry()
"""Told of a county in the transaction in which it was judged again."""

AFTER_IMPORT: Registry[Callable[[ImportOutcome, str, str], Callable[[Rehearsal | None], None]]] = Registry()
"""Told in the transaction of an import what it brought, the package's name and the document named with it.

What each answers is called when the counties were judged again, with what turned; with None where that cannot be told.
"""
