"""Quarterly figures of every village and community: rising, consistent with the network, with a few oddities."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from random import Random

from areas.vocabulary import AreaKind
from demonstration.places import GeneratedSite
from demonstration.randomness import stream
from demonstration.reach import ReachByQuarter
from demonstration.registry import GeneratedArea, GeneratedRegistry
from demonstration.story import QUARTERS, STATUS, quarter


@dataclass
class Figures:
    households: int
    broadband_covered: int
    fibre_covered: int
    broadband_users: int
    fibre_users: int


@dataclass
class GeneratedLine:
    when: int
    area: GeneratedArea
    figures: Figures
    status: str

    @property
    def period(self) -> str:
        return str(quarter(self.when))


def make_returns(
    registry: GeneratedRegistry, course: ReachByQuarter, sites: list[GeneratedSite]
) -> list[GeneratedLine]:
    beneath: dict[str, list[GeneratedSite]] = defaultdict(list)
    for site in sites:
        beneath[site.area.code[:12]].append(site)
    lines = []
    for area in registry.of_kind(AreaKind.VILLAGE, AreaKind.COMMUNITY):
        for when, figures in enumerate(_course_of(registry, course, area, beneath[area.code]), start=1):
            status = STATUS.get((area.township, when), "approved")
            if status:
                lines.append(GeneratedLine(when, area, figures, status))
    _oddities(lines)
    lines.sort(key=lambda line: (line.when, line.area.code))
    return lines


def _households(registry: GeneratedRegistry, area: GeneratedArea, random: Random) -> int:
    """The hamlets' permanent households, the compounds' flats, and who lives in neither."""
    children = registry.children[area.code]
    hamlets = sum(child.permanent_households or 0 for child in children)
    compounds = sum(child.kind == AreaKind.COMPOUND for child in children)
    scattered = random.randint(250, 900) if area.kind == AreaKind.COMMUNITY else random.randint(5, 40)
    return hamlets + compounds * random.randint(180, 420) + scattered


def _course_of(
    registry: GeneratedRegistry, course: ReachByQuarter, area: GeneratedArea, sites: list[GeneratedSite]
) -> Iterator[Figures]:
    """The figures of 2017Q1 … 2019Q1; none of them ever falls."""
    random = stream("returns", area.code)
    programme = registry.programme(area)
    households = float(_households(registry, area, random))
    growth = random.uniform(1.000, 1.007)
    broadband = (random.uniform(0.84, 0.92), random.uniform(0.93, 0.985))
    take_up = (random.uniform(0.46, 0.56), random.uniform(0.60, 0.72))
    bias = random.uniform(-0.05, 0.05)
    share = 0.0
    last = Figures(0, 0, 0, 0, 0)
    for when in range(1, QUARTERS + 1):
        done = (when - 1) / (QUARTERS - 1)
        total = round(households)
        covered = round(total * _between(broadband, done))
        share = _coverage(course.share(sites, when), share, programme.full_coverage - when)
        fibre = covered if share == 1 else min(covered, round(covered * share))
        users = round(covered * _between(take_up, done))
        penetration = (
            _between(programme.penetration, done**0.9) + bias * (1 - 0.5 * done) + random.uniform(-0.006, 0.006)
        )
        last = Figures(
            max(total, last.households),
            max(covered, last.broadband_covered),
            max(fibre, last.fibre_covered),
            max(users, last.broadband_users),
            max(min(round(users * penetration), users, fibre), last.fibre_users),
        )
        yield last
        households *= growth


def _coverage(built: float, before: float, quarters_left: int) -> float:
    """The share of covered households that fibre reaches: it follows what is built, and by the due quarter it is whole.

    Houses are wired one after the other, so it climbs by less than a fifth in a quarter.
    """
    if quarters_left <= 0:
        return 1.0
    share = min(0.30 + 0.70 * built, 0.995, before + 0.17 if before else 1.0)
    return max(share, before, min(0.97, 1 - 0.16 * quarters_left))


def _between(ends: tuple[float, float], done: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * done


def _oddities(lines: list[GeneratedLine]) -> None:
    """Warnings on the way in: figures that fall, one that jumps, and more fibre users than fibre reaches."""
    by_place = {(line.area.code, line.when): line.figures for line in lines}
    for code, when, falls in (
        ("441802103206", 4, 9),
        ("441802107005", 6, 14),
        ("441802009204", 7, 11),
        ("441802106207", 8, 6),
    ):
        figures, before = by_place[code, when], by_place[code, when - 1]
        figures.fibre_users = before.fibre_users - falls
    figures, before = by_place["441802105209", 5], by_place["441802105209", 4]
    before.fibre_users = round(before.broadband_users * 0.42)
    figures.fibre_users = min(figures.fibre_covered, round(figures.broadband_users * 0.71))
    figures = by_place["441802107213", 2]
    figures.fibre_covered = min(figures.fibre_covered, figures.fibre_users - 5)


def row(line: GeneratedLine) -> tuple:
    return (line.period, line.area.code, *astuple(line.figures), line.status)
