"""What a piece of long work is: its declaration, what it is given while it runs, what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.utils.module_loading import import_string


class Refusal(Exception):
    """The work cannot be done, and a person can change that; the text is a Chinese sentence for her."""


class Progress(Protocol):
    """Interface that running work gets: report progress, and a folder for its result file."""

    by: Any
    """The user who began it, still in the seat in which she did."""
    folder: Path
    """Empty when the work begins; only the file that ``Finished`` names is handed out."""

    def tell(self, *, done: int | None = None, total: int | None = None, saying: str | None = None) -> None:
        """What is not given stays as it was told before. Cheap: call it as often as you like."""


@dataclass(frozen=True)
class Finished:
    """How work ended: a sentence, and where the result is: a file in the folder of the job, or a page of the portal."""

    sentence: str
    file: str = ""
    link: str = ""
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class Work:
    """A function that does long work, what people call it, and in what it counts."""

    function: Callable[..., Finished]
    label: str
    unit: str
    tries: int
    again: str

    @property
    def path(self) -> str:
        """By which a worker finds it: the module and the name."""
        return f"{self.function.__module__}.{self.function.__qualname__}"


def work(*, label: str, unit: str = "行", tries: int = 3, again: str = "请重新发起。") -> Callable[..., Work]:
    """Declare the function beneath as long work.

    ``tries``: how often it is begun when workers are killed over it; ``again``: what to do after the last.
    """

    def declare(function: Callable[..., Finished]) -> Work:
        return Work(function, label, unit, tries, again)

    return declare


def work_at(path: str) -> Work:
    """The work at ``path``; LookupError when there is none any more."""
    try:
        declared = import_string(path)
    except ImportError:
        declared = None
    if not isinstance(declared, Work):
        raise LookupError(path)
    return declared
