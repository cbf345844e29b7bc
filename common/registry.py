"""What a room lets the rooms above it add: one visible list for each kind, instead of an import that would run upwards."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Generic, TypeVar

from django.utils.module_loading import import_string

Lent = TypeVar("Lent", bound=Callable)


class Registry(Generic[Lent]):
    """Functions that rooms above lend to the room in which this stands, in the order in which the apps are installed.

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
