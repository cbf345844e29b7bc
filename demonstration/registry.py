"""The registry: the real tree of 2017, generated leaves, and the spots at which sites stand together."""

import csv
import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random

from areas.vocabulary import AreaKind, Setting
from demonstration import names
from demonstration.geography import TOWNSHIPS, Ground, Point, plane, villages_of
from demonstration.randomness import stream, weighted
from demonstration.story import NEVER, PROGRAMMES, Programme

_DATA = Path(__file__).resolve().parents[1] / "areas/data"
VINTAGE = _DATA / "qingcheng_441802_2017.csv"
KNOWN_VILLAGES = _DATA / "natural_village_samples.csv"
LEFT_OUT = ("441802400", "441802450")
"""Functional units that the plan's eight streets and towns do not count."""

_KINDS = {
    "区": AreaKind.DISTRICT,
    "街道": AreaKind.STREET,
    "镇": AreaKind.TOWN,
    "村委会": AreaKind.VILLAGE,
    "居委会": AreaKind.COMMUNITY,
}
_RURAL_COMMUNITIES = ("107002", "107003", "107004", "107006", "107007", "105005", "105007", "103005", "106004")
_URBAN_VILLAGES = ("007207", "009206")
_EDGE_OF_SCOPE = (19, 20, 21)


@dataclass
class GeneratedArea:
    code: str
    name: str
    kind: AreaKind
    permanent_households: int | None = None
    setting: str = ""
    demonstration: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def township(self) -> str:
        """The last three digits of its street's or town's code."""
        return self.code[6:9]

    @property
    def in_scope(self) -> bool:
        return self.kind == AreaKind.COMPOUND or (self.permanent_households or 0) >= 20


@dataclass
class Spot:
    """A few places that an access point can serve together; built in the quarter ``target``."""

    area: GeneratedArea
    centre: Point
    urban: bool
    name: str
    target: int = NEVER
    remote: bool = False
    turn: float = 0.0
    """Where it stands among its neighbours when they are built one after the other, from 0 to 1."""
    sites: list = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        return self.area.kind in (AreaKind.NATURAL_VILLAGE, AreaKind.COMPOUND)


class GeneratedRegistry:
    """Areas and spots, in the order in which they were made; ``areas`` by code."""

    def __init__(self) -> None:
        self.areas: dict[str, GeneratedArea] = {}
        self.centres: dict[str, Point] = {}
        self.spots: list[Spot] = []
        self.ground = Ground()

    def add(self, area: GeneratedArea) -> GeneratedArea:
        self.areas[area.code] = area
        return area

    def is_street(self, area: GeneratedArea) -> bool:
        return self.areas[area.code[:9]].kind == AreaKind.STREET

    def programme(self, area: GeneratedArea) -> Programme:
        return PROGRAMMES[area.township]

    @cached_property
    def children(self) -> dict[str, list[GeneratedArea]]:
        found: dict[str, list[GeneratedArea]] = defaultdict(list)
        for area in self.areas.values():
            if len(area.code) > 6:
                found[area.code[:-3]].append(area)
        return found

    def of_kind(self, *kinds: AreaKind) -> list[GeneratedArea]:
        return [area for area in self.areas.values() if area.kind in kinds]

    def is_urban(self, area: GeneratedArea, setting: str = "") -> bool:
        """The setting that docs/rules.md, section 1, gives to a site of the area."""
        for code in (area.code, area.code[:12], area.code[:9], area.code[:6]):
            setting = setting or self.areas[code].setting
        if setting:
            return setting == Setting.URBAN
        return area.kind not in (AreaKind.NATURAL_VILLAGE, AreaKind.VILLAGE)


def spoken(name: str) -> str:
    """The name as people say it: 高基里社区居委会 → 高基里社区, 青龙村委会 → 青龙村."""
    for ending, short in (
        ("街道办事处", "街道"),
        ("社区居委会", "社区"),
        ("居委会", "社区"),
        ("村村委会", "村"),
        ("村委会", "村"),
    ):
        if name.endswith(ending):
            return name.removesuffix(ending) + short
    return name


