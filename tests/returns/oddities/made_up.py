"""Townships made up at random for the detector's own tests: honest histories of many kinds, and slips planted in them.

Not the benchmark's generator (benchmarks/), which was written apart from the detector and judges it.
"""

from dataclasses import dataclass, replace
from random import Random

from common.periods import Quarter
from returns.figures import NAMES
from returns.oddities import ReturnContext, VillageContext

H, B, F, BU, FU = NAMES


@dataclass
class Township:
    """How honest the township's world is: noise, sources, events; drawn anew for each."""

    rng: Random
    size: int
    quarters: int
    repeats: float
    noise: float
    has_counts: float
    has_register: float
    source_noise: float
    event: float
    unseen: float


def township(rng: Random) -> Township:
    return Township(
        rng,
        size=rng.choice((4, 6, 10, 16, 25, 40)),
        quarters=rng.choice((1, 2, 3, 5, 7, 9, 9)),
        repeats=rng.choice((0.0, 0.3, 0.7)),
        noise=rng.choice((0.002, 0.006, 0.012)),
        has_counts=rng.choice((0.0, 0.5, 1.0)),
        has_register=rng.choice((0.0, 0.6, 1.0)),
        source_noise=rng.choice((0.005, 0.015, 0.03)),
        event=rng.choice((0.02, 0.05)),
        unseen=rng.choice((0.0, 0.15)),
    )


class Village:
    """A village and what becomes of it, quarter by quarter."""

    def __init__(self, world: Township) -> None:
        rng = self.rng = world.rng
        self.world = world
        self.households = float(round(rng.lognormvariate(6.1, 0.8)) + 60)
        self.reach, self.broadband = rng.uniform(0.8, 1.0), rng.uniform(0.82, 0.99)
        self.fibre = rng.choice((0.0, 0.3, 0.6, 0.9, 1.0)) * rng.uniform(0.9, 1)
        self.take, self.share = rng.uniform(0.4, 0.75), rng.uniform(0.3, 0.85) * min(1, self.fibre + 0.1)
        self.growth, self.spread_up = rng.choice((0, 0.001, 0.004, 0.01)), rng.uniform(0.0, 0.02)
        self.bias = rng.choice((1.0, 1.0, rng.uniform(0.85, 1.1)))
        self.misses_compounds = rng.random() < 0.3
        self.has_counts, self.has_register = rng.random() < world.has_counts, rng.random() < world.has_register
        self.extra = 0
        self.rows, self.registers, self.counts = [], [], []

    def live_a_quarter(self) -> None:
        """Grow and build; then the figures, and what the register and the operators say of them."""
        unseen = self._grow()
        row = self._row()
        self.rows.append(row)
        self.registers.append(self.registers[-1] if unseen and self.registers else self._registered(row))
        broadband_users = self._noisy(row[BU])
        self.counts.append({BU: broadband_users, FU: min(broadband_users, self._noisy(row[FU]))})

    def _grow(self) -> bool:
        """More households, compounds, fibre and users; whether the register does not hear of it."""
        rng, event = self.rng, self.world.event
        self.households *= 1 + self.growth * rng.uniform(0, 2)
        unseen = rng.random() < self.world.unseen
        if rng.random() < event / 2:
            self.extra += rng.randint(40, 300)
        if rng.random() < event and self.fibre < 0.9:
            self.fibre = rng.uniform(max(self.fibre, 0.7), 1.0)
        elif self.fibre and rng.random() < 0.5:
            self.fibre = min(1.0, self.fibre * (1 + rng.uniform(0, 0.06)))
        if rng.random() < event / 2:
            self.share = min(0.97, self.share + rng.uniform(0.1, 0.3))
        spread = 1 + self.spread_up * rng.uniform(0, 2) if self.fibre else 0.98
        self.share = min(0.97, self.share * spread) if self.fibre else self.share * spread
        self.take = min(0.95, self.take * (1 + rng.uniform(0, 0.015)))
        return unseen

    def _row(self) -> dict[str, int]:
        """The figures of the quarter; in a town that repeats, the small changes are not noticed."""
        rng, noise = self.rng, self.world.noise
        total = round(self.households + self.extra)
        covered = min(total, round(total * self.broadband))
        lit = min(covered, round(covered * self.fibre))
        users = round(covered * self.take * (1 + rng.gauss(0, noise)))
        fibre_users = min(users, lit, round(users * self.share * (1 + rng.gauss(0, noise))))
        row = dict(zip(NAMES, (total, covered, lit, users, fibre_users), strict=True))
        old = self.rows[-1] if self.rows else {}
        if old and rng.random() < self.world.repeats:
            small = all(abs(row[n] - old[n]) < 0.03 * old[n] + 3 for n in (H, B, F))
            row |= {n: old[n] for n in (H, B, F)} if small else {}
        return row

    def _registered(self, row: dict[str, int]) -> dict[str, int]:
        seen = 0 if self.misses_compounds else self.extra
        scale = self.bias * (self.households + seen) / (self.households + self.extra)
        return {H: round(row[H] * scale), B: round(row[B] * scale * self.reach**0.1), F: round(row[F] * scale)}

    def _noisy(self, value: int) -> int:
        return max(0, round(value * (1 + self.rng.gauss(0, self.world.source_noise))))


