"""An answer as people read it: each action with its place and what it gains, what nobody can build, and the map of it all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.urls import reverse

from acceptance.verdicts.surroundings import background, placed
from acceptance.wording import milestone_title, number
from areas.dated import then
from areas.geodesy import geodesic_m
from areas.models import AccessPoint, Area, Operator, Site
from common.lookups import among
from common.periods import Quarter
from planning.asking import key_of
from planning.models import TaskAction
from planning.sentences import BEYOND, STATUS_TONES, STATUSES, answer_words, change_words

LISTED = 100
"""How much of what nobody can build is named for each reason."""


@dataclass(frozen=True)
class GainedSite:
    """A site that an action makes capable."""

    site: Site
    url: str

    @property
    def name(self) -> str:
        return site_name(self.site)


def site_name(site: Site) -> str:
    """A site with the area that it stands in, named once where the site bears the area's name: 秀溪村黄岗聚居点."""
    area = site.area
    if site.name.startswith(area.name):
        return f"{area.parent.name if area.parent else ''}{site.name}"
    return f"{area.full_name}{site.name}"


@dataclass(frozen=True)
class ActionShown:
    """An action of a plan: whose it is, where, and which sites it gains. ``point`` is the access point that is changed."""

    number: int
    action: TaskAction
    key: str
    operator: Operator
    place: str
    township: str
    gained: tuple[GainedSite, ...]
    lon: float | None = None
    lat: float | None = None
    point: AccessPoint | None = None
    orders: tuple[str, ...] = ()

    @property
    def gain(self) -> int:
        return len(self.gained)

    @property
    def coordinates(self) -> str:
        """Longitude and latitude to the last digit; blank where nothing is built."""
        return "" if self.lon is None else f"{self.lon!r}，{self.lat!r}"


@dataclass(frozen=True)
class BeyondGroup:
    """What nobody can build, by the reason: pairs of name and address, and how many are not named."""

    words: str
    named: list[tuple[str, str]]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.named)


