"""Registry of what the rooms above have sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from common.registry import Registry

if TYPE_CHECKING:
    from witness.kinds import Sealed


class SealedOtherwise(Protocol):
    """Something sealed by leaves of its own making."""

    kind: ClassVar[str]
    label: ClassVar[str]

    @staticmethod
    def begin() -> int:
        """Seal what stands and was never sealed; how many rows."""

    @staticmethod
    def problems() -> Iterable[str]:
        """A sentence for all that is not as it was sealed."""


KINDS: Registry[Callable[[], Iterable[Sealed[Any]]]] = Registry()
"""Asked once for the kinds of rows of a room, each with what of it stands for good."""

FURTHER: Registry[type[SealedOtherwise]] = Registry()
"""Classes for what is sealed otherwise than row by row."""