def stem(area: GeneratedArea) -> str:
    """What stands before 小学 or 卫生站 in a name: 高基里, 青龙."""
    short = area.name.removesuffix("社区")
    return short.removesuffix("村") if len(short) > 2 else short


def make_registry() -> GeneratedRegistry:
    registry = GeneratedRegistry()
    _real_tree(registry)
    _centres(registry)
    for village in registry.of_kind(AreaKind.VILLAGE, AreaKind.COMMUNITY):
        _compounds(registry, village)
        _blocks(registry, village)
    for village in registry.of_kind(AreaKind.VILLAGE, AreaKind.COMMUNITY):
        _natural_villages(registry, village)
    _intervals(registry)
    return registry


def _real_tree(registry: GeneratedRegistry) -> None:
    with VINTAGE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"][:9] in LEFT_OUT:
                continue
            area = registry.add(GeneratedArea(row["code"], spoken(row["name"]), _KINDS[row["kind"]]))
            if area.code[6:] in _RURAL_COMMUNITIES:
                area.setting = Setting.RURAL
            if area.code[6:] in _URBAN_VILLAGES:
                area.setting = Setting.URBAN


def _centres(registry: GeneratedRegistry) -> None:
    """Communities of streets lie close together around the seat; those of a town, but for two, outside it."""
    for township in TOWNSHIPS:
        village_level = [
            area for area in registry.of_kind(AreaKind.VILLAGE, AreaKind.COMMUNITY) if area.township == township
        ]
        near = [a for a in village_level if a.kind == AreaKind.COMMUNITY]
        if not registry.is_street(village_level[0]):
            near = near[:2]
            seat = plane(*TOWNSHIPS[township][0])
            registry.centres.update({a.code: (seat[0] + 900 * i, seat[1] - 700 * i) for i, a in enumerate(near)})
        else:
            registry.centres.update(
                zip([a.code for a in near], villages_of(township, len(near), compact=True), strict=True)
            )
        far = [a for a in village_level if a.code not in registry.centres]
        registry.centres.update(zip([a.code for a in far], villages_of(township, len(far), compact=False), strict=True))


def _child(
    registry: GeneratedRegistry, village: GeneratedArea, kind: AreaKind, number: int, name: str
) -> GeneratedArea:
    return registry.add(GeneratedArea(f"{village.code}{number:03d}", name, kind))


_QUARTERS_IN = {"006": (4, 6), "007": (8, 10), "008": (4, 6), "009": (8, 10)}


def _compounds(registry: GeneratedRegistry, village: GeneratedArea) -> None:
    """Residential compounds: many in a street's communities, some in a town's; numbered from 101."""
    random = stream("quarters", village.code)
    if village.kind == AreaKind.VILLAGE:
        count = 1 if registry.is_street(village) and random.random() < 0.5 else 0
    else:
        least, most = _QUARTERS_IN.get(village.township, (3, 6) if village.setting != Setting.RURAL else (0, 1))
        count = random.randint(least, most)
    taken: set[str] = set()
    for number in range(count):
        area = _child(registry, village, AreaKind.COMPOUND, 101 + number, names.compound(random, taken))
        centre = registry.ground.place(random, registry.centres[village.code], 0, 700, 380)
        registry.spots.append(Spot(area, centre, registry.is_urban(area), area.name, turn=random.random()))


