"""The streets and towns side by side, in the order of their codes: a table to look things up in, not a ranking."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Substr

from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.rules.plan import Plan
from acceptance.verdicts.marks import Mark, area_mark
from acceptance.verdicts.pages import lacks
from acceptance.wording.criteria import CRITERION_OUTCOMES
from areas.dated import then
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, AreaKind
from common.periods import Quarter
from common.templatetags.figures import MISSING
from returns.models import Return, ReturnStatus
from returns.pages import TONES as RETURN_TONES

REFERENCES = {**CRITERION_OUTCOMES, "none": MISSING}


@dataclass(frozen=True)
class TownshipRow:
    """A street or town in a quarter."""

    verdict: Verdict
    mark: Mark
    lacks: str
    sites: Counter
    villages: Counter
    returned: Mark
    members: int = 0
    """Villages and communities that report."""

    @property
    def area(self) -> Area:
        return self.verdict.area

    @property
    def reference(self) -> str:
        return REFERENCES[self.verdict.reference]

    @property
    def capable_sites(self) -> int:
        return self.sites["yes"]

    @property
    def all_sites(self) -> int:
        return self.sites.total()

    @property
    def returns_missing(self) -> int:
        """Villages whose return is missing: their share of the rates is not in them."""
        return self.verdict.figures.get("coverage", {}).get("returns_missing", 0)

    @property
    def villages_achieved(self) -> int:
        return self.villages["achieved"]

    @property
    def villages_judged(self) -> int:
        """Natural villages in scope."""
        return self.villages.total() - self.villages["not_applicable"]


def _share(figures: dict) -> Fraction:
    """The rate; one that lacks returns counts as missing, for it is of other villages than the whole."""
    numerator, denominator = figures.get("numerator"), figures.get("denominator")
    is_whole = numerator is not None and denominator and not figures.get("returns_missing")
    return Fraction(numerator, denominator) if is_whole else Fraction(-1)


def _part(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(-1)


RANKINGS: dict[str, tuple[str, Callable[[TownshipRow], Fraction]]] = {
    "coverage": ("光网络覆盖率", lambda row: _share(row.verdict.figures.get("coverage", {}))),
    "penetration": ("渗透率", lambda row: _share(row.verdict.figures.get("penetration", {}))),
    "sites": ("具备能力的点位", lambda row: _part(row.capable_sites, row.all_sites)),
    "villages": ("全光网自然村", lambda row: _part(row.villages_achieved, row.villages_judged)),
}
"""By what townships may be ranked where PORTAL_LEAGUE_TABLE allows it at all; what is missing stands last."""


def ranked(rows: list[TownshipRow], by: str) -> list[TownshipRow]:
    """The rows by a ranking, the highest first and equals by code; as they stand where rankings are off or ``by`` is none."""
    if not settings.LEAGUE_TABLE or by not in RANKINGS:
        return rows
    return sorted(rows, key=lambda row: -RANKINGS[by][1](row))


def township_rows(user, plan: Plan, county: str, quarter: Quarter, basis: Basis) -> list[TownshipRow]:
    """One row a street or town in the user's scope; seven queries, however many there are."""
    standing = Verdict.objects.visible_to(user).standing().filter(county=county, period=str(quarter), basis=basis)
    verdicts = standing.filter(area__kind__in=TOWNSHIPS).select_related("area").order_by("area_id")
    then((each.area for each in verdicts), quarter.last_day)
    sites = _counts(
        SiteVerdict.objects.visible_to(user).standing().filter(county=county, period=str(quarter)),
        "area_code",
        "capable",
    )
    villages = _counts(standing.filter(area__kind=AreaKind.NATURAL_VILLAGE), "area_id", "outcome")
    members = _counts(standing.filter(area__kind__in=VILLAGE_LEVEL), "area_id", "basis")
    returned = _return_marks(user, county, quarter)
    return [
        TownshipRow(
            each, area_mark(each.outcome, each.reference), lacks(plan, each),
            sites[each.area_id], villages[each.area_id], returned.get(each.area_id, return_mark(ReturnStatus.NOT_BEGUN)),
            members[each.area_id].total(),
        )
        for each in verdicts
    ]  # fmt: skip


def _counts(rows, code: str, field: str) -> dict[str, Counter]:
    """For each township how many rows beneath it have each value of ``field``."""
    counts: dict[str, Counter] = defaultdict(Counter)
    grouped = rows.order_by().annotate(township=Substr(code, 1, 9)).values_list("township", field).annotate(Count("pk"))
    for township, value, count in grouped:
        counts[township][value] += count
    return counts


def _return_marks(user, county: str, quarter: Quarter) -> dict[str, Mark]:
    """How the latest revision of each township's return stands."""
    returns = Return.objects.standing().visible_to(user).filter(county=county, period=str(quarter)).order_by("revision")
    return {each.township_id: return_mark(each.status) for each in returns.with_status()}


def return_mark(status: ReturnStatus) -> Mark:
    return Mark(RETURN_TONES[status], status.label)
