"""Registries of hooks: a lower room calls functions that higher rooms registered, so that it never imports them."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Generic, TypeVar

from django.utils.module_loading import import_string

Lent = TypeVar("Lent", bound=Callable)


class Registry(Generic[Lent]):
    """Dotted names of functions registered by higher rooms, in the order of INSTALLED_APPS.

    A room registers its own functions in its ``AppConfig.ready``, by their dotted names, so that a command that needs
    none of them loads none; a name that leads to nothing is an ImportError at the first use, and in a test.
    """

    def __init__(self) -> None:
        self.names: list[str] = []

    def register(self, name: str) -> None:
        self.names.append(name)

    def __iter__(self) -> Iterator[Lent]:
        return iter(self._lent)

    @cached_property
    def _lent(self) -> list[Lent]:
        return [import_string(name) for name in self.names]
