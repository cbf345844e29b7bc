"""Townships rougher than honest data should be: sources late, early and off, recounts, old mistakes put right, rounding."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

from common.periods import Quarter
from returns.figures import NAMES
from returns.oddities import ReturnContext, VillageContext

H, B, F, BU, FU = NAMES
LAST = Quarter(2019, 1)

Rows = list[dict[str, int]]


def rough_return(seed: int) -> tuple[ReturnContext, dict[str, dict[str, int]]]:
    """A township with its context and its sound figures."""
    rng = Random(f"rough-{seed}")
    habits = Habits(rng)
    villages = [RoughVillage(rng, habits) for _ in range(rng.choice((5, 8, 14, 22, 35)))]
    for one, other in pairwise(villages):
        if rng.random() < 0.02:
            one.lend_users(other, rng.uniform(0.05, 0.25))
    contexts = [each.context(index) for index, each in enumerate(villages)]
    return ReturnContext("441802100", str(LAST), tuple(contexts)), {
        context.code: each.typed[-1] for context, each in zip(contexts, villages, strict=True)
    }


class Habits:
    """What the township's clerk and its sources are like."""

    def __init__(self, rng: Random) -> None:
        self.quarters = rng.choice((0, 1, 2, 4, 6, 9, 9, 9, 9))
        self.rewrites = rng.choice((1.0, 0.7, 0.4))
        self.noise = rng.choice((0.002, 0.006, 0.015))
        self.has_counts, self.has_register = rng.choice((0.0, 0.8, 1.0)), rng.choice((0.0, 0.8, 1.0))
        self.counting_since = rng.choice((0, 0, 0, self.quarters))
        self.source_noise = rng.choice((0.004, 0.01, 0.03))
        self.events = rng.choice((0.02, 0.04, 0.08))
        self.rounding = rng.random() < 0.15


class RoughVillage:
    """A village over all quarters: what is true, what is typed, what the sources have."""

    def __init__(self, rng: Random, habits: Habits) -> None:
        self.rng, self.habits = rng, habits
        self.counting, self.registered = rng.random() < habits.has_counts, rng.random() < habits.has_register
        true = self._truth()
        self.register = self._registered(true)
        self.counts = [{BU: self._noisy(row[BU]), FU: self._noisy(row[FU])} for row in true]
        self.counts = [{BU: row[BU], FU: min(row.values())} for row in self.counts]
        self.typed = self._typed(true)

    def _truth(self) -> Rows:
        rng, habits = self.rng, self.habits
        size = rng.lognormvariate(5.7, 0.9) + 40
        covered, take, over = rng.uniform(0.75, 1), rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.9)
        fibre = rng.choice((0.0, 0.0, 0.3, 0.7, 1.0, 1.0)) * rng.uniform(0.85, 1)
        growth, changing = rng.choice((0.0, 0.0, 0.002, 0.008)), rng.uniform(0, 0.03)
        rows = []
        for _ in range(habits.quarters + 1):
            size *= 1 + rng.uniform(0, 2) * growth
            if rng.random() < habits.events / 2:
                size += rng.uniform(0.1, 0.6) * size
            if rng.random() < habits.events / 4:
                size *= rng.uniform(0.75, 1.2)
            if rng.random() < habits.events and fibre < 0.6:
                fibre = rng.uniform(0.7, 1)
            if rng.random() < habits.events / 3:
                over = min(0.97, over + rng.uniform(0.1, 0.3))
            take = min(0.95, take * (1 + rng.uniform(0, 0.012)))
            over = min(0.97, over * (1 + changing * rng.uniform(0, 2)))
            total, noise = round(size), lambda: 1 + rng.gauss(0, habits.noise)
            wide = min(total, round(total * covered))
            lit = min(wide, round(wide * fibre))
            users = min(wide, round(wide * take * noise()))
            rows.append(_row(total, wide, lit, users, min(lit, users, round(users * over * noise()))))
        return rows

    def _noisy(self, value: int) -> int:
        return max(0, round(value * (1 + self.rng.gauss(0, self.habits.source_noise))))

    def _registered(self, true: Rows) -> Rows:
        """The register: a quarter early or late, another level, steps of another size, compounds never registered."""
        rng = self.rng
        shift, level, step = (
            rng.choice((0, 0, 0, 0, -1, 1)),
            rng.uniform(0.85, 1.08),
            rng.choice((1.0, 1.0, 0.0, 0.7, 1.2)),
        )
        first, rows = true[0], []
        for at in range(len(true)):
            then = true[min(len(true) - 1, max(0, at + shift))]
            rows.append(
                {name: max(0, round(level * (first[name] + step * (then[name] - first[name])))) for name in (H, B, F)}
            )
        return rows

    def _typed(self, true: Rows) -> Rows:
        """The return: some figures not rewritten, small villages rounded, a mistake approved once and put right next time."""
        rng, habits, rows = self.rng, self.habits, []
        for row in true:
            last = rows[-1] if rows else row
            kept = {name for name in (H, B, F) if abs(row[name] - last[name]) < 0.03 * last[name] + 3}
            row = row | ({name: last[name] for name in kept} if rng.random() > habits.rewrites else {})
            if habits.rounding and row[H] < 150:
                row = {name: 5 * round(value / 5) for name, value in row.items()}
            rows.append(_within(row))
        if len(rows) > 2 and rng.random() < 0.015:
            name = rng.choice(NAMES)
            rows[-2] = rows[-2] | {name: round(rows[-2][name] * rng.uniform(0.6, 1.5))}
        if rng.random() < 0.02:
            recounted = rng.uniform(0.82, 1.2)
            rows[-1] = _within({n: round(v * (recounted if n in (H, B, F) else 1)) for n, v in rows[-1].items()})
        return rows

    def lend_users(self, other: "RoughVillage", share: float) -> None:
        """Operators count some of these users to the neighbour, from some quarter on for good."""
        for at in range(self.rng.randrange(len(self.counts)), len(self.counts)):
            for name in (BU, FU):
                part = round(self.counts[at][name] * share)
                self.counts[at][name] -= part
                other.counts[at][name] += part

    def context(self, index: int) -> VillageContext:
        quarters, rng = self.habits.quarters, self.rng
        gap = 1 if rng.random() < 0.96 else min(2, quarters)
        course = tuple((str(LAST.plus(at - quarters)), self.typed[at]) for at in range(quarters + 1 - gap))
        before = quarters - gap
        return VillageContext(
            f"44180210{index:04d}",
            f"村{index}",
            "village",
            course,
            self.counts[-1] if self.counting else None,
            self.counts[before] if self.counting and before >= self.habits.counting_since else None,
            self.register[-1] if self.registered else None,
            self.register[before] if self.registered else None,
        )


