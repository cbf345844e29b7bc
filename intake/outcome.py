"""What a reading says: lines with values and faults, what was left out, how columns were matched, and what is asked."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    """Something unclear: what it is about, a key for the answer, the place, the sentence, and the answers to choose from.

    ``kind`` is sheet, column, row, unit or value; an option is a value and its label, a blank value takes nothing.
    """

    kind: str
    key: str
    place: str
    text: str
    options: tuple[tuple[str, str], ...]


@dataclass
class ReadLine:
    """A row of the sheet that means a place: its number as a person sees it, texts, values, and why cells have none."""

    row: int
    code: str
    name: str
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, int | str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True)
class MatchedColumn:
    """How a wanted column was found: its letter, the heading that stands there, why it is the one, what a number counts."""

    name: str
    letter: str
    heading: str
    why: str
    factor: int = 1


@dataclass
class Reading:
    """What stands in a sheet, as far as it is sure; ``mapping`` is what can be remembered for the next of its shape."""

    sheet: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    lines: list[ReadLine] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    columns: list[MatchedColumn] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    mapping: dict[str, Any] = field(default_factory=dict)
    is_turned: bool = False
    """Whether the villages stand side by side: then ``letters`` are rows, and ``row`` of a line is its column."""
