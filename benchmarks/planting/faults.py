"""The faults: each kind a slip that people make, planted into a sound return, drawn again until it matters.

A fault changes at least one figure by more than a tenth of it and more than 20 households.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from planting.townships import ReturnBeside, returns
from planting.villages import NAMES, Line, consistent

SHARE, HOUSEHOLDS = 0.10, 20
TRIES = 40
PEOPLE_PER_HOUSEHOLD = 3.2
MOST_IN_A_RETURN = 3
SOUND_RETURNS = 0.5
"""Returns without any fault, for each return with some."""

Rows = dict[str, Line]


@dataclass(frozen=True)
class PlantedFault:
    """What was done to which rows; ``rows`` are those in which a figure differs from the truth."""

    kind: str
    rows: frozenset[str]
    touched: frozenset[str]
    """Rows that are not called sound: those of the fault, and all of a block or a column that was moved or repeated."""
    of_return: bool
    """Whether a finding on the return as a whole catches it."""
    breaks_rule: bool
    """Whether a row breaks an inequality that an ERROR check blocks today."""


@dataclass
class PlantedReturn:
    """A return as it would be sent in."""

    figures: Rows
    beside: ReturnBeside
    faults: list[PlantedFault] = field(default_factory=list)
    truth: Rows = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """Rows as a slip would leave them; ``touched`` adds to those that changed."""

    rows: Rows
    touched: frozenset[str] = frozenset()
    of_return: bool = False


Slip = Callable[[Random, Rows, ReturnBeside], Attempt | None]


def plant(seed: int, faults: int) -> Iterator[PlantedReturn]:
    """Returns with so many faults in all, one to three in each, and sound ones between them."""
    random = Random(f"planted faults {seed}")
    kinds = [tuple(SLIPS)[number % len(SLIPS)] for number in range(faults)]
    random.shuffle(kinds)
    waiting = deque(kinds)
    for sound in returns(random):
        if not waiting:
            return
        made = PlantedReturn(
            {code: dict(line) for code, line in sound.figures.items()}, sound.beside, [], sound.figures
        )
        if random.random() >= SOUND_RETURNS / (1 + SOUND_RETURNS):
            _plant_some(random, made, waiting)
        yield made


def _plant_some(random: Random, made: PlantedReturn, waiting: deque[str]) -> None:
    """One to three faults in rows of their own; a kind for which the return has no place waits for the next one."""
    for _ in range(min(len(waiting), random.choice(range(1, MOST_IN_A_RETURN + 1)))):
        kind = waiting.popleft()
        if not planted(random, kind, made):
            waiting.append(kind)


def planted(random: Random, kind: str, made: PlantedReturn) -> bool:
    """Whether a fault of the kind found its place in the return."""
    taken = frozenset[str]().union(*(fault.touched for fault in made.faults))
    for _ in range(TRIES):
        attempt = SLIPS[kind](random, made.figures, made.beside)
        if attempt is None:
            continue
        rows = frozenset(code for code, line in attempt.rows.items() if line != made.figures[code])
        touched = rows | attempt.touched
        if touched & taken or not any(matters(attempt.rows[code], made.truth[code]) for code in rows):
            continue
        broken = any(consistent(attempt.rows[code]) != attempt.rows[code] for code in rows)
        made.faults.append(PlantedFault(kind, rows, touched, attempt.of_return, broken))
        made.figures |= {code: attempt.rows[code] for code in rows}
        return True
    return False


def matters(line: Line, truth: Line) -> bool:
    """Whether a figure is off by more than a tenth of the true one and more than 20 households."""
    moves = [(line[name] or 0, truth[name] or 0) for name in NAMES]
    return any(abs(wrong - right) > SHARE * right and abs(wrong - right) > HOUSEHOLDS for wrong, right in moves)


def _cell(random: Random, rows: Rows, change: Callable[[str], str | None]) -> Attempt | None:
    """One figure, written anew by ``change``; None where its digits do not allow it."""
    code, name = random.choice(list(rows)), random.choice(NAMES)
    text = change(str(rows[code][name]))
    return Attempt({code: {**rows[code], name: int(text)}}) if text else None


def _swapped(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    def change(text: str) -> str | None:
        at = random.randrange(len(text) - 1) if len(text) > 1 else None
        return None if at is None else text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    return _cell(random, rows, change)


def _doubled(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    def change(text: str) -> str:
        at = random.randrange(len(text))
        return text[: at + 1] + text[at:]

    return _cell(random, rows, change)


def _dropped(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    def change(text: str) -> str | None:
        at = random.randrange(len(text))
        return text[:at] + text[at + 1 :] or None

    return _cell(random, rows, change)


def _slipped_decimal(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    return _cell(random, rows, lambda text: random.choice((f"{text}0", str(round(int(text) / 10)))))


_BESIDE_ON_PAD = {
    "0": "12", "1": "024", "2": "0135", "3": "26", "4": "157",
    "5": "2468", "6": "359", "7": "48", "8": "579", "9": "68",
}  # fmt: skip
"""Keys that touch on a number pad."""


def _neighbouring_key(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    def change(text: str) -> str:
        at = random.randrange(len(text))
        return text[:at] + random.choice(_BESIDE_ON_PAD[text[at]]) + text[at + 1 :]

    return _cell(random, rows, change)


def _shifted(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    """Three villages or more have the figures of the row above or beneath, in one column or in all.

    The block wraps around, or the row at its edge keeps its figures and the next one repeats them.
    """
    codes = list(rows)
    if len(codes) < 3:
        return None
    length = len(codes) if random.random() < 0.15 else random.randint(3, min(12, len(codes)))
    first = random.randint(0, len(codes) - length)
    block = codes[first : first + length]
    names = NAMES if random.random() < 0.5 else (random.choice(NAMES),)
    wraps = random.random() < 0.5
    from_above = [block[-1] if wraps else block[0], *block[:-1]]
    from_beneath = [*block[1:], block[0] if wraps else block[-1]]
    sources = random.choice((from_above, from_beneath))
    moved = {
        code: {**rows[code], **{name: rows[source][name] for name in names}}
        for code, source in zip(block, sources, strict=True)
    }
    return Attempt(moved, frozenset(block))


def _neighbouring_column(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    """Two columns beside each other are exchanged in a village."""
    code, at = random.choice(list(rows)), random.randrange(len(NAMES) - 1)
    left, right = NAMES[at : at + 2]
    return Attempt({code: {**rows[code], left: rows[code][right], right: rows[code][left]}})


def _of_another(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    """A figure of another village, mostly one near by on the sheet."""
    codes = list(rows)
    at = random.randrange(len(codes))
    near = at + random.choice((-2, -1, 1, 2))
    other = codes[near] if random.random() < 0.7 and 0 <= near < len(codes) else random.choice(codes)
    name = random.choice(NAMES)
    return Attempt({codes[at]: {**rows[codes[at]], name: rows[other][name]}})


def _wrong_unit(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    """万户 for 户, or people for households: in a cell, in a village, or in a whole column."""
    in_people = random.random() < 0.5
    names = NAMES[:3] if in_people else NAMES
    scope = random.choice(("cell", "village", "column"))
    codes = list(rows) if scope == "column" else [random.choice(list(rows))]
    chosen = names if scope == "village" else ("households",) if in_people else (random.choice(names),)
    factor = PEOPLE_PER_HOUSEHOLD * random.uniform(0.95, 1.05) if in_people else 1 / 10_000
    off = {code: {**rows[code], **{name: round((rows[code][name] or 0) * factor) for name in chosen}} for code in codes}
    return Attempt(off, frozenset(codes), of_return=scope == "column")


def _copied_quarter(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    """The last approved figures once more, in all columns or in one, while the truth moved."""
    names = NAMES if random.random() < 0.5 else (random.choice(NAMES),)
    before = {village.code: village.course[-1][1] for village in beside.villages if village.course}
    copied = {code: {**rows[code], **{name: last[name] for name in names}} for code, last in before.items()}
    return Attempt(copied, frozenset(rows), of_return=True)


def _left_out(random: Random, rows: Rows, beside: ReturnBeside) -> Attempt | None:
    """A village has noughts, or a neighbour's figures; or noughts, and its own stand in the neighbour's row."""
    codes = list(rows)
    at = random.randrange(len(codes))
    beside_it = at + random.choice((-1, 1))
    if not 0 <= beside_it < len(codes):
        return None
    code, other = codes[at], codes[beside_it]
    way = random.choice(("noughts", "repeated", "added"))
    if way == "repeated":
        return Attempt({code: dict(rows[other])}, of_return=True)
    left: Rows = {code: dict.fromkeys(NAMES, 0)}
    if way == "added":
        left[other] = {name: (rows[code][name] or 0) + (rows[other][name] or 0) for name in NAMES}
    return Attempt(left, of_return=True)


SLIPS: dict[str, Slip] = {
    "swapped digits": _swapped,
    "doubled digit": _doubled,
    "dropped digit": _dropped,
    "slipped decimal": _slipped_decimal,
    "neighbouring key": _neighbouring_key,
    "shifted rows": _shifted,
    "neighbouring column": _neighbouring_column,
    "another village's figure": _of_another,
    "wrong unit": _wrong_unit,
    "copied quarter": _copied_quarter,
    "village left out": _left_out,
}
"""The kinds, planted equally often."""
