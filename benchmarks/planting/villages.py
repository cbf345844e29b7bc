"""The story of one village or community over ten quarters: what is true, what the clerk writes, what the register computes.

A fibre network reaches the hamlets (or compounds) one after the other, users follow over some quarters, households
grow slowly; compounds are finished, houses pulled down, a copper exchange is switched off, households counted anew.
Clerks repeat what has not moved, round in small villages, and slip now and then without being noticed.
"""

import math
from dataclasses import dataclass, field
from random import Random

QUARTERS = 10
"""2017Q1 is 1; a return of the last one has nine quarters behind it."""

NAMES = (
    "households",
    "broadband_covered_households",
    "fibre_covered_households",
    "broadband_users",
    "fibre_users",
)
COUNTED = NAMES[3:]
REGISTERED = NAMES[:3]
VILLAGE, COMMUNITY = "village", "community"

SMALLEST, LARGEST = 40, 6_000
MEDIAN_HOUSEHOLDS = {VILLAGE: 430, COMMUNITY: 1_500}

EVENTS = (("compound", 0.060), ("demolition", 0.020), ("cutover", 0.035), ("recount", 0.020))
"""What happens to a village once in ten quarters, if anything, and how often."""

SLIP = 0.004
"""The share of a village's approved lines in which a mistake stands that nobody saw: the next line corrects it."""

Line = dict[str, int | None]


@dataclass
class VillageStory:
    """Lists by quarter, the first of them unused so that quarter 1 stands at 1."""

    code: str
    name: str
    kind: str
    lines: list[Line] = field(default_factory=lambda: [{}])
    approved: dict[int, Line] = field(default_factory=dict)
    """Lines of a quarter that were approved otherwise than the truth was."""
    register: list[Line] = field(default_factory=lambda: [{}])
    users: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])
    """Broadband and fibre users as they were, which is what the operators count."""
    begins: int = 1
    lacks: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Programme:
    """How a township builds, and how it reports: the quarter in which its villages finish on average, and how far it began."""

    finish: float
    head_start: float
    penetration: float
    diligence: float
    """How often its clerks write anew what nothing happened to; at 0.05 whole columns repeat, honestly."""


def tell(random: Random, code: str, name: str, kind: str, programme: Programme) -> VillageStory:
    """The village's ten quarters."""
    story = VillageStory(code, name, kind)
    place = _Place(random, kind, programme)
    clerk = _Clerk(random, place, programme.diligence)
    register = _Register(random, place)
    for when in range(1, QUARTERS + 1):
        place.live(when)
        story.lines.append(clerk.write(when))
        story.users.append((place.season_users, place.fibre_users))
        story.register.append(register.compute(when))
    for when in range(1, QUARTERS + 1):
        if random.random() < SLIP:
            story.approved[when] = _slipped(random, story.lines[when])
    if random.random() < 0.03:
        story.begins = random.randint(2, QUARTERS)
    story.lacks = {when for when in range(1, QUARTERS + 1) if random.random() < 0.015}
    return story


def _slipped(random: Random, line: Line) -> Line:
    """One figure wrong by a tenth to a half of it, within what an ERROR check lets through."""
    name = random.choice(NAMES)
    wrong = round((line[name] or 0) * random.choice((random.uniform(0.5, 0.88), random.uniform(1.12, 1.5))))
    return consistent({**line, name: wrong})


def consistent(line: Line) -> Line:
    """The line with covered households and fibre users cut down to what they are part of."""
    total, broadband, fibre, users, fibre_users = (line[name] or 0 for name in NAMES)
    broadband = min(total, broadband)
    return dict(zip(NAMES, (total, broadband, min(broadband, fibre), users, min(users, fibre_users)), strict=True))


