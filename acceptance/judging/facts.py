"""Reading a county's facts from the database into columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter

import numpy as np
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from acceptance.rules.capability import NEAREST_LIMIT_M
from acceptance.rules.dated_values import AREA_SAID, POINT_SAID, Said, site_said
from acceptance.rules.facts import (
    ALWAYS,
    FOREVER,
    KIND,
    NOWHERE,
    SETTINGS,
    SITE_KIND,
    AccessPoints,
    Areas,
    Dated,
    DatedColumns,
    Facts,
    Orders,
    Returns,
    Sites,
)
from acceptance.rules.ledger import FIGURES
from areas.dated import JUDGED, value_of
from areas.models import AccessPoint, Area, DatedValue, Operator, ServiceOrder, Site
from areas.tiles import around
from areas.vocabulary import DatedTable
from common.periods import Quarter
from returns.models import ReturnLine

_VALID = ("valid_from", "valid_to")
_SETTING = {setting: number for number, setting in enumerate(SETTINGS)}


@dataclass(frozen=True)
class FactsPart:
    """Which of a county's facts to read: those at some areas, beneath those that are villages, and at their ancestors.

    With ``sites`` only these, by primary key.
    """

    codes: tuple[str, ...]
    sites: frozenset[int] | None = None

    def lineage(self) -> set[str]:
        """The areas and their ancestors."""
        return {code[:digits] for code in self.codes for digits in (6, 9, 12, 15) if digits <= len(code)}

    def villages(self) -> list[str]:
        return [code for code in self.codes if len(code) == 12]

    def holding(self) -> Q:
        """The areas that belong to the part."""
        condition = Q(code__in=self.lineage())
        for village in self.villages():
            condition |= Q(code__gte=village, code__lt=_following(village))
        return condition


def _following(code: str) -> str:
    """The first code after those that begin with this one, however a database sorts what is not a digit."""
    return str(int(code) + 1).zfill(len(code))


def read(
    county: str,
    quarters: Iterable[Quarter],
    bases: Sequence[str],
    part: FactsPart | None = None,
    around_m: float = NEAREST_LIMIT_M,
) -> Facts:
    """The facts of a county, or of a part of it: its tree, sites and orders, the access points around, and the returns."""
    changing = has_changes()
    if part and part.sites and changing:
        part = replace(part, codes=(*part.codes, *stands_ever(part.sites)))
    areas, row = _areas(county, part, changing)
    standing_at = Q(area_id__in=areas.code) if part else Q(county=county)
    sites = _sites(row, _standing(standing_at, areas, part, changing), changing)
    operators = list(Operator.objects.order_by("code").values_list("code", flat=True))
    return Facts(
        areas=areas,
        sites=sites,
        operators=operators,
        access_points=access_points(operators, around(sites.lon, sites.lat, around_m), changing),
        orders=_orders(row, standing_at, operators),
        returns=returns(areas, standing_at, quarters, bases),
    )


def has_changes() -> bool:
    """Whether anything in the country ever changed on a day: where nothing did, nothing more is asked."""
    return DatedValue.objects.exists()


def stands_ever(sites: Iterable[int]) -> set[str]:
    """The areas at which some sites, by primary key, stand on any day."""
    chosen = Site.objects.filter(pk__in=sites).order_by()
    moves = DatedValue.objects.filter(
        table=DatedTable.SITES, column="area_code", key__in=chosen.values("site_id")
    ).order_by()
    return {*chosen.values_list("area_id", flat=True), *moves.values_list("value", flat=True)}


def _standing(standing_at: Q, areas: Areas, part: FactsPart | None, changing: bool) -> Q:
    """Which sites to read: of a part with changes also those that stand in it on another day than the first."""
    if part is None or (part.sites is None and not changing):
        return standing_at
    if part.sites is not None:
        return Q(pk__in=part.sites)
    moved = DatedValue.objects.filter(table=DatedTable.SITES, column="area_code", value__in=areas.code)
    return standing_at | Q(site_id__in=moved.order_by().values("key"))


def _dated(table: str, place: Mapping[str, int], among: Q, read: Said) -> DatedColumns:
    """What became of the rows of a table, by column of the facts; ``read`` names it and how a value is said there."""
    rows: dict[str, list[tuple]] = {}
    changes = DatedValue.objects.filter(among, table=table, column__in=JUDGED[table]).order_by("effective_on", "pk")
    for key, column, day, text in changes.values_list("key", "column", _text("effective_on"), "value"):
        if key in place:
            name, said = read[column]
            rows.setdefault(name, []).append((place[key], day, said(value_of(table, column, text))))
    return {
        name: Dated(
            row=_numbers(row for row, _, _ in found),
            since=_begins([day for _, day, _ in found]),
            value=np.array([value for _, _, value in found]),
        )
        for name, found in rows.items()
    }


def _columns(rows: Iterable[tuple], width: int) -> list[Sequence]:
    columns = list(zip(*rows, strict=True))
    return [*columns] or [()] * width


def _text(name: str) -> Cast:
    """A date as text, which numpy reads many times faster than Python's dates are made."""
    return Cast(name, TextField())


def _days(values: Sequence[str | None], blank: np.datetime64) -> np.ndarray:
    days = np.array([value or "NaT" for value in values], dtype="datetime64[D]")
    days[np.isnat(days)] = blank
    return days


_begins = partial(_days, blank=ALWAYS)
_ends = partial(_days, blank=FOREVER)