def _blocks(registry: GeneratedRegistry, village: GeneratedArea) -> None:
    """The spots of a village or community itself: its committee, its schools, its market, its offices."""
    random = stream("blocks", village.code)
    if village.kind == AreaKind.VILLAGE:
        count = 2 if random.random() < 0.35 else 1
    elif registry.is_street(village):
        count = random.randint(7, 9) if village.township != "007" else random.randint(9, 11)
    else:
        count = random.randint(5, 7) if village.setting != Setting.RURAL else 2
    urban = registry.is_urban(village)
    for number in range(count):
        most = 750 if urban else 500
        centre = registry.ground.place(random, registry.centres[village.code], 0, most, 380)
        registry.spots.append(
            Spot(village, centre, urban, f"{stem(village)}{'一二三四五六七八九十东西'[number]}片", turn=random.random())
        )


def _known_names() -> dict[str, list[str]]:
    with KNOWN_VILLAGES.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["village_code"]: row["natural_villages"].split("|")
            for row in csv.DictReader(file)
            if "|" in row["natural_villages"]
        }


def _natural_villages(registry: GeneratedRegistry, village: GeneratedArea) -> None:
    """Hamlets around the village's centre, built from one side to the other; the remote ones come last; from 201."""
    random = stream("natural villages", village.code)
    known = _known_names().get(village.code, [])
    count = len(known) or _number_of_hamlets(registry, village, random)
    taken: set[str] = set(known)
    radius = 2_300 if count > 30 else 1_500
    angle = random.uniform(0, 6.283)
    remote_from = count - weighted(random, (0, 1, 2, 3), (0.25, 0.4, 0.25, 0.1)) if count > 5 else count
    for number in range(count):
        name = known[number] if known else names.natural_village(random, taken)
        area = _child(registry, village, AreaKind.NATURAL_VILLAGE, 201 + number, name)
        area.permanent_households = _households(random)
        remote = number >= remote_from
        centre = _hamlet(registry, village, random, radius, remote)
        towards = (centre[0] - registry.centres[village.code][0], centre[1] - registry.centres[village.code][1])
        turn = 0.5 + (towards[0] * random.uniform(0.9, 1.1) * math.cos(angle) + towards[1] * math.sin(angle)) / (
            2 * radius
        )
        registry.spots.append(Spot(area, centre, registry.is_urban(area), name, remote=remote, turn=turn))


def _number_of_hamlets(registry: GeneratedRegistry, village: GeneratedArea, random: Random) -> int:
    if village.code == "441802107212":
        return 10
    if village.kind == AreaKind.VILLAGE:
        return random.randint(9, 15)
    if registry.is_street(village):
        return 0
    return random.randint(4, 9) if village.setting == Setting.RURAL else random.randint(0, 5)


def _hamlet(registry: GeneratedRegistry, village: GeneratedArea, random: Random, radius: float, remote: bool) -> Point:
    centre = registry.centres[village.code]
    if remote:
        return registry.ground.place(random, centre, radius, radius + 2_000, 1_500, tries=40)
    return registry.ground.place(random, centre, 250, radius, 520)


def _households(random: Random) -> int:
    """Permanent households: about one hamlet in ten has fewer than twenty; some lie right at the edge."""
    chance = random.random()
    if chance < 0.09:
        return random.randint(5, 18)
    if chance < 0.12:
        return random.choice(_EDGE_OF_SCOPE)
    return random.randint(22, 70) if chance < 0.75 else random.randint(70, 160)


def _intervals(registry: GeneratedRegistry) -> None:
    """Some compounds were finished after the plan began; some hamlets were resettled."""
    random = stream("intervals")
    compounds = [a for a in registry.of_kind(AreaKind.COMPOUND) if registry.is_street(a)]
    for area in compounds[7::31]:
        area.valid_from = random.choice([date(2017, 5, 1), date(2017, 9, 28), date(2018, 2, 1), date(2018, 10, 1)])
    hamlets = [a for a in registry.of_kind(AreaKind.NATURAL_VILLAGE) if not registry.is_street(a)]
    for area in hamlets[60::160]:
        area.valid_to = random.choice([date(2017, 10, 1), date(2018, 4, 1), date(2018, 12, 31)])
