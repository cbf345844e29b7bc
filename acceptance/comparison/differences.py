"""Differences (变化对照): which areas and sites turned between two quarters or two bases, and because of which facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from acceptance.comparison.comparing import AreaTurn, Comparison, Side, SiteTurn
from acceptance.judging.facts import FactsPart, read
from acceptance.models import Basis
from acceptance.plan import current
from acceptance.rules.judge import County
from acceptance.wording import changes
from acceptance.wording.changes import Names
from areas.dated import names_on
from areas.models import Area, Operator, Site
from areas.vocabulary import VILLAGE_LEVEL, DatedTable
from areas.workdays import load as working_days
from common.lookups import chunks
from common.periods import Quarter


@dataclass(frozen=True)
class View:
    """A quarter as it is judged on a basis."""

    quarter: Quarter
    basis: str

    @property
    def label(self) -> str:
        return f"{self.quarter.label}（{Basis(self.basis).label}）"


def compare(beneath: str, before: View, after: View) -> Comparison:
    """The two views of an area; ValueError when the calendar of working days falls short."""
    facts = read(
        beneath[:6], sorted({before.quarter, after.quarter}), sorted({before.basis, after.basis}), _part(beneath)
    )
    county = County(facts, current(), working_days())
    first, second = (Side(county.period(view.quarter), view.basis) for view in (before, after))
    return Comparison(first, second, beneath)


def _part(beneath: str) -> FactsPart | None:
    """What the verdicts at and beneath an area are computed from; None: the whole county."""
    if len(beneath) <= 6:
        return None
    if len(beneath) > 9:
        return FactsPart((beneath[:12],))
    villages = Area.objects.filter(parent_id=beneath, kind__in=VILLAGE_LEVEL).values_list("code", flat=True)
    return FactsPart((beneath, *sorted(villages)))


def names(comparison: Comparison, scopes: Iterable[str] = ()) -> Names:
    """What everything is called that a comparison names, and the ``scopes`` besides."""
    return names_of(comparison, comparison.areas, comparison.sites, scopes)


def names_of(
    comparison: Comparison, areas: Iterable[AreaTurn], turned_sites: Iterable[SiteTurn], scopes: Iterable[str] = ()
) -> Names:
    """What everything is called that some of its areas and sites name."""
    codes, sites = set(scopes), set()
    for turn in areas:
        codes.add(turn.code)
        for cause in turn.causes:
            codes |= {each["code"] for each in (*cause.get("areas", ()), *cause.get("returns", ()))}
            sites |= set(cause.get("sites", ()))
    for site in turned_sites:
        sites.add(site.site_id)
        codes |= {
            site.area,
            *(cause[end] for cause in site.causes if cause["what"] == "site_area" for end in ("from", "to")),
        }
    day = comparison.after.period.quarter.last_day
    named_areas = {code: name for some in chunks(sorted(codes)) for code, name in _named(Area, "code", some)}
    named_sites = {site: name for some in chunks(sorted(sites)) for site, name in _named(Site, "site_id", some)}
    return Names(
        areas=names_on(DatedTable.AREAS, named_areas, day),
        sites=names_on(DatedTable.SITES, named_sites, day),
        operators=dict(Operator.objects.values_list("code", "name")),
        measures={key: each.measure for key, each in comparison.after.county.plan.criteria.items()},
    )


def _named(model, key: str, some: list[str]) -> Iterable[tuple[str, str]]:
    return model.objects.filter(**{f"{key}__in": some}).order_by().values_list(key, "name")


def with_names(given: Names, areas: dict[str, str], sites: dict[str, str], operators: dict[str, str]) -> Names:
    """Names from the database together with names of things that exist only in a what-if package."""
    return replace(
        given,
        areas={**given.areas, **areas},
        sites={**given.sites, **sites},
        operators={**given.operators, **operators},
    )


def area_sentence(turn: AreaTurn, called: Names) -> str:
    """A sentence: which area turned from what to what, and why."""
    return changes.explained(changes.area_turn(called.area(turn.code), turn.before, turn.after), turn.causes, called)


def site_sentence(turn: SiteTurn, called: Names) -> str:
    return changes.explained(changes.site_turn(called.site(turn.site_id), turn.before, turn.after), turn.causes, called)


def reasons(turn: AreaTurn | SiteTurn, called: Names) -> str:
    """The causes of a turn without the turn itself, for places that show that beside it."""
    return changes.reasons(turn.causes, called)


def area_entry(turn: AreaTurn, called: Names) -> dict:
    """A turn for JSON; what is null is not in force on that side."""
    was, is_now = turn.before or {}, turn.after or {}
    return {
        "code": turn.code,
        "kind": (turn.after or turn.before or {})["kind"],
        "name": called.area(turn.code),
        "from": was.get("outcome"),
        "to": is_now.get("outcome"),
        "reference": {"from": was.get("reference"), "to": is_now.get("reference")},
        "covered": {"from": was.get("covered"), "to": is_now.get("covered")},
        "because": turn.causes,
        "sentence": area_sentence(turn, called),
    }


def site_entry(turn: SiteTurn, called: Names) -> dict:
    was, is_now = turn.before or (None, None), turn.after or (None, None)
    return {
        "site_id": turn.site_id,
        "area": turn.area,
        "from": was[0],
        "to": is_now[0],
        "reason": {"from": was[1], "to": is_now[1]},
        "because": turn.causes,
        "sentence": site_sentence(turn, called),
    }


def document(beneath: str, before: View, after: View) -> dict:
    """What ``differences`` prints."""
    comparison = compare(beneath, before, after)
    called = names(comparison)
    return {
        "plan": comparison.after.county.plan.key,
        "area": beneath,
        "from": {"period": str(before.quarter), "basis": before.basis},
        "to": {"period": str(after.quarter), "basis": after.basis},
        "areas": [area_entry(turn, called) for turn in comparison.areas],
        "sites": [site_entry(turn, called) for turn in comparison.sites],
    }
