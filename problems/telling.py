"""What the figures tell of a problem: which of the things that point to it still stand, asked of the rooms whose they are."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from acceptance.models import Basis, Judgement, SiteVerdict, Verdict
from areas.models import ServiceOrder, Site
from common import clock
from findings.hooks import FIELD_FAILURES
from findings.models import RegisterFinding
from inspection.models import UnitObjection
from problems.models import ProblemMember
from problems.vocabulary import MemberKind

Keys = Collection[str]


def standing(members: Iterable[ProblemMember], county: str) -> set[int]:
    """The primary keys of the members that are not over; one query for each kind that is among them."""
    by_kind: dict[str, list[ProblemMember]] = defaultdict(list)
    for each in members:
        by_kind[each.kind].append(each)
    found: set[int] = set()
    for kind, some in by_kind.items():
        keys = STANDING[MemberKind(kind)](county, {each.key for each in some})
        found |= {each.pk for each in some if each.key in keys}
    return found


def period_of(county: str) -> str:
    """The latest quarter that the county was judged for, the present one among them; blank where it never was."""
    return Judgement.objects.filter(county=county).values_list("last_period", flat=True).first() or ""


def sample_key(table: str, key: str) -> str:
    return f"{table}/{key}"


def _samples(county: str, keys: Keys) -> set[str]:
    failed = (each for ask in FIELD_FAILURES for each in ask(county))
    return {key for each in failed if (key := sample_key(each.table, each.key)) in keys}


def _orders(county: str, keys: Keys) -> set[str]:
    rows = ServiceOrder.objects.filter(order_id__in=keys, completed_on=None, cancelled_on=None)
    return set(rows.values_list("order_id", flat=True))


def _sites(county: str, keys: Keys) -> set[str]:
    rows = SiteVerdict.objects.standing().filter(county=county, period=period_of(county), site__site_id__in=keys)
    return set(rows.exclude(capable="yes").values_list("site__site_id", flat=True))


def _places(county: str, keys: Keys) -> set[str]:
    rows = Site.objects.in_force(clock.today()).filter(site_id__in=keys, lon=None)
    return set(rows.values_list("site_id", flat=True))


def _areas(county: str, keys: Keys) -> set[str]:
    rows = Verdict.objects.standing().filter(county=county, period=period_of(county), basis=Basis.APPROVED)
    lacking = rows.filter(area_id__in=keys, outcome__in=("not_achieved", "undetermined"))
    return set(lacking.values_list("area_id", flat=True))


def _objections(county: str, keys: Keys) -> set[str]:
    rows = UnitObjection.objects.open().filter(pk__in=[int(key) for key in keys])
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def _findings(county: str, keys: Keys) -> set[str]:
    rows = RegisterFinding.objects.open().filter(pk__in=[int(key) for key in keys])
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


STANDING: Mapping[MemberKind, Callable[[str, Keys], set[str]]] = {
    MemberKind.SAMPLE: _samples,
    MemberKind.ORDER: _orders,
    MemberKind.SITE: _sites,
    MemberKind.PLACE: _places,
    MemberKind.AREA: _areas,
    MemberKind.OBJECTION: _objections,
    MemberKind.FINDING: _findings,
}
"""By kind the function that answers which of the keys still stand in a county."""
