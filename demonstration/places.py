"""The sites: what stands at each spot, where exactly, and in which datum it was surveyed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

from areas.vocabulary import AreaKind, Datum, Setting, SiteKind
from demonstration import names
from demonstration.geography import Point, around, degrees
from demonstration.randomness import stream, weighted
from demonstration.registry import GeneratedArea, GeneratedRegistry, Spot, stem

_COMMUNITY_KINDS = {
    SiteKind.RESIDENCE: 22,
    SiteKind.OFFICE: 20,
    SiteKind.SCHOOL: 12,
    SiteKind.MARKET: 10,
    SiteKind.ESTATE: 9,
    SiteKind.URBAN_VILLAGE: 8,
    SiteKind.HOSPITAL: 7,
    SiteKind.OTHER: 6,
    SiteKind.INDUSTRIAL_PARK: 4,
    SiteKind.SCENIC_SPOT: 2,
}
_DATUMS: dict[str, float] = {"": 42, Datum.WGS84: 10, Datum.CGCS2000: 18, Datum.GCJ02: 22, Datum.BD09: 8}
_OPEN_COUNTRY = (SiteKind.INDUSTRIAL_PARK, SiteKind.SCENIC_SPOT)
"""Kinds of which some were entered as rural although their community is urban."""
_SUFFIXES = {
    SiteKind.SCHOOL: ("幼儿园", "小学", "中学", "实验学校"),
    SiteKind.HOSPITAL: ("卫生站", "诊所", "社区卫生服务站", "门诊部"),
    SiteKind.MARKET: ("农贸市场", "综合市场", "肉菜市场", "建材市场"),
    SiteKind.URBAN_VILLAGE: ("旧村", "老街片区", "新村片区"),
    SiteKind.INDUSTRIAL_PARK: ("工业园", "创业园", "工业区"),
    SiteKind.SCENIC_SPOT: ("公园", "滨江绿道", "生态园"),
    SiteKind.OTHER: ("文化站", "警务室", "公共服务站", "文化广场"),
}
UNLOCATED_LEAVES = {"105": 2, "103": 1, "107": 2}
"""Natural villages under communities, by town, whose settlement nobody has surveyed yet."""
WITHOUT_SETTLEMENT = ("103", "107")
"""Towns in which one natural village has no settlement on record."""


@dataclass
class GeneratedSite:
    site_id: str
    area: GeneratedArea
    name: str
    kind: SiteKind
    lon: float | None
    """In WGS-84, where it really stands; None when nobody has surveyed it."""
    lat: float | None
    urban: bool
    setting: str = ""
    datum: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def radius_m(self) -> float:
        return 200.0 if self.urban else 1000.0

    @property
    def ready_when(self) -> bool:
        """Whether the leaf's title hangs on this site (S16, S22)."""
        if self.area.kind == AreaKind.NATURAL_VILLAGE:
            return self.kind in (SiteKind.SETTLEMENT, SiteKind.SCHOOL, SiteKind.HOSPITAL)
        return self.area.kind == AreaKind.COMPOUND


class Surveyor:
    """Puts sites on the ground and numbers them within their area."""

    def __init__(self, registry: GeneratedRegistry) -> None:
        self.registry = registry
        self.sites: list[GeneratedSite] = []
        self._numbers: dict[str, int] = defaultdict(int)
        self.taken: dict[str, set[str]] = defaultdict(set)

    def add(self, spot: Spot, random: Random, kind: SiteKind, name: str, point: Point, **given) -> GeneratedSite:
        """A site of the spot's area, or of another one that ``given`` names, with the setting given there."""
        area, setting = given.get("area", spot.area), given.get("setting", "")
        self._numbers[area.code] += 1
        lon, lat = degrees(point)
        site = GeneratedSite(
            f"{area.code}-{self._numbers[area.code]:03d}",
            area,
            names.numbered(self.taken[area.code], name),
            kind,
            lon,
            lat,
            self.registry.is_urban(area, setting),
            setting,
            weighted(random, list(_DATUMS), list(_DATUMS.values())),
            area.valid_from,
            area.valid_to,
        )
        self.sites.append(site)
        spot.sites.append(site)
        return site


