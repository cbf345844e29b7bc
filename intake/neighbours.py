"""Rows that name places, and how rows of one name are told apart by what stands around them."""

from collections import defaultdict
from dataclasses import dataclass

from intake.names import NameIndex


@dataclass
class PlacedRow:
    """A row that names a place: its codes as far as they are known, what was written, what stood around it."""

    row: int
    written: str
    codes: tuple[str, ...]
    town: str = ""
    kind: str = ""
    is_exact: bool = True
    clash: str = ""

    @property
    def code(self) -> str:
        return self.codes[0] if len(self.codes) == 1 and not self.clash else ""


def narrowed(codes: tuple[str, ...], fewer: list[str]) -> tuple[str, ...]:
    """The fewer places, unless none is left."""
    return tuple(fewer) or codes


def tell_apart(rows: list[PlacedRow], index: NameIndex) -> None:
    """Rows of one name: those that stand elsewhere are out; then the neighbours decide, by township or by order."""
    for _ in range(3):
        before = [row.codes for row in rows]
        taken = defaultdict(list)
        for row in rows:
            if row.code:
                taken[row.code].append(row)
        for place, row in enumerate(rows):
            if len(row.codes) > 1 and not row.clash:
                free = tuple(code for code in row.codes if code not in taken)
                row.codes = free or row.codes
                row.codes = _by_neighbours(rows, place, index)
                _in_turn(rows, place)
        if before == [row.codes for row in rows]:
            break


def _by_neighbours(rows: list[PlacedRow], place: int, index: NameIndex) -> tuple[str, ...]:
    """The codes that fit between the nearest rows above and below that are sure."""
    codes = rows[place].codes
    above = next((row.code for row in reversed(rows[:place]) if row.code), "")
    below = next((row.code for row in rows[place + 1 :] if row.code), "")
    if len(codes) == 1 or not (above or below):
        return codes
    if not any(index.rows[code].within for code in (above, below) if code):
        return narrowed(codes, [code for code in codes if not index.rows[code].within]) if above and below else codes
    towns = {index.rows[code].within or index.rows[code].name for code in (above, below) if code}
    if len(towns) == 1:
        (town,) = towns
        inside = [code for code in codes if index.rows[code].within == town]
        if above and below and index.rows[above].within:
            codes = narrowed(codes, inside)
    if above and below and _is_ordered(rows):
        between = [code for code in codes if above < code < below]
        codes = tuple(between) if len(between) == 1 else codes
    return codes


def _in_turn(rows: list[PlacedRow], place: int) -> None:
    """Rows of one name that follow each other (洲心 the township, 洲心 its community) come in the order of the register."""
    codes = rows[place].codes
    run = rows[place : place + len(codes)]
    above = next((row.code for row in reversed(rows[:place]) if row.code), "")
    below = next((row.code for row in rows[place + len(codes) :] if row.code), "")
    is_alone = place == 0 or rows[place - 1].codes != codes
    if len(codes) < 2 or len(run) < len(codes) or any(row.codes != codes or row.clash for row in run) or not is_alone:
        return
    if below and above < min(codes) and max(codes) < below and _is_ordered(rows):
        for row, code in zip(run, sorted(codes), strict=True):
            row.codes = (code,)


def _is_ordered(rows: list[PlacedRow]) -> bool:
    """Whether the sure rows stand in the order of the register."""
    codes = [row.code for row in rows if row.code]
    return len(codes) > 3 and codes == sorted(codes)
