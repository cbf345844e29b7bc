"""The district as a drawing: its outline, its villages where their sites lie, its streets and towns by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, radians

from django.db.models import Avg
from django.db.models.functions import Substr

from acceptance.verdicts.marks import Mark
from areas import outline
from areas.dated import then
from areas.models import Area, Site
from areas.vocabulary import AreaKind
from common.periods import Quarter
from reports.course import MapCourse
from reports.surface import Ring

WIDTH, HEIGHT, MARGIN = 800, 860, 24
"""The size of the drawing, in its own units."""
_LINE = 40
"""Names are kept this far apart."""

Spot = tuple[float, float]
"""Longitude and latitude in WGS-84 degrees, or a place in the drawing."""


@dataclass(frozen=True)
class Village:
    """A village or community on the drawing: its ground as a path, its middle, and its mark in each quarter, the latest last."""

    path: str
    x: float
    y: float
    marks: list[Mark | None]
    name: str

    @property
    def tones(self) -> str:
        """Its tone in each quarter; blank where it was not judged."""
        return " ".join(mark.tone if mark else "none" for mark in self.marks)


@dataclass(frozen=True)
class Label:
    """The name of a street or town, in the middle of its sites unless another name is there."""

    x: float
    y: float
    name: str
    mark: Mark


@dataclass(frozen=True)
class Drawing:
    """``outline`` are the corners of a polygon as SVG wants them, blank where the outline is not known; ``quarters`` those drawn."""

    outline: str
    villages: list[Village]
    labels: list[Label]
    quarters: list[Quarter]

    width, height = WIDTH, HEIGHT


class Projection:
    """Degrees into the drawing: true to scale at its middle, north above, everything inside the margin."""

    def __init__(self, spots: list[Spot]) -> None:
        lons, lats = [lon for lon, _ in spots], [lat for _, lat in spots]
        self._west, self._north = min(lons), max(lats)
        self._squeeze = cos(radians((self._north + min(lats)) / 2))
        wide, high = (max(lons) - self._west) * self._squeeze, self._north - min(lats)
        room_x, room_y = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
        self._scale = min(room_x / wide if wide else room_x, room_y / high if high else room_y)
        self._left = (WIDTH - wide * self._scale) / 2
        self._top = (HEIGHT - high * self._scale) / 2

    def __call__(self, lon: float, lat: float) -> Spot:
        x = self._left + (lon - self._west) * self._squeeze * self._scale
        return round(x, 1), round(self._top + (self._north - lat) * self._scale, 1)


def drawn(user, county: str, quarters: Sequence[Quarter]) -> Drawing:
    """The drawing of what the user sees, through the quarters, the oldest first; the last is the one that names stand for."""
    middles = {**_middles(user, county, 12), **_middles(user, county, 9)}
    ring = [tuple(corner) for corner in outline.district().ring] if outline.district().code == county else []
    if not middles and not ring:
        return Drawing("", [], [], list(quarters))
    course, place = MapCourse(user, county, quarters), Projection([*ring, *middles.values()])
    latest = str(quarters[-1])
    towns = {code: mark for (period, code), mark in course.marks.items() if period == latest and len(code) == 9}
    return Drawing(
        " ".join(f"{x},{y}" for x, y in (place(*corner) for corner in ring)),
        [
            Village(_path(place, course.grounds.get(code, ())), *place(*middles[code]),
                    [course.marks.get((str(each), code)) for each in quarters], course.names[code])
            for code in course.villages if code in middles
        ],
        _apart([
            Label(*place(*middles[area.pk]), area.name, towns[area.pk])
            for area in then(Area.objects.filter(pk__in=towns).order_by("pk"), quarters[-1].last_day) if area.pk in middles
        ]),
        list(quarters),
    )  # fmt: skip


def _path(place: Projection, rings: Iterable[Ring]) -> str:
    """Rings as an SVG path, to be filled by even and odd."""
    return "".join("M" + " ".join(f"{x},{y}" for x, y in (place(*each) for each in ring)) + "Z" for ring in rings)


def _middles(user, county: str, length: int) -> dict[str, Spot]:
    """The mean of the located sites of each area whose code is so long."""
    sites = Site.objects.visible_to(user).filter(county=county, lon__isnull=False, lat__isnull=False).order_by()
    placed = sites.annotate(place=Substr("area_id", 1, length)).values_list("place")
    return {code: (lon, lat) for code, lon, lat in placed.annotate(Avg("lon"), Avg("lat")) if len(code) == length}


def _apart(labels: list[Label]) -> list[Label]:
    """Names that would cover one another are pushed down, the northern one staying where it is."""
    placed: list[Label] = []
    for label in sorted(labels, key=lambda label: label.y):
        width = _LINE * len(label.name) * 0.8
        for other in placed:
            if abs(other.x - label.x) < width and abs(other.y - label.y) < _LINE:
                label = replace(label, y=round(other.y + _LINE, 1))
        placed.append(label)
    return placed


def area_of(user) -> Area | None:
    """The district that a user's screens show."""
    return Area.objects.filter(pk=user.scope.area, kind=AreaKind.DISTRICT).first() if user.scope.area else None