def make_sites(registry: GeneratedRegistry) -> Surveyor:
    surveyor = Surveyor(registry)
    seen: set[str] = set()
    for spot in registry.spots:
        random = stream("sites", spot.area.code, spot.name)
        if spot.area.kind == AreaKind.NATURAL_VILLAGE:
            _hamlet(surveyor, spot, random)
        elif spot.area.kind == AreaKind.COMPOUND:
            _compound(surveyor, spot, random)
        elif spot.area.kind == AreaKind.VILLAGE:
            _village(surveyor, spot, random, first=spot.area.code not in seen)
        else:
            _community(surveyor, spot, random, first=spot.area.code not in seen)
        seen.add(spot.area.code)
    _township_seats(surveyor)
    _leave_gaps(registry, surveyor.sites)
    _slips(surveyor.sites)
    return surveyor


def _township_seats(surveyor: Surveyor) -> None:
    """What belongs to the street or town itself: its office, a hospital, a middle school, at its first community's spot."""
    registry = surveyor.registry
    for township in registry.of_kind(AreaKind.STREET, AreaKind.TOWN):
        random = stream("seat", township.code)
        spot = next(s for s in registry.spots if s.area.code[:9] == township.code and s.area.kind == AreaKind.COMMUNITY)
        street = township.kind == AreaKind.STREET
        for kind, ending in (
            (SiteKind.OTHER, "办事处" if street else "人民政府"),
            (SiteKind.HOSPITAL, "社区卫生服务中心" if street else "中心卫生院"),
            (SiteKind.SCHOOL, "中学"),
        ):
            name = township.name.removesuffix("" if kind == SiteKind.OTHER else "街道") + ending
            surveyor.add(spot, random, kind, name, around(random, spot.centre, 5, 85), area=township)


def _hamlet(surveyor: Surveyor, spot: Spot, random: Random) -> None:
    def add(kind: SiteKind, ending: str, metres: float) -> None:
        surveyor.add(spot, random, kind, spot.name.removesuffix("村") + ending, around(random, spot.centre, 0, metres))

    add(SiteKind.SETTLEMENT, "村聚居点", 60)
    if random.random() < 0.14:
        add(SiteKind.SETTLEMENT, "新村聚居点", 200)
    if random.random() < 0.13:
        add(SiteKind.SCHOOL, random.choice(("小学", "教学点", "幼儿园")), 250)
    if random.random() < 0.11:
        add(SiteKind.HOSPITAL, "卫生站", 200)
    if random.random() < 0.12:
        add(SiteKind.OTHER, random.choice(("文化室", "祠堂", "公共服务点", "党群活动室")), 250)


def _compound(surveyor: Surveyor, spot: Spot, random: Random) -> None:
    for number in range(random.randint(2, 5)):
        kind, part = (
            (SiteKind.RESIDENCE, f"{'一二三四五'[number]}区")
            if random.random() < 0.8
            else (SiteKind.ESTATE, f"{number + 1}栋")
        )
        surveyor.add(spot, random, kind, spot.name + part, around(random, spot.centre, 5, 85))
    if random.random() < 0.25:
        surveyor.add(spot, random, SiteKind.SCHOOL, spot.name + "幼儿园", around(random, spot.centre, 5, 85))


def _village(surveyor: Surveyor, spot: Spot, random: Random, *, first: bool) -> None:
    here = stem(spot.area)
    near = 80 if spot.urban else 250

    def add(kind: SiteKind, ending: str, setting: str = "") -> None:
        surveyor.add(spot, random, kind, here + ending, around(random, spot.centre, 0, near), setting=setting)

    if first:
        add(SiteKind.OTHER, "村委会")
        add(SiteKind.SCHOOL, "小学")
        add(SiteKind.HOSPITAL, "卫生站")
    for kind, ending, chance in (
        (SiteKind.MARKET, "圩市", 0.4),
        (SiteKind.SCENIC_SPOT, "度假村", 0.15),
        (SiteKind.INDUSTRIAL_PARK, "工业区", 0.2),
        (SiteKind.OTHER, "公共服务站", 0.5),
        (SiteKind.SCHOOL, "幼儿园", 0.5),
    ):
        if random.random() < chance:
            add(kind, ending, Setting.URBAN if kind == SiteKind.MARKET and random.random() < 0.4 else "")


