"""Registry of the functions that judge files from outside; they run in the child and nowhere else."""

from collections.abc import Callable
from typing import Any

from common.registry import Registry

JUDGES: Registry[Callable[..., tuple[Any, bytes]]] = Registry()
"""Each gets the bytes and its options, and answers with what JSON can hold and with bytes; its module needs no Django."""