class _Place:
    """What is true in a quarter; floats."""

    def __init__(self, random: Random, kind: str, programme: Programme) -> None:
        self.random, self.kind = random, kind
        size = MEDIAN_HOUSEHOLDS[kind] * math.exp(random.gauss(0, 0.75))
        self.households = min(max(size, SMALLEST), LARGEST)
        self.growth = random.gauss(0.002, 0.002)
        self.broadband_share = random.uniform(0.76, 0.95)
        self.pace = random.uniform(0.30, 0.5)
        self.has_lines = random.random() < 0.012
        """Shops and offices have lines of their own, so that users may exceed the households covered."""
        self.take_up = random.uniform(0.95, 1.05) if self.has_lines else random.uniform(0.42, 0.58)
        self.saturation = self.take_up + random.uniform(0.08, 0.18)
        self.most_penetration = programme.penetration * random.uniform(0.95, 1.05)
        self.event, self.event_at = _event(random)
        self.season = self._season()
        self._plan_network(programme)
        self.fibre_share = 0.0
        self.users = self.season_users = self.fibre_users = self.penetration = 0.0
        """``users`` without the season."""
        self.is_built = self.has_event = False

    def _season(self) -> tuple[float, ...]:
        """Users by quarter of the year: students are away in summer, workers come home for the Spring Festival."""
        if self.kind == COMMUNITY and self.random.random() < 0.06:
            return (1.0, 1.0, 1 - self.random.uniform(0.04, 0.09), 1.0)
        swing = abs(self.random.gauss(0, 0.010))
        return (1 + swing, 1.0, 1 - swing / 2, 1.0)

    def _plan_network(self, programme: Programme) -> None:
        """The quarter in which fibre reaches each hamlet or compound, and the share of the households in it."""
        random = self.random
        count = random.randint(7, 15) if self.kind == VILLAGE else random.randint(6, 14)
        weights = [math.exp(random.gauss(0, 0.35)) for _ in range(count)]
        finish = round(random.gauss(programme.finish, 1.6))
        start = finish if random.random() < 0.03 else finish - random.randint(6, 11)
        early = min(0.95, random.betavariate(7, 7) * programme.head_start * 2)
        self.hamlets = []
        for weight in weights:
            turn = 0 if random.random() < early else random.randint(min(start, finish), finish)
            never = random.random() < 0.02
            self.hamlets.append((weight / sum(weights), 99 if never else turn))

    def share(self, when: int, *, alike: bool = False) -> float:
        """The share of the households that fibre reaches; ``alike``: as if every hamlet had as many."""
        even = 1 / len(self.hamlets)
        return min(1.0, sum(even if alike else weight for weight, turn in self.hamlets if turn <= when))

    def live(self, when: int) -> None:
        random = self.random
        before = self.fibre_share
        self.fibre_share = self.share(when)
        self.is_built = self.fibre_share > before + 1e-9
        self.has_event = self.event_at == when
        self.households *= 1 + self.growth + random.gauss(0, 0.001)
        if random.random() < 0.3:
            self.broadband_share += (0.99 - self.broadband_share) * random.uniform(0.03, 0.15)
        if self.has_event:
            self._happen()
        self.broadband_share = max(self.broadband_share, min(self.fibre_share, 0.995))
        self._use(when)

    @property
    def broadband(self) -> float:
        return self.households * self.broadband_share

    @property
    def fibre(self) -> float:
        return min(self.broadband, self.households * self.fibre_share)

    def _happen(self) -> None:
        random, before = self.random, self.households
        if self.event == "compound":
            self.households *= random.uniform(1.15, 1.60)
        elif self.event == "demolition":
            self.households *= random.uniform(0.60, 0.88)
            self.users *= self.households / before
        elif self.event == "recount":
            off = random.choice((random.uniform(0.78, 0.88), random.uniform(1.12, 1.25)))
            self.households, self.take_up, self.saturation = before * off, self.take_up / off, self.saturation / off
        if self.event == "compound":
            new = 1 - before / self.households
            self.broadband_share += (1 - self.broadband_share) * new
            self.hamlets = [(weight * (1 - new), turn) for weight, turn in self.hamlets] + [(new, 0)]
            self.fibre_share = self.fibre_share * (1 - new) + new

    def _use(self, when: int) -> None:
        random = self.random
        self.take_up += (self.saturation - self.take_up) * random.uniform(0.05, 0.15)
        target = self.take_up * self.broadband
        if not self.users:
            self.users = target
            self.penetration = self._ripe() * random.uniform(0.78, 0.98)
        self.users += (target - self.users) * self.pace
        self.users *= 1 + random.gauss(0, 0.006)
        self.penetration += max(0.0, self._ripe() - self.penetration) * self.pace * random.uniform(0.3, 0.7)
        if self.event == "cutover" and self.has_event and self.fibre_share > 0.6:
            self.penetration = max(self.penetration, random.uniform(0.88, 0.97))
        season = self.season[(when - 1) % 4]
        users = self.users * season
        self.season_users = users
        self.fibre_users = min(users * self.penetration, users if self.has_lines else self.fibre)

    def _ripe(self) -> float:
        """The penetration that the network would have in the long run."""
        return min(0.98, self.most_penetration * self.fibre_share**0.6)


