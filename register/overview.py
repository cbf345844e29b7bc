"""What an area holds, in a fixed number of queries however large it is."""

from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.urls import reverse

from areas.dated import then
from areas.models import Area, ServiceOrder, Site, valid
from areas.vocabulary import LEAVES, TOWNSHIPS, VILLAGE_LEVEL, AreaKind, DatedTable
from common.clock import today
from common.scope import Scope
from register.dated_lookups import DatedLookup, changed_by
from register.filters import OrderFilter, OrderState
from register.things import Thing

SHOWN = 50
"""Sites and orders that an area's own page lists; the rest is one click away."""


@dataclass(frozen=True)
class OverviewRow:
    """A child of an area, with what stands at or beneath it and is in force; None where it does not apply."""

    area: Area
    in_force: bool
    villages: int | None
    natural_villages: int | None
    compounds: int | None
    sites: int


def crumbs(area: Area, scope: Scope, here: str = "") -> list[tuple[str, str]]:
    """The way down to ``area`` by the names of today, and to ``here`` within it; what lies outside the scope is not linked."""
    lineage: list[Area] = []
    node = area
    while node is not None:
        lineage.insert(0, copy(node))
        node = node.parent
    way = [
        (node.name, reverse("areas:area", args=[node.code]) if scope.holds(node.code) else "")
        for node in then(lineage, today())
    ]
    return [*way, (here, "")] if here else way


def contents(area: Area, on: date) -> dict:
    """The children with their counts, the totals, and the first of the area's own sites and orders, as of a day."""
    children = then(area.children.order_by("code"), on)
    length = len(area.code) + 3
    everywhere, at = sites_at(on)
    beneath = _by_child(Area.objects.in_force(on).beneath(area.code).exclude(pk=area.pk), "code", length, "kind")
    within = everywhere.filter(
        valid(on), **{f"{at}__startswith": area.code, f"{at}__in": Area.objects.in_force(on).order_by().values("pk")}
    )
    sites = _by_child(within, at, length)
    in_force = set(Area.objects.in_force(on).filter(parent=area).values_list("pk", flat=True))
    return {
        "on": on,
        "is_leaf": area.kind in LEAVES,
        "is_township": area.kind in TOWNSHIPS,
        "children": [_row(child, child.code in in_force, beneath, sites) for child in children],
        "children_are_townships": bool(children) and children[0].kind in TOWNSHIPS,
        "children_are_leaves": bool(children) and children[0].kind in LEAVES,
        "villages": _total(beneath, VILLAGE_LEVEL) if len(area.code) < 12 else None,
        "natural_villages": _total(beneath, [AreaKind.NATURAL_VILLAGE]),
        "compounds": _total(beneath, [AreaKind.COMPOUND]),
        "site_count": sum(sites.values()),
        "own_sites": then(everywhere.filter(**{at: area.code}).order_by("site_id")[:SHOWN], on),
        "orders": _orders(area, on),
        "successions": list(area.successions.select_related("successor")),
        "predecessors": list(area.predecessors.select_related("area")),
        "shown": SHOWN,
    }


def _row(child: Area, in_force: bool, beneath: dict, sites: dict) -> OverviewRow:
    own = {key: number for key, number in beneath.items() if key[0] == child.code}
    is_leaf = child.kind in LEAVES
    return OverviewRow(
        child,
        in_force,
        villages=_total(own, VILLAGE_LEVEL) if child.kind in TOWNSHIPS else None,
        natural_villages=None if is_leaf else _total(own, [AreaKind.NATURAL_VILLAGE]),
        compounds=None if is_leaf else _total(own, [AreaKind.COMPOUND]),
        sites=sites.get((child.code,), 0),
    )


def _total(counts: dict, kinds) -> int:
    return sum(number for (_, kind), number in counts.items() if kind in kinds)


def _by_child(rows, path: str, length: int, *also: str) -> dict[tuple, int]:
    """How many ``rows`` stand at or beneath each child, by the first ``length`` digits of the code at ``path``."""
    counted = (
        rows.order_by().annotate(child=Substr(path, 1, length)).values_list("child", *also).annotate(number=Count("pk"))
    )
    return {tuple(key): number for *key, number in counted}


def _orders(area: Area, on: date) -> dict[str, int]:
    """The area's orders by their state on a date, and all of them."""
    stated = ServiceOrder.objects.beneath(area.code).annotate(state=OrderFilter.state_on(on))
    return stated.aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(state=OrderState.OPEN)),
        completed=Count("pk", filter=Q(state=OrderState.COMPLETED)),
        cancelled=Count("pk", filter=Q(state=OrderState.CANCELLED)),
        expansion=Count("pk", filter=Q(needs_expansion=True)),
    )


def sites_at(on: date) -> tuple[QuerySet, str]:
    """The sites, and the lookup of the code of the area at which each is on a day."""
    if (DatedTable.SITES, "area_code") not in changed_by(on):
        return Site.objects.all(), "area__code"
    moved = DatedLookup(DatedTable.SITES, "area_code", "site_id")
    return Site.objects.alias(**{moved.alias: moved.value_on("area_id", on)}), moved.alias


def area_of(thing: Thing, on: date) -> Area:
    """The area at which a site is on a day, with its ancestors."""
    code = thing.value("area_code", on)
    own = thing.row.area
    return own if own.code == code else Area.objects.select_related("parent__parent__parent").get(pk=code)


def is_in_force(row: Area | Site, at: Area | None, day: date) -> bool:
    """Whether an area or a site is in force on a day, with the area ``at`` which it is and all that stands above."""
    while row is not None and _holds(row, day):
        row, at = at, at.parent if at else None
    return row is None


def _holds(row: Area | Site, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to > day)
