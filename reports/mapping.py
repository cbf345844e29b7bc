"""What the map shows: the outline, townships and villages placed by their sites, sites and access points by state.

Coordinates are rounded to a metre and given in the datum of the installation's tiles, WGS-84 where there are none.
Each row is a short list; its order is said beside each function, and static/js/map.js reads it so. On its way out
(``compact``) rows become columns, which pack to two thirds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from django.db.models import Q
from django.db.models.fields.json import KT

from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.rules.plan import Plan
from acceptance.verdicts.marks import Mark
from acceptance.verdicts.pages import mark_of
from acceptance.verdicts.surroundings import DIGITS, background, placed, point_state
from acceptance.wording.sites import REASONS
from areas import outline
from areas.dated import names_on, overrides, then
from areas.geodesy import box
from areas.models import AccessPoint, Area
from areas.tiles import in_box
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, DatedTable, SiteKind
from common.periods import Quarter
from reports.course import ABSENT, by_quarter, steps

_STATES = ("yes", "no", "unknown")
_BEYOND_M = 2_000
"""Access points so far beyond a township's own sites are shown with it: they may reach them."""


class MapData:
    """The map of the area ``code`` in the user's scope as of ``quarter``, with the areas' verdicts on ``basis``."""

    def __init__(
        self,
        user,
        plan: Plan,
        code: str,
        quarter: Quarter,
        basis: Basis = Basis.APPROVED,
        *,
        course: dict | None = None,
    ) -> None:
        """``course``: what a MapCourse of the same area says, to be put beside what is drawn."""
        self.user, self.plan, self.code, self.quarter, self.basis = user, plan, code, quarter, basis
        self.through = course

    @property
    def document(self) -> dict:
        everything = self._sites()
        sites = [row for row in everything if row["site__lon"] is not None]
        points, marks = self._points(sites), self._marks()
        numbers = {row[5]: number for number, row in enumerate(points)}
        kinds = list(dict.fromkeys(marks.values()))
        return {
            "outline": self._outline(),
            "areas": [[*row, kinds.index(marks[row[0]])] for row in self._areas(everything) if row[0] in marks],
            "marks": [[mark.tone, mark.text] for mark in kinds],
            "sites": [
                self._site(place, row, numbers)
                for place, row in zip(placed(*_columns(sites, "site__lon", "site__lat")), sites, strict=True)
            ],
            "points": points,
            "kinds": [kind.label for kind in SiteKind],
            "reasons": list(REASONS.values()),
            "radii": [self.plan.capability.radius_urban.value, self.plan.capability.radius_rural.value],
            "background": background(),
            "unplaced": len(everything) - len(sites),
            **(
                self._course(self.through, [row["site__site_id"] for row in sites], list(numbers))
                if self.through
                else {}
            ),
        }

    @staticmethod
    def _course(course: dict, sites: list[str], points: list[str]) -> dict:
        """The course for the map, that of sites and points in their order here.

        ``others`` are the sites of other quarters: longitude, latitude and number; their courses follow after the rest.
        """
        shown = set(sites)
        others = [(number, *each) for number, each in course["sites"].items() if number not in shown]
        places = placed(*(np.array([row[column] for row in others], float) for column in (1, 2)))
        width = len(course["quarters"])
        courses = [course["sites"].get(number, ("", "", ABSENT * width))[2] for number in sites]
        return {
            "others": [[*place, row[0]] for place, row in zip(places, others, strict=True)],
            "course": {
                **course,
                "sites": by_quarter([*courses, *(row[3] for row in others)], width),
                "points": by_quarter([course["points"].get(number, ABSENT * width) for number in points], width),
            },
        }

    def _outline(self) -> list[list[float]]:
        district = outline.district()
        ring = district.ring if district.code == self.code[:6] else np.empty((0, 2))
        return placed(ring[:, 0], ring[:, 1])

    # ------------------------------------------------ sites

    def _sites(self) -> list[dict]:
        rows = SiteVerdict.objects.visible_to(self.user).standing().order_by("site_id")
        rows = rows.filter(county=self.code[:6], period=str(self.quarter), area_code__startswith=self.code)
        rows = rows.annotate(radius=KT("inputs__radius_m"), nearest=KT("inputs__nearest__ap_id"))
        found = list(
            rows.values(
                "site__site_id", "site__name", "site__kind", "site__lon", "site__lat", "area_code", "capable", "reason",
                "reached", "nearest_m", "radius", "nearest",
            )
        )  # fmt: skip
        for column in ("name", "kind"):
            changed = overrides(DatedTable.SITES, column, self.quarter.last_day)
            for row in found if changed else ():
                row[f"site__{column}"] = changed.get(row["site__site_id"], row[f"site__{column}"])
        return found

    @staticmethod
    def _site(place: list[float], row: dict, numbers: dict[str, int]) -> list:
        """Longitude, latitude, state, kind, reason, metres to the nearest usable point (null: none), radius, number, name, area.

        A site that nothing reaches has one more: which row of the points is the nearest, where the user may see it.
        """
        kinds, reasons = list(SiteKind), list(REASONS)
        nearest = row["nearest_m"]
        uncovered = row["reached"] is False and row["nearest"] in numbers
        return [
            *place, _STATES.index(row["capable"]), kinds.index(row["site__kind"]),
            reasons.index(row["reason"]), None if nearest is None else int(nearest), int(row["radius"] or 0),
            row["site__site_id"], row["site__name"], row["area_code"],
            *([numbers[row["nearest"]]] if uncovered else []),
        ]  # fmt: skip

    # ------------------------------------------------ areas

    def _marks(self) -> dict[str, Mark]:
        """By code, how each township, village and community stands."""
        rows = Verdict.objects.visible_to(self.user).standing().filter(area__code__startswith=self.code)
        rows = rows.filter(county=self.code[:6], period=str(self.quarter), basis=self.basis)
        rows = rows.filter(area__kind__in=(*TOWNSHIPS, *VILLAGE_LEVEL)).select_related("area").order_by("area_id")
        rows = rows.defer("criteria", "figures", "inputs", "ledger")
        then((each.area for each in rows), self.quarter.last_day)
        return {each.area_id: mark_of(each) for each in rows}

    def _areas(self, sites: Iterable[dict]) -> Iterator[list]:
        """Code, name, longitude, latitude, capable sites, all sites: townships, villages and communities with a located site."""
        found: dict[str, list[dict]] = defaultdict(list)
        for row in sites:
            for length in (9, 12):
                found[row["area_code"][:length]].append(row)
        first = dict(Area.objects.filter(code__in=found).values_list("code", "name"))
        names = names_on(DatedTable.AREAS, first, self.quarter.last_day)
        for code in sorted(found):
            rows = [row for row in found[code] if row["site__lon"] is not None]
            if rows and code in names:
                lon, lat = _columns(rows, "site__lon", "site__lat")
                (place,) = placed(lon.mean(keepdims=True), lat.mean(keepdims=True))
                capable = sum(row["capable"] == "yes" for row in found[code])
                yield [code, names[code], *place, capable, len(found[code])]

    # ------------------------------------------------ access points

    def _points(self, sites: list[dict]) -> list[list]:
        """Longitude, latitude, state (0 counts, 1 too slow, 2 television, 3 not open), operator, speed, number, name."""
        near = Q(township__code__startswith=self.code)
        if sites and len(self.code) > 6:
            lon, lat = _columns(sites, "site__lon", "site__lat")
            near |= in_box(*box(lon, lat, _BEYOND_M))
            near |= Q(ap_id__in={row["nearest"] for row in sites if row["reached"] is False})
        rows = AccessPoint.objects.visible_to(self.user).filter(near, lon__isnull=False).select_related("operator")
        found = then(rows.order_by("ap_id"), self.quarter.last_day)
        lon, lat = (np.array([getattr(each, name) for each in found], float) for name in ("lon", "lat"))
        return list(map(self._point, placed(lon, lat), found))

    def _point(self, place: list[float], point: AccessPoint) -> list:
        return [
            *place,
            point_state(point, self.quarter.last_day),
            point.operator.name,
            point.downstream_mbps,
            point.ap_id,
            point.name,
        ]


def _columns(rows: Sequence[dict], *names: str) -> list[np.ndarray]:
    return [np.array([row[name] for row in rows], float) for name in names]


def compact(document: dict) -> dict:
    """The document with its long lists of rows as columns, places as steps of whole numbers."""
    packed = {name: _as_columns(document[name]) for name in ("sites", "points", "others") if name in document}
    return {**document, **packed}


def _as_columns(rows: Sequence[list]) -> list[list]:
    """Places, and each further column; a row that is shorter has nothing in the last ones."""
    places = steps(np.array([row[:2] for row in rows], float).reshape(-1, 2), DIGITS)
    width = max((len(row) for row in rows), default=2)
    return [places, *([row[at] if at < len(row) else None for row in rows] for at in range(2, width))]