def _row(*figures: int) -> dict[str, int]:
    return dict(zip(NAMES, figures, strict=True))


def _within(row: dict[str, int]) -> dict[str, int]:
    wide = min(row[H], row[B])
    users = min(row[BU], wide)
    lit = min(row[F], wide)
    return _row(row[H], wide, lit, users, min(row[FU], users, lit))


# The faults: each changes the rows of a return and says which; None where it cannot.

Faulty = tuple[dict[str, dict[str, int]], set[str]]
Sound = dict[str, dict[str, int]]
NEAR = {
    "1": "24",
    "2": "135",
    "3": "26",
    "4": "157",
    "5": "2468",
    "6": "359",
    "7": "48",
    "8": "579",
    "9": "68",
    "0": "12",
}


def _cell(change: Callable[[str, Random], str]) -> Callable[[ReturnContext, Sound, Random], Faulty]:
    def fault(context: ReturnContext, sound: Sound, rng: Random) -> Faulty:
        code, name = rng.choice(list(sound)), rng.choice(NAMES)
        return sound | {code: sound[code] | {name: int(change(str(sound[code][name]), rng) or 0)}}, {code}

    return fault


def _swapped(text: str, rng: Random) -> str:
    at = rng.randrange(max(1, len(text) - 1))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _at(text: str, rng: Random, put: Callable[[str], str]) -> str:
    at = rng.randrange(len(text))
    return text[:at] + put(text[at]) + text[at + 1 :]


def _other_village(context: ReturnContext, sound: Sound, rng: Random) -> Faulty:
    code, other = rng.sample(list(sound), 2)
    name = rng.choice(NAMES)
    return sound | {code: sound[code] | {name: sound[other][name]}}, {code}


def _unit(context: ReturnContext, sound: Sound, rng: Random) -> Faulty:
    """A cell, a row or a column, in ten thousands or in people."""
    factor = rng.choice((1 / 10_000, 0.0, -1.0))
    near = rng.uniform(3.0, 3.4)
    codes = list(sound) if (whole := rng.random()) < 0.33 else [rng.choice(list(sound))]
    names = NAMES if 0.33 <= whole < 0.66 else (rng.choice(NAMES[: 5 if factor > 0 else 3]),)
    made = {
        c: {n: round(sound[c][n] * (factor if factor > 0 else near * rng.uniform(0.98, 1.02))) for n in names}
        for c in codes
    }
    return sound | {code: sound[code] | made[code] for code in codes}, set(codes)


def _copied(context: ReturnContext, sound: Sound, rng: Random) -> Faulty:
    names = NAMES if rng.random() < 0.5 else (rng.choice((BU, FU)),)
    last = {each.code: each.course[-1][1] for each in context.villages if each.course}
    made = {code: row | {name: last[code][name] for name in names} for code, row in sound.items() if code in last}
    return sound | made, {""}


def _column(context: ReturnContext, sound: Sound, rng: Random) -> Faulty:
    at, code = rng.randrange(4), rng.choice(list(sound))
    one, other = (NAMES[at], NAMES[at + 1]) if rng.random() < 0.5 else (NAMES[at + 1], NAMES[at])
    return sound | {code: sound[code] | {one: sound[code][other]}}, {code}


FAULTS: dict[str, Callable[[ReturnContext, Sound, Random], Faulty]] = {
    "swapped": _cell(_swapped),
    "doubled": _cell(lambda text, rng: _at(text, rng, lambda digit: digit * 2)),
    "dropped": _cell(lambda text, rng: _at(text, rng, lambda digit: "")),
    "decimal": _cell(lambda text, rng: rng.choice((text + "0", text[:-1]))),
    "key": _cell(lambda text, rng: _at(text, rng, lambda digit: rng.choice(NEAR[digit]))),
    "column": _column,
    "other village": _other_village,
    "unit": _unit,
    "copied": _copied,
}


def plant(kind: str, context: ReturnContext, sound: Sound, rng: Random) -> Faulty | None:
    """A fault that counts: more than a tenth and twenty households off somewhere."""
    for _ in range(30):
        figures, codes = FAULTS[kind](context, sound, rng)
        off = [(abs(figures[c][n] - sound[c][n]), sound[c][n]) for c in sound for n in NAMES]
        large = [by > 20 and by > 0.1 * of for by, of in off]
        if any(large) or (kind == "copied" and sum(by > 0 for by, _ in off) > len(sound) / 3):
            return figures, codes
    return None


def is_hard(figures: Sound) -> bool:
    """No rule of the form is broken."""
    return all(row[H] >= row[B] >= row[F] and row[BU] >= row[FU] for row in figures.values())