def _community(surveyor: Surveyor, spot: Spot, random: Random, *, first: bool) -> None:
    here = stem(spot.area)
    taken = surveyor.taken[spot.area.code]
    reach = 85 if spot.urban else 300
    if first:
        surveyor.add(spot, random, SiteKind.OTHER, here + "居委会", around(random, spot.centre, 0, reach))
        surveyor.add(spot, random, SiteKind.HOSPITAL, here + "社区卫生服务中心", around(random, spot.centre, 0, reach))
    for _ in range(random.randint(3, 6)):
        kind = weighted(random, list(_COMMUNITY_KINDS), list(_COMMUNITY_KINDS.values()))
        aside = spot.urban and random.random() < 0.025
        point = around(random, spot.centre, 210, 330) if aside else around(random, spot.centre, 0, reach)
        setting = Setting.RURAL if kind in _OPEN_COUNTRY and random.random() < 0.3 else ""
        surveyor.add(spot, random, kind, _site_name(random, set(taken), kind, here), point, setting=setting)


def _site_name(random: Random, taken: set[str], kind: SiteKind, here: str) -> str:
    if kind == SiteKind.OFFICE:
        return names.office(random, taken)
    if kind == SiteKind.ESTATE:
        return names.estate(random, taken)
    if kind == SiteKind.RESIDENCE:
        return names.compound(random, taken)
    return here + random.choice(_SUFFIXES[kind])


def _leave_gaps(registry: GeneratedRegistry, sites: list[GeneratedSite]) -> None:
    """What nobody surveyed: settlements of a few hamlets, a compound, some other places; and missing settlements."""
    for town, count in UNLOCATED_LEAVES.items():
        hamlets = [s for s in _plain_hamlets(registry, town) if s.area.code[9] == "0"]
        for spot in hamlets[5 :: max(1, len(hamlets) // count)][:count]:
            spot.sites[0].lon = spot.sites[0].lat = None
    for town in WITHOUT_SETTLEMENT:
        spot = _plain_hamlets(registry, town)[-4]
        _remove(sites, spot, [site for site in spot.sites if site.kind == SiteKind.SETTLEMENT])
    compounds = [
        s
        for s in registry.spots
        if s.area.kind == AreaKind.COMPOUND and s.area.township == "007" and not s.area.demonstration
    ]
    compounds[4].sites[0].lon = compounds[4].sites[0].lat = None
    _remove(sites, compounds[11], list(compounds[11].sites))
    spare = [
        s
        for s in sites
        if not s.ready_when
        and s.lon is not None
        and s.kind in (SiteKind.OTHER, SiteKind.OFFICE, SiteKind.MARKET, SiteKind.INDUSTRIAL_PARK)
    ]
    for site in spare[17::47]:
        site.lon = site.lat = None
        site.datum = ""
    for site in sites:
        if site.lon is None:
            site.datum = ""


def _slips(sites: list[GeneratedSite]) -> None:
    """Two slips of the pen that the import warns of: a name entered twice, an end of validity forgotten."""
    offices = [site for site in sites if site.kind == SiteKind.OFFICE]
    first, second = next((a, b) for a, b in pairwise(offices) if a.area is b.area)
    second.name = first.name
    next(site for site in sites if site.valid_to).valid_to = None


def _plain_hamlets(registry: GeneratedRegistry, town: str) -> list[Spot]:
    return [
        spot
        for spot in registry.spots
        if spot.area.kind == AreaKind.NATURAL_VILLAGE
        and spot.area.township == town
        and spot.area.in_scope
        and not spot.area.demonstration
        and not spot.area.valid_to
    ]


def _remove(sites: list[GeneratedSite], spot: Spot, gone: list[GeneratedSite]) -> None:
    for site in gone:
        sites.remove(site)
        spot.sites.remove(site)


def located(sites: list[GeneratedSite]) -> Iterator[GeneratedSite]:
    return (site for site in sites if site.lon is not None)
