"""What is said when a problem is written down, by a person or by the figures: where, of what kind, what points to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.units import Addressee, AddresseeKind
from areas.dated import then
from areas.models import AccessPoint, Area, Operator, Site
from areas.vocabulary import CODE_LENGTH, AreaKind
from problems.kinds import KINDS
from problems.vocabulary import MemberKind, PlaceTable, ProblemKind, ProblemSource

TOWNSHIP_DIGITS, DISTRICT_DIGITS = CODE_LENGTH[AreaKind.TOWN], CODE_LENGTH[AreaKind.DISTRICT]


def called(area: Area) -> str:
    """The names from the township down: 飞来峡镇银地村赖家围."""
    names = [area.name]
    while area.parent_id and len(area.parent_id) >= TOWNSHIP_DIGITS:
        area = area.parent
        names.insert(0, area.name)
    return "".join(names)


@dataclass(frozen=True)
class PlaceOf:
    """A thing of the register where something stands in the way; ``where`` is WGS-84 (longitude, latitude), if it is known."""

    table: str
    key: str
    name: str
    area: Area
    operator: Operator | None = None
    where: tuple[float, float] | None = None

    @classmethod
    def of_area(cls, area: Area) -> "PlaceOf":
        return cls(PlaceTable.AREAS, area.code, called(area), area)


@dataclass(frozen=True)
class MemberDraft:
    """What points to a problem."""

    kind: MemberKind
    key: str
    name: str
    words: str = ""


@dataclass(frozen=True)
class ProblemDraft:
    """A problem before it is written down; ``mark`` names the cause of one that the portal finds by itself."""

    kind: ProblemKind
    place: PlaceOf
    text: str
    source: ProblemSource = ProblemSource.HAND
    operator: Operator | None = None
    firm: str = ""
    mark: str = ""
    members: Sequence[MemberDraft] = field(default_factory=tuple)

    @property
    def concerned(self) -> Operator | None:
        """The operator that it concerns: the one named, else whose the place is."""
        return self.operator or self.place.operator

    @property
    def unit(self) -> Addressee:
        """Who sees to it, as the table of kinds says."""
        owner, code, operator = KINDS[self.kind].owner, self.place.area.code, self.concerned
        if owner == AddresseeKind.OPERATOR and operator is not None:
            return Addressee(owner, None, operator.code, operator.name)
        if owner == AddresseeKind.BUREAU or len(code) < TOWNSHIP_DIGITS:
            return Addressee(AddresseeKind.BUREAU, code[:DISTRICT_DIGITS], None, AddresseeKind.BUREAU.label)
        township = Area.objects.get(pk=code[:TOWNSHIP_DIGITS])
        return Addressee(AddresseeKind.TOWNSHIP, township.code, None, township.name)

    @property
    def pointed(self) -> list[MemberDraft]:
        """What points to it: what was named, else the place itself, where the figures can tell of it."""
        named = list(self.members)
        if named or self.place.table != PlaceTable.SITES:
            return named
        told = {ProblemKind.COVERAGE: MemberKind.SITE, ProblemKind.COORDINATES: MemberKind.PLACE}.get(self.kind)
        return [MemberDraft(told, self.place.key, self.place.name)] if told else []


def place_of(user, table: str, key: str, on: date) -> PlaceOf | None:
    """The thing in the user's sight and in force; None where there is none."""
    if table == PlaceTable.AREAS:
        rows = Area.objects.visible_to(user).in_force(on).filter(code=key).select_related("parent__parent")
        return next((PlaceOf.of_area(each) for each in then(rows, on)), None)
    if table == PlaceTable.SITES:
        sites = Site.objects.visible_to(user).in_force(on).filter(site_id=key).select_related("area__parent__parent")
        return next((_of_site(each) for each in then(sites, on)), None)
    if table == PlaceTable.ACCESS_POINTS:
        points = AccessPoint.objects.visible_to(user).filter(ap_id=key).select_related("operator", "township")
        return next((_of_point(each) for each in points), None)
    return None


def _of_site(site: Site) -> PlaceOf:
    where = None if site.lon is None else (site.lon, site.lat)
    return PlaceOf(PlaceTable.SITES, site.site_id, f"{called(site.area)}{site.name}", site.area, where=where)


def _of_point(point: AccessPoint) -> PlaceOf | None:
    area = point.township or Area.objects.filter(pk=point.county).first()
    if area is None:
        return None
    name = f"{point.operator.name}{point.name or point.ap_id}"
    where = None if point.lon is None else (point.lon, point.lat)
    return PlaceOf(PlaceTable.ACCESS_POINTS, point.ap_id, name, area, point.operator, where)