def _numbers(values: Iterable, dtype: type = np.int64) -> np.ndarray:
    return np.fromiter(values, dtype=dtype)


def _floats(values: Iterable) -> np.ndarray:
    return _numbers((np.nan if value is None else value for value in values), np.float64)


def _areas(county: str, part: FactsPart | None, changing: bool) -> tuple[Areas, dict[str, int]]:
    fields = ("code", "kind", "parent_id", "permanent_households", "setting", "demonstration", *map(_text, _VALID))
    rows = sorted(Area.objects.filter(part.holding() if part else Q(county=county)).order_by().values_list(*fields))
    code, kind, parent, households, setting, demonstration, valid_from, valid_to = _columns(rows, len(fields))
    row = {each: place for place, each in enumerate(code)}
    among = Q(key__in=code) if part else Q(key__startswith=county)
    areas = Areas(
        code=list(code),
        kind=_numbers(KIND[each] for each in kind),
        parent=_numbers(row.get(each, -1) for each in parent),
        permanent_households=_numbers(-1 if each is None else each for each in households),
        setting=_numbers(_SETTING[each] for each in setting),
        demonstration=_numbers(demonstration, np.bool_),
        valid_from=_begins(valid_from),
        valid_to=_ends(valid_to),
        dated=_dated(DatedTable.AREAS, row, among, AREA_SAID) if changing else {},
    )
    return areas, row


def _sites(row: dict[str, int], standing: Q, changing: bool) -> Sites:
    fields = ("site_id", "area_id", "kind", "lon", "lat", "setting", *map(_text, _VALID))
    stored = Site.objects.filter(standing).order_by().values_list(*fields)
    rows = sorted((each for each in stored if changing or each[1] in row), key=itemgetter(0))
    site_id, area, kind, lon, lat, setting, valid_from, valid_to = _columns(rows, len(fields))
    place = {each: number for number, each in enumerate(site_id)}
    among = Q(key__in=Site.objects.filter(standing).order_by().values("site_id"))
    return Sites(
        site_id=list(site_id),
        area=_numbers(row.get(each, NOWHERE) for each in area),
        kind=_numbers(SITE_KIND[each] for each in kind),
        lon=_floats(lon),
        lat=_floats(lat),
        setting=_numbers(_SETTING[each] for each in setting),
        valid_from=_begins(valid_from),
        valid_to=_ends(valid_to),
        dated=_dated(DatedTable.SITES, place, among, site_said(row)) if changing else {},
    )


def access_points(operators: Sequence[str], places: Q, changing: bool) -> AccessPoints:
    """The access points at some places, ordered by number, for of equally near ones the first counts."""
    fields = (
        "ap_id",
        "operator_id",
        "lon",
        "lat",
        "downstream_mbps",
        "tv_only",
        _text("opened_on"),
        _text("closed_on"),
    )
    number = {code: place for place, code in enumerate(operators)}
    rows = sorted(AccessPoint.objects.filter(places).order_by().values_list(*fields), key=itemgetter(0))
    ap_id, operator, lon, lat, mbps, tv_only, opened_on, closed_on = _columns(rows, len(fields))
    place = {each: at for at, each in enumerate(ap_id)}
    among = Q(key__in=AccessPoint.objects.filter(places).order_by().values("ap_id"))
    return AccessPoints(
        ap_id=list(ap_id),
        operator=_numbers(number[each] for each in operator),
        lon=_floats(lon),
        lat=_floats(lat),
        downstream_mbps=_floats(mbps),
        tv_only=_numbers(tv_only, np.bool_),
        opened_on=_begins(opened_on),
        closed_on=_ends(closed_on),
        dated=_dated(DatedTable.ACCESS_POINTS, place, among, POINT_SAID) if changing else {},
    )


def _orders(row: dict[str, int], standing_at: Q, operators: Sequence[str]) -> Orders:
    days = map(_text, ("accepted_on", "completed_on", "cancelled_on"))
    fields = ("order_id", "operator_id", "area_id", *days, "needs_expansion")
    number = {code: place for place, code in enumerate(operators)}
    rows = [each for each in ServiceOrder.objects.filter(standing_at).order_by().values_list(*fields) if each[2] in row]
    order_id, operator, area, accepted_on, completed_on, cancelled_on, needs_expansion = _columns(rows, len(fields))
    return Orders(
        order_id=list(order_id),
        operator=_numbers(number[each] for each in operator),
        area=_numbers(row[each] for each in area),
        accepted_on=_begins(accepted_on),
        completed_on=_ends(completed_on),
        cancelled_on=_ends(cancelled_on),
        needs_expansion=_numbers(needs_expansion, np.bool_),
    )


def returns(
    areas: Areas, standing_at: Q, quarters: Iterable[Quarter], bases: Sequence[str]
) -> dict[tuple[str, str], Returns]:
    """The usable lines of some areas, by quarter and basis."""
    row = {code: place for place, code in enumerate(areas.code)}
    periods = [str(quarter) for quarter in quarters]
    found = {}
    for basis in bases:
        lines = ReturnLine.objects.usable(basis).filter(standing_at, period__in=periods).order_by()
        by_period: dict[str, list[tuple]] = {}
        for period, area, *figures in lines.values_list("period", "area_id", *FIGURES):
            if area in row:
                by_period.setdefault(period, []).append((row[area], *figures))
        for period, rows in by_period.items():
            table = np.array(sorted(rows), dtype=np.int64)
            found[period, basis] = Returns(table[:, 0], table[:, 1:])
    return found
