"""A clumsy sheet and its right reading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ClumsySheet:
    """``right`` holds only cells that the sheet gives a value for; ``asks`` what no honest reader can know."""

    name: str
    why: str
    form: str
    where: str
    quarter: str
    file_name: str
    make: Callable[[], bytes | str]
    right: Mapping[str, Mapping[str, int | str | None]]
    asks: tuple[str, ...] = ()