def _event(random: Random) -> tuple[str, int]:
    """What happens, and in which quarter; blank and 0 for most."""
    point = random.random()
    for name, share in EVENTS:
        point -= share
        if point < 0:
            return name, random.randint(2, QUARTERS)
    return "", 0


class _Clerk:
    """Writes down what is true, in the habits of the village."""

    def __init__(self, random: Random, place: _Place, diligence: float) -> None:
        self.random, self.place, self.diligence = random, place, diligence
        self.rounds = place.households < 500 and random.random() < 0.15
        self.looks = random.choice((0.3, 0.6, 0.9)) * diligence
        """How often the households are looked up anew."""
        self.says_whole = random.random() < 0.6
        """Writes fibre as broadband once all but a little is reached."""
        self.last: Line = {}

    def write(self, when: int) -> Line:
        place, random, last = self.place, self.random, self.last
        anew = not last or place.has_event
        line: Line = {}
        counts = anew or random.random() < self.looks
        line["households"] = self._as(place.households) if counts else last["households"]
        covers = anew or place.is_built or random.random() < 0.35 * self.diligence
        line[NAMES[1]] = self._as(place.broadband) if covers else last[NAMES[1]]
        wires = anew or place.is_built or random.random() < 0.2 * self.diligence
        whole = self.says_whole and place.fibre_share > 0.95
        line[NAMES[2]] = line[NAMES[1]] if whole else self._as(place.fibre) if wires else last[NAMES[2]]
        repeats = bool(last) and random.random() < (0.12 if place.users < 120 else 0.03)
        line[NAMES[3]] = last[NAMES[3]] if repeats else self._as(place.season_users)
        line[NAMES[4]] = last[NAMES[4]] if repeats else self._as(place.fibre_users)
        self.last = consistent(line)
        return self.last

    def _as(self, value: float) -> int:
        return 5 * round(value / 5) if self.rounds else round(value)


class _Register:
    """What the register holds and computes: the hamlets' permanent households, and what access points reach."""

    def __init__(self, random: Random, place: _Place) -> None:
        self.random, self.place = random, place
        has_hamlets = place.kind == VILLAGE or random.random() < 0.15
        self.knows_households = has_hamlets and random.random() < 0.85
        self.knows_coverage = random.random() < 0.82
        self.part = random.uniform(0.84, 1.0) if place.kind == VILLAGE else random.uniform(0.6, 0.95)
        self.lag = random.choices((0, 1, -1), (0.76, 0.12, 0.12))[0]
        self.counts_places = random.random() < 0.4
        """Computes the share of the hamlets that are reached, for want of the households in each."""
        self.learns = random.choices((0, 1, 99), (0.75, 0.13, 0.12))[0]
        """Quarters until a new compound or a demolition is registered."""
        self.broadband = min(1.0, max(0.5, place.broadband_share + random.gauss(0, 0.03)))
        self.households = place.households * self.part

    def compute(self, when: int) -> Line:
        place = self.place
        happened = place.event in ("compound", "demolition") and when == place.event_at + self.learns
        if happened or (self.random.random() < 0.06 and not 0 <= when - place.event_at < self.learns):
            self.households = place.households * self.part
        base = round(self.households)
        fibre = place.share(when - self.lag, alike=self.counts_places)
        self.broadband = max(self.broadband, fibre)
        return {
            "households": base if self.knows_households else None,
            NAMES[1]: round(base * self.broadband) if self.knows_coverage else None,
            NAMES[2]: round(base * fibre) if self.knows_coverage else None,
        }
