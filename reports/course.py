"""What the map shows of all quarters: the surface of the villages, and how each village, site and access point stood.

A course is a text with a character for each quarter, ABSENT where something is not there. It does not depend on the
quarter that a page shows, so it is made once for all of them; reports/mapping.py puts it beside the rest.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property

import numpy as np

from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.verdicts.marks import Mark
from acceptance.verdicts.pages import mark_of
from acceptance.verdicts.surroundings import placed, point_state
from acceptance.wording.sites import REASONS
from areas import outline
from areas.dated import each_then, names_on
from areas.models import AccessPoint, Area, Site
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, DatedTable
from common.periods import Quarter
from reports.surface import Ring, grounds

STATES = [("yes", ""), *(("no", reason) for reason in REASONS if reason), ("unknown", "")]
"""Each state of a site, capable first; its place in the list is its character in a course."""
CAUSES = ["", *(label for reason, label in REASONS.items() if reason), "缺坐标"]
"""Why a site of each state is not capable, in a word."""
ABSENT = "-"
GROUND_DIGITS = 4
"""Corners of the ground are rounded to ten metres."""

Judged = tuple[str, int, str, str, str]
"""Quarter, primary key of the site, code of its area, whether capable, and why not."""


class MapCourse:
    """The course of the area ``code`` in the user's scope through ``quarters``, the oldest first."""

    def __init__(self, user, code: str, quarters: Sequence[Quarter], basis: Basis = Basis.APPROVED) -> None:
        self.user, self.code, self.quarters, self.basis = user, code, quarters, basis

    @property
    def document(self) -> dict:
        """For the map, but for ``sites`` and ``points``: these are courses by number, for whoever has the order of the rest."""
        kinds = list(dict.fromkeys(self.marks.values()))
        at = {pair: kinds.index(mark) for pair, mark in self.marks.items()}
        return {
            "quarters": [[str(each), each.label] for each in self.quarters],
            "states": [["yes", "no", "unknown"].index(capable) for capable, _ in STATES],
            "causes": CAUSES,
            "marks": [[mark.tone, mark.text] for mark in kinds],
            "codes": self.villages,
            "names": [self.names[code] for code in self.villages],
            "villages": [self._text(at.get((str(each), code)) for each in self.quarters) for code in self.villages],
            "townships": {
                code: self._text(at.get((str(each), code)) for each in self.quarters) for code in self._townships
            },
            "counts": self.counts,
            "grounds": [self._on_tiles(code) for code in self.villages],
            "sites": self._sites(),
            "points": self._points(),
        }

    @staticmethod
    def _text(states: Iterable[int | None]) -> str:
        return "".join(ABSENT if each is None else chr(ord("0") + each) for each in states)

    # ------------------------------------------------ sites

    @cached_property
    def _judged(self) -> list[Judged]:
        rows = SiteVerdict.objects.visible_to(self.user).standing().order_by("site_id")
        rows = rows.filter(county=self.code[:6], area_code__startswith=self.code)
        rows = rows.filter(period__in=[str(each) for each in self.quarters])
        return list(rows.values_list("period", "site_id", "area_code", "capable", "reason"))

    @cached_property
    def _owners(self) -> dict[int, str]:
        """The village of each site, by its key; of one that moved that of its latest quarter."""
        found: dict[int, tuple[str, str]] = {}
        for period, site, code, _, _ in self._judged:
            found[site] = max(found.get(site, ("", "")), (period, code[:12]))
        return {site: code for site, (_, code) in found.items()}

    @cached_property
    def _located(self) -> list[tuple[int, str, float | None, float | None]]:
        rows = Site.objects.visible_to(self.user).filter(county=self.code[:6]).order_by("site_id")
        return [row for row in rows.values_list("pk", "site_id", "lon", "lat") if row[0] in self._owners]

    def _sites(self) -> dict[str, tuple[float, float, str]]:
        """Sites with coordinates, by number: longitude, latitude and course."""
        states = {(site, period): self._state(capable, reason) for period, site, _, capable, reason in self._judged}
        periods = [str(each) for each in self.quarters]
        return {
            number: (lon, lat, self._text(states.get((key, period)) for period in periods))
            for key, number, lon, lat in self._located
            if lon is not None
        }

    @staticmethod
    def _state(capable: str, reason: str) -> int:
        return STATES.index((capable, reason if capable == "no" else ""))

    # ------------------------------------------------ villages

    @cached_property
    def villages(self) -> list[str]:
        """The codes of villages that had a site in any quarter; sites directly at a town stand for the town."""
        return sorted({code[:12] for _, _, code, _, _ in self._judged})

    @property
    def _townships(self) -> list[str]:
        return sorted({code[:9] for code in self.villages})

    @cached_property
    def names(self) -> dict[str, str]:
        first = dict(Area.objects.filter(code__in=self.villages).values_list("code", "name"))
        return names_on(DatedTable.AREAS, first, self.quarters[-1].last_day)

    @cached_property
    def counts(self) -> list[list[int]]:
        """For each quarter, village by village, how many sites were in each of STATES, one after another."""
        width, at = len(STATES), {code: number for number, code in enumerate(self.villages)}
        found = {str(each): [0] * (width * len(at)) for each in self.quarters}
        for period, _, code, capable, reason in self._judged:
            found[period][at[code[:12]] * width + self._state(capable, reason)] += 1
        return list(found.values())

    @cached_property
    def grounds(self) -> dict[str, list[Ring]]:
        """By code the ground of each village, in WGS-84."""
        rows = [row for row in self._located if row[2] is not None]
        lon, lat = (np.array([row[column] for row in rows], float) for column in (2, 3))
        district = outline.district()
        known = district.polygon if district.code == self.code[:6] else None
        return grounds(lon, lat, [self._owners[row[0]] for row in rows], known, is_whole=len(self.code) == 6)

    def _on_tiles(self, code: str) -> list[list[int]]:
        """The rings of a village as steps, on the tiles of the installation."""
        return [steps(np.array(placed(*ring.T)), GROUND_DIGITS) for ring in self.grounds.get(code, ())]

    @cached_property
    def marks(self) -> dict[tuple[str, str], Mark]:
        rows = Verdict.objects.visible_to(self.user).standing().filter(area__code__startswith=self.code)
        rows = rows.filter(county=self.code[:6], basis=self.basis, area__kind__in=(*TOWNSHIPS, *VILLAGE_LEVEL))
        rows = rows.select_related("area").order_by("period", "area_id")
        last_days = {str(each): each.last_day for each in self.quarters}
        found = [each for each in rows.defer("criteria", "figures", "inputs", "ledger") if each.period in last_days]
        each_then((each.area, last_days[each.period]) for each in found)
        return {(each.period, each.area_id): mark_of(each) for each in found}

    # ------------------------------------------------ access points

    def _points(self) -> dict[str, str]:
        """By number their courses (``point_state``)."""
        rows = AccessPoint.objects.visible_to(self.user).filter(county=self.code[:6], lon__isnull=False)
        found, days = list(rows.order_by("ap_id")), [each.last_day for each in self.quarters]
        dated = iter(each_then((copy(each), day) for each in found for day in days))
        return {each.ap_id: self._text(point_state(next(dated), day) for day in days) for each in found}


def by_quarter(courses: Iterable[str], quarters: int) -> list[str]:
    """Courses turned about: for each quarter a text with a character for each of them, which packs better."""
    return ["".join(each) for each in zip(*courses, strict=True)] or [""] * quarters


def steps(corners: np.ndarray, digits: int) -> list[int]:
    """Longitudes and latitudes in turn as whole numbers, the first as it is, each other as its step from the one before."""
    whole = np.round(corners * 10**digits).astype(int)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist()