class PlanShown:
    """The document of an answer with the names of all that it speaks of; the queries do not grow with it."""

    def __init__(self, answer: Mapping, user) -> None:
        self.answer, self.user = answer, user
        self.quarter = Quarter.parse(answer["period"])
        self.target = answer["target"]

    # ------------------------------------------------ in words

    @property
    def sentence(self) -> str:
        return answer_words(self.answer)

    @property
    def status(self) -> str:
        return STATUSES[self.answer["status"]]

    @property
    def tone(self) -> str:
        return STATUS_TONES[self.answer["status"]]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """From how many to how many: of the milestone, or of each criterion by its key."""
        before, after = self.answer["before"], self.answer["after"]
        if before is None or "outcome" in before:
            words = change_words(before, after)
            return [(self.target.get("milestone", ""), words)] if words else []
        pairs = ((key, change_words(before[key], (after or {}).get(key))) for key in before)
        return [(key, words) for key, words in pairs if words]

    # ------------------------------------------------ actions

    @cached_property
    def _sites(self) -> dict[str, Site]:
        """The sites in the user's scope: what is gained in another county is not this plan's."""
        wanted = {each for action in self.answer["actions"] for each in action["sites"]}
        wanted |= {each["site_id"] for each in self.answer["beyond_building"] if "site_id" in each}
        rows = (
            Site.objects.visible_to(self.user)
            .filter(among("site_id", sorted(wanted)))
            .select_related("area__parent")
            .order_by("site_id")
        )
        return {each.site_id: each for each in then(rows, self.quarter.last_day)}

    @cached_property
    def _points(self) -> dict[str, AccessPoint]:
        wanted = [each["ap_id"] for each in self.answer["actions"] if "ap_id" in each]
        rows = AccessPoint.objects.filter(ap_id__in=wanted).select_related("operator", "township")
        return {each.ap_id: each for each in rows}

    @cached_property
    def _areas(self) -> dict[str, Area]:
        codes = {
            each["area_code"]
            for each in (*self.answer["actions"], *self.answer["beyond_building"])
            if "area_code" in each
        }
        rows = Area.objects.filter(code__in={*codes, self.target["area"]}).select_related("parent").order_by("code")
        return {each.code: each for each in then(rows, self.quarter.last_day)}

    @cached_property
    def area(self) -> Area:
        return self._areas[self.target["area"]]

    @cached_property
    def actions(self) -> list[ActionShown]:
        operators = {each.code: each for each in Operator.objects.all()}
        return [self._action(place, each, operators) for place, each in enumerate(self.answer["actions"], start=1)]

    def _action(self, place: int, action: Mapping, operators: Mapping[str, Operator]) -> ActionShown:
        sites = [self._sites[each] for each in action["sites"] if each in self._sites]
        point = self._points.get(action.get("ap_id", ""))
        where = self._where(action, sites, point)
        return ActionShown(
            number=place,
            action=TaskAction(action["action"]),
            key=key_of(action),
            operator=point.operator if point else operators[action["operator"]],
            place=where[0],
            township=where[1] or self.target["area"][:9],
            gained=tuple(
                GainedSite(each, reverse("acceptance:site_verdict", args=[self.quarter, each.site_id]))
                for each in sites
            ),
            lon=point.lon if point else action.get("lon"),
            lat=point.lat if point else action.get("lat"),
            point=point,
            orders=tuple(action.get("orders", ())),
        )

    def _where(self, action: Mapping, sites: Sequence[Site], point: AccessPoint | None) -> tuple[str, str]:
        """The place in words, and the township in which it lies, blank where nothing says."""
        if action["action"] == "orders":
            area = self._areas.get(action["area_code"])
            return (area.full_name if area else action["area_code"], action["area_code"][:9])
        lon, lat = (point.lon, point.lat) if point else (action["lon"], action["lat"])
        near = _nearest(sites, lon, lat)
        township = (point.township_id if point else "") or (near[0].area_id[:9] if near else "")
        if point:
            return (str(point), township)
        if near is None:
            return ("", township)
        away = "" if near[1] < 1 else f"，相距约 {number(round(near[1]))} 米"
        return (f"{site_name(near[0])}{away}", township)

    @cached_property
    def best(self) -> ActionShown | None:
        """The action that alone gains most; None where none gains any."""
        return max(
            (each for each in self.actions if each.gain), key=lambda each: (each.gain, -each.number), default=None
        )

    # ------------------------------------------------ what nobody can build

    @cached_property
    def beyond(self) -> list[BeyondGroup]:
        groups: dict[str, list[Mapping]] = {}
        for each in self.answer["beyond_building"]:
            groups.setdefault(each["why"], []).append(each)
        return [
            BeyondGroup(BEYOND[why], [self._named(each) for each in rows[:LISTED]], len(rows))
            for why, rows in groups.items()
        ]

    def _named(self, row: Mapping) -> tuple[str, str]:
        if "site_id" in row:
            site = self._sites.get(row["site_id"])
            name = site_name(site) if site else row["site_id"]
            return (name, reverse("areas:site", args=[row["site_id"]]))
        area = self._areas.get(row["area_code"])
        return (area.full_name if area else row["area_code"], reverse("areas:area", args=[row["area_code"]]))

    # ------------------------------------------------ the map

    @property
    def is_on_map(self) -> bool:
        """Whether anything of it has a place; orders alone have none."""
        return any(each.lon is not None for each in self.actions)

    @property
    def map(self) -> dict:
        """What static/js/plan-map.js draws: planned points with their lines to the sites that they gain; the rest it fetches."""
        built = [each for each in self.actions if each.lon is not None]
        links = [(each, gained.site) for each in built for gained in each.gained if gained.site.lon is not None]
        code = self.target["area"][:9]
        return {
            "background": background(),
            "source": f"{reverse('map_data')}?period={self.quarter}&area={code}",
            "planned": [
                [
                    *at,
                    list(TaskAction).index(each.action),
                    each.number,
                    f"{each.number}. {each.operator.name}{each.action.label}",
                    _about(each),
                ]
                for at, each in zip(_placed((each.lon, each.lat) for each in built), built, strict=True)
            ],
            "links": [
                [*begin, *end]
                for begin, end in zip(
                    _placed((each.lon, each.lat) for each, _ in links),
                    _placed((site.lon, site.lat) for _, site in links),
                    strict=True,
                )
            ],
        }


def _about(action: ActionShown) -> str:
    gain = f"可使 {number(action.gain)} 个点位具备能力" if action.gain else ""
    return "；".join(filter(None, (action.place, gain)))


def _placed(places: Iterable[tuple[float, float]]) -> list[list[float]]:
    """The places as the map's tiles have them."""
    pairs = np.array([*places], float).reshape(-1, 2)
    return placed(pairs[:, 0], pairs[:, 1])


def _nearest(sites: Sequence[Site], lon: float, lat: float) -> tuple[Site, float] | None:
    """The nearest of some sites to a place, with the metres; None where none has coordinates."""
    found = [each for each in sites if each.lon is not None]
    if not found:
        return None
    lons, lats = np.array([each.lon for each in found]), np.array([each.lat for each in found])
    metres = geodesic_m(np.full_like(lons, lon), np.full_like(lats, lat), lons, lats)
    first = int(metres.argmin())
    return found[first], float(metres[first])


def target_words(plan, milestone: str) -> str:
    """What a plan is to reach: the milestone's key and title, or the standard of the area's own title."""
    return f"{milestone} {milestone_title(plan.milestone(milestone))}" if milestone else "称号标准"
