"""The district as a drawing: its outline, its villages where their sites lie, its streets and towns by name."""

from dataclasses import dataclass, replace
from math import cos, radians

from django.db.models import Avg
from django.db.models.functions import Substr

from acceptance.models import Basis, Verdict
from acceptance.verdicts.marks import Mark, area_mark
from areas import outline
from areas.dated import then
from areas.models import Area, Site
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, AreaKind
from common.periods import Quarter

WIDTH, HEIGHT, MARGIN = 800, 860, 24
"""The size of the drawing, in its own units."""
_LINE = 40
"""Names are kept this far apart."""

Spot = tuple[float, float]
"""Longitude and latitude in WGS-84 degrees, or a place in the drawing."""


@dataclass(frozen=True)
class Dot:
    """A village or community on the drawing: position, mark, and name as its tooltip."""

    x: float
    y: float
    mark: Mark
    name: str


@dataclass(frozen=True)
class Label:
    """The name of a street or town, in the middle of its sites unless another name is there."""

    x: float
    y: float
    name: str
    mark: Mark


@dataclass(frozen=True)
class Drawing:
    """``outline`` are the corners of a polygon as SVG wants them, blank where the outline is not known."""

    outline: str
    dots: list[Dot]
    labels: list[Label]

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


def drawn(user, county: str, quarter: Quarter) -> Drawing:
    """The drawing of what the user sees; four queries."""
    middles = {**_middles(user, county, 12), **_middles(user, county, 9)}
    ring = [tuple(corner) for corner in outline.district().ring] if outline.district().code == county else []
    if not middles and not ring:
        return Drawing("", [], [])
    place = Projection([*ring, *middles.values()])
    verdicts = Verdict.objects.visible_to(user).standing().filter(county=county, period=str(quarter))
    shown = verdicts.filter(basis=Basis.APPROVED, area__kind__in=(*TOWNSHIPS, *VILLAGE_LEVEL)).select_related("area")
    shown = shown.order_by("area_id")
    then((each.area for each in shown), quarter.last_day)
    located = [(each, *place(*middles[each.area_id])) for each in shown if each.area_id in middles]
    return Drawing(
        " ".join(f"{x},{y}" for x, y in (place(*corner) for corner in ring)),
        [Dot(x, y, _mark(each), each.area.name) for each, x, y in located if each.area.kind in VILLAGE_LEVEL],
        _apart([Label(x, y, each.area.name, _mark(each)) for each, x, y in located if each.area.kind in TOWNSHIPS]),
    )


def _middles(user, county: str, length: int) -> dict[str, Spot]:
    """The mean of the located sites of each area whose code is so long."""
    sites = Site.objects.visible_to(user).filter(county=county, lon__isnull=False, lat__isnull=False).order_by()
    placed = sites.annotate(place=Substr("area_id", 1, length)).values_list("place")
    return {code: (lon, lat) for code, lon, lat in placed.annotate(Avg("lon"), Avg("lat")) if len(code) == length}


def _mark(verdict: Verdict) -> Mark:
    if verdict.area.kind == AreaKind.COMMUNITY:
        return Mark("info", "社区")
    return area_mark(verdict.outcome, verdict.reference)


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
