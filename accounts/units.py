"""Units to which something may be addressed: those of a district that have accounts, and the operators."""

from dataclasses import dataclass

from django.db.models import Q, TextChoices

from accounts.models import User
from accounts.posts import Post


class AddresseeKind(TextChoices):
    TOWNSHIP = "township", "街镇"
    BUREAU = "bureau", "区经信局"
    LEAD_UNIT = "lead_unit", "牵头单位"
    OPERATOR = "operator", "运营企业"


BUREAU = (Post.REVIEWER, Post.BUREAU_HEAD)
OVERSEERS = (Post.LEADER, Post.GOVERNMENT)
"""Who sees whatever is addressed to anybody in the district."""

_KINDS = {
    Post.CLERK: AddresseeKind.TOWNSHIP,
    Post.TOWNSHIP_HEAD: AddresseeKind.TOWNSHIP,
    **dict.fromkeys(BUREAU, AddresseeKind.BUREAU),
    Post.LEAD_UNIT: AddresseeKind.LEAD_UNIT,
    Post.OPERATOR: AddresseeKind.OPERATOR,
}


@dataclass(frozen=True)
class Addressee:
    """A unit, by its area or its operator; of lead units, which share the district's area, by its name."""

    kind: AddresseeKind
    area: str | None
    operator: str | None
    unit: str

    @classmethod
    def of(cls, user: User) -> "Addressee | None":
        """The unit of a person; None where nothing is addressed to it."""
        kind = _KINDS.get(Post(user.post)) if user.post else None
        if kind is None or (kind == AddresseeKind.LEAD_UNIT and not user.unit):
            return None
        names = {AddresseeKind.TOWNSHIP: user.area and user.area.name, AddresseeKind.OPERATOR: str(user.operator)}
        return cls(kind, user.area_id, user.operator_id, names.get(kind) or user.unit or kind.label)

    @property
    def key(self) -> str:
        """By which a form names it."""
        place = self.operator or self.area
        return f"{self.kind}:{place}:{self.unit}" if self.kind == AddresseeKind.LEAD_UNIT else f"{self.kind}:{place}"

    @property
    def condition(self) -> Q:
        """The rows that are addressed to it, by their columns to_kind, to_area, to_operator and to_unit."""
        asked = Q(to_kind=self.kind, to_area=self.area, to_operator=self.operator)
        return asked & Q(to_unit=self.unit) if self.kind == AddresseeKind.LEAD_UNIT else asked


def addressees(author: User) -> list[Addressee]:
    """The units to which a person may address something, the own one excepted: townships, bureau, lead units, operators."""
    own = Addressee.of(author)
    return [unit for unit in units_of(author.scope.area or "") if not (own and unit.key == own.key)]


def units_of(county: str) -> list[Addressee]:
    """The units of a county that have accounts, and the operators, by kind; one query."""
    people = User.objects.open().filter(Q(area__county=county) | Q(operator__isnull=False))
    found: dict[str, Addressee] = {}
    for person in people.select_related("area", "operator").order_by("area_id", "operator_id", "unit", "pk"):
        if unit := Addressee.of(person):
            found.setdefault(unit.key, unit)
    order = list(AddresseeKind)
    return sorted(found.values(), key=lambda unit: order.index(unit.kind))


def colleagues(user: User) -> list[User]:
    """Who belongs to the unit of a person, she among them; one query."""
    own = Addressee.of(user)
    if own is None:
        return []
    people = User.objects.open().filter(area=user.area_id, operator=user.operator_id).select_related("area", "operator")
    return [each for each in people.order_by("pk") if (unit := Addressee.of(each)) and unit.key == own.key]