def village(world: Township, index: int, last: Quarter) -> tuple[VillageContext, dict]:
    """What is known of a village, and its sound figures of the last quarter."""
    place, rng = Village(world), world.rng
    for _ in range(world.quarters + 1):
        place.live_a_quarter()
    periods = [str(last.plus(i - world.quarters)) for i in range(world.quarters + 1)]
    gap = 1 if rng.random() < 0.95 else min(2, world.quarters)
    course = tuple(zip(periods[:-gap], place.rows[:-gap], strict=False))
    counts, registers = place.counts, place.registers
    context = VillageContext(
        f"44180210{index:04d}", f"村{index}", "village", course,
        counts[-1] if place.has_counts else None,
        counts[-1 - gap] if place.has_counts and rng.random() < 0.8 else None,
        registers[-1] if place.has_register else None,
        registers[-1 - gap] if place.has_register and rng.random() < 0.9 else None,
    )  # fmt: skip
    return context, place.rows[-1]


def honest_return(seed: int) -> tuple[ReturnContext, dict[str, dict[str, int]]]:
    """A township, its context and its sound figures."""
    rng = Random(seed)
    world, last = township(rng), Quarter(2019, 1)
    made = [village(world, index, last) for index in range(world.size)]
    return ReturnContext("441802100", str(last), tuple(each for each, _ in made)), {v.code: row for v, row in made}


def swap(text: str, rng: Random) -> str:
    at = rng.randrange(max(1, len(text) - 1))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def double(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[: at + 1] + text[at:]


FAULTS = ("swapped", "doubled", "decimal", "rows", "column", "unit", "copied", "left_out")


def is_large(old: int, new: int) -> bool:
    return abs(new - old) > 20 and abs(new - old) > 0.1 * old


def plant(kind: str, context: ReturnContext, sound: dict, rng: Random) -> tuple[dict, set[str]] | None:
    """The figures with a fault and its rows; None where this kind cannot be planted here."""
    figures = {code: dict(row) for code, row in sound.items()}
    codes = list(figures)
    code, name = rng.choice(codes), rng.choice(NAMES)
    value, rows = figures[code][name], {code}
    if kind in ("swapped", "doubled", "decimal"):
        make = {"swapped": lambda: swap(str(value), rng), "doubled": lambda: double(str(value), rng)}
        new = int(make[kind]()) if kind in make else rng.choice((value * 10, value // 10))
        figures[code][name] = new
    elif kind == "rows":
        start = rng.randrange(len(codes) - 1)
        length = rng.randint(2, min(6, len(codes) - start))
        part = codes[start : start + length]
        names = NAMES if rng.random() < 0.6 else (name,)
        for mine, theirs in zip(part, part[1:] + part[:1], strict=True):
            figures[mine] |= {each: sound[theirs][each] for each in names}
        rows = set(part)
    elif kind == "column":
        at = NAMES.index(name)
        other = NAMES[at + rng.choice([d for d in (-1, 1) if 0 <= at + d < 5])]
        figures[code][name] = sound[code][other]
        if rng.random() < 0.5:
            figures[code][other] = value
    elif kind == "unit":
        if rng.random() < 0.5:
            figures[code][name] = round(value / 10_000)
        else:
            figures[code][H] = round(sound[code][H] * rng.uniform(2.8, 4.2))
    elif kind == "copied":
        last = {v.code: v.course[-1][1] for v in context.villages if v.course}
        if not last:
            return None
        figures |= {each: dict(row) for each, row in last.items()}
        rows = {""} | set(codes)
    elif kind == "left_out":
        if rng.random() < 0.5:
            other = codes[codes.index(code) - 1]
            figures[other] = {n: sound[other][n] + sound[code][n] for n in NAMES}
            rows |= {other}
        figures[code] = dict.fromkeys(NAMES, 0)
        rows |= {""}
    large = any(is_large(sound[c][n], figures[c][n]) for c in codes for n in NAMES)
    return (figures, rows) if large else None


__all__ = ["FAULTS", "honest_return", "plant", "replace"]
