"""Registries of hooks: a room calls functions that rooms above it (or it itself) registered, and imports none of them."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.http import Http404
from django.utils.module_loading import import_string

Lent = TypeVar("Lent", bound=Callable)
Kind = TypeVar("Kind", bound=Any)


class Registry(Generic[Lent]):
    """Dotted names of functions that rooms registered, in the order of INSTALLED_APPS.

    A room registers its own functions in its ``AppConfig.ready``, by their dotted names, so that a command that needs
    none of them loads none; a name that leads to nothing is an ImportError at the first use, and in a test.
    """

    def __init__(self) -> None:
        self.names: list[str] = []

    def register(self, name: str) -> None:
        """RuntimeError once the registry has been used: the function would never be called."""
        if "_lent" in vars(self):
            raise RuntimeError(f"{name} is registered too late: register it in AppConfig.ready")
        self.names.append(name)

    def __iter__(self) -> Iterator[Lent]:
        return iter(self._lent)

    @cached_property
    def _lent(self) -> list[Lent]:
        return [import_string(name) for name in self.names]


class RegistryOfKinds(Registry[Kind]):
    """What is registered are classes, each for the one ``kind`` of things that it names."""

    def of(self, kind: str) -> Kind:
        """The class for a kind; Http404 when there is none."""
        for each in self:
            if each.kind == kind:
                return each
        raise Http404(f"Nothing is registered for the kind {kind}.")
